// Knocks: who may wait, who is shown whom, and for how long.
#include "tests/unit/server/rooms/runner_world.h"

namespace hearth::server {
namespace {

class LobbyTest : public RunnerWorld {
 protected:
  Person& ready(Person& person) {
    resume(person);
    return person;
  }
};

TEST_F(LobbyTest, ShowsKnocksOfALobbyRoomToStaffAlone) {
  Person& founder = staff();
  open(founder);
  ready(founder);
  Person& opener = ready(member(0));
  Person& first = guest();

  knock(first, 1);

  EXPECT_EQ(first.count<wire::KnockWaiting>(), 1u);
  EXPECT_EQ(founder.count<wire::KnockShown>(), 1u);
  EXPECT_EQ(opener.count<wire::KnockShown>(), 0u);
}

TEST_F(LobbyTest, ShowsKnocksOfAnOpenRoomToOneAtATimeStaffFirst) {
  Person& founder = staff();
  open(founder, room::Admission::open);
  Person& opener = ready(member(0));
  ready(founder);

  knock(guest(), 1);
  EXPECT_EQ(founder.count<wire::KnockShown>(), 1u);
  EXPECT_EQ(opener.count<wire::KnockShown>(), 0u);
  pass(limits::kAdmitterTimeMax);
  EXPECT_EQ(founder.count<wire::KnockGone>(), 1u);
  EXPECT_EQ(opener.count<wire::KnockShown>(), 1u);
  pass(limits::kAdmitterTimeMax);

  EXPECT_EQ(founder.count<wire::KnockShown>(), 2u);  // Another round.
}

TEST_F(LobbyTest, NeverAsksSomebodyToAdmitThemselves) {
  Person& founder = staff();
  open(founder, room::Admission::open);
  Person& opener = ready(member(0));
  runner_->leave(founder.seat);

  knock(opener, 0);
  pass(limits::kAdmitterTimeMax);

  EXPECT_EQ(opener.count<wire::KnockWaiting>(), 1u);
  EXPECT_EQ(opener.count<wire::KnockShown>(), 0u);
}

// After a rebuild members knock in numbers; whoever is still outside can admit nobody.
TEST_F(LobbyTest, AsksNobodyToOpenWhoWaitsAtTheDoor) {
  Person& founder = staff();
  open(founder, room::Admission::open);
  admit(founder, 1);
  admit(founder, 2);
  Person& first = ready(member(0));
  Person& second = ready(member(1));
  Person& third = ready(member(2));
  runner_->leave(founder.seat);

  knock(first, 10);
  knock(second, 11);
  const std::size_t asked = first.count<wire::KnockShown>() + second.count<wire::KnockShown>();
  for (int i = 0; i < 3; ++i) pass(limits::kAdmitterTimeMax);
  knock(guest(), 12);

  // The first knock was shown to the second before that knocked, too; nothing after that.
  EXPECT_EQ(first.count<wire::KnockShown>() + second.count<wire::KnockShown>(), asked);
  EXPECT_GE(third.count<wire::KnockShown>(), 3u);
}

TEST_F(LobbyTest, ShowsAKnockByStaffToMembersInAnyRoom) {
  Person& founder = staff();
  open(founder);
  Person& opener = ready(member(0));

  knock(founder, 7);

  EXPECT_EQ(opener.count<wire::KnockShown>(), 1u);
}

TEST_F(LobbyTest, HandsAKnockOnWhenItsAdmitterGoes) {
  Person& founder = staff();
  open(founder, room::Admission::open);
  ready(founder);
  Person& opener = ready(member(0));
  knock(guest(), 1);

  runner_->leave(founder.seat);

  EXPECT_EQ(opener.count<wire::KnockShown>(), 1u);
}

TEST_F(LobbyTest, ForgetsTheKnockOfAGuestWhoGoes) {
  Person& founder = staff();
  open(founder);
  ready(founder);
  Person& first = guest();
  knock(first, 1);

  runner_->leave(first.seat);

  EXPECT_EQ(founder.count<wire::KnockGone>(), 1u);
  append(founder, admission(1));
  EXPECT_EQ(founder.refusal(), room::AppendRefusal::knock_not_waiting);
}

TEST_F(LobbyTest, TellsTheGuestOnceTheAdmissionIsDurable) {
  Person& founder = staff();
  open(founder);
  ready(founder);
  Person& first = guest();
  knock(first, 1);
  log_.hold();
  append(founder, admission(1));
  EXPECT_EQ(first.count<wire::Admitted>(), 0u);

  log_.release();
  settle();

  EXPECT_EQ(first.count<wire::Admitted>(), 1u);
}

TEST_F(LobbyTest, BoundsWhoWaits) {
  Person& founder = staff();
  open(founder);
  append(founder, act(room::GateAddOp{keys_.gate(1), 1, 4'000'000'000, 0, {}}));
  Person& narrow = guest(1);
  knock(narrow, 1);
  knock(narrow, 2);
  ASSERT_EQ(narrow.count<wire::KnockRefused>(), 1u);
  EXPECT_EQ(narrow.all<wire::KnockRefused>().back().reason, wire::KnockRefusal::too_many);
  Person& opener = member(0);
  knock(opener, 0);
  knock(opener, 9);
  EXPECT_EQ(opener.all<wire::KnockRefused>().back().reason, wire::KnockRefusal::too_many);

  Person& crowd = guest();
  for (std::uint32_t i = 100; i < 100 + limits::kKnocksWaitingMax; ++i) knock(crowd, i);

  EXPECT_EQ(crowd.all<wire::KnockRefused>().back().reason, wire::KnockRefusal::lobby_full);
}

// Five hundred people at the door must not keep the facilitator out of the room.
TEST_F(LobbyTest, ShowsAStormNoFasterThanItIsTaken) {
  Person& founder = staff();
  open(founder);
  Person& crowd = guest();
  for (std::uint32_t i = 100; i < 600; ++i) knock(crowd, i);
  founder.outbox.room_bytes = limits::kOutboxRoomBytes;

  ready(founder);
  EXPECT_LT(founder.outbox.unread_bytes, limits::kOutboxBytesMax);
  for (int i = 0; i < 20; ++i) drain(founder);

  EXPECT_EQ(founder.count<wire::KnockShown>(), 500u);
}

TEST_F(LobbyTest, SendsAllAwayWhenTheRoomCloses) {
  Person& founder = staff();
  open(founder);
  Person& first = guest();
  knock(first, 1);

  append(founder, act(room::CloseOp{}));

  EXPECT_EQ(first.count<wire::KnockDenied>(), 1u);
}

TEST_F(LobbyTest, LetsOnlyWhoWasAskedDeny) {
  Person& founder = staff();
  open(founder, room::Admission::open);
  ready(founder);
  Person& opener = ready(member(0));
  Person& first = guest();
  knock(first, 1);
  const auto slot = founder.all<wire::KnockShown>().back().slot;

  runner_->deny(opener.seat, {slot, {}});
  EXPECT_EQ(first.count<wire::KnockDenied>(), 0u);
  runner_->deny(founder.seat, {slot, {}});

  EXPECT_EQ(first.count<wire::KnockDenied>(), 1u);
}

}  // namespace
}  // namespace hearth::server
