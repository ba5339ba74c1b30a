// Invitations and the lock: what staff know of them, and what an old link is worth.
#include <gmock/gmock.h>

#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::vector<client::InviteLine> invites(World& world, const std::string& who) {
  const auto tag = world[who].ask(client::AskInvites{});
  const auto list = world[who].answer<client::Invites>(tag);
  return list ? list->invites : std::vector<client::InviteLine>{};
}

TEST(DoorKeeping, ShowsStaffWhatTheyNotedOfEachInvitation) {
  World world(40);
  gather(world, {"Ben"});

  invite(world, 3, "for the Tuesday group");

  const auto list = invites(world, "Anna");
  ASSERT_THAT(list, SizeIs(2));
  EXPECT_EQ(list[1].number, 2u);
  EXPECT_EQ(list[1].label, "for the Tuesday group");
  EXPECT_EQ(list[1].issuer.name, "Anna");
  EXPECT_EQ(list[1].uses_left, 3);
  EXPECT_TRUE(list[1].link_held);
  EXPECT_FALSE(list[1].tainted);
  // Everybody sees that there is one more, and from whom.
  EXPECT_EQ(world["Ben"].last<client::InvitationMade>()->by.name, "Anna");
  EXPECT_EQ(refusal(world, "Ben", client::AskInvites{}), "not_staff");
}

TEST(DoorKeeping, RefusesALabelThatIsTooLong) {
  World world(41);
  found(world);

  client::Invite asked;
  asked.label = std::string(201, 'x');
  EXPECT_EQ(refusal(world, "Anna", asked), "label_invalid");
}

TEST(DoorKeeping, RevokesByNumberAndPrintsALinkAgain) {
  World world(42);
  gather(world, {"Ben"});
  const std::string link = invite(world, 2, "two friends");

  const auto again = world["Anna"].ask(client::ReprintInvite{2});
  EXPECT_EQ(world["Anna"].answer<client::Invitation>(again)->link, link);
  EXPECT_TRUE(does(world, "Anna", client::RevokeInvite{{}, 2}));

  EXPECT_EQ(world["Ben"].last<client::InvitationRevoked>()->by.name, "Anna");
  EXPECT_THAT(invites(world, "Anna"), SizeIs(1));
  EXPECT_EQ(refusal(world, "Anna", client::ReprintInvite{2}), "invitation_unknown");
  EXPECT_EQ(refusal(world, "Anna", client::RevokeInvite{{}, 9}), "invitation_unknown");
  world["Cleo"].knock(link);
  world.pass(std::chrono::seconds(5));
  EXPECT_EQ(world["Cleo"].last<client::Ended>()->reason, "link_spent");
}

TEST(DoorKeeping, AnOlderLinkDoesNotOpenTheDoorCardAfterAChangeOfLock) {
  World world(43);
  gather(world, {"Ben"});
  const std::string old = invite(world, 5);

  ASSERT_TRUE(does(world, "Anna", client::ChangeLock{}));
  world.settle();

  EXPECT_EQ(world["Ben"].last<client::LockReplaced>()->by.name, "Anna");
  EXPECT_EQ(world["Anna"].count<client::LockReplaced>(), 1u);
  world["Cleo"].knock(old);
  world.pass(std::chrono::seconds(5));
  EXPECT_EQ(world["Cleo"].count<client::DoorShown>(), 0u);
  EXPECT_EQ(world["Cleo"].last<client::KnockRefused>()->reason, "lock_changed");
  EXPECT_EQ(world["Cleo"].last<client::Ended>()->reason, "lock_changed");
  // The same gate with today's lock opens.
  const auto again = world["Anna"].ask(client::ReprintInvite{2});
  join(world, {"Dora"}, world["Anna"].answer<client::Invitation>(again)->link);
  EXPECT_EQ(world["Dora"].last<client::DoorShown>()->title, "Evening");
  world.expect_agreement({"Anna", "Ben", "Dora"});
}

TEST(DoorKeeping, MembersOfAnOpenRoomOpenKnocksUnderTheNewLock) {
  World world(44);
  gather(world, {"Ben"}, room::Admission::open);
  ASSERT_TRUE(does(world, "Anna", client::ChangeLock{}));
  const std::string link = invite(world);
  world["Anna"].ask(client::GoOffline{});

  world["Cleo"].knock(link);

  world.until([&] { return world["Cleo"].inside(); });
}

TEST(DoorKeeping, WhoReturnsToANewMeetingNeedsNoNewLink) {
  World world(45);
  gather(world, {"Ben"});
  ASSERT_TRUE(does(world, "Anna", client::ChangeLock{}));
  world["Anna"].ask(client::CloseRoom{});
  world.until([&] { return world["Ben"].count<client::Closed>() == 1; });
  world["Anna"].ask(client::OpenRoom{});

  world.until([&] {
    if (world["Anna"].status().waiting > 0) world["Anna"].ask(client::AdmitAll{});
    return world["Ben"].inside();
  });

  world.expect_agreement({"Anna", "Ben"});
}

TEST(DoorKeeping, TheCardIsPutAgainWhenTheLineBreaks) {
  for (std::size_t step = 1; step < 6; ++step) {
    World world(460 + step);
    gather(world, {"Ben"});
    world.cut_after(world["Anna"], step);
    ASSERT_TRUE(does(world, "Anna", client::ChangeLock{}));
    world.pass(std::chrono::seconds(30));

    join(world, {"Cleo"}, invite(world));

    world.expect_agreement({"Anna", "Ben", "Cleo"});
  }
}

TEST(DoorKeeping, OnlyStaffChangeTheLock) {
  World world(47);
  gather(world, {"Ben"});

  EXPECT_EQ(refusal(world, "Ben", client::ChangeLock{}), "not_staff");
  EXPECT_EQ(refusal(world, "Anna", client::ChangeLock{}), "");
  EXPECT_EQ(refusal(world, "Anna", client::ChangeLock{}), "not_now");
}

TEST(DoorKeeping, AStaffPassOpensAtOnceAndOnlyOnce) {
  World world(48);
  gather(world, {"Ben"});
  client::Invite asked;
  asked.staff_pass = true;
  const auto tag = world["Anna"].ask(asked);
  world.until([&] { return world["Anna"].answer<client::Invitation>(tag).has_value(); });
  const auto pass = world["Anna"].answer<client::Invitation>(tag);
  EXPECT_EQ(pass->uses, 1);

  world["Cleo"].knock(pass->link);
  world.until([&] { return world["Cleo"].inside(); });

  EXPECT_NE(world["Anna"].last<client::KnockWaiting>()->name, "Cleo");
  world["Dora"].knock(pass->link);
  world.pass(std::chrono::seconds(5));
  EXPECT_FALSE(world["Dora"].inside());
}

TEST(DoorKeeping, ARoomForTwoOfTheStaffAdmitsNobodyBefore) {
  World world(49);
  client::CreateRoom create;
  create.host = "hearth.example";
  create.title = "Evening";
  create.name = "Anna";
  create.staff_min = 2;
  world["Anna"].ask(create);
  world.until([&] { return world["Anna"].inside(); });
  world["Ben"].knock(invite(world));
  world.until([&] { return world["Anna"].status().waiting == 1; });

  EXPECT_EQ(refusal(world, "Anna", client::AdmitAll{}), "staff_too_few");
  world.pass(std::chrono::seconds(10));

  EXPECT_FALSE(world["Ben"].inside());
  EXPECT_EQ(world["Anna"].status().waiting, 1u);
}

}  // namespace
}  // namespace hearth::test
