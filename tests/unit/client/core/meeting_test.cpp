// A meeting from its founding to its end, seen by its people.
#include <gmock/gmock.h>

#include "tests/support/world.h"

namespace hearth::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Anna founds a room and waits until its first meeting is open.
void found(World& world, room::Admission admission = room::Admission::lobby,
           room::Retention retention = room::Retention::live) {
  client::CreateRoom create;
  create.host = "hearth.example";
  create.title = "Evening";
  create.name = "Anna";
  create.admission = admission;
  create.retention = retention;
  world["Anna"].ask(create);
  world.until([&] { return world["Anna"].inside(); });
}

std::string invite(World& world, std::uint16_t uses = 10) {
  const auto tag = world["Anna"].ask(client::Invite{uses, std::chrono::hours(24), false});
  world.until([&] { return world["Anna"].answer<client::Invitation>(tag).has_value(); });
  const auto invitation = world["Anna"].answer<client::Invitation>(tag);
  return invitation ? invitation->link : std::string{};
}

void join(World& world, const std::string& name, const std::string& link) {
  world[name].knock(link);
  world.until([&] { return world["Anna"].status().waiting > 0 || world[name].inside(); });
  if (!world[name].inside()) world["Anna"].ask(client::AdmitAll{});
  world.until([&] { return world[name].inside(); });
}

TEST(Meeting, IsFoundedAndOpened) {
  World world(1);

  found(world);

  EXPECT_EQ(world["Anna"].last<client::RoomCreated>()->title, "Evening");
  EXPECT_EQ(world["Anna"].last<client::Entered>()->members.size(), 1u);
  EXPECT_EQ(world["Anna"].status().generation, 1);
  EXPECT_THAT(invite(world), HasSubstr("https://hearth.example/j#"));
}

TEST(Meeting, AdmitsAGuestWhoThenTalks) {
  World world(2);
  found(world);

  join(world, "Ben", invite(world));
  world["Ben"].say("hello");
  world["Anna"].say("welcome");
  world.settle();

  EXPECT_EQ(world["Ben"].last<client::DoorShown>()->title, "Evening");
  EXPECT_EQ(world["Anna"].last<client::KnockWaiting>()->name, "Ben");
  EXPECT_EQ(world["Anna"].last<client::Joined>()->who.name, "Ben");
  EXPECT_EQ(world["Anna"].texts(), world["Ben"].texts());
  EXPECT_EQ(world["Anna"].texts().size(), 2u);
  world.expect_agreement({"Anna", "Ben"});
}

}  // namespace
}  // namespace hearth::test
