// What happens by itself: beacons against silence, and leaf keys that grow old.
#include <gmock/gmock.h>

#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

// --- Silence ------------------------------------------------------------------------------------

TEST(Silence, TheLeadBreaksItInALiveRoomAndNobodyIsShownAnything) {
  World world(80);
  gather(world, {"Ben"});
  const auto before = world["Ben"].entries().size();

  world.pass(std::chrono::minutes(10));

  // About one a minute.
  const auto beacons = world["Ben"].entries().size() - before;
  EXPECT_GE(beacons, 8u);
  EXPECT_LE(beacons, 11u);
  EXPECT_EQ(world["Ben"].count<client::Withheld>(), 0u);
  EXPECT_TRUE(world["Ben"].texts().empty());
  world.expect_agreement({"Anna", "Ben"});
}

TEST(Silence, StoredRoomsHaveNoBeacons) {
  World world(81);
  gather(world, {"Ben"}, room::Admission::lobby, room::Retention::day);
  const auto before = world["Ben"].entries().size();

  world.pass(std::chrono::minutes(10));

  EXPECT_EQ(world["Ben"].entries().size(), before);
  EXPECT_EQ(world["Ben"].count<client::Withheld>(), 0u);
}

TEST(Silence, IsShownWithinThreeMinutesWhenNothingComesFromTheStaff) {
  World world(82);
  gather(world, {"Ben", "Cleo"});
  world.settle();
  // Anna's line hangs: nothing of hers arrives, though the server still has her in the room.
  world["Anna"].ask(client::GoOffline{});
  world.pass(std::chrono::seconds(140));
  EXPECT_EQ(world["Ben"].count<client::Withheld>(), 0u);
  world.pass(std::chrono::seconds(40));

  EXPECT_EQ(world["Ben"].count<client::Withheld>(), 1u);
  EXPECT_EQ(world["Cleo"].count<client::Withheld>(), 1u);
  world["Anna"].ask(client::GoOnline{});
  world.pass(std::chrono::seconds(5));
  EXPECT_EQ(world["Ben"].count<client::WithheldEnded>(), 1u);
}

TEST(Silence, OurOwnLineBeingDownIsNoSilenceOfTheStaff) {
  World world(83);
  gather(world, {"Ben"});

  world["Ben"].ask(client::GoOffline{});
  world.pass(std::chrono::minutes(10));
  world["Ben"].ask(client::GoOnline{});
  world.pass(std::chrono::minutes(2));

  EXPECT_EQ(world["Ben"].count<client::Withheld>(), 0u);
}

// --- Leaf keys ----------------------------------------------------------------------------------

TEST(LeafKeys, AreRenewedAfterADayInAStoredRoomWhilePeopleTalk) {
  World world(84);
  gather(world, {"Ben", "Cleo"}, room::Admission::lobby, room::Retention::week);
  const auto epoch = world["Anna"].status().epoch;
  const auto generation = world["Anna"].status().generation;

  world.pass(std::chrono::hours(24));
  for (int i = 0; i < 30; ++i) {
    world["Ben"].say("ben " + std::to_string(i));
    world["Cleo"].say("cleo " + std::to_string(i));
    world.pass(std::chrono::seconds(1));
  }
  world.pass(std::chrono::minutes(1));

  // One commit for all of them, and no generation.
  EXPECT_EQ(world["Anna"].status().epoch, epoch + 1);
  EXPECT_EQ(world["Anna"].status().generation, generation);
  EXPECT_THAT(world["Anna"].texts(), SizeIs(60));
  expect_same_texts(world, {"Anna", "Ben", "Cleo"});
  for (const std::string name : {"Anna", "Ben", "Cleo"}) {
    EXPECT_EQ(world[name].count<client::Skipped>(), 0u) << name;
    EXPECT_EQ(world[name].count<client::Faulted>(), 0u) << name;
  }
  world.expect_agreement({"Anna", "Ben", "Cleo"});
  // And nothing more until the next day.
  world.pass(std::chrono::hours(6));
  EXPECT_EQ(world["Anna"].status().epoch, epoch + 1);
}

TEST(LeafKeys, AreLeftAloneInALiveRoom) {
  World world(85);
  gather(world, {"Ben"});
  const auto epoch = world["Anna"].status().epoch;

  world.pass(std::chrono::hours(25));

  EXPECT_EQ(world["Anna"].status().epoch, epoch);
}

TEST(LeafKeys, GoTogetherWithTheLeavesOfThoseWhoLeft) {
  World world(86);
  gather(world, {"Ben", "Cleo"}, room::Admission::lobby, room::Retention::week);
  world.pass(std::chrono::hours(24) - std::chrono::seconds(5));
  const auto epoch = world["Anna"].status().epoch;

  world["Cleo"].ask(client::Leave{});
  world.pass(std::chrono::minutes(2));

  EXPECT_EQ(world["Anna"].status().epoch, epoch + 1);
  EXPECT_EQ(world["Ben"].status().generation, 2);
  world["Ben"].say("still here");
  world.settle();
  EXPECT_THAT(world["Anna"].texts(), ElementsAre("Ben: still here"));
  world.expect_agreement({"Anna", "Ben"});
}

TEST(LeafKeys, NewcomersWaitForTheCommitAndThenComeIn) {
  World world(87);
  gather(world, {"Ben", "Cleo"}, room::Admission::open, room::Retention::week);
  const auto tag = world["Anna"].ask(client::Invite{50, std::chrono::hours(72)});
  world.until([&] { return world["Anna"].answer<client::Invitation>(tag).has_value(); });
  const std::string link = world["Anna"].answer<client::Invitation>(tag)->link;
  world.pass(std::chrono::hours(24));

  for (int i = 0; i < 6; ++i) {
    world["Guest " + std::to_string(i)].knock(link);
    world.pass(std::chrono::seconds(4));
  }
  world.pass(std::chrono::minutes(3));

  std::vector<std::string> everybody{"Anna", "Ben", "Cleo"};
  for (int i = 0; i < 6; ++i) everybody.push_back("Guest " + std::to_string(i));
  world.expect_agreement(everybody);
  for (const std::string& name : everybody) world[name].say("here");
  world.settle();
  EXPECT_THAT(world["Guest 5"].texts(), SizeIs(9));
}

TEST(LeafKeys, OfWhoIsAwayAreRenewedWhenTheyReturn) {
  World world(88);
  gather(world, {"Ben", "Cleo"}, room::Admission::lobby, room::Retention::week);
  world["Cleo"].ask(client::GoOffline{});
  world.pass(std::chrono::hours(30));

  world["Cleo"].ask(client::GoOnline{});
  world.pass(std::chrono::hours(2));

  world["Cleo"].say("back again");
  world.settle();
  EXPECT_THAT(world["Ben"].texts(), ElementsAre("Cleo: back again"));
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

}  // namespace
}  // namespace hearth::test
