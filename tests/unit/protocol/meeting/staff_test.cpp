// Staff, supporters, the lobby inside and tainted gates: what each act does, and when it is
// refused.
#include "tests/unit/protocol/meeting/room_script.h"

namespace hearth::meeting {
namespace {

struct Keeper {
  crypto::SignatureKey server;
  room::PublicKey key;
  room::DeskKey desk;

  explicit Keeper(std::uint32_t number)
      : server(test::signature_key("staff_server", number)),
        key(room::public_key_of(server)),
        desk(test::public_desk_key(test::desk_key(number))) {}
};

class StaffTest : public testing::Test {
 protected:
  using Entry = room::StaffSetOp::Entry;

  // The next set with these entries; newcomers have accepted, nobody has signed.
  room::StaffSetOp next(std::vector<std::pair<const Keeper*, std::uint8_t>> people,
                        std::uint8_t quorum = 0) {
    room::StaffSetOp op;
    op.number = s_.state.staff_number() + 1;
    op.list_hash = test::seeded_bytes("list", op.number);
    op.quorum = quorum;
    for (const auto& [keeper, flags] : people) {
      op.entries.push_back({keeper->key, keeper->desk, flags});
      if (!s_.state.is_staff(keeper->key)) {
        op.accept(
            room::StaffSetOp::acceptance(s_.builder.room, op.number, keeper->desk, keeper->server));
      }
    }
    std::ranges::sort(op.entries, {}, &Entry::staff_server);
    return op;
  }
  room::StaffSetOp signed_by(room::StaffSetOp op, std::vector<const Keeper*> signers) {
    for (const Keeper* keeper : signers) op.sign(s_.builder.room, keeper->server);
    return op;
  }
  Item act_by(const Keeper& keeper, room::OpArgs args,
              room::SignerRole role = room::SignerRole::staff) {
    room::Control control;
    control.room = s_.builder.room;
    control.role = role;
    control.signer = keeper.key;
    control.args = std::move(args);
    control.base_seq = s_.state.head();
    control.counter = s_.state.counter(role, keeper.key) + 1;
    return s_.control(room::seal_control(control, keeper.server).value());
  }
  Speaker as(const Keeper& keeper) const { return {Role::staff, keeper.key}; }
  // The whole change, as it is appended.
  room::Judgement set(const room::StaffSetOp& op, const Keeper& by) {
    return s_.append(as(by), {s_.commit(), act_by(by, op)});
  }
  AppendRefusal refused(const room::StaffSetOp& op, const Keeper& by) {
    return s_.refused(as(by), {s_.commit(), act_by(by, op)});
  }
  // The founder leads, 1 and 2 are deputies who may act together.
  void appoint_two() {
    s_.open();
    ASSERT_TRUE(set(signed_by(next({{&founder_, room::kStaffLead},
                                    {&one_, room::kStaffDeputy},
                                    {&two_, room::kStaffDeputy}},
                                   2),
                              {&founder_}),
                    founder_));
  }

  RoomScript s_;
  Keeper founder_{0};
  Keeper one_{1};
  Keeper two_{2};
};

TEST_F(StaffTest, AppointsWhoAccepts) {
  appoint_two();

  EXPECT_EQ(s_.state.staff().size(), 3u);
  EXPECT_EQ(s_.state.staff_number(), 2u);
  EXPECT_EQ(s_.state.staff_hash(), test::seeded_bytes("list", 2));
  EXPECT_EQ(s_.state.quorum(), 2);
  EXPECT_EQ(s_.state.staff().at(one_.key).desk, one_.desk);
  EXPECT_TRUE(s_.state.knows(Role::staff, one_.key));
  EXPECT_TRUE(s_.append(as(one_), {act_by(one_, room::PauseOp{})}));
}

TEST_F(StaffTest, FollowsTheCommitThatPutsTheListIntoThePolicy) {
  s_.open();
  const auto op = signed_by(next({{&founder_, 1}, {&one_, 0}}), {&founder_});

  EXPECT_EQ(s_.refused(as(founder_), {act_by(founder_, op)}), AppendRefusal::bundle_invalid);
  EXPECT_EQ(s_.refused(as(founder_), {act_by(founder_, op), s_.commit()}),
            AppendRefusal::bundle_invalid);
  EXPECT_TRUE(set(op, founder_));
}

TEST_F(StaffTest, RefusesAChangeThatItsRulesDoNotAllow) {
  s_.open();
  const auto people = [&] { return next({{&founder_, 1}, {&one_, 0}}); };
  const auto expect_refused = [&](room::StaffSetOp op, const char* why) {
    EXPECT_EQ(refused(signed_by(std::move(op), {&founder_}), founder_),
              AppendRefusal::staff_invalid)
        << why;
  };
  room::StaffSetOp op = people();
  op.number = 3;
  expect_refused(op, "number");
  op = people();
  op.quorum = 1;
  expect_refused(op, "quorum without deputies");
  op = people();
  for (Entry& entry : op.entries) entry.flags = 0;
  expect_refused(op, "no lead");
  op = people();
  op.acceptances.clear();
  expect_refused(op, "nobody accepted");
  op = people();
  op.acceptances[0].signature.bytes[0] ^= 1;
  expect_refused(op, "acceptance of another");
  op = people();
  op.accept(room::StaffSetOp::acceptance(s_.builder.room, 2, founder_.desk, founder_.server));
  expect_refused(op, "acceptance of who is staff");
  op = people();
  op.accept(room::StaffSetOp::acceptance(s_.builder.room, 3, one_.desk, one_.server));
  expect_refused(op, "acceptance of another number");

  EXPECT_EQ(refused(people(), founder_), AppendRefusal::staff_invalid) << "nobody signed";
  EXPECT_EQ(refused(signed_by(people(), {&founder_, &one_}), founder_),
            AppendRefusal::staff_invalid)
      << "signed by who is not staff yet";
  op = signed_by(people(), {&founder_});
  op.signatures[0].signature.bytes[0] ^= 1;
  EXPECT_EQ(refused(op, founder_), AppendRefusal::staff_invalid) << "signature";
  EXPECT_TRUE(set(signed_by(people(), {&founder_}), founder_));
}

TEST_F(StaffTest, LetsTheQuorumActAndAnybodyStepBack) {
  appoint_two();
  const auto without_founder = [&] {
    return next({{&one_, room::kStaffLead | room::kStaffDeputy}, {&two_, room::kStaffDeputy}}, 2);
  };
  EXPECT_EQ(refused(signed_by(without_founder(), {&one_}), one_), AppendRefusal::staff_invalid);
  ASSERT_TRUE(set(signed_by(without_founder(), {&one_, &two_}), one_));
  EXPECT_FALSE(s_.state.knows(Role::staff, founder_.key));

  // q stays at 2, so a deputy is needed: only who is not may go by themselves.
  const auto back = next({{&one_, room::kStaffLead | room::kStaffDeputy}}, 1);
  EXPECT_EQ(refused(signed_by(back, {&two_}), two_), AppendRefusal::staff_invalid);
  ASSERT_TRUE(set(signed_by(next({{&one_, 3}, {&two_, 2}, {&founder_, 0}}, 2), {&one_}), one_));
  const auto gone = [&] { return next({{&one_, 3}, {&two_, 2}}, 2); };
  EXPECT_EQ(refused(signed_by(gone(), {&two_}), two_), AppendRefusal::staff_invalid);
  EXPECT_TRUE(set(signed_by(gone(), {&founder_}), founder_));
}

TEST_F(StaffTest, AsksForAYesToADeskThatChanges) {
  appoint_two();
  Keeper other = Keeper(1);
  other.desk.bytes[0] ^= 1;
  auto op = next({{&founder_, 1}, {&other, 2}, {&two_, 2}}, 2);
  EXPECT_EQ(refused(signed_by(op, {&founder_}), founder_), AppendRefusal::staff_invalid);
  op.accept(room::StaffSetOp::acceptance(s_.builder.room, op.number, other.desk, other.server));
  EXPECT_TRUE(set(signed_by(op, {&founder_}), founder_));
}

// An act of an earlier time is not good again when its signer is.
TEST_F(StaffTest, BeginsTheCounterOfWhoComesAgainAboveAllBefore) {
  appoint_two();
  const Item pause = act_by(one_, room::PauseOp{});
  ASSERT_TRUE(set(signed_by(next({{&founder_, 1}}), {&founder_}), founder_));
  EXPECT_EQ(s_.refused(as(founder_), {pause}), AppendRefusal::not_staff);
  ASSERT_TRUE(set(signed_by(next({{&founder_, 1}, {&one_, 0}}), {&founder_}), founder_));

  EXPECT_EQ(s_.refused(as(founder_), {pause}), AppendRefusal::counter_replayed);
  EXPECT_TRUE(s_.append(as(one_), {act_by(one_, room::PauseOp{})}));
}

TEST_F(StaffTest, KnowsTheListItHolds) {
  room::StaffList first = s_.builder.staff_list();
  EXPECT_TRUE(s_.state.has_staff_of(first));
  const auto id = test::signature_key("staff_id", 1);
  room::StaffList second =
      first.next({first.entries[0], {room::public_key_of(id), one_.key, one_.desk, 0}}, 0);
  EXPECT_FALSE(s_.state.has_staff_of(second));
  s_.open();
  auto op = room::StaffSetOp::of(second);
  op.accept(room::StaffSetOp::acceptance(s_.builder.room, 2, one_.desk, one_.server));
  ASSERT_TRUE(set(signed_by(op, {&founder_}), founder_));

  EXPECT_TRUE(s_.state.has_staff_of(second));
  EXPECT_FALSE(s_.state.has_staff_of(first));
  second.entries[0].flags ^= room::kStaffDeputy;
  EXPECT_FALSE(s_.state.has_staff_of(second));
}

// A newcomer starts from a state with other staff; whose they are is for the chain of lists to say.
TEST_F(StaffTest, IsCarriedByAState) {
  appoint_two();
  room::SupporterAddOp add{Keeper(5).key, Keeper(5).desk, 3, {}};
  add.accept(s_.builder.room, Keeper(5).server);
  ASSERT_TRUE(s_.append(as(founder_), {act_by(founder_, add)}));
  const Item state = [&] {
    room::Control control;
    control.room = s_.builder.room;
    control.signer = one_.key;
    control.args = room::StateOp{s_.state.encode_state()};
    control.base_seq = s_.state.last_control_seq();
    control.counter = s_.state.counter(control.role, one_.key) + 1;
    return s_.control(room::seal_control(control, one_.server).value());
  }();
  ASSERT_TRUE(s_.append(as(one_), {state}));

  const auto read = RoomState::from_state(s_.builder.room, s_.builder.server_part, s_.log.back());

  ASSERT_TRUE(read);
  EXPECT_EQ(*read, s_.state);
}

// --- Two staff before the first guest ---

TEST_F(StaffTest, AdmitsNobodyByAGateBeforeTwoAreStaffWhereTheRoomAsksForIt) {
  test::RoomBuilder builder;
  builder.server_part.staff_min = 2;
  builder.room =
      room::room_id_of(room::hash_of(builder.server_part), room::hash_of(builder.member_part));
  s_.builder = std::move(builder);
  s_.state = s_.reader = RoomState(s_.builder.room, s_.builder.server_part);
  s_.open();
  s_.add_gate(1, 5);
  room::GateAddOp pass = s_.gate_op(2);
  pass.flags = room::GateAddOp::kStaffPass;
  ASSERT_TRUE(s_.append(as(founder_), {s_.by_staff(pass)}));
  const auto admit = [&](std::uint32_t member, std::uint32_t gate) {
    return std::vector<Item>{s_.commit(), s_.by_staff(s_.admit({s_.guest(member, gate)}))};
  };

  EXPECT_EQ(s_.refused(as(founder_), admit(1, 1)), AppendRefusal::staff_too_few);
  EXPECT_TRUE(s_.append(as(founder_), admit(2, 2)));  // The second facilitator, by a staff pass.
  auto op = signed_by(next({{&founder_, 1}, {&one_, 0}}), {&founder_});
  ASSERT_TRUE(s_.append(as(founder_), {s_.commit(), s_.by_staff(op)}));
  EXPECT_TRUE(s_.append(as(founder_), admit(1, 1)));
}

// --- Supporters ---

class SupporterTest : public StaffTest {
 protected:
  room::SupporterAddOp offer(const Keeper& keeper, std::uint8_t rights) {
    room::SupporterAddOp op{keeper.key, keeper.desk, rights, {}};
    op.accept(s_.builder.room, keeper.server);
    return op;
  }
  Speaker helper(const Keeper& keeper) { return {Role::supporter, keeper.key}; }
};

TEST_F(SupporterTest, IsNamedEvenWhileTheRoomIsClosedAndGoesAgain) {
  ASSERT_TRUE(s_.append(as(founder_), {s_.by_staff(offer(one_, 1))}));
  EXPECT_TRUE(s_.state.knows(Role::supporter, one_.key));
  EXPECT_FALSE(s_.state.knows(Role::staff, one_.key));
  ASSERT_TRUE(s_.append(as(founder_), {s_.by_staff(room::SupporterRemoveOp{one_.key})}));
  EXPECT_FALSE(s_.state.knows(Role::supporter, one_.key));
  EXPECT_EQ(s_.refused(as(founder_), {s_.by_staff(room::SupporterRemoveOp{one_.key})}),
            AppendRefusal::staff_invalid);
}

TEST_F(SupporterTest, MustHaveAcceptedAndBeNeitherAlready) {
  room::SupporterAddOp other = offer(one_, 1);
  other.rights = 3;
  EXPECT_EQ(s_.refused(as(founder_), {s_.by_staff(other)}), AppendRefusal::staff_invalid);
  EXPECT_EQ(s_.refused(as(founder_), {s_.by_staff(offer(founder_, 1))}),
            AppendRefusal::staff_invalid);
  for (std::uint32_t i = 0; i < kSupportersMax; ++i) {
    ASSERT_TRUE(s_.append(as(founder_), {s_.by_staff(offer(Keeper(10 + i), 1))}));
    EXPECT_EQ(s_.refused(as(founder_), {s_.by_staff(offer(Keeper(10 + i), 1))}),
              AppendRefusal::staff_invalid);
  }
  EXPECT_EQ(s_.refused(as(founder_), {s_.by_staff(offer(one_, 1))}), AppendRefusal::staff_invalid);
}

TEST_F(SupporterTest, OfTheDeskAppendsNothingAndTheKeeperCloses) {
  ASSERT_TRUE(s_.append(as(founder_), {s_.by_staff(offer(one_, room::SupporterAddOp::kDesk)),
                                       s_.by_staff(offer(two_, room::SupporterAddOp::kKeeper))}));
  s_.open();
  const auto close = [&](const Keeper& keeper) {
    return act_by(keeper, room::CloseOp{}, room::SignerRole::supporter);
  };

  EXPECT_EQ(s_.refused(helper(one_), {close(one_)}), AppendRefusal::not_staff);
  EXPECT_EQ(s_.refused(helper(two_), {s_.app()}), AppendRefusal::kind_forbidden);
  EXPECT_EQ(s_.refused(helper(two_), {s_.by_staff(room::PauseOp{})}),
            AppendRefusal::kind_forbidden);
  EXPECT_EQ(s_.refused(helper(two_), {act_by(two_, room::PauseOp{}, room::SignerRole::supporter)}),
            AppendRefusal::not_staff);
  EXPECT_EQ(s_.refused(as(founder_), {close(two_)}), AppendRefusal::kind_forbidden);
  EXPECT_TRUE(s_.append(helper(two_), {close(two_)}));
  EXPECT_FALSE(s_.state.is_open());
}

// --- Sent back to the lobby ---

TEST_F(StaffTest, LeavesAMemberInTheLobbyNothingButToGo) {
  s_.open(room::Admission::open, 2);
  s_.add_gate(9);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::ToLobbyOp{{s_.builder.handle(1)}})}));
  EXPECT_TRUE(s_.state.member(s_.builder.handle(1))->in_lobby);

  EXPECT_EQ(s_.refused(s_.member(1), {s_.app()}), AppendRefusal::in_lobby);
  EXPECT_EQ(s_.refused(s_.member(1), {s_.proposal()}), AppendRefusal::in_lobby);
  EXPECT_EQ(s_.refused(s_.member(1), {s_.commit(), s_.by_member(1, s_.admit({s_.guest(3, 9)}))}),
            AppendRefusal::in_lobby);
  const Handle own = s_.builder.handle(1);
  EXPECT_EQ(s_.state.may_knock(Role::member, own.bytes, s_.now).error().reason,
            AppendRefusal::in_lobby);
  EXPECT_EQ(s_.refused(s_.staff(),
                       {s_.commit(), s_.by_staff(s_.admit({{own, Role::member, own.bytes, 0}}))}),
            AppendRefusal::in_lobby);
  EXPECT_TRUE(s_.append(s_.member(1), {s_.proposal(), s_.by_member(1, room::LeaveOp{})}));
}

TEST_F(StaffTest, CallsBackWhoWasSentAway) {
  s_.open(room::Admission::lobby, 2);
  EXPECT_EQ(s_.refused(s_.staff(), {s_.by_staff(room::ToLobbyOp{{s_.builder.handle(7)}})}),
            AppendRefusal::handle_unknown);
  EXPECT_EQ(s_.refused(s_.member(2), {s_.by_member(2, room::ToLobbyOp{{s_.builder.handle(1)}})}),
            AppendRefusal::not_staff);
  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::ToLobbyOp{{s_.builder.handle(1)}})}));
  EXPECT_EQ(s_.refused(s_.member(1), {s_.by_member(1, room::CallBackOp{{s_.builder.handle(1)}})}),
            AppendRefusal::not_staff);

  ASSERT_TRUE(s_.append(s_.staff(), {s_.by_staff(room::CallBackOp{{s_.builder.handle(1)}})}));

  EXPECT_TRUE(s_.append(s_.member(1), {s_.app()}));
}

// --- Bans and rebuilds ---

TEST_F(StaffTest, TaintsTheGateOfWhoIsBannedUnlessItGoesToo) {
  s_.open(room::Admission::open);
  s_.add_gate(1, 5);
  s_.add_gate(2, 5);
  s_.add_gate(3, 5);
  ASSERT_TRUE(s_.append(s_.staff(),
                        {s_.commit(), s_.by_staff(s_.admit({s_.guest(1, 1), s_.guest(2, 2),
                                                            s_.guest(3, 3), s_.guest(4, 1)}))}));
  room::RemoveOp ban =
      s_.remove({s_.builder.handle(1), s_.builder.handle(2)}, {s_.builder.gate(2)});
  ban.ban_seconds = 3600;
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(ban)}));
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.remove({s_.builder.handle(3)}))}));

  EXPECT_TRUE(s_.state.gate(s_.builder.gate(1))->tainted());
  EXPECT_FALSE(s_.state.gate(s_.builder.gate(2)));
  EXPECT_FALSE(s_.state.gate(s_.builder.gate(3))->tainted());  // Removed, not banned.
  const auto by_member = [&](std::uint32_t gate) {
    return std::vector<Item>{s_.commit(), s_.by_member(4, s_.admit({s_.guest(5, gate)}))};
  };
  EXPECT_EQ(s_.refused(s_.member(4), by_member(1)), AppendRefusal::admission_forbidden);
  EXPECT_TRUE(s_.append(s_.member(4), by_member(3)));
  EXPECT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(s_.admit({s_.guest(6, 1)}))}));
}

TEST_F(StaffTest, LeavesBehindInARebuildWhomItDrops) {
  s_.open(room::Admission::open, 2);
  const auto rebuild = [&](std::vector<Handle> dropped, std::vector<room::GateRef> gates) {
    return room::RebuildOp{Bytes(16, 7),       s_.builder.handle(0), room::Admission::open, 2,
                           std::move(dropped), std::move(gates)};
  };
  const auto refused = [&](std::vector<Handle> dropped, std::vector<room::GateRef> gates) {
    return s_.refused(s_.staff(), {s_.by_staff(rebuild(std::move(dropped), std::move(gates)))});
  };
  EXPECT_EQ(refused({s_.builder.handle(9)}, {}), AppendRefusal::handle_unknown);
  EXPECT_EQ(refused({s_.builder.handle(1), s_.builder.handle(1)}, {}),
            AppendRefusal::handle_unknown);
  EXPECT_EQ(refused({s_.builder.handle(0)}, {}), AppendRefusal::handle_unknown);
  EXPECT_EQ(refused({}, {s_.builder.gate(9)}), AppendRefusal::gate_unknown);

  ASSERT_TRUE(
      s_.append(s_.staff(), {s_.by_staff(rebuild({s_.builder.handle(1)}, {s_.builder.gate(2)}))}));

  EXPECT_FALSE(s_.state.member(s_.builder.handle(1)));
  EXPECT_TRUE(s_.state.member(s_.builder.handle(2)));
  EXPECT_FALSE(s_.state.gate(s_.builder.gate(1)));  // Spent, and of nobody now.
  EXPECT_FALSE(s_.state.gate(s_.builder.gate(2)));
}

}  // namespace
}  // namespace hearth::meeting
