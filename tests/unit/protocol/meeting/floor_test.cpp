// The floor: whose turn it is, whatever happens around it.
#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/unit/protocol/meeting/room_script.h"

namespace hearth::meeting {
namespace {

using room::Mode;
using room::ModeOp;
using testing::ElementsAre;
using testing::IsEmpty;

class FloorTest : public testing::Test {
 protected:
  FloorTest() { s_.open(room::Admission::lobby, 4); }

  const Floor& floor() const { return s_.state.floor(); }
  Handle handle(std::uint32_t member) const { return s_.builder.handle(member); }
  room::Judgement own(std::uint32_t member, room::OpArgs args) {
    return s_.append(s_.member(member), {s_.by_member(member, std::move(args))});
  }
  AppendRefusal own_refused(std::uint32_t member, room::OpArgs args) {
    return s_.refused(s_.member(member), {s_.by_member(member, std::move(args))});
  }
  room::Judgement staff(room::OpArgs args) {
    return s_.append(s_.staff(), {s_.by_staff(std::move(args))});
  }
  AppendRefusal staff_refused(room::OpArgs args) {
    return s_.refused(s_.staff(), {s_.by_staff(std::move(args))});
  }
  void set(Mode mode, std::uint8_t flags = 0, std::uint16_t seconds = 240) {
    ASSERT_TRUE(staff(ModeOp{mode, seconds, flags}));
  }
  bool may_say(std::uint32_t member) {
    return s_.append(s_.member(member), {s_.app()}).has_value();
  }

  RoomScript s_;
};

TEST_F(FloorTest, IsFreeWhenAMeetingOpens) {
  EXPECT_EQ(floor().mode(), Mode::free);
  EXPECT_EQ(floor().lead(), room::public_key_of(s_.builder.staff_server));
  EXPECT_TRUE(may_say(1));
  EXPECT_EQ(own_refused(1, room::RaiseOp{}), AppendRefusal::mode_wrong);
}

TEST_F(FloorTest, KeepsHandsInTheOrderOfTheLog) {
  set(Mode::queue);
  for (const std::uint32_t member : {3u, 1u, 2u}) ASSERT_TRUE(own(member, room::RaiseOp{}));
  EXPECT_EQ(own_refused(1, room::RaiseOp{}), AppendRefusal::hand_up);
  EXPECT_THAT(floor().hands(), ElementsAre(handle(3), handle(1), handle(2)));
  ASSERT_TRUE(own(1, room::LowerOp{}));
  EXPECT_EQ(own_refused(1, room::LowerOp{}), AppendRefusal::hand_down);
  EXPECT_THAT(floor().hands(), ElementsAre(handle(3), handle(2)));
  // To the end of it.
  ASSERT_TRUE(own(3, room::PassOp{}));
  EXPECT_THAT(floor().hands(), ElementsAre(handle(2), handle(3)));
}

TEST_F(FloorTest, IsOfWhoeverWasCalledOnUntilTheyAreDone) {
  set(Mode::queue);
  ASSERT_TRUE(own(1, room::RaiseOp{}));
  EXPECT_FALSE(may_say(1));
  ASSERT_TRUE(staff(room::CallOnOp{handle(1), 0}));
  EXPECT_TRUE(floor().holds_turn(handle(1)));
  EXPECT_EQ(floor().turn()->seconds, 240);
  EXPECT_EQ(floor().turn()->since, s_.state.head());
  EXPECT_THAT(floor().hands(), IsEmpty());
  EXPECT_TRUE(may_say(1));
  EXPECT_EQ(s_.refused(s_.member(2), {s_.app()}), AppendRefusal::out_of_turn);
  EXPECT_TRUE(s_.append(s_.staff(), {s_.app()}));
  EXPECT_EQ(staff_refused(room::CallOnOp{handle(2), 0}), AppendRefusal::turn_taken);
  ASSERT_TRUE(staff(room::GrantOp{handle(1), 120}));
  EXPECT_EQ(floor().turn()->seconds, 360);
  EXPECT_EQ(own_refused(2, room::DoneOp{}), AppendRefusal::out_of_turn);
  ASSERT_TRUE(own(1, room::DoneOp{}));
  EXPECT_FALSE(floor().turn());
  EXPECT_FALSE(may_say(1));
}

TEST_F(FloorTest, PassesOnByItselfWhereTheRoomSaysSo) {
  set(Mode::queue, ModeOp::kPassesOn);
  ASSERT_TRUE(own(2, room::RaiseOp{}));
  EXPECT_TRUE(floor().holds_turn(handle(2)));
  ASSERT_TRUE(own(3, room::RaiseOp{}));
  ASSERT_TRUE(own(1, room::RaiseOp{}));
  ASSERT_TRUE(own(2, room::DoneOp{}));
  EXPECT_TRUE(floor().holds_turn(handle(3)));
  ASSERT_TRUE(staff(room::SkipOp{handle(3)}));
  EXPECT_TRUE(floor().holds_turn(handle(1)));
  EXPECT_EQ(staff_refused(room::SkipOp{handle(3)}), AppendRefusal::out_of_turn);
}

TEST_F(FloorTest, TakesThoseFirstWhoHadNoTurn) {
  set(Mode::queue, ModeOp::kPassesOn | ModeOp::kFair);
  ASSERT_TRUE(own(1, room::RaiseOp{}));
  ASSERT_TRUE(own(1, room::DoneOp{}));
  ASSERT_TRUE(own(2, room::RaiseOp{}));
  ASSERT_TRUE(own(1, room::RaiseOp{}));
  ASSERT_TRUE(own(3, room::RaiseOp{}));
  EXPECT_THAT(floor().hands(), ElementsAre(handle(3), handle(1)));
  ASSERT_TRUE(own(2, room::DoneOp{}));
  EXPECT_TRUE(floor().holds_turn(handle(3)));
}

TEST_F(FloorTest, GivesEachOneTurnInARound) {
  set(Mode::round, 0, 90);
  EXPECT_EQ(s_.refused(s_.member(1), {s_.app()}), AppendRefusal::out_of_turn);
  // Taken, said and over in one Append.
  ASSERT_TRUE(s_.append(
      s_.member(1), {s_.by_member(1, room::TakeOp{}), s_.app(), s_.by_member(1, room::DoneOp{})}));
  EXPECT_EQ(own_refused(1, room::TakeOp{}), AppendRefusal::turn_had);
  ASSERT_TRUE(own(2, room::PassOp{}));
  EXPECT_EQ(own_refused(2, room::TakeOp{}), AppendRefusal::turn_had);
  ASSERT_TRUE(own(3, room::TakeOp{}));
  EXPECT_EQ(own_refused(4, room::TakeOp{}), AppendRefusal::turn_taken);
  EXPECT_TRUE(may_say(3));
  // The next item.
  set(Mode::round);
  EXPECT_FALSE(floor().turn());
  EXPECT_TRUE(own(1, room::TakeOp{}));
}

TEST_F(FloorTest, KeepsHandsThroughResponsesAndDropsThemWhereTheyMeanNothing) {
  set(Mode::queue);
  ASSERT_TRUE(own(1, room::RaiseOp{}));
  set(Mode::respond);
  EXPECT_TRUE(may_say(2));
  EXPECT_THAT(floor().hands(), ElementsAre(handle(1)));
  EXPECT_EQ(staff_refused(room::CallOnOp{handle(1), 0}), AppendRefusal::mode_wrong);
  set(Mode::staff_only);
  EXPECT_FALSE(may_say(1));
  EXPECT_THAT(floor().hands(), ElementsAre(handle(1)));
  set(Mode::round);
  EXPECT_THAT(floor().hands(), IsEmpty());
}

TEST_F(FloorTest, LosesWhoeverMayNotSpeakAnyMore) {
  set(Mode::queue, ModeOp::kPassesOn);
  for (std::uint32_t member = 1; member <= 4; ++member) ASSERT_TRUE(own(member, room::RaiseOp{}));
  ASSERT_TRUE(staff(room::MuteOp{{handle(1)}}));
  EXPECT_TRUE(floor().holds_turn(handle(2)));
  EXPECT_EQ(own_refused(1, room::RaiseOp{}), AppendRefusal::muted);
  EXPECT_EQ(staff_refused(room::CallOnOp{handle(1), 0}), AppendRefusal::muted);
  ASSERT_TRUE(staff(room::ToLobbyOp{{handle(2), handle(4)}}));
  EXPECT_TRUE(floor().holds_turn(handle(3)));
  EXPECT_THAT(floor().hands(), IsEmpty());
  ASSERT_TRUE(s_.append(s_.member(3), {s_.proposal(), s_.by_member(3, room::LeaveOp{})}));
  EXPECT_FALSE(floor().turn());
}

TEST_F(FloorTest, StandsStillInAPause) {
  set(Mode::queue);
  ASSERT_TRUE(own(1, room::RaiseOp{}));
  ASSERT_TRUE(staff(room::CallOnOp{handle(1), 0}));
  ASSERT_TRUE(staff(room::PauseOp{}));
  EXPECT_EQ(own_refused(2, room::RaiseOp{}), AppendRefusal::paused);
  EXPECT_EQ(s_.refused(s_.member(1), {s_.app()}), AppendRefusal::paused);
  ASSERT_TRUE(staff(room::ResumeOp{}));
  EXPECT_TRUE(may_say(1));
}

TEST_F(FloorTest, FollowsWhoComesBackWithAnotherHandle) {
  set(Mode::queue);
  ASSERT_TRUE(own(1, room::RaiseOp{}));
  ASSERT_TRUE(own(2, room::RaiseOp{}));
  ASSERT_TRUE(staff(room::CallOnOp{handle(2), 0}));
  const room::AdmitOp op{{{handle(9), Role::member, handle(1).bytes, 0},
                          {handle(8), Role::member, handle(2).bytes, 0}}};
  ASSERT_TRUE(s_.append(s_.staff(), {s_.commit(), s_.by_staff(op)}));
  EXPECT_THAT(floor().hands(), ElementsAre(handle(9)));
  EXPECT_TRUE(floor().holds_turn(handle(8)));
  EXPECT_TRUE(floor().had(handle(8)));
}

TEST_F(FloorTest, IsGoneWithTheMeeting) {
  set(Mode::queue);
  ASSERT_TRUE(own(1, room::RaiseOp{}));
  ASSERT_TRUE(staff(room::CloseOp{}));
  EXPECT_EQ(floor(), Floor{});
}

TEST_F(FloorTest, IsNoMatterForMembersOrStaffToTakeFromEachOther) {
  set(Mode::queue);
  // Staff act for others, members for themselves.
  EXPECT_EQ(own_refused(1, room::CallOnOp{handle(1), 0}), AppendRefusal::not_staff);
  EXPECT_EQ(own_refused(1, ModeOp{Mode::free, 0, 0}), AppendRefusal::not_staff);
  EXPECT_EQ(own_refused(1, room::LeadOp{*floor().lead()}), AppendRefusal::not_staff);
  EXPECT_EQ(staff_refused(room::RaiseOp{}), AppendRefusal::kind_forbidden);
  EXPECT_EQ(staff_refused(room::CallOnOp{handle(7), 0}), AppendRefusal::handle_unknown);
  EXPECT_EQ(own_refused(7, room::RaiseOp{}), AppendRefusal::not_admitted);
  EXPECT_TRUE(own(1, room::HeardOp{}));
}

TEST_F(FloorTest, HasALeadWhomOnlyOneReplaces) {
  const room::PublicKey first = room::public_key_of(s_.builder.staff_server);
  const room::PublicKey second = room::public_key_of(test::signature_key("second"));
  const room::PublicKey third = room::public_key_of(test::signature_key("third"));
  Floor floor;
  floor.begin(first);
  EXPECT_FALSE(floor.may_lead(first, first));
  ASSERT_TRUE(floor.may_lead(second, first));
  ASSERT_TRUE(floor.may_lead(third, first));
  floor.set_lead(second);
  // The other one's entry names whom nobody replaces any more.
  EXPECT_EQ(floor.may_lead(third, first).error().reason, AppendRefusal::lead_other);
  EXPECT_TRUE(floor.may_lead(third, second));
  // Who led first may always take it back.
  floor.set_lead(third);
  EXPECT_TRUE(floor.may_lead(first, second));
}

// However hands, turns and comings of three people fall between each other, whoever reads the log,
// from the beginning or from a state anywhere in it, sees the same floor.
TEST_F(FloorTest, IsTheSameForEverybodyInAnyOrder) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    RoomScript s;
    s.open(room::Admission::lobby, 4);
    const auto flags = static_cast<std::uint8_t>(round % 4);
    ASSERT_TRUE(s.append(s.staff(), {s.by_staff(ModeOp{Mode::queue, 60, flags})}));
    std::vector<std::pair<std::uint32_t, int>> acts;  // Each person's acts stay in their order.
    for (std::uint32_t member = 1; member <= 3; ++member) {
      for (int act = 0; act < 4; ++act) acts.emplace_back(member, act);
    }
    std::vector<std::size_t> order(acts.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::shuffle(order, random);
    std::array<int, 4> next{};
    std::vector<RoomState> late;
    std::vector<Handle> raised;
    for (const std::size_t i : order) {
      const std::uint32_t member = acts[i].first;
      const Handle who = s.builder.handle(member);
      const room::OpArgs turns[] = {room::RaiseOp{}, room::DoneOp{}, room::RaiseOp{},
                                    room::LowerOp{}};
      const int act = next[member]++;
      const std::size_t before = s.log.size();
      if (s.append(s.member(member), {s.by_member(member, turns[act])})) {
        if (act % 2 == 0) raised.push_back(who);
      }
      if (s.state.floor().turn() == std::nullopt && !s.state.floor().hands().empty()) {
        ASSERT_TRUE(
            s.append(s.staff(), {s.by_staff(room::CallOnOp{s.state.floor().hands().front(), 0})}));
      }
      for (RoomState& one : late) {
        for (std::size_t entry = before; entry < s.log.size(); ++entry) {
          ASSERT_TRUE(one.apply(room::LogRecord::of(s.log[entry])));
        }
      }
      ASSERT_TRUE(s.append(s.staff(), {s.state_entry()}));
      for (RoomState& one : late) ASSERT_TRUE(one.apply(room::LogRecord::of(s.log.back())));
      auto joined = RoomState::from_state(s.builder.room, s.builder.server_part, s.log.back());
      ASSERT_TRUE(joined);
      late.push_back(*std::move(joined));
    }
    EXPECT_FALSE(raised.empty());
    for (const RoomState& one : late) EXPECT_EQ(one.floor(), s.state.floor());
  }
}

}  // namespace
}  // namespace hearth::meeting
