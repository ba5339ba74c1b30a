// What a room refuses of its floor, and what staff are told when the lead's line is down.
#include "tests/unit/server/rooms/runner_world.h"

namespace hearth::server {
namespace {

using namespace std::chrono_literals;
using room::AppendRefusal;

class FloorTest : public RunnerWorld {
 protected:
  FloorTest() : RunnerWorld(room::Retention::live) {}
};

// From a connection that asks nobody whether it may, as a modified client would.
TEST_F(FloorTest, LetsNoLineOutOfTurnThroughInTenThousandTries) {
  constexpr std::array kModes{room::Mode::queue, room::Mode::round, room::Mode::staff_only};
  constexpr std::size_t kTries = 10'000;
  Person& founder = staff();
  open(founder);
  for (std::uint32_t number = 1; number <= 3; ++number) admit(founder, number);
  Person& anna = member(1);
  Person& ben = member(2);
  Person& cleo = member(3);
  resume(cleo);
  std::size_t refused = 0;
  std::size_t spoken = 0;
  for (std::size_t i = 0; i < kTries; ++i) {
    // Before anybody has the turn, while Anna has it, and after she gave it back.
    const std::size_t phase = i % 300;
    if (phase == 0) append(founder, act(room::ModeOp{kModes[i / 300 % kModes.size()], 0, 0}));
    if (phase == 100) {
      const bool round = state().floor().mode() == room::Mode::round;
      const room::Seq head = state().head();
      if (round) {
        append(anna, {room::EntryKind::control, state().generation(),
                      keys_.member_act(1, room::TakeOp{}, head)});
      } else {
        append(founder, act(room::CallOnOp{keys_.handle(1), 0}));
      }
      ASSERT_TRUE(state().floor().holds_turn(keys_.handle(1)));
      append(anna, line());
      ++spoken;
    }
    if (phase == 200) {
      append(anna, {room::EntryKind::control, state().generation(),
                    keys_.member_act(1, room::DoneOp{}, state().head())});
      ASSERT_FALSE(state().floor().turn());
    }
    const auto head = state().head();
    append(ben, line());
    const auto heard = ben.all<wire::AppendRefused>();
    refused += heard.size() == 1 && heard.back().refusal.reason == AppendRefusal::out_of_turn;
    ASSERT_EQ(state().head(), head) << i;
    ben.outbox.messages.clear();
    now_ += 100ms;
    if (i % 10 == 0) pass(1s);
    if (i % 100 == 0) drain(cleo);
  }
  EXPECT_EQ(refused, kTries);
  std::size_t lines = 0;
  for (const auto& entry : cleo.all<wire::EntryRecord>()) {
    lines += entry.record.kind == room::EntryKind::app ? 1 : 0;
  }
  EXPECT_EQ(lines, spoken);
}

// --- The lead ---------------------------------------------------------------------------------

TEST_F(FloorTest, TellsTheOtherStaffWhenTheLineOfTheLeadIsDown) {
  Person& founder = staff();
  open(founder);
  const room::PublicKey lead = founder.seat.speaker.key;
  Person& second = sit(room::Role::staff, test::signature_key("staff_server", 5));
  Person& opener = member(0);
  pass(limits::kLeadAbsenceMax * 2);
  EXPECT_EQ(second.count<wire::LeadLine>(), 0u);

  runner_->leave(founder.seat);
  pass(limits::kLeadAbsenceMax - 1s);
  EXPECT_EQ(second.count<wire::LeadLine>(), 0u);
  pass(1s);
  ASSERT_EQ(second.count<wire::LeadLine>(), 1u);
  EXPECT_EQ(second.all<wire::LeadLine>().back(), (wire::LeadLine{lead, true}));
  pass(limits::kLeadAbsenceMax * 2);
  EXPECT_EQ(second.count<wire::LeadLine>(), 1u);

  // Who comes later.
  Person& third = sit(room::Role::staff, test::signature_key("staff_server", 6));
  resume(third);
  EXPECT_EQ(third.count<wire::LeadLine>(), 1u);

  Person& back = staff();
  pass(1s);
  EXPECT_EQ(second.all<wire::LeadLine>().back(), (wire::LeadLine{lead, false}));
  EXPECT_EQ(third.count<wire::LeadLine>(), 2u);
  EXPECT_EQ(back.seat.speaker.key, lead);
  EXPECT_EQ(opener.count<wire::LeadLine>(), 0u);
}

}  // namespace
}  // namespace hearth::server
