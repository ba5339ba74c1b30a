// What each operation does to a room, and when it makes no sense.
#include "tests/unit/protocol/meeting/room_script.h"

namespace hearth::meeting {
namespace {

class RoomStateTest : public testing::Test {
 protected:
  RoomScript s_;
};

TEST_F(RoomStateTest, BeginsClosedWithItsFoundersAsStaff) {
  EXPECT_FALSE(s_.state.is_open());
  EXPECT_EQ(s_.state.generation(), 0);
  EXPECT_EQ(s_.state.head(), Seq{1});
  EXPECT_TRUE(s_.state.knows(Role::staff, room::public_key_of(s_.builder.staff_server)));
  EXPECT_FALSE(s_.state.knows(Role::staff, room::public_key_of(s_.builder.staff_id)));
}

TEST_F(RoomStateTest, OpensWithANewGroupAndTheNextGeneration) {
  s_.open(room::Admission::open);

  EXPECT_TRUE(s_.state.is_open());
  EXPECT_EQ(s_.state.generation(), 1);
  EXPECT_EQ(s_.state.group_id(), Bytes(16, 1));
  EXPECT_TRUE(s_.state.member(s_.builder.handle(0)));
  const room::OpenOp again{Bytes(16, 9), s_.builder.handle(0), room::Admission::open, 2};
  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(again)}), AppendRefusal::room_open);
}

TEST_F(RoomStateTest, WantsExactlyTheNextGeneration) {
  for (const room::Generation wrong : {room::Generation{0}, room::Generation{2}}) {
    const room::OpenOp op{Bytes(16, 1), s_.builder.handle(0), room::Admission::open, wrong};
    EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(op)}), AppendRefusal::generation_wrong);
  }
  s_.open();
  room::RemoveOp remove = s_.remove({});
  remove.new_generation = 1;
  EXPECT_EQ(s_.refused(s_.staff(), {s_.commit(), s_.by_staff(remove)}),
            AppendRefusal::generation_wrong);
}

TEST_F(RoomStateTest, ClosesAndForgetsEverybody) {
  s_.open(room::Admission::open, 2);
  s_.add_gate(9, 5);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::LockOp{}), s_.by_staff(room::PauseOp{}),
                                     s_.by_staff(room::SlowModeOp{10})}));

  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::CloseOp{})}));

  EXPECT_FALSE(s_.state.is_open());
  EXPECT_FALSE(s_.state.paused());
  EXPECT_FALSE(s_.state.locked());
  EXPECT_EQ(s_.state.slow_mode_seconds(), 0);
  EXPECT_TRUE(s_.state.members().empty());
  // The spent gates go with who came by them; the standing one stays for next week.
  EXPECT_EQ(s_.state.gates().size(), 1u);
  EXPECT_FALSE(s_.state.knows(Role::member, room::public_key_of(s_.builder.delivery(1))));
  s_.open();
  EXPECT_EQ(s_.state.generation(), 2);
}

TEST_F(RoomStateTest, KeepsMembersThroughARebuild) {
  s_.open(room::Admission::open, 1);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::MuteOp{{s_.builder.handle(1)}})}));
  const room::RebuildOp rebuild{Bytes(16, 77), s_.builder.handle(8), room::Admission::lobby, 2};

  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(rebuild)}));

  EXPECT_EQ(s_.state.group_id(), Bytes(16, 77));
  EXPECT_EQ(s_.state.generation(), 2);
  EXPECT_TRUE(s_.state.member(s_.builder.handle(1))->muted);
  EXPECT_TRUE(s_.state.member(s_.builder.handle(8)));
  // And let them back in by their handles, without an invitation; a mute does not end by it.
  const room::AdmitOp::Newcomer back{s_.builder.handle(1), Role::member, s_.builder.handle(1).bytes,
                                     0};
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.admit({back}))}));
  EXPECT_TRUE(s_.state.member(s_.builder.handle(1))->muted);
  const room::RebuildOp same{Bytes(16, 77), s_.builder.handle(8), room::Admission::lobby, 3};
  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(same)}), AppendRefusal::control_invalid);
}

TEST_F(RoomStateTest, SpendsAUseForEachNewcomer) {
  s_.open();
  s_.add_gate(1, 2);
  const auto three = s_.admit({s_.guest(1, 1), s_.guest(2, 1), s_.guest(3, 1)});
  EXPECT_EQ(s_.refused(s_.staff(), {s_.commit(), s_.by_staff(three)}), AppendRefusal::gate_spent);

  ASSERT_TRUE(s_.append(s_.staff(),
                        {s_.commit(), s_.by_staff(s_.admit({s_.guest(1, 1), s_.guest(2, 1)}))}));

  // Spent, but kept while it shows where they came from.
  EXPECT_EQ(s_.state.gate(s_.builder.gate(1))->uses_left, 0);
  EXPECT_EQ(s_.state.member(s_.builder.handle(2))->gate, s_.builder.gate(1));
  EXPECT_EQ(s_.refused(s_.staff(), {s_.commit(), s_.by_staff(s_.admit({s_.guest(3, 1)}))}),
            AppendRefusal::gate_spent);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.remove({s_.builder.handle(1)}))}));
  EXPECT_TRUE(s_.state.gate(s_.builder.gate(1)));
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.remove({s_.builder.handle(2)}))}));
  EXPECT_FALSE(s_.state.gate(s_.builder.gate(1)));
}

TEST_F(RoomStateTest, ChecksWhereANewcomerComesFrom) {
  s_.open(room::Admission::lobby, 1);
  s_.add_gate(2, 5);
  const auto refused = [&](std::vector<room::AdmitOp::Newcomer> newcomers) {
    return s_.refused(s_.staff(),
                      {s_.commit(), s_.by_staff(RoomScript::admit(std::move(newcomers)))});
  };
  const Bytes32 stranger = test::seeded_bytes("stranger", 0);

  EXPECT_EQ(refused({s_.guest(3, 9)}), AppendRefusal::gate_unknown);
  EXPECT_EQ(refused({s_.guest(1, 2)}), AppendRefusal::handle_present);
  EXPECT_EQ(refused({s_.guest(3, 2), s_.guest(3, 2)}), AppendRefusal::handle_present);
  EXPECT_EQ(refused({{s_.builder.handle(3), Role::member, stranger, 0}}),
            AppendRefusal::handle_unknown);
  EXPECT_EQ(refused({{s_.builder.handle(0), Role::member, s_.builder.handle(1).bytes, 0}}),
            AppendRefusal::handle_present);
  EXPECT_EQ(refused({{s_.builder.handle(3), Role::staff, stranger, 0}}), AppendRefusal::not_staff);
  // One old handle cannot bring two people.
  EXPECT_EQ(refused({{s_.builder.handle(3), Role::member, s_.builder.handle(1).bytes, 0},
                     {s_.builder.handle(4), Role::member, s_.builder.handle(1).bytes, 0}}),
            AppendRefusal::handle_present);
}

TEST_F(RoomStateTest, RefusesAGateThatExpiredButAnswersAKnockTakenInTime) {
  s_.open();
  s_.add_gate(1, 5);
  s_.now += std::chrono::hours(1);
  const Bytes32 ref = s_.builder.gate(1).bytes;
  EXPECT_EQ(s_.state.may_knock(Role::gate, ref, s_.now).error().reason,
            AppendRefusal::gate_expired);
  EXPECT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.admit({s_.guest(1, 1)}))}));

  s_.now += std::chrono::seconds(kKnockGraceSeconds);

  EXPECT_EQ(s_.refused(s_.staff(), {s_.commit(), s_.by_staff(s_.admit({s_.guest(2, 1)}))}),
            AppendRefusal::gate_expired);
}

TEST_F(RoomStateTest, ReplacesTheHandleOfWhoComesBack) {
  s_.open(room::Admission::lobby, 1);
  const room::AdmitOp::Newcomer back{s_.builder.handle(2), Role::member, s_.builder.handle(1).bytes,
                                     0};

  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.admit({back}))}));

  EXPECT_FALSE(s_.state.member(s_.builder.handle(1)));
  EXPECT_EQ(s_.state.member(s_.builder.handle(2))->gate, s_.builder.gate(1));
}

TEST_F(RoomStateTest, AdmitsListenersMuted) {
  s_.open();
  s_.add_gate(1);

  ASSERT_TRUE(
      s_.append(s_.staff(),
                {s_.commit(), s_.by_staff(s_.admit({s_.guest(1, 1, room::AdmitOp::kListener)}))}));

  EXPECT_EQ(s_.refused(s_.member(1), {s_.app()}), AppendRefusal::muted);
}

TEST_F(RoomStateTest, LetsMembersAdmitInAnOpenRoomOnly) {
  s_.open(room::Admission::lobby, 1);
  s_.add_gate(2);
  const auto by_member = [&](std::uint8_t flags = 0) {
    return std::vector<Item>{s_.commit(), s_.by_member(1, s_.admit({s_.guest(2, 2, flags)}))};
  };
  EXPECT_EQ(s_.refused(s_.member(1), by_member()), AppendRefusal::admission_forbidden);
  const room::RebuildOp rebuild{Bytes(16, 7), s_.builder.handle(0), room::Admission::open, 2};
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(rebuild), s_.by_staff(room::LockOp{})}));
  EXPECT_EQ(s_.refused(s_.member(1), by_member()), AppendRefusal::admission_forbidden);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::UnlockOp{})}));

  EXPECT_EQ(s_.refused(s_.member(1), by_member(room::AdmitOp::kMayCommit)),
            AppendRefusal::not_staff);
  EXPECT_TRUE(s_.append(s_.member(1), by_member()));
}

TEST_F(RoomStateTest, HoldsNoMoreMembersThanItsLimit) {
  s_.open();
  s_.add_gate(1, 100);
  std::vector<room::AdmitOp::Newcomer> crowd;
  for (std::uint32_t i = 1; i <= s_.builder.server_part.limits.members_max; ++i) {
    crowd.push_back(s_.guest(i, 1));
  }
  EXPECT_EQ(s_.refused(s_.staff(), {s_.commit(), s_.by_staff(s_.admit(crowd))}),
            AppendRefusal::room_full);
  crowd.pop_back();

  EXPECT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.admit(crowd))}));

  // Whoever comes back takes no new place.
  const room::AdmitOp::Newcomer back{s_.builder.handle(50), Role::member,
                                     s_.builder.handle(1).bytes, 0};
  EXPECT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.admit({back}))}));
}

TEST_F(RoomStateTest, CutsHandleGateAndGenerationTogether) {
  s_.open(room::Admission::lobby, 2);
  s_.add_gate(7, 3);

  ASSERT_TRUE(s_.append(
      s_.staff(), {s_.commit(), s_.by_staff(s_.remove({s_.builder.handle(1)},
                                                      {s_.builder.gate(1), s_.builder.gate(7)}))}));

  EXPECT_EQ(s_.state.generation(), 2);
  EXPECT_FALSE(s_.state.knows(Role::member, room::public_key_of(s_.builder.delivery(1))));
  EXPECT_FALSE(s_.state.gate(s_.builder.gate(1)));
  EXPECT_FALSE(s_.state.gate(s_.builder.gate(7)));
  EXPECT_TRUE(s_.state.gate(s_.builder.gate(2)));
  EXPECT_EQ(s_.refused(s_.member(1), {s_.app()}), AppendRefusal::not_admitted);
}

TEST_F(RoomStateTest, RefusesToRemoveWhatIsNotThere) {
  s_.open(room::Admission::lobby, 1);
  const Handle one = s_.builder.handle(1);
  const auto refused = [&](room::RemoveOp op) {
    return s_.refused(s_.staff(), {s_.commit(), s_.by_staff(std::move(op))});
  };

  EXPECT_EQ(refused(s_.remove({s_.builder.handle(3)})), AppendRefusal::handle_unknown);
  EXPECT_EQ(refused(s_.remove({one, one})), AppendRefusal::handle_unknown);
  EXPECT_EQ(refused(s_.remove({one}, {s_.builder.gate(3)})), AppendRefusal::gate_unknown);
  // The leaves of those who left are removed without a handle.
  EXPECT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.remove({}))}));
}

TEST_F(RoomStateTest, LetsAMemberLeave) {
  s_.open(room::Admission::lobby, 1);

  ASSERT_TRUE(s_.append(s_.member(1), {s_.proposal(), s_.by_member(1, room::LeaveOp{})}));

  EXPECT_FALSE(s_.state.member(s_.builder.handle(1)));
  EXPECT_EQ(s_.state.generation(), 1);
  EXPECT_FALSE(s_.state.gate(s_.builder.gate(1)));
  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(room::LeaveOp{})}), AppendRefusal::kind_forbidden);
}

TEST_F(RoomStateTest, ManagesGates) {
  s_.add_gate(1);
  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(s_.gate_op(1))}), AppendRefusal::gate_present);
  EXPECT_TRUE(s_.state.knows(Role::gate, room::public_key_of(test::signature_key("gate", 1))));
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::GateRevokeOp{s_.builder.gate(1)})}));
  EXPECT_FALSE(s_.state.knows(Role::gate, room::public_key_of(test::signature_key("gate", 1))));
  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(room::GateRevokeOp{s_.builder.gate(1)})}),
            AppendRefusal::gate_unknown);
  for (std::uint32_t i = 0; i < s_.builder.server_part.limits.gates_max; ++i) s_.add_gate(i);
  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(s_.gate_op(100))}), AppendRefusal::gates_full);
}

TEST_F(RoomStateTest, ForgetsTheGateOfMembersWhenItIsRevoked) {
  s_.open(room::Admission::lobby, 1);

  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::GateRevokeOp{s_.builder.gate(1)})}));

  EXPECT_EQ(s_.state.member(s_.builder.handle(1))->gate, std::nullopt);
}

TEST_F(RoomStateTest, SaysWhoMayKnock) {
  const Bytes32 gate = s_.builder.gate(1).bytes;
  const Bytes32 staff = room::public_key_of(s_.builder.staff_server).bytes;
  const auto reason = [&](Role role, const Bytes32& ref) {
    const auto judged = s_.state.may_knock(role, ref, s_.now);
    return judged ? AppendRefusal{} : judged.error().reason;
  };
  EXPECT_EQ(reason(Role::gate, gate), AppendRefusal::room_closed);
  s_.open(room::Admission::lobby, 1);
  EXPECT_EQ(reason(Role::gate, gate), AppendRefusal::gate_spent);
  s_.add_gate(2);
  EXPECT_EQ(reason(Role::gate, s_.builder.gate(2).bytes), AppendRefusal{});
  EXPECT_EQ(reason(Role::gate, s_.builder.gate(3).bytes), AppendRefusal::gate_unknown);
  EXPECT_EQ(reason(Role::member, s_.builder.handle(1).bytes), AppendRefusal{});
  EXPECT_EQ(reason(Role::member, s_.builder.handle(3).bytes), AppendRefusal::handle_unknown);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::LockOp{})}));
  EXPECT_EQ(reason(Role::gate, s_.builder.gate(2).bytes), AppendRefusal::admission_forbidden);
  EXPECT_EQ(reason(Role::member, s_.builder.handle(1).bytes), AppendRefusal::admission_forbidden);
  EXPECT_EQ(reason(Role::staff, staff), AppendRefusal{});
  EXPECT_EQ(reason(Role::staff, gate), AppendRefusal::not_staff);
}

TEST_F(RoomStateTest, ErasesAndTakesItBack) {
  s_.open();
  ASSERT_TRUE(s_.append(s_.staff(), {s_.app(), s_.app()}));
  const Seq last = s_.state.head();

  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::EraseOp{{last, Seq{last.value - 1}}})}));
  EXPECT_EQ(s_.state.erased().size(), 2u);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::UndoEraseOp{{last}})}));

  EXPECT_EQ(s_.state.erased(), std::set<Seq>{Seq{last.value - 1}});
  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(room::UndoEraseOp{{last}})}),
            AppendRefusal::seq_unknown);
  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(room::EraseOp{{Seq{1000}}})}),
            AppendRefusal::seq_unknown);
}

TEST_F(RoomStateTest, RemembersABoundedNumberOfErasures) {
  s_.open();
  for (std::uint32_t i = 0; i < kErasedMax / 8 + 4; ++i) {
    ASSERT_TRUE(s_.append(s_.staff(), std::vector<Item>(8, s_.app())));
  }
  std::vector<Seq> all;
  for (std::uint64_t seq = 3; seq < 3 + kErasedMax; ++seq) all.push_back(Seq{seq});
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::EraseOp{all})}));
  const Seq newest = s_.state.head();

  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::EraseOp{{newest}})}));

  EXPECT_EQ(s_.state.erased().size(), kErasedMax);
  EXPECT_TRUE(s_.state.erased().contains(newest));
  EXPECT_FALSE(s_.state.erased().contains(Seq{3}));
}

TEST_F(RoomStateTest, TakesARestartWhereTheLogEnds) {
  s_.open();
  ASSERT_TRUE(s_.append(s_.staff(), {s_.app()}));
  const room::Anchor last{s_.state.head(), {}};

  ASSERT_TRUE(s_.append_server(room::RestartOp{last}));

  EXPECT_EQ(s_.state.head(), Seq::at(1, last.seq.count() + 1));
  EXPECT_TRUE(s_.append(s_.staff(), {s_.app()}));
}

// A reader that had seen live entries which the server lost goes on with the others.
TEST_F(RoomStateTest, StepsBackWithARestart) {
  s_.open();
  RoomState saw_more = s_.state;
  const room::Anchor last{s_.state.head(), {}};
  for (int i = 0; i < 3; ++i) {
    const room::Entry lost{saw_more.head().next(), EntryKind::app, 1, Bytes(512, 1)};
    ASSERT_TRUE(saw_more.apply(room::LogRecord::of(lost)));
  }

  ASSERT_TRUE(s_.append_server(room::RestartOp{last}));
  ASSERT_TRUE(saw_more.apply(room::LogRecord::of(s_.log.back())));

  EXPECT_EQ(saw_more, s_.state);
}

// A reader refuses what an honest server would never have taken.
TEST_F(RoomStateTest, StopsAtALogThatBreaksTheRules) {
  s_.open(room::Admission::lobby, 1);
  const RoomState before = s_.reader;
  const auto apply = [&](EntryKind kind, room::Generation generation, Bytes body) {
    const Seq seq = s_.reader.head().next();
    const Status applied = s_.reader.apply(room::LogRecord::of({seq, kind, generation, body}));
    EXPECT_EQ(s_.reader, before);
    return applied ? std::string_view() : applied.error().name;
  };

  EXPECT_EQ(apply(EntryKind::app, 0, Bytes(512, 1)), "generation_old");
  EXPECT_EQ(apply(EntryKind::app, 2, Bytes(512, 1)), "generation_ahead");
  const Seq head = s_.reader.head();
  EXPECT_EQ(apply(EntryKind::control, 1, s_.builder.member_act(1, room::PauseOp{}, head)),
            "not_staff");
  EXPECT_EQ(apply(EntryKind::control, 1, s_.builder.server_act(room::ResumeOp{}, head)),
            "not_staff");
  Bytes forged = s_.builder.staff_act(room::PauseOp{}, head);
  forged[70] ^= 1;
  EXPECT_NE(apply(EntryKind::control, 1, forged), "");
  const room::Entry entry{head.next(), EntryKind::control, 1,
                          s_.builder.staff_act(room::PauseOp{}, head)};
  EXPECT_FALSE(s_.reader.apply(room::LogRecord::tombstone_of(entry)));
  EXPECT_FALSE(s_.reader.apply(room::LogRecord::of({head.next(2), EntryKind::app, 1, Bytes(512)})));
}

}  // namespace
}  // namespace hearth::meeting
