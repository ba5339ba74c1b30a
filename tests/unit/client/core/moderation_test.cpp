// The ladder: each step once done and once refused, seen by everybody, and taken back.
#include <gmock/gmock.h>

#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

TEST(Moderation, EveryActSaysWhoDidItToWhom) {
  World world(60);
  gather(world, {"Cleo"});
  join(world, {"Ben"}, invite(world));
  Client& cleo = world["Cleo"];

  ASSERT_TRUE(does(world, "Anna", client::MuteMember{"Ben", true}));
  ASSERT_TRUE(does(world, "Anna", client::Pause{}));
  ASSERT_TRUE(does(world, "Anna", client::Lock{}));
  ASSERT_TRUE(does(world, "Anna", client::SlowMode{20}));
  ASSERT_TRUE(does(world, "Anna", client::RemoveMember{"Ben"}));
  world.settle();

  EXPECT_EQ(cleo.last<client::MuteChanged>()->who.name, "Ben");
  EXPECT_EQ(cleo.last<client::MuteChanged>()->by.name, "Anna");
  EXPECT_EQ(cleo.last<client::PauseChanged>()->by.name, "Anna");
  EXPECT_EQ(cleo.last<client::LockChanged>()->by.name, "Anna");
  EXPECT_EQ(cleo.last<client::SlowModeChanged>()->seconds, 20);
  EXPECT_EQ(cleo.last<client::SlowModeChanged>()->by.name, "Anna");
  EXPECT_EQ(cleo.last<client::Removed>()->by.name, "Anna");
  EXPECT_EQ(cleo.last<client::Joined>()->by.name, "Anna");
  EXPECT_TRUE(world["Anna"].last<client::Removed>()->by.own);
}

TEST(Moderation, SlowModeHoldsLinesBackUntilTheyMayGo) {
  World world(61);
  gather(world, {"Ben"});
  ASSERT_TRUE(does(world, "Anna", client::SlowMode{20}));

  world["Ben"].say("one");
  world["Ben"].say("two");
  world.pass(std::chrono::seconds(2));
  EXPECT_THAT(world["Anna"].texts(), ElementsAre("Ben: one"));
  world.pass(std::chrono::seconds(25));

  EXPECT_THAT(world["Anna"].texts(), ElementsAre("Ben: one", "Ben: two"));
  EXPECT_EQ(refusal(world, "Ben", client::SlowMode{0}), "not_staff");
}

TEST(Moderation, ErasesAllThatOnePersonSaid) {
  World world(62);
  gather(world, {"Ben", "Cleo"});
  world["Ben"].say("my address is");
  world["Cleo"].say("please do not");
  world["Ben"].say("and more of it");
  world.settle();

  ASSERT_TRUE(does(world, "Anna", client::EraseMember{"Ben"}));
  world.settle();

  const auto erased = world["Cleo"].last<client::Erased>();
  ASSERT_TRUE(erased.has_value());
  EXPECT_THAT(erased->seqs, SizeIs(2));
  EXPECT_EQ(erased->by.name, "Anna");
  std::vector<room::Seq> of_ben;
  for (const auto& message : world["Cleo"].all<client::Message>()) {
    if (message.from.name == "Ben") of_ben.push_back(message.seq);
  }
  EXPECT_EQ(erased->seqs, of_ben);
  EXPECT_EQ(refusal(world, "Anna", client::EraseMember{"Zoe"}), "member_unknown");
  EXPECT_EQ(refusal(world, "Anna", client::EraseMember{"Anna"}), "nothing_said");
  EXPECT_EQ(refusal(world, "Ben", client::EraseMember{"Cleo"}), "not_staff");
}

TEST(Moderation, ErasesWhatSomebodySaidWhoIsGone) {
  World world(63);
  gather(world, {"Ben", "Cleo"});
  world["Ben"].say("a parting word");
  world.settle();
  ASSERT_TRUE(does(world, "Anna", client::RemoveMember{"Ben"}));

  ASSERT_TRUE(does(world, "Anna", client::EraseMember{"Ben"}));
  world.settle();

  EXPECT_THAT(world["Cleo"].last<client::Erased>()->seqs, SizeIs(1));
}

TEST(Moderation, ErasesManyEntriesInSeveralSteps) {
  World world(64);
  gather(world, {"Ben"});
  for (int i = 0; i < 600; ++i) {
    world["Ben"].say("flood");
    if (i % 30 == 29) world.pass(std::chrono::seconds(15));
  }
  world.until([&] { return world["Ben"].status().unsent == 0; });

  ASSERT_TRUE(does(world, "Anna", client::EraseMember{"Ben"}));
  world.settle();

  const auto erased = world["Ben"].all<client::Erased>();
  ASSERT_THAT(erased, SizeIs(2));
  EXPECT_THAT(erased[0].seqs, SizeIs(512));
  EXPECT_THAT(erased[1].seqs, SizeIs(88));
}

TEST(Moderation, ErasesSingleEntriesAndRefusesWhatIsNotThere) {
  World world(65);
  gather(world, {"Ben"});
  world["Ben"].say("one");
  world.settle();
  const room::Seq seq = world["Anna"].last<client::Message>()->seq;

  EXPECT_TRUE(does(world, "Anna", client::EraseEntries{{seq, seq}}));
  EXPECT_FALSE(does(world, "Anna", client::EraseEntries{{room::Seq::at(0, 9999)}}));
  EXPECT_EQ(refusal(world, "Anna", client::EraseEntries{}), "nothing_said");
}

TEST(Moderation, UndoesTheLastActs) {
  World world(66);
  gather(world, {"Ben"});
  world["Ben"].say("one");
  world.settle();
  ASSERT_TRUE(does(world, "Anna", client::MuteMember{"Ben", true}));
  ASSERT_TRUE(does(world, "Anna", client::SlowMode{30}));
  ASSERT_TRUE(does(world, "Anna", client::Pause{}));
  ASSERT_TRUE(does(world, "Anna", client::Lock{}));
  ASSERT_TRUE(does(world, "Anna", client::EraseMember{"Ben"}));

  ASSERT_TRUE(does(world, "Anna", client::Undo{}));
  world.settle();
  EXPECT_TRUE(world["Ben"].last<client::Erased>()->undone);
  ASSERT_TRUE(does(world, "Anna", client::Undo{}));
  EXPECT_FALSE(world["Anna"].status().locked);
  ASSERT_TRUE(does(world, "Anna", client::Undo{}));
  EXPECT_FALSE(world["Anna"].status().paused);
  ASSERT_TRUE(does(world, "Anna", client::Undo{}));
  world.settle();
  EXPECT_EQ(world["Ben"].last<client::SlowModeChanged>()->seconds, 0);
  ASSERT_TRUE(does(world, "Anna", client::Undo{}));
  world.settle();
  EXPECT_FALSE(world["Ben"].last<client::MuteChanged>()->muted);

  EXPECT_EQ(refusal(world, "Anna", client::Undo{}), "nothing_to_undo");
}

TEST(Moderation, ARemovalIsUndoneByANewAdmissionAlone) {
  World world(67);
  gather(world, {"Ben", "Cleo"});
  ASSERT_TRUE(does(world, "Anna", client::RemoveMember{"Ben"}));

  EXPECT_EQ(refusal(world, "Anna", client::Undo{}), "undo_by_admission");
}

TEST(Moderation, AnErasureCannotBeUndoneAfterTenMinutes) {
  World world(68);
  gather(world, {"Ben"});
  world["Ben"].say("one");
  world.settle();
  ASSERT_TRUE(does(world, "Anna", client::EraseMember{"Ben"}));
  world.pass(std::chrono::minutes(11));

  EXPECT_FALSE(does(world, "Anna", client::Undo{}));
  EXPECT_EQ(world["Anna"].last<client::Refused>()->reason, "erase_too_late");
}

TEST(Moderation, RemovesEverybodyWhoCameAfterAPointInOneBundle) {
  World world(69);
  gather(world, {"Ben"});
  const room::Seq point = world["Anna"].status().head.seq;
  join(world, {"Cleo", "Dora", "Emil"}, invite(world));
  const auto generation = world["Anna"].status().generation;

  ASSERT_TRUE(does(world, "Anna", client::RemoveSince{point, 0}));
  world.settle();

  EXPECT_EQ(world["Anna"].status().generation, generation + 1);
  EXPECT_THAT(world["Ben"].members(), SizeIs(2));
  for (const std::string name : {"Cleo", "Dora", "Emil"}) {
    EXPECT_EQ(world[name].last<client::Ended>()->reason, "removed") << name;
  }
  world.expect_agreement({"Anna", "Ben"});
  EXPECT_EQ(refusal(world, "Anna", client::RemoveSince{point, 0}), "nobody_came");
  EXPECT_EQ(refusal(world, "Ben", client::RemoveSince{{}, 5}), "not_staff");
}

TEST(Moderation, RemovesEverybodyWhoCameInTheLastMinutes) {
  World world(70);
  gather(world, {"Ben"});
  world.pass(std::chrono::minutes(10));
  join(world, {"Cleo", "Dora"}, invite(world));

  ASSERT_TRUE(does(world, "Anna", client::RemoveSince{{}, 5}));
  world.settle();

  EXPECT_THAT(world["Ben"].members(), SizeIs(2));
  world.expect_agreement({"Anna", "Ben"});
}

TEST(Moderation, ABanIsShownAndKeptByTheStaffUntilItsTimeIsOver) {
  World world(71);
  found(world);
  join(world, {"Ben"}, invite(world, 9, "the Tuesday group"));

  ASSERT_TRUE(does(world, "Anna", client::BanMember{"Ben", 3600}));
  world.settle();

  EXPECT_EQ(world["Ben"].last<client::Removed>()->ban, std::chrono::hours(1));
  EXPECT_EQ(world["Ben"].last<client::Ended>()->reason, "removed");
  const auto bans = [&] {
    return world["Anna"].answer<client::Bans>(world["Anna"].ask(client::AskBans{}))->bans;
  };
  ASSERT_THAT(bans(), SizeIs(1));
  EXPECT_EQ(bans()[0].who.name, "Ben");
  EXPECT_EQ(bans()[0].invitation, "the Tuesday group");
  world.pass(std::chrono::minutes(61));
  EXPECT_THAT(bans(), SizeIs(0));
  EXPECT_EQ(refusal(world, "Anna", client::BanMember{"Anna", 5}), "member_self");
}

TEST(Moderation, ABannedPersonIsRefusedByTheOldHandleAndByTheSameLink) {
  World world(72);
  gather(world, {"Cleo"});
  const std::string once = invite(world, 1);
  join(world, {"Ben"}, once);
  world["Ben"].ask(client::GoOffline{});
  world.settle();
  ASSERT_TRUE(does(world, "Anna", client::BanMember{"Ben", 3600}));

  // The old handle first, then the link: neither is known any more.
  world["Ben"].ask(client::GoOnline{});
  world.pass(std::chrono::seconds(30));
  EXPECT_FALSE(world["Ben"].inside());
  EXPECT_TRUE(world["Ben"].core().ended());
  EXPECT_EQ(world["Anna"].status().waiting, 0u);
  world["Ben again"].knock(once);
  world.pass(std::chrono::seconds(5));
  EXPECT_EQ(world["Ben again"].last<client::Ended>()->reason, "link_spent");
}

// --- The lobby ----------------------------------------------------------------------------------

TEST(Moderation, SendsSomebodyBackToTheLobbyAndCallsThemBack) {
  World world(73);
  gather(world, {"Ben", "Cleo"});
  ASSERT_TRUE(does(world, "Anna", client::ToLobby{"Ben"}));
  world.settle();
  EXPECT_TRUE(world["Ben"].last<client::LobbyChanged>()->in_lobby);
  EXPECT_EQ(world["Cleo"].last<client::LobbyChanged>()->who.name, "Ben");
  EXPECT_EQ(world["Cleo"].last<client::LobbyChanged>()->by.name, "Anna");

  world["Cleo"].say("without Ben");
  world["Ben"].say("hello?");
  world.settle();
  EXPECT_EQ(world["Ben"].last<client::NotSent>()->reason, "in_lobby");
  EXPECT_TRUE(world["Ben"].texts().empty());

  ASSERT_TRUE(does(world, "Anna", client::CallBack{"Ben"}));
  world["Ben"].say("back");
  world.settle();
  EXPECT_THAT(world["Cleo"].texts(), ElementsAre("Cleo: without Ben", "Ben: back"));
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Moderation, TheLobbyIsNotForStaffAndTheWayBackCanBeUndone) {
  World world(74);
  gather(world, {"Ben"});

  EXPECT_EQ(refusal(world, "Anna", client::ToLobby{"Anna"}), "member_self");
  EXPECT_EQ(refusal(world, "Ben", client::ToLobby{"Anna"}), "not_staff");
  ASSERT_TRUE(does(world, "Anna", client::ToLobby{"Ben"}));
  ASSERT_TRUE(does(world, "Anna", client::Undo{}));
  world.settle();
  EXPECT_FALSE(world["Ben"].last<client::LobbyChanged>()->in_lobby);
}

// --- Rebuilding without somebody ----------------------------------------------------------------

TEST(Moderation, ARebuildLeavesAnOffenderOutAndEverybodyElseComesBack) {
  for (const auto admission : {room::Admission::lobby, room::Admission::open}) {
    World world(75);
    gather(world, {"Ben", "Cleo", "Dora"}, admission);

    ASSERT_TRUE(does(world, "Anna", client::RebuildGroup{{"Ben"}}));
    world.until([&] {
      return world["Cleo"].count<client::Entered>() == 2 &&
             world["Dora"].count<client::Entered>() == 2;
    });

    EXPECT_EQ(world["Ben"].last<client::Ended>()->reason, "removed");
    EXPECT_EQ(world["Cleo"].last<client::Removed>()->who.name, "Ben");
    EXPECT_THAT(world["Anna"].members(), SizeIs(3));
    EXPECT_EQ(world["Anna"].status().waiting, 0u);
    world.expect_agreement({"Anna", "Cleo", "Dora"});
    EXPECT_EQ(refusal(world, "Anna", client::RebuildGroup{{"Zoe"}}), "member_unknown");
  }
}

// --- What staff see of those who come after a ban -----------------------------------------------

TEST(Moderation, AnotherUseOfTheSameInvitationIsFlaggedAndLeftToTheStaff) {
  for (const auto admission : {room::Admission::lobby, room::Admission::open}) {
    World world(76);
    gather(world, {"Cleo"}, admission);
    const std::string link = invite(world, 9, "the Tuesday group");
    join(world, {"Ben"}, link);
    ASSERT_TRUE(does(world, "Anna", client::BanMember{"Ben", 3600}));

    world["Emil"].knock(link);
    world.pass(std::chrono::seconds(15));

    EXPECT_FALSE(world["Emil"].inside());
    const auto knock = world["Anna"].last<client::KnockWaiting>();
    ASSERT_TRUE(knock.has_value());
    EXPECT_EQ(knock->name, "Emil");
    EXPECT_EQ(knock->invitation, "the Tuesday group");
    EXPECT_TRUE(knock->tainted);
    EXPECT_EQ(world["Cleo"].count<client::KnockWaiting>(), 0u);
    ASSERT_TRUE(does(world, "Anna", client::Admit{knock->slot}));
    world.until([&] { return world["Emil"].inside(); });
  }
}

TEST(Moderation, AFreshLinkOfTheSameInviterIsFlaggedToTheStaff) {
  World world(77);
  gather(world, {"Cleo"});
  join(world, {"Ben"}, invite(world, 1, "from Anna"));
  ASSERT_TRUE(does(world, "Anna", client::BanMember{"Ben", 3600}));

  world["Emil"].knock(invite(world, 1, "another from Anna"));
  world.until([&] { return world["Anna"].status().waiting == 1; });

  const auto knock = world["Anna"].last<client::KnockWaiting>();
  EXPECT_FALSE(knock->tainted);
  EXPECT_TRUE(knock->same_issuer);
  EXPECT_EQ(knock->issuer.name, "Anna");
  // When its time is over, nobody is pointed at any more.
  world["Anna"].ask(client::Deny{knock->slot, "later"});
  world.pass(std::chrono::hours(2));
  world["Finn"].knock(invite(world, 1));
  world.until([&] { return world["Anna"].status().waiting == 1; });
  EXPECT_FALSE(world["Anna"].last<client::KnockWaiting>()->same_issuer);
}

TEST(Moderation, AMemberPassesALinkOnAndOnlyTheStaffSeeWhose) {
  World world(78);
  gather(world, {"Ben", "Cleo"});
  ASSERT_TRUE(does(world, "Anna", client::OpenReferrals{}));

  world["Ben"].ask(client::AskReferral{});
  world.until([&] { return world["Ben"].count<client::ReferralLink>() == 1; });
  world["Emil"].knock(world["Ben"].last<client::ReferralLink>()->link);
  world.until([&] { return world["Anna"].status().waiting == 1; });

  EXPECT_EQ(world["Anna"].last<client::KnockWaiting>()->referred_by, "Ben");
  const auto shown = world["Ben"].count<client::Joined>();
  ASSERT_TRUE(does(world, "Anna", client::Admit{world["Anna"].last<client::KnockWaiting>()->slot}));
  world.until([&] { return world["Emil"].inside(); });
  // Ben sees somebody come in, as Cleo does; nothing says by whose link.
  EXPECT_EQ(world["Ben"].count<client::Joined>(), shown + 1);
  EXPECT_EQ(world["Cleo"].last<client::Joined>()->who.name, "Emil");
  // Whom Ben brings after that one was sent away is flagged.
  ASSERT_TRUE(does(world, "Anna", client::BanMember{"Emil", 3600}));
  world["Ben"].ask(client::AskReferral{});
  world.until([&] { return world["Ben"].count<client::ReferralLink>() == 2; });
  world["Finn"].knock(world["Ben"].last<client::ReferralLink>()->link);
  world.until([&] { return world["Anna"].status().waiting == 1; });
  EXPECT_TRUE(world["Anna"].last<client::KnockWaiting>()->same_issuer);
}

}  // namespace
}  // namespace hearth::test
