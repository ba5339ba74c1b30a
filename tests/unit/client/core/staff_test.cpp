// Who keeps the room: appointed, dismissed, handed over, seen and agreed on by everybody.
#include <gmock/gmock.h>

#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::vector<client::StaffLine> staff_of(World& world, const std::string& who) {
  const auto tag = world[who].ask(client::AskStaff{});
  return world[who].answer<client::StaffShown>(tag)->staff;
}

TEST(Staff, AMemberWhoAcceptsIsAppointedAndMayWhatStaffMay) {
  World world(90);
  gather(world, {"Ben", "Cleo"});

  appoint(world, "Anna", "Ben");

  EXPECT_EQ(world["Ben"].last<client::AppointmentOffered>()->from.name, "Anna");
  EXPECT_TRUE(world["Anna"].last<client::AppointmentAnswered>()->accepted);
  const auto changed = world["Cleo"].last<client::StaffChanged>();
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->by.name, "Anna");
  ASSERT_THAT(changed->came, SizeIs(1));
  EXPECT_EQ(changed->came[0].name, "Ben");
  EXPECT_THAT(staff_of(world, "Cleo"), SizeIs(2));
  ASSERT_TRUE(does(world, "Ben", client::MuteMember{"Cleo", true}));
  world.settle();
  EXPECT_EQ(world["Anna"].last<client::MuteChanged>()->by.name, "Ben");
  world["Ben"].say("I keep the door now");
  world.settle();
  EXPECT_TRUE(world["Cleo"].last<client::Message>()->from.staff);
  // Newcomers are shown both on the door card.
  join(world, {"Dora"}, invite(world));
  EXPECT_THAT(staff_of(world, "Dora"), SizeIs(2));
  world.expect_agreement({"Anna", "Ben", "Cleo", "Dora"});
}

TEST(Staff, WhoDeclinesStaysAMember) {
  World world(91);
  gather(world, {"Ben"});
  const auto tag = world["Anna"].ask(client::Appoint{"Ben"});
  world.until([&] { return world["Ben"].count<client::AppointmentOffered>() == 1; });

  world["Ben"].ask(client::DeclineAppointment{});
  world.until([&] { return world["Anna"].answer<client::Refused>(tag).has_value(); });

  EXPECT_EQ(world["Anna"].answer<client::Refused>(tag)->reason, "declined");
  EXPECT_FALSE(world["Anna"].last<client::AppointmentAnswered>()->accepted);
  EXPECT_FALSE(world["Ben"].status().staff);
}

TEST(Staff, RefusesWhatNobodyMay) {
  World world(92);
  gather(world, {"Ben", "Cleo"});

  EXPECT_EQ(refusal(world, "Ben", client::Appoint{"Cleo"}), "not_staff");
  EXPECT_EQ(refusal(world, "Ben", client::AcceptAppointment{}), "offer_missing");
  EXPECT_EQ(refusal(world, "Ben", client::DeclineAppointment{}), "offer_missing");
  EXPECT_EQ(refusal(world, "Anna", client::Appoint{"Anna"}), "staff_already");
  EXPECT_EQ(refusal(world, "Anna", client::StepBack{}), "lead_needed");
  EXPECT_EQ(refusal(world, "Anna", client::HandOver{"Ben"}), "staff_unknown");
  EXPECT_EQ(refusal(world, "Anna", client::Dismiss{"Ben"}), "staff_unknown");
  EXPECT_EQ(refusal(world, "Anna", client::Dismiss{"Anna"}), "member_self");
  EXPECT_EQ(refusal(world, "Anna", client::SignQuorum{}), "offer_missing");
  appoint(world, "Anna", "Ben");
  EXPECT_EQ(refusal(world, "Ben", client::Appoint{"Cleo"}), "not_lead");
  EXPECT_EQ(refusal(world, "Ben", client::Dismiss{"Anna"}), "lead_needed");
  EXPECT_EQ(refusal(world, "Anna", client::ToLobby{"Ben"}), "member_staff");
  EXPECT_EQ(refusal(world, "Anna", client::NameDeputy{"Ben", true, 2}), "lead_needed");
}

TEST(Staff, StepsBackAndStaysAMember) {
  World world(93);
  gather(world, {"Ben", "Cleo"});
  appoint(world, "Anna", "Ben");

  ASSERT_TRUE(does(world, "Ben", client::StepBack{}));
  world.pass(std::chrono::seconds(2));

  EXPECT_FALSE(world["Ben"].status().staff);
  EXPECT_EQ(world["Cleo"].last<client::StaffChanged>()->went[0].name, "Ben");
  EXPECT_EQ(refusal(world, "Ben", client::Pause{}), "not_staff");
  world["Ben"].say("one of you again");
  world.settle();
  EXPECT_FALSE(world["Cleo"].last<client::Message>()->from.staff);
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Staff, HandsTheLeadOver) {
  World world(94);
  gather(world, {"Ben", "Cleo"});
  appoint(world, "Anna", "Ben");

  ASSERT_TRUE(does(world, "Anna", client::HandOver{"Ben"}));
  world.pass(std::chrono::seconds(2));

  for (const client::StaffLine& line : staff_of(world, "Cleo")) {
    EXPECT_EQ(line.lead, line.who.name == "Ben") << line.who.name;
  }
  EXPECT_EQ(refusal(world, "Anna", client::Appoint{"Cleo"}), "not_lead");
  ASSERT_TRUE(does(world, "Anna", client::StepBack{}));
  appoint(world, "Ben", "Cleo");
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Staff, DismissesAndRemovesInOneBundle) {
  World world(95);
  gather(world, {"Ben", "Cleo"});
  appoint(world, "Anna", "Ben");
  const auto generation = world["Anna"].status().generation;

  ASSERT_TRUE(does(world, "Anna", client::Dismiss{"Ben"}));
  world.pass(std::chrono::seconds(5));

  EXPECT_EQ(world["Ben"].last<client::Ended>()->reason, "removed");
  EXPECT_EQ(world["Anna"].status().generation, generation + 1);
  EXPECT_THAT(staff_of(world, "Cleo"), SizeIs(1));
  EXPECT_EQ(world["Cleo"].last<client::Removed>()->who.name, "Ben");
  world.expect_agreement({"Anna", "Cleo"});
}

TEST(Staff, DeputiesChangeTheStaffTogether) {
  World world(96);
  gather(world, {"Ben", "Cleo", "Dora"});
  appoint(world, "Anna", "Ben");
  appoint(world, "Anna", "Cleo");
  ASSERT_TRUE(does(world, "Anna", client::NameDeputy{"Ben", true, 1}));
  ASSERT_TRUE(does(world, "Anna", client::NameDeputy{"Cleo", true, 2}));
  world.pass(std::chrono::seconds(2));

  // Ben alone is not enough; with Cleo's signature it is.
  const auto tag = world["Ben"].ask(client::Appoint{"Dora"});
  world.until([&] { return world["Dora"].count<client::AppointmentOffered>() == 1; });
  world["Dora"].ask(client::AcceptAppointment{});
  world.until([&] { return world["Cleo"].count<client::QuorumAsked>() == 1; });
  EXPECT_EQ(world["Cleo"].last<client::QuorumAsked>()->from.name, "Ben");
  EXPECT_FALSE(world["Ben"].answer<client::Done>(tag).has_value());
  EXPECT_EQ(refusal(world, "Anna", client::SignQuorum{}), "offer_missing");
  world["Cleo"].ask(client::SignQuorum{});
  world.until([&] { return world["Ben"].answer<client::Done>(tag).has_value(); });
  world.pass(std::chrono::seconds(2));

  EXPECT_TRUE(world["Dora"].status().staff);
  EXPECT_THAT(staff_of(world, "Anna"), SizeIs(4));
  world.expect_agreement({"Anna", "Ben", "Cleo", "Dora"});
}

TEST(Staff, NamesASupporterAndLetsThemGo) {
  World world(97);
  gather(world, {"Ben", "Cleo"});
  const auto tag = world["Anna"].ask(client::AppointSupporter{"Ben", true});
  world.until([&] { return world["Ben"].count<client::AppointmentOffered>() == 1; });
  EXPECT_TRUE(world["Ben"].last<client::AppointmentOffered>()->supporter);
  world["Ben"].ask(client::AcceptAppointment{});
  world.until([&] { return world["Anna"].answer<client::Done>(tag).has_value(); });
  world.settle();

  const auto named = world["Cleo"].last<client::SupporterChanged>();
  ASSERT_TRUE(named.has_value());
  EXPECT_TRUE(named->here);
  EXPECT_TRUE(named->keeper);
  EXPECT_EQ(named->by.name, "Anna");
  EXPECT_FALSE(world["Ben"].status().staff);
  ASSERT_TRUE(does(world, "Anna", client::Dismiss{to_hex(named->key.view()).substr(0, 16)}));
  world.settle();
  EXPECT_FALSE(world["Cleo"].last<client::SupporterChanged>()->here);
  EXPECT_EQ(refusal(world, "Ben", client::AppointSupporter{"Cleo"}), "not_staff");
}

TEST(Staff, APublicRoomAdmitsItsGuestsOnceTwoAreStaff) {
  World world(98);
  client::CreateRoom create;
  create.host = "hearth.example";
  create.title = "Evening";
  create.name = "Anna";
  create.staff_min = 2;
  world["Anna"].ask(create);
  world.until([&] { return world["Anna"].inside(); });
  client::Invite pass;
  pass.staff_pass = true;
  const auto tag = world["Anna"].ask(pass);
  world.until([&] { return world["Anna"].answer<client::Invitation>(tag).has_value(); });
  world["Ben"].knock(world["Anna"].answer<client::Invitation>(tag)->link);
  world.until([&] { return world["Ben"].inside(); });
  appoint(world, "Anna", "Ben");

  join(world, {"Cleo"}, invite(world));

  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Staff, OneOpensTheNextMeetingAndTheOthersComeIn) {
  World world(99);
  gather(world, {"Ben", "Cleo"});
  appoint(world, "Anna", "Ben");
  world["Anna"].ask(client::CloseRoom{});
  world.until([&] { return world["Ben"].count<client::Closed>() == 1; });
  world.pass(std::chrono::seconds(5));

  world["Ben"].ask(client::OpenRoom{});
  world.until([&] { return world["Ben"].inside() && world["Anna"].inside(); });
  world.until([&] {
    if (world["Ben"].status().waiting > 0) world["Ben"].ask(client::AdmitAll{});
    return world["Cleo"].inside();
  });
  world.pass(std::chrono::seconds(5));

  world["Anna"].say("good evening");
  world.settle();
  EXPECT_TRUE(world["Cleo"].last<client::Message>()->from.staff);
  ASSERT_TRUE(does(world, "Anna", client::Pause{}));
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Staff, ARebuildByOneBringsTheOthersBack) {
  World world(100);
  gather(world, {"Ben", "Cleo"});
  appoint(world, "Anna", "Ben");

  ASSERT_TRUE(does(world, "Ben", client::RebuildGroup{}));
  world.until([&] { return world["Anna"].inside() && world["Cleo"].inside(); });
  world.pass(std::chrono::seconds(5));

  EXPECT_TRUE(world["Anna"].status().staff);
  ASSERT_TRUE(does(world, "Anna", client::Lock{}));
  world.settle();
  EXPECT_EQ(world["Cleo"].last<client::LockChanged>()->by.name, "Anna");
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

}  // namespace
}  // namespace hearth::test
