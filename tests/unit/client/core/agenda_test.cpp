// A meeting by its plan: everybody is at the same item, whoever comes late too.
#include <gmock/gmock.h>

#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using room::Mode;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

agenda::Plan circle() {
  agenda::Plan plan;
  plan.title = "Saturday circle";
  const auto add = [&](std::string name, Mode mode, std::uint16_t minutes) -> agenda::Item& {
    agenda::Item& item = plan.items.emplace_back();
    item.name = std::move(name);
    item.mode = mode;
    item.minutes = minutes;
    return item;
  };
  add("Welcome", Mode::staff_only, 4).reading = "We are peers.\nWhat is shared here stays here.";
  add("Opening", Mode::round, 8).prompt = "One thing you would like to do some day";
  add("Shares", Mode::queue, 20).turn_seconds = 240;
  add("Tips", Mode::respond, 8);
  return plan;
}

client::AgendaShown agenda_of(World& world, const std::string& who) {
  const auto tag = world[who].ask(client::AskAgenda{});
  return world[who].answer<client::AgendaShown>(tag).value_or(client::AgendaShown{});
}
Mode mode_of(World& world, const std::string& who) {
  const auto tag = world[who].ask(client::AskFloor{});
  return world[who].answer<client::FloorShown>(tag)->mode;
}

TEST(Agenda, BeginsAnItemForEverybodyInOneAppend) {
  World world(100);
  gather(world, {"Ben", "Cleo"});
  ASSERT_TRUE(does(world, "Anna", client::SetAgenda{circle()}));
  EXPECT_FALSE(agenda_of(world, "Anna").current);
  const auto before = world["Ben"].entries().size();

  const auto tag = world["Anna"].ask(client::NextItem{});
  world.settle();

  ASSERT_TRUE(world["Anna"].answer<client::ItemBegan>(tag).has_value());
  EXPECT_EQ(world["Ben"].entries().size(), before + 2);
  for (const std::string who : {"Anna", "Ben", "Cleo"}) {
    ASSERT_EQ(world[who].count<client::ItemBegan>(), 1u) << who;
    const auto begun = *world[who].last<client::ItemBegan>();
    EXPECT_EQ(begun.card.item().name, "Welcome");
    EXPECT_EQ(begun.card.item().reading, circle().items[0].reading);
    EXPECT_EQ(begun.by.name, "Anna");
    EXPECT_EQ(begun.timing.item_left, 4min);
    EXPECT_EQ(begun.timing.meeting_left, 40min);
    EXPECT_EQ(mode_of(world, who), Mode::staff_only);
  }
  // The same words to everybody, and nothing to read between the lines: no text was said.
  EXPECT_THAT(world["Ben"].texts(), IsEmpty());

  world["Anna"].ask(client::GoToItem{3});
  world.settle();
  EXPECT_EQ(mode_of(world, "Cleo"), Mode::queue);
  EXPECT_EQ(world["Cleo"].last<client::FloorModeChanged>()->turn_seconds, 240);
  world["Anna"].ask(client::PreviousItem{});
  world.settle();
  EXPECT_EQ(agenda_of(world, "Ben").current, 1u);
  EXPECT_EQ(mode_of(world, "Ben"), Mode::round);
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Agenda, ShowsWhoComesLateWhereTheMeetingIsAndDisturbsNobody) {
  World world(101);
  gather(world, {"Ben"});
  ASSERT_TRUE(does(world, "Anna", client::SetAgenda{circle()}));
  world["Anna"].ask(client::GoToItem{3});
  world.settle();
  ASSERT_TRUE(does(world, "Anna", client::CallOn{"Ben"}));
  world["Ben"].say("an earlier share ...");
  world.settle();
  world.pass(5min);
  const auto shown = world["Ben"].count<client::ItemBegan>();

  join(world, {"Dora"}, invite(world));
  world.pass(5s);

  ASSERT_EQ(world["Dora"].count<client::ItemBegan>(), 1u);
  const auto card = *world["Dora"].last<client::ItemBegan>();
  EXPECT_EQ(card.card.item().name, "Shares");
  EXPECT_GE(card.card.item_seconds, 300u);
  EXPECT_LE(card.timing.item_left, 15min);
  EXPECT_GT(card.timing.item_left, 13min);
  EXPECT_THAT(world["Dora"].texts(), IsEmpty());
  EXPECT_EQ(world["Ben"].count<client::ItemBegan>(), shown);
  EXPECT_EQ(world["Anna"].count<client::ItemBegan>(), 1u);
}

// Who has never seen the pack goes on by the last card.
TEST(Agenda, IsGoneOnWithByAStandIn) {
  World world(102);
  gather(world, {"Ben", "Cleo"});
  appoint(world, "Anna", "Ben");
  ASSERT_TRUE(does(world, "Anna", client::SetAgenda{circle()}));
  world["Anna"].ask(client::NextItem{});
  world.settle();
  world["Anna"].ask(client::GoOffline{});
  world.pass(25s);
  world["Ben"].say("+");
  world.settle();

  world["Ben"].ask(client::NextItem{});
  world.settle();

  const auto begun = *world["Cleo"].last<client::ItemBegan>();
  EXPECT_EQ(begun.card.item().name, "Opening");
  EXPECT_EQ(begun.card.item().prompt, circle().items[1].prompt);
  EXPECT_EQ(begun.by.name, "Ben");
  EXPECT_EQ(mode_of(world, "Cleo"), Mode::round);
  // Newcomers are shown it by whoever leads now.
  world["Dora"].knock(world["Anna"].last<client::Invitation>()->link);
  ASSERT_TRUE(world.until([&] {
    if (world["Ben"].status().waiting > 0) world["Ben"].ask(client::AdmitAll{});
    return world["Dora"].inside();
  }));
  world.pass(5s);
  EXPECT_EQ(world["Dora"].count<client::ItemBegan>(), 1u);
  // And the one who comes back is where the others are.
  world["Anna"].ask(client::GoOnline{});
  world.pass(5s);
  EXPECT_EQ(agenda_of(world, "Anna").current, 1u);
}

// Whoever has no pack keeps what each card brought, and posts it again.
TEST(Agenda, KeepsTheWordsOfEveryCardForTheOneWhoGoesOn) {
  World world(120);
  gather(world, {"Ben"});
  appoint(world, "Anna", "Ben");
  agenda::Plan plan = circle();
  for (agenda::Item& item : plan.items) item.reading = std::string(3000, 'x') + item.name;
  ASSERT_TRUE(does(world, "Anna", client::SetAgenda{plan}));
  for (int i = 0; i < 2; ++i) {
    world["Anna"].ask(client::NextItem{});
    world.settle();
  }
  EXPECT_EQ(agenda_of(world, "Ben").plan.items[1].reading, plan.items[1].reading);
  world["Anna"].ask(client::GoOffline{});
  world.pass(25s);
  world["Ben"].say("+");
  world.settle();
  world["Dora"].knock(world["Anna"].last<client::Invitation>()->link);
  ASSERT_TRUE(world.until([&] {
    if (world["Ben"].status().waiting > 0) world["Ben"].ask(client::AdmitAll{});
    return world["Dora"].inside();
  }));
  world.pass(5s);
  ASSERT_EQ(world["Dora"].count<client::ItemBegan>(), 1u);
  EXPECT_EQ(world["Dora"].last<client::ItemBegan>()->card.item().reading, plan.items[1].reading);
}

// A posting that the broken line kept does not throw the meeting back when it could be sent at
// last.
TEST(Agenda, DropsWhatOthersHaveOvertaken) {
  World world(121);
  gather(world, {"Ben", "Cleo"});
  appoint(world, "Anna", "Ben");
  ASSERT_TRUE(does(world, "Anna", client::SetAgenda{circle()}));
  world["Anna"].ask(client::NextItem{});
  world.settle();
  const auto lost = world["Anna"].ask(client::NextItem{});
  world.crash_server(false);  // With it on its way.
  world["Anna"].ask(client::GoOffline{});
  world.start_server();
  EXPECT_EQ(refusal(world, "Anna", client::NextItem{}), "not_now");
  world.pass(25s);
  world["Ben"].say("+");
  world.settle();
  for (int i = 0; i < 2; ++i) {
    world["Ben"].ask(client::NextItem{});
    world.settle();
  }
  ASSERT_TRUE(does(world, "Ben", client::CallOn{"Cleo"}));
  world.settle();
  const auto shown = world["Cleo"].count<client::ItemBegan>();

  world["Anna"].ask(client::GoOnline{});
  world.pass(10s);

  EXPECT_EQ(world["Cleo"].count<client::ItemBegan>(), shown);
  EXPECT_EQ(agenda_of(world, "Anna").current, agenda_of(world, "Cleo").current);
  const auto refused = world["Anna"].answer<client::Refused>(lost);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->reason, "item_overtaken");
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Agenda, TellsStaffThatAnItemIsOverItsTimeOnceAndEndsNothing) {
  World world(103);
  gather(world, {"Ben"});
  ASSERT_TRUE(does(world, "Anna", client::SetAgenda{circle()}));
  world["Anna"].ask(client::NextItem{});
  world.pass(3min);
  EXPECT_EQ(world["Anna"].count<client::ItemOver>(), 0u);
  world.pass(2min);
  ASSERT_EQ(world["Anna"].count<client::ItemOver>(), 1u);
  EXPECT_EQ(world["Anna"].last<client::ItemOver>()->name, "Welcome");
  world.pass(10min);
  EXPECT_EQ(world["Anna"].count<client::ItemOver>(), 1u);
  EXPECT_EQ(world["Ben"].count<client::ItemOver>(), 0u);
  EXPECT_EQ(mode_of(world, "Ben"), Mode::staff_only);
  EXPECT_GE(agenda_of(world, "Anna").timing.overrun, 10min);
}

TEST(Agenda, IsStaffsToSetAndHasAnEnd) {
  World world(104);
  gather(world, {"Ben"});
  EXPECT_EQ(refusal(world, "Ben", client::SetAgenda{circle()}), "not_staff");
  EXPECT_EQ(refusal(world, "Ben", client::NextItem{}), "not_staff");
  EXPECT_EQ(refusal(world, "Ben", client::AskAgenda{}), "no_agenda");
  EXPECT_EQ(refusal(world, "Anna", client::NextItem{}), "no_agenda");
  agenda::Plan unsound = circle();
  unsound.items.clear();
  EXPECT_EQ(refusal(world, "Anna", client::SetAgenda{unsound}), "agenda_invalid");
  ASSERT_TRUE(does(world, "Anna", client::SetAgenda{circle()}));
  EXPECT_EQ(refusal(world, "Anna", client::PreviousItem{}), "no_item");
  EXPECT_EQ(refusal(world, "Anna", client::GoToItem{5}), "no_item");
  EXPECT_EQ(refusal(world, "Anna", client::GoToItem{0}), "no_item");
  world["Anna"].ask(client::GoToItem{4});
  EXPECT_EQ(refusal(world, "Anna", client::NextItem{}), "item_unsent");
  world.settle();
  EXPECT_EQ(refusal(world, "Anna", client::NextItem{}), "no_item");
  // The next meeting begins without it.
  ASSERT_TRUE(does(world, "Anna", client::CloseRoom{}));
  world.settle();
  EXPECT_EQ(refusal(world, "Anna", client::NextItem{}), "not_inside");
}

// A restart of the server takes what was only in its memory; where the meeting is remains.
TEST(Agenda, SurvivesARestartOfTheServer) {
  World world(105);
  gather(world, {"Ben"});
  ASSERT_TRUE(does(world, "Anna", client::SetAgenda{circle()}));
  world["Anna"].ask(client::GoToItem{3});
  world.settle();
  ASSERT_TRUE(does(world, "Anna", client::CallOn{"Ben"}));
  world.settle();

  world.crash_server();
  world.pass(30s);

  EXPECT_EQ(agenda_of(world, "Ben").current, 2u);
  EXPECT_EQ(mode_of(world, "Ben"), Mode::queue);
  join(world, {"Dora"}, invite(world));
  world.pass(5s);
  EXPECT_EQ(world["Dora"].count<client::ItemBegan>(), 1u);
  EXPECT_EQ(world["Ben"].count<client::ItemBegan>(), 1u);
  EXPECT_EQ(world["Ben"].count<client::Skipped>(), 0u);  // The card that came again is sound.
}

// The line of the lead breaks within the posting, and the server dies: sooner or later everybody is
// at the item, and the agenda goes on.
TEST(Agenda, IsNeverStuckByADeathInTheMiddleOfAPosting) {
  for (std::size_t records = 0; records < 8; ++records) {
    World world(106 + records);
    gather(world, {"Ben"});
    ASSERT_TRUE(does(world, "Anna", client::SetAgenda{circle()}));
    world.cut_after(world["Anna"], records);
    world["Anna"].ask(client::NextItem{});
    world.settle();
    world.crash_server();
    world.pass(60s);

    for (const std::string who : {"Anna", "Ben"}) {
      EXPECT_EQ(agenda_of(world, who).current, 0u) << who << ", " << records;
      EXPECT_EQ(mode_of(world, who), Mode::staff_only) << who << ", " << records;
    }
    world["Anna"].ask(client::NextItem{});
    world.pass(5s);
    EXPECT_EQ(agenda_of(world, "Ben").current, 1u) << records;
    world.expect_agreement({"Anna", "Ben"});
  }
}

}  // namespace
}  // namespace hearth::test
