// What may be appended by whom: the rules that do not depend on the operation.
#include "tests/unit/protocol/meeting/room_script.h"

namespace hearth::meeting {
namespace {

class AppendTest : public testing::Test {
 protected:
  RoomScript s_;
};

TEST_F(AppendTest, TakesNothingButControlWhileTheRoomIsClosed) {
  EXPECT_EQ(s_.refused(s_.staff(), {s_.app()}), AppendRefusal::room_closed);
  EXPECT_EQ(s_.refused(s_.staff(), {s_.commit()}), AppendRefusal::room_closed);
  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(room::PauseOp{})}), AppendRefusal::room_closed);
  s_.add_gate(1);
}

TEST_F(AppendTest, TakesEntriesOfMembersAndStaffOnly) {
  s_.open(room::Admission::lobby, 1);

  EXPECT_TRUE(s_.append(s_.staff(), {s_.app()}));
  EXPECT_TRUE(s_.append(s_.member(1), {s_.app(), s_.app(1024)}));
  EXPECT_EQ(s_.refused(s_.member(2), {s_.app()}), AppendRefusal::not_admitted);
  const Speaker gate{Role::gate, room::public_key_of(test::signature_key("gate", 1))};
  EXPECT_EQ(s_.refused(gate, {s_.app()}), AppendRefusal::not_admitted);
  const Speaker pretender{Role::staff, room::public_key_of(s_.builder.delivery(1))};
  EXPECT_EQ(s_.refused(pretender, {s_.app()}), AppendRefusal::not_admitted);
}

TEST_F(AppendTest, RefusesShapesThatAreNoBundle) {
  s_.open();

  EXPECT_EQ(s_.refused(s_.staff(), {}), AppendRefusal::bundle_invalid);
  EXPECT_EQ(s_.refused(s_.staff(), std::vector<Item>(9, s_.app())), AppendRefusal::bundle_invalid);
  EXPECT_EQ(s_.refused(s_.staff(), {s_.commit(), s_.commit()}), AppendRefusal::bundle_invalid);
  EXPECT_EQ(s_.refused(s_.staff(), {s_.app(513)}), AppendRefusal::body_size_invalid);
  EXPECT_EQ(s_.refused(s_.staff(), {s_.app(256)}), AppendRefusal::body_size_invalid);
  EXPECT_TRUE(s_.append(s_.staff(), std::vector<Item>(8, s_.app())));
}

TEST_F(AppendTest, OrdersCommitsByTheirPlaceInTheLog) {
  s_.open();
  const std::vector<Item> items{s_.commit()};
  const std::vector<Draft> drafts{{items[0].kind, items[0].generation, items[0].body}};
  EXPECT_EQ(s_.state.stage(s_.staff(), drafts, std::nullopt, s_.now).error().reason,
            AppendRefusal::expectation_missing);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit()}, Seq{0}));
  const Seq first = s_.state.last_commit_seq();
  ASSERT_EQ(first, s_.state.head());

  const auto late = s_.append(s_.staff(), {s_.commit()}, Seq{0});

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), (room::Refusal{AppendRefusal::conflict, first.value}));
  EXPECT_TRUE(s_.append(s_.staff(), {s_.app(), s_.commit()}, first));
  EXPECT_EQ(s_.state.last_commit_seq(), s_.state.head());
}

// The server cannot see what a commit does, so it must not judge it by epoch: one bad commit costs
// one number.
TEST_F(AppendTest, LetsTheNextCommitFollowAGarbageCommit) {
  s_.open();
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit()}));

  EXPECT_TRUE(s_.append(s_.staff(), {s_.commit()}));
}

TEST_F(AppendTest, RefusesWhatIsSealedUnderAnotherGeneration) {
  s_.open(room::Admission::lobby, 1);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.remove({s_.builder.handle(1)}))}));
  ASSERT_EQ(s_.state.generation(), 2);

  const auto old = s_.append(s_.staff(), {RoomScript::app_of(1)});
  EXPECT_EQ(old.error(), (room::Refusal{AppendRefusal::generation_old, 2}));
  const auto ahead = s_.append(s_.staff(), {RoomScript::app_of(3)});
  EXPECT_EQ(ahead.error(), (room::Refusal{AppendRefusal::generation_ahead, 2}));
}

// Remove travels under the old generation, what follows it in the bundle under the new one.
TEST_F(AppendTest, ChangesTheGenerationWithinABundle) {
  s_.open(room::Admission::lobby, 1);

  EXPECT_EQ(s_.refused(s_.staff(), {s_.commit(), s_.by_staff(s_.remove({s_.builder.handle(1)})),
                                    RoomScript::app_of(1)}),
            AppendRefusal::generation_old);
  EXPECT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.remove({s_.builder.handle(1)})),
                                     RoomScript::app_of(2)}));
  EXPECT_EQ(s_.log.back().generation, 2);
  EXPECT_EQ(s_.log[s_.log.size() - 2].generation, 1);
}

TEST_F(AppendTest, GivesABundleAllOrNothing) {
  s_.open(room::Admission::lobby, 1);

  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(room::PauseOp{}),
                                    s_.by_staff(room::MuteOp{{s_.builder.handle(7)}})}),
            AppendRefusal::handle_unknown);
  EXPECT_FALSE(s_.state.paused());
}

TEST_F(AppendTest, SilencesTheMutedButNotTheirProposals) {
  s_.open(room::Admission::lobby, 1);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::MuteOp{{s_.builder.handle(1)}})}));

  EXPECT_EQ(s_.refused(s_.member(1), {s_.app()}), AppendRefusal::muted);
  EXPECT_TRUE(s_.append(s_.member(1), {s_.proposal()}));
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::UnmuteOp{{s_.builder.handle(1)}})}));
  EXPECT_TRUE(s_.append(s_.member(1), {s_.app()}));
}

TEST_F(AppendTest, LetsOnlyStaffWriteInAPausedRoom) {
  s_.open(room::Admission::open, 1);
  s_.add_gate(9);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::PauseOp{})}));

  EXPECT_EQ(s_.refused(s_.member(1), {s_.app()}), AppendRefusal::paused);
  EXPECT_EQ(s_.refused(s_.member(1), {s_.proposal()}), AppendRefusal::paused);
  EXPECT_EQ(s_.refused(s_.member(1), {s_.commit(), s_.by_member(1, s_.admit({s_.guest(2, 9)}))}),
            AppendRefusal::paused);
  EXPECT_TRUE(s_.append(s_.staff(), {s_.app(), s_.commit()}));
  // Staff who knock are let in by anybody, and everybody may always go.
  const room::AdmitOp::Newcomer staff{s_.builder.handle(5), Role::staff,
                                      room::public_key_of(s_.builder.staff_server).bytes, 0};
  EXPECT_TRUE(s_.append(s_.member(1), {s_.commit(), s_.by_member(1, s_.admit({staff}))}));
  EXPECT_TRUE(s_.append(s_.member(1), {s_.proposal(), s_.by_member(1, room::LeaveOp{})}));
}

TEST_F(AppendTest, LetsNothingFollowAPauseInTheSameBundle) {
  s_.open(room::Admission::lobby, 1);
  const Item pause = s_.by_staff(room::PauseOp{});

  // Carried by a member's connection, but signed by staff.
  EXPECT_TRUE(s_.append(s_.member(1), {pause}));
  EXPECT_EQ(s_.refused(s_.member(1), {s_.app()}), AppendRefusal::paused);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::ResumeOp{})}));
  EXPECT_TRUE(s_.append(s_.member(1), {s_.app()}));
}

TEST_F(AppendTest, TakesACommitOfAMemberOnlyBesideAnAdmission) {
  s_.open(room::Admission::open, 1);
  s_.add_gate(2);

  EXPECT_EQ(s_.refused(s_.member(1), {s_.commit()}), AppendRefusal::kind_forbidden);
  EXPECT_TRUE(s_.append(s_.member(1), {s_.commit(), s_.by_member(1, s_.admit({s_.guest(2, 2)}))}));
}

TEST_F(AppendTest, TakesCommitsOfAStewardWhomStaffNamed) {
  s_.open();
  s_.add_gate(1);
  const auto steward = s_.guest(1, 1, room::AdmitOp::kMayCommit);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.admit({steward}))}));

  EXPECT_TRUE(s_.append(s_.member(1), {s_.commit()}));
}

TEST_F(AppendTest, WantsACommitBeforeAnAdmissionOrARemoval) {
  s_.open(room::Admission::lobby, 1);
  s_.add_gate(2);
  const auto admit = [&] { return s_.by_staff(s_.admit({s_.guest(2, 2)})); };

  EXPECT_EQ(s_.refused(s_.staff(), {admit()}), AppendRefusal::bundle_invalid);
  EXPECT_EQ(s_.refused(s_.staff(), {admit(), s_.commit()}), AppendRefusal::bundle_invalid);
  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(s_.remove({s_.builder.handle(1)}))}),
            AppendRefusal::bundle_invalid);
}

TEST_F(AppendTest, RefusesControlThatDoesNotHold) {
  s_.open();
  Item changed = s_.by_staff(room::PauseOp{});
  changed.body[30] ^= 1;  // In the signer's key.
  EXPECT_EQ(s_.refused(s_.staff(), {changed}), AppendRefusal::control_signature_invalid);

  EXPECT_EQ(s_.refused(s_.staff(), {s_.control(Bytes(256, 0))}), AppendRefusal::control_invalid);

  RoomScript other;
  other.builder.room.bytes[0] ^= 1;
  EXPECT_EQ(s_.refused(s_.staff(),
                       {s_.control(other.builder.staff_act(room::PauseOp{}, s_.state.head()))}),
            AppendRefusal::wrong_room);
}

TEST_F(AppendTest, RefusesOperationsOfALaterRelease) {
  s_.open();
  // A pause whose operation is renamed to one that nobody knows, and signed.
  room::Control control;
  control.room = s_.builder.room;
  control.signer = room::public_key_of(s_.builder.staff_server);
  control.args = room::PauseOp{};
  control.base_seq = s_.state.head();
  control.counter = 100;
  Bytes bytes = encoded(control);
  bytes[16 + 1 + 32 + 1] = 25;
  const auto signature =
      room::sign(s_.builder.staff_server, concat({view_of("hearth control"), bytes}));
  const auto body = room::pad(concat({bytes, signature.bytes}), 0, room::kControlBuckets);

  EXPECT_EQ(s_.refused(s_.staff(), {s_.control(body.value())}), AppendRefusal::op_reserved);
}

TEST_F(AppendTest, NeverTakesAnActTwice) {
  s_.open();
  const Item pause = s_.by_staff(room::PauseOp{});
  ASSERT_TRUE(s_.append(s_.staff(), {pause}));
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::ResumeOp{})}));

  const auto again = s_.append(s_.staff(), {pause});

  EXPECT_EQ(again.error(), (room::Refusal{AppendRefusal::counter_replayed, 3}));
}

TEST_F(AppendTest, WantsARecentBase) {
  s_.open();
  const Seq base = s_.state.head();
  const Item old = s_.control(s_.builder.staff_act(room::PauseOp{}, base));
  const Item ahead = s_.control(s_.builder.staff_act(room::PauseOp{}, base.next()));
  EXPECT_EQ(s_.refused(s_.staff(), {ahead}), AppendRefusal::base_seq_ahead);
  for (std::uint32_t i = 0; i < kBaseSeqWindow / 8 + 1; ++i) {
    ASSERT_TRUE(s_.append(s_.staff(), std::vector<Item>(8, s_.app())));
  }

  EXPECT_EQ(s_.refused(s_.staff(), {old}), AppendRefusal::base_seq_old);
}

TEST_F(AppendTest, RefusesACounterThatOnlyANewerActOfTheSameBundleUsed) {
  s_.open();
  const Item first = s_.by_staff(room::PauseOp{});
  const Item second = s_.by_staff(room::ResumeOp{});

  EXPECT_EQ(s_.refused(s_.staff(), {second, first}), AppendRefusal::counter_replayed);
  EXPECT_TRUE(s_.append(s_.staff(), {first, second}));
}

TEST_F(AppendTest, KeepsTheServersActsToTheServer) {
  s_.open();
  const Item pause = s_.control(s_.builder.server_act(room::PauseOp{}, s_.state.head()));
  EXPECT_EQ(s_.refused(s_.staff(), {pause}), AppendRefusal::kind_forbidden);
  EXPECT_TRUE(s_.append_server(room::PauseOp{}));
  EXPECT_TRUE(s_.state.paused());
  EXPECT_EQ(s_.append_server(room::ResumeOp{}).error().reason, AppendRefusal::not_staff);

  const Item by_staff = s_.by_staff(room::ResumeOp{});
  EXPECT_EQ(
      s_.state.stage_server({by_staff.kind, by_staff.generation, by_staff.body}).error().reason,
      AppendRefusal::kind_forbidden);
}

TEST_F(AppendTest, KeepsStaffActsFromMembers) {
  s_.open(room::Admission::open, 1);
  const std::vector<room::OpArgs> acts{room::CloseOp{},
                                       room::PauseOp{},
                                       room::MuteOp{{s_.builder.handle(0)}},
                                       s_.gate_op(3),
                                       room::EraseOp{{Seq{1}}},
                                       room::SlowModeOp{5},
                                       room::StateOp{s_.state.encode_state()}};
  for (const room::OpArgs& act : acts) {
    EXPECT_EQ(s_.refused(s_.member(1), {s_.by_member(1, act)}), AppendRefusal::not_staff)
        << room::name_of(room::op_of(act));
  }
  // A stranger's signature is not that of a member.
  EXPECT_EQ(s_.refused(s_.member(1), {s_.by_member(5, room::LeaveOp{})}),
            AppendRefusal::not_admitted);
}

}  // namespace
}  // namespace hearth::meeting
