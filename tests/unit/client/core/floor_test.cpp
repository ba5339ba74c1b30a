// The floor as people meet it: hands, turns, rounds and their gentle clock.
#include <gmock/gmock.h>

#include "client/core/turn_clock.h"
#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using client::Person;
using room::Mode;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

std::vector<std::string> names(const std::vector<Person>& people) {
  std::vector<std::string> out;
  for (const Person& who : people) out.push_back(who.name);
  return out;
}

client::FloorShown floor_of(World& world, const std::string& who) {
  const auto tag = world[who].ask(client::AskFloor{});
  return *world[who].answer<client::FloorShown>(tag);
}
std::vector<std::string> hands_of(World& world, const std::string& who) {
  return names(floor_of(world, who).hands);
}
std::string turn_of(World& world, const std::string& who) {
  const auto turn = floor_of(world, who).turn;
  return turn ? turn->name : "nobody";
}

TEST(Floor, GivesEverybodyTheSameOrderOfHands) {
  World world(80);
  gather(world, {"Ben", "Cleo", "Dora"});
  ASSERT_TRUE(does(world, "Anna", client::SetMode{Mode::queue, 240}));
  world.settle();
  EXPECT_EQ(world["Ben"].last<client::FloorModeChanged>()->by.name, "Anna");
  for (const std::string who : {"Cleo", "Ben", "Dora"}) world[who].ask(client::RaiseHand{});
  world.settle();
  const auto order = hands_of(world, "Anna");
  EXPECT_EQ(order.size(), 3u);
  for (const std::string who : {"Ben", "Cleo", "Dora"}) EXPECT_EQ(hands_of(world, who), order);
  EXPECT_EQ(world["Dora"].count<client::HandChanged>(), 3u);
  ASSERT_TRUE(does(world, "Anna", client::CallOn{}));
  world.settle();
  EXPECT_EQ(turn_of(world, "Dora"), order.front());
  EXPECT_EQ(world["Ben"].last<client::TurnBegan>()->seconds, 240);
}

TEST(Floor, RefusesALineOutOfTurnAndTakesTheWordsOfTheQueue) {
  World world(81);
  gather(world, {"Ben", "Cleo"});
  ASSERT_TRUE(does(world, "Anna", client::SetMode{Mode::queue}));
  world.settle();
  world["Ben"].say("!");
  world.settle();
  EXPECT_THAT(hands_of(world, "Cleo"), ElementsAre("Ben"));
  world["Cleo"].say("me too");
  world.settle();
  EXPECT_EQ(world["Cleo"].last<client::NotSent>()->reason, "out_of_turn");
  EXPECT_EQ(world["Cleo"].last<client::NotSent>()->mode, Mode::queue);
  EXPECT_FALSE(world["Cleo"].last<client::NotSent>()->turn);
  ASSERT_TRUE(does(world, "Anna", client::CallOn{"Ben"}));
  world.settle();
  world["Ben"].say("a hard week ...");
  world["Ben"].say("but a good day");
  world.settle();
  // Whoever speaks into it is told whose turn it is, and where their own hand stands.
  world["Cleo"].say("is it my turn?");
  world.settle();
  EXPECT_EQ(world["Cleo"].last<client::NotSent>()->turn->name, "Ben");
  EXPECT_EQ(world["Cleo"].last<client::NotSent>()->place, 0u);
  world["Cleo"].ask(client::RaiseHand{});
  world["Cleo"].say("is it now?");
  world.settle();
  EXPECT_EQ(world["Cleo"].last<client::NotSent>()->place, 1u);
  world["Cleo"].ask(client::LowerHand{});
  world["Cleo"].ask(client::Acknowledge{});
  world["Ben"].say("done");
  world.settle();
  EXPECT_EQ(turn_of(world, "Anna"), "nobody");
  EXPECT_EQ(world["Ben"].last<client::HeardYou>()->from.name, "Cleo");
  EXPECT_EQ(world["Cleo"].last<client::TurnEnded>()->who.name, "Ben");
  EXPECT_THAT(world["Cleo"].texts(), ElementsAre("Ben: a hard week ...", "Ben: but a good day"));
  // Where there is no queue these are words like any other.
  ASSERT_TRUE(does(world, "Anna", client::SetMode{Mode::free}));
  world.settle();
  world["Ben"].say("done");
  world["Ben"].say("!");
  world.settle();
  EXPECT_EQ(world["Anna"].texts().back(), "Ben: !");
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Floor, GoesRoundOnceForEachWithTheLineItself) {
  World world(82);
  gather(world, {"Ben", "Cleo", "Dora"});
  ASSERT_TRUE(does(world, "Anna", client::SetMode{Mode::round, 90}));
  world.settle();
  world["Ben"].say("hopeful");
  world.settle();
  EXPECT_EQ(turn_of(world, "Cleo"), "nobody");
  world["Ben"].say("once more");
  world.settle();
  EXPECT_EQ(world["Ben"].last<client::NotSent>()->reason, "turn_had");
  world["Cleo"].say("it was ...");
  world["Cleo"].say("long");
  world["Dora"].say("pass");
  world.settle();
  EXPECT_EQ(world["Anna"].last<client::TurnPassed>()->who.name, "Dora");
  EXPECT_THAT(world["Anna"].texts(), ElementsAre("Ben: hopeful", "Cleo: it was ...", "Cleo: long"));
  EXPECT_EQ(turn_of(world, "Ben"), "nobody");
  EXPECT_EQ(world["Anna"].count<client::Skipped>(), 0u);
  expect_same_texts(world, {"Anna", "Ben", "Cleo", "Dora"});
  world.expect_agreement({"Anna", "Ben", "Cleo", "Dora"});
}

// While Cleo speaks Ben's line waits for nothing: he is told, and may send it again.
TEST(Floor, LetsNobodyTalkOverAnotherInARound) {
  World world(83);
  gather(world, {"Ben", "Cleo"});
  ASSERT_TRUE(does(world, "Anna", client::SetMode{Mode::round}));
  world.settle();
  world["Cleo"].say("I begin ...");
  world.settle();
  world["Ben"].say("and I");
  world.settle();
  EXPECT_EQ(world["Ben"].last<client::NotSent>()->reason, "turn_taken");
  EXPECT_EQ(world["Ben"].last<client::NotSent>()->text, "and I");
  EXPECT_EQ(world["Ben"].last<client::NotSent>()->turn->name, "Cleo");
  ASSERT_TRUE(does(world, "Anna", client::SkipTurn{}));
  world["Ben"].say("and I");
  world.settle();
  EXPECT_THAT(world["Anna"].texts(), ElementsAre("Cleo: I begin ...", "Ben: and I"));
}

TEST(Floor, TellsTheSpeakerAndStaffWhenTheTimeIsNear) {
  World world(84);
  gather(world, {"Ben", "Cleo"});
  ASSERT_TRUE(does(world, "Anna", client::SetMode{Mode::queue, 180}));
  ASSERT_TRUE(does(world, "Anna", client::CallOn{"Ben"}));
  world.settle();
  world.pass(100s);
  EXPECT_EQ(world["Ben"].count<client::TurnSignal>(), 0u);
  world.pass(25s);
  ASSERT_EQ(world["Ben"].count<client::TurnSignal>(), 1u);
  EXPECT_FALSE(world["Ben"].last<client::TurnSignal>()->over);
  ASSERT_TRUE(does(world, "Anna", client::GrantTime{60}));
  world.settle();
  world.pass(60s);
  EXPECT_EQ(world["Ben"].count<client::TurnSignal>(), 2u);
  EXPECT_FALSE(world["Ben"].last<client::TurnSignal>()->over);
  world.pass(60s);
  EXPECT_EQ(world["Ben"].count<client::TurnSignal>(), 3u);
  EXPECT_TRUE(world["Ben"].last<client::TurnSignal>()->over);
  EXPECT_EQ(world["Anna"].count<client::TurnSignal>(), 3u);
  EXPECT_EQ(world["Cleo"].count<client::TurnSignal>(), 0u);
  // Nothing ends by it.
  EXPECT_EQ(turn_of(world, "Cleo"), "Ben");
}

TEST(Floor, IsKeptForWhoLosesTheLineAndShownToWhoComesLate) {
  World world(85);
  gather(world, {"Ben", "Cleo"});
  ASSERT_TRUE(does(world, "Anna", client::SetMode{Mode::queue}));
  world.settle();
  world["Ben"].ask(client::RaiseHand{});
  world["Cleo"].ask(client::RaiseHand{});
  world.settle();
  ASSERT_TRUE(does(world, "Anna", client::CallOn{"Ben"}));
  world["Ben"].ask(client::GoOffline{});
  world.pass(40s);
  world["Ben"].ask(client::GoOnline{});
  world.pass(5s);
  join(world, {"Dora"}, invite(world));
  for (const std::string who : {"Anna", "Ben", "Cleo", "Dora"}) {
    EXPECT_EQ(turn_of(world, who), "Ben") << who;
    EXPECT_THAT(hands_of(world, who), ElementsAre("Cleo")) << who;
  }
  EXPECT_EQ(floor_of(world, "Dora").lead.name, "Anna");
  EXPECT_THAT(world["Dora"].texts(), IsEmpty());
}

TEST(Floor, IsStaffsToRun) {
  World world(86);
  gather(world, {"Ben"});
  EXPECT_EQ(refusal(world, "Ben", client::SetMode{Mode::queue}), "not_staff");
  EXPECT_EQ(refusal(world, "Ben", client::CallOn{"Ben"}), "not_staff");
  EXPECT_EQ(refusal(world, "Ben", client::TakeLead{}), "not_staff");
  EXPECT_EQ(refusal(world, "Anna", client::SkipTurn{}), "no_turn");
  EXPECT_EQ(refusal(world, "Anna", client::CallOn{}), "no_hand");
  const auto tag = world["Anna"].ask(client::CallOn{"Ben"});
  world.settle();
  EXPECT_EQ(world["Anna"].answer<client::Refused>(tag)->reason, "mode_wrong");
}

// --- When the lead's line dies ------------------------------------------------------------------

TEST(Lead, IsOfferedToStaffAloneWhenItsLineIsDownAndTheTurnGoesOn) {
  World world(88);
  gather(world, {"Ben", "Cleo"});
  appoint(world, "Anna", "Ben");
  ASSERT_TRUE(does(world, "Anna", client::SetMode{Mode::queue, 240}));
  ASSERT_TRUE(does(world, "Anna", client::CallOn{"Cleo"}));
  world.settle();
  world["Cleo"].say("I had a day of ...");

  world["Anna"].ask(client::GoOffline{});
  world.pass(18s);
  EXPECT_EQ(world["Ben"].count<client::LeadOffered>(), 0u);
  world["Ben"].say("+");  // Nothing is offered yet: words like others.
  world.pass(4s);
  ASSERT_EQ(world["Ben"].count<client::LeadOffered>(), 1u);
  EXPECT_EQ(world["Ben"].last<client::LeadOffered>()->lead.name, "Anna");
  EXPECT_EQ(world["Cleo"].count<client::LeadOffered>(), 0u);
  EXPECT_EQ(floor_of(world, "Cleo").lead.name, "Anna");

  world["Ben"].say("+");
  world.settle();
  EXPECT_EQ(world["Cleo"].last<client::LeadChanged>()->lead.name, "Ben");
  EXPECT_EQ(turn_of(world, "Ben"), "Cleo");
  world["Cleo"].say("and it passed.");
  world.settle();
  EXPECT_THAT(world["Ben"].texts(),
              ElementsAre("Cleo: I had a day of ...", "Ben: +", "Cleo: and it passed."));
  EXPECT_EQ(world["Ben"].count<client::LeadWithdrawn>(), 0u);

  // Whoever led first may take it back.
  world["Anna"].ask(client::GoOnline{});
  world.pass(5s);
  EXPECT_EQ(floor_of(world, "Anna").lead.name, "Ben");
  EXPECT_EQ(world["Anna"].count<client::LeadOffered>(), 0u);
  ASSERT_TRUE(does(world, "Anna", client::TakeLead{}));
  world.settle();
  EXPECT_EQ(world["Cleo"].last<client::LeadChanged>()->lead.name, "Anna");
  EXPECT_EQ(world["Ben"].texts(), world["Anna"].texts());
  // That her line was down once says nothing of now.
  world.pass(5s);
  EXPECT_EQ(world["Ben"].count<client::LeadOffered>(), 1u);
  world["Ben"].say("+");
  world.settle();
  EXPECT_EQ(floor_of(world, "Cleo").lead.name, "Anna");
}

// Nobody takes the lead, and nobody is led to suspect the server for it.
TEST(Lead, IsMissedWithoutSuspicion) {
  World world(87);
  gather(world, {"Ben", "Cleo"});
  appoint(world, "Anna", "Ben");
  world["Anna"].ask(client::GoOffline{});
  world.pass(10min);
  EXPECT_EQ(world["Cleo"].count<client::Withheld>(), 0u);
  EXPECT_EQ(world["Ben"].count<client::Withheld>(), 0u);
}

TEST(Lead, IsNoLongerOfferedWhenItsLineIsBack) {
  World world(89);
  gather(world, {"Ben"});
  appoint(world, "Anna", "Ben");
  world["Anna"].ask(client::GoOffline{});
  world.pass(25s);
  ASSERT_EQ(world["Ben"].count<client::LeadOffered>(), 1u);
  // Who comes back meanwhile is told as well, and once.
  world["Ben"].ask(client::GoOffline{});
  world.settle();
  world["Ben"].ask(client::GoOnline{});
  world.pass(3s);
  EXPECT_EQ(world["Ben"].count<client::LeadOffered>(), 2u);

  world["Anna"].ask(client::GoOnline{});
  world.pass(3s);

  EXPECT_EQ(world["Ben"].count<client::LeadWithdrawn>(), 1u);
  world["Ben"].say("+");
  world.settle();
  EXPECT_THAT(world["Anna"].texts(), ElementsAre("Ben: +"));
  EXPECT_EQ(floor_of(world, "Anna").lead.name, "Anna");
}

// Beacons come from whoever leads, so that nobody suspects the server.
TEST(Lead, BreaksTheSilenceInThePlaceOfTheOneBefore) {
  World world(90);
  gather(world, {"Ben", "Cleo"});
  appoint(world, "Anna", "Ben");
  world["Anna"].ask(client::GoOffline{});
  world.pass(25s);
  world["Ben"].say("+");
  world.pass(10min);
  EXPECT_EQ(world["Cleo"].count<client::Withheld>(), 0u);
  EXPECT_EQ(world["Ben"].count<client::Withheld>(), 0u);
}

TEST(TurnClock, SpeaksAMinuteBeforeTheEndAndThen) {
  client::TurnClock clock;
  meeting::Floor floor;
  const Instant start = instant_from_unix(1'790'000'000);
  clock.follow(floor, start);
  EXPECT_FALSE(clock.due());
  floor.set_mode({Mode::staff_only, 90, 0}, room::Seq{4});
  floor.call_on({{}, 0}, room::Seq{5});
  clock.follow(floor, start);
  EXPECT_EQ(clock.due(), start + 30s);
  EXPECT_FALSE(clock.take(start + 29s));
  EXPECT_EQ(clock.take(start + 30s), Duration(60s));
  EXPECT_FALSE(clock.take(start + 31s));
  EXPECT_EQ(clock.due(), start + 90s);
  EXPECT_EQ(clock.take(start + 92s), Duration(-2s));
  EXPECT_FALSE(clock.take(start + 93s));
  EXPECT_FALSE(clock.due());
  // More time: there is a last minute again.
  floor.grant(120);
  clock.follow(floor, start + 95s);
  EXPECT_EQ(clock.due(), start + 150s);
  floor.end_turn(room::Seq{9});
  clock.follow(floor, start + 96s);
  EXPECT_FALSE(clock.due());
  EXPECT_FALSE(clock.left(start + 96s));
}

// Half a minute has no last minute, and an open end no time at all.
TEST(TurnClock, DoesNotSpeakOfWhatIsNotThere) {
  client::TurnClock clock;
  meeting::Floor floor;
  const Instant start = instant_from_unix(1'790'000'000);
  floor.set_mode({Mode::staff_only, 0, 0}, room::Seq{4});
  floor.call_on({{}, 30}, room::Seq{5});
  clock.follow(floor, start);
  EXPECT_EQ(clock.due(), start + 30s);
  EXPECT_EQ(clock.take(start + 30s), Duration(0s));
  floor.end_turn(room::Seq{6});
  floor.call_on({{}, 0}, room::Seq{7});
  clock.follow(floor, start + 40s);
  EXPECT_FALSE(clock.due());
  EXPECT_FALSE(clock.left(start + 41s));
}

}  // namespace
}  // namespace hearth::test
