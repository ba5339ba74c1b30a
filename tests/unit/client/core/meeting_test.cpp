// A meeting from its founding to its end, seen by its people.
#include <gmock/gmock.h>

#include "client/agenda/agenda.h"
#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::vector<std::string> names_of(const std::vector<client::Person>& people) {
  std::vector<std::string> names;
  for (const client::Person& person : people) names.push_back(person.name);
  return names;
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

  join(world, {"Ben"}, invite(world));
  world["Ben"].say("hello");
  world.settle();
  world["Anna"].say("welcome");
  world.settle();

  EXPECT_EQ(world["Ben"].last<client::DoorShown>()->title, "Evening");
  EXPECT_EQ(world["Anna"].last<client::KnockWaiting>()->name, "Ben");
  EXPECT_EQ(world["Anna"].last<client::Joined>()->who.name, "Ben");
  EXPECT_THAT(world["Anna"].texts(), ElementsAre("Ben: hello", "Anna: welcome"));
  EXPECT_THAT(world["Ben"].texts(), ElementsAre("Ben: hello", "Anna: welcome"));
  EXPECT_TRUE(world["Ben"].all<client::Message>()[0].from.own);
  EXPECT_TRUE(world["Ben"].all<client::Message>()[1].from.staff);
  world.expect_agreement({"Anna", "Ben"});
}

TEST(Meeting, TakesEverybodyWhoWaitsInOneCommit) {
  World world(3);
  found(world);
  const std::string link = invite(world);
  std::vector<std::string> everybody{"Anna"};
  for (int i = 1; i <= 11; ++i) {
    everybody.push_back("Guest " + std::to_string(i));
    world[everybody.back()].knock(link);
  }
  world.until([&] { return world["Anna"].status().waiting == 11; });
  const auto epoch = world["Anna"].status().epoch;

  world["Anna"].ask(client::AdmitAll{});
  world.until([&] { return world["Guest 11"].inside() && world["Guest 1"].inside(); });

  EXPECT_EQ(world["Anna"].status().epoch, epoch + 1);
  EXPECT_EQ(world["Guest 7"].members().size(), 12u);
  for (const std::string& name : everybody) world[name].say("I am " + name);
  world.settle();
  EXPECT_EQ(world["Guest 3"].texts().size(), 12u);
  expect_same_texts(world, everybody);
  world.expect_agreement(everybody);
}

TEST(Meeting, LetsMembersAdmitInAnOpenRoom) {
  World world(4);
  gather(world, {"Ben"}, room::Admission::open);
  const std::string link = invite(world);
  world["Anna"].ask(client::GoOffline{});

  world["Cleo"].knock(link);

  world.until([&] { return world["Cleo"].inside(); });
  EXPECT_EQ(world["Ben"].last<client::Joined>()->who.name, "Cleo");
  world["Anna"].ask(client::GoOnline{});
  world.pass(std::chrono::seconds(1));
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Meeting, KeepsTheDeskAloneInALobbyRoom) {
  World world(5);
  gather(world, {"Ben"});
  const std::string link = invite(world);

  world["Cleo"].knock(link, "may I?");
  world.pass(std::chrono::seconds(10));

  EXPECT_FALSE(world["Cleo"].inside());
  EXPECT_EQ(world["Ben"].count<client::KnockWaiting>(), 0u);
  EXPECT_EQ(world["Anna"].last<client::KnockWaiting>()->greeting, "may I?");
  const auto slot = world["Anna"].last<client::KnockWaiting>()->slot;
  world["Anna"].ask(client::Deny{slot, "not today"});
  world.settle();
  EXPECT_EQ(world["Cleo"].last<client::Denied>()->text, "not today");
  EXPECT_EQ(world["Cleo"].last<client::Ended>()->reason, "denied");
}

TEST(Meeting, RemovesSomebodyInOneBundleAndBeginsAGeneration) {
  World world(6);
  gather(world, {"Ben", "Cleo"});

  const auto tag = world["Anna"].ask(client::RemoveMember{"Ben"});
  world.until([&] { return world["Anna"].answer<client::Done>(tag).has_value(); });
  world["Cleo"].say("are we alone?");
  world.settle();

  EXPECT_EQ(world["Ben"].last<client::Ended>()->reason, "removed");
  EXPECT_EQ(world["Cleo"].last<client::Removed>()->who.name, "Ben");
  EXPECT_EQ(world["Cleo"].last<client::GenerationBegan>()->generation, 2);
  EXPECT_THAT(names_of(world["Cleo"].members()), UnorderedElementsAre("Anna", "Cleo"));
  EXPECT_THAT(world["Anna"].texts(), ElementsAre("Cleo: are we alone?"));
  EXPECT_TRUE(world["Ben"].texts().empty());
  world.expect_agreement({"Anna", "Cleo"});
}

TEST(Meeting, OpensNothingToTheRemovedThoughTheyHoldTheirOldState) {
  World world(7);
  gather(world, {"Ben", "Cleo"});
  std::optional<room::Entry> before;
  std::optional<room::Entry> after;
  world.tamper = [&](Client&, wire::EntryRecord& entry) {
    if (entry.record.kind != room::EntryKind::app || entry.record.is_tombstone()) return;
    const room::LogRecord& record = entry.record;
    (record.generation == 1 ? before : after) =
        room::Entry{record.seq, record.kind, record.generation, *record.body()};
  };
  // Ben is away when this is said, so that nobody of his keys has been spent on it.
  world["Ben"].ask(client::GoOffline{});
  world["Cleo"].say("still with Ben");
  world.settle();
  const auto control = world["Ben"].ask(client::OpenRaw{*before});
  world["Ben"].ask(client::GoOnline{});
  world.settle();

  const auto removed = world["Anna"].ask(client::RemoveMember{"Ben"});
  world.until([&] { return world["Anna"].answer<client::Done>(removed).has_value(); });
  world["Cleo"].say("without Ben");
  world.settle();

  ASSERT_TRUE(after.has_value());
  EXPECT_TRUE(world["Ben"].answer<client::RawOpened>(control)->opened);
  const auto handed = world["Ben"].ask(client::OpenRaw{*after});
  EXPECT_FALSE(world["Ben"].answer<client::RawOpened>(handed)->opened);
}

TEST(Meeting, HasNothingToOpenInAControlEntry) {
  World world(7);
  gather(world, {"Ben"});

  const auto handed = world["Ben"].ask(
      client::OpenRaw{room::Entry{room::Seq::at(0, 3), room::EntryKind::control, 1, Bytes(1024)}});

  EXPECT_FALSE(world["Ben"].answer<client::RawOpened>(handed)->opened);
  EXPECT_EQ(world["Ben"].answer<client::RawOpened>(handed)->reason, "not_sealed");
}

TEST(Meeting, LetsPeopleLeaveAndTidiesUpAfterThem) {
  World world(8);
  gather(world, {"Ben", "Cleo"});

  world["Ben"].say("good night");
  world["Ben"].ask(client::Leave{});
  world.until([&] { return world["Ben"].core().ended(); });

  EXPECT_EQ(world["Ben"].last<client::Ended>()->reason, "left");
  EXPECT_EQ(world["Cleo"].last<client::Left>()->who.name, "Ben");
  EXPECT_THAT(world["Cleo"].texts(), ElementsAre("Ben: good night"));
  EXPECT_THAT(names_of(world["Cleo"].members()), UnorderedElementsAre("Anna", "Cleo"));
  // The leaf goes with the next commit of a steward, and the generation with it.
  world.pass(std::chrono::minutes(11));
  EXPECT_EQ(world["Cleo"].status().generation, 2);
  world["Cleo"].say("still here");
  world.settle();
  EXPECT_THAT(world["Anna"].texts(), Contains("Cleo: still here"));
  world.expect_agreement({"Anna", "Cleo"});
}

TEST(Meeting, ClosesAndOpensAgainWithANewGroup) {
  for (const auto retention : {room::Retention::live, room::Retention::day}) {
    World world(9);
    gather(world, {"Ben", "Cleo"}, room::Admission::open, retention);
    const auto old_code = world["Ben"].codes().back();

    world["Anna"].ask(client::CloseRoom{});
    world.until([&] { return world["Ben"].count<client::Closed>() == 1; });
    world.pass(std::chrono::seconds(20));
    EXPECT_FALSE(world["Ben"].inside());
    world["Anna"].ask(client::OpenRoom{room::Admission::open});
    // Guests come back by themselves.
    world.until([&] { return world["Ben"].inside() && world["Cleo"].inside(); });

    EXPECT_TRUE(world["Ben"].last<client::Entered>()->again);
    EXPECT_EQ(world["Anna"].status().generation, 2);
    EXPECT_NE(world["Ben"].codes().back(), old_code);
    world["Ben"].say("here again");
    world.settle();
    EXPECT_THAT(world["Cleo"].texts(), ElementsAre("Ben: here again"));
    world.expect_agreement({"Anna", "Ben", "Cleo"});
  }
}

TEST(Meeting, RebuildsItsGroupAndEverybodyComesBack) {
  World world(10);
  gather(world, {"Ben", "Cleo"});
  world["Ben"].say("before");
  world.settle();

  world["Anna"].ask(client::RebuildGroup{});
  world.until([&] {
    return world["Ben"].count<client::Entered>() == 2 &&
           world["Cleo"].count<client::Entered>() == 2;
  });

  EXPECT_EQ(world["Anna"].status().generation, 2);
  world["Cleo"].say("after");
  world.settle();
  EXPECT_THAT(world["Ben"].texts(), ElementsAre("Ben: before", "Cleo: after"));
  expect_same_texts(world, {"Anna", "Ben", "Cleo"});
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Meeting, CanBePausedMutedAndLocked) {
  World world(11);
  gather(world, {"Ben", "Cleo"});
  const std::string link = invite(world);

  world["Anna"].ask(client::Pause{});
  world.settle();
  world["Ben"].say("in the pause");
  world.settle();
  EXPECT_EQ(world["Ben"].last<client::NotSent>()->reason, "paused");
  world["Anna"].say("staff may");
  world["Anna"].ask(client::Unpause{});
  world["Anna"].ask(client::MuteMember{"Ben", true});
  world.settle();
  world["Ben"].say("muted");
  world.settle();
  EXPECT_EQ(world["Ben"].last<client::NotSent>()->reason, "muted");
  world["Anna"].ask(client::Lock{});
  world.settle();
  world["Dora"].knock(link);
  world.settle();
  EXPECT_EQ(world["Dora"].last<client::KnockRefused>()->reason, "locked");
  world["Anna"].ask(client::Unlock{});
  world.until([&] { return world["Anna"].status().waiting == 1; });
  EXPECT_THAT(world["Cleo"].texts(), ElementsAre("Anna: staff may"));
}

TEST(Meeting, RefusesAGuestWhoseLinkIsSpentOrRevoked) {
  World world(12);
  found(world);
  const std::string once = invite(world, 1);
  const std::string revoked = invite(world, 5);
  join(world, {"Ben"}, once);
  const auto tag = world["Anna"].ask(client::RevokeInvite{revoked});
  world.until([&] { return world["Anna"].answer<client::Done>(tag).has_value(); });

  world["Cleo"].knock(once);
  world["Dora"].knock(revoked);
  world.pass(std::chrono::seconds(5));

  EXPECT_EQ(world["Cleo"].last<client::Ended>()->reason, "gate_spent");
  EXPECT_EQ(world["Dora"].last<client::Ended>()->reason, "link_spent");
}

TEST(Meeting, GivesNewcomersTheSameEntriesAndCodesAsTheOthers) {
  World world(13);
  gather(world, {"Ben"});
  for (int i = 0; i < 5; ++i) world["Ben"].say("line " + std::to_string(i));
  world.settle();

  join(world, {"Cleo"}, invite(world));
  world["Ben"].say("hello Cleo");
  world.settle();

  // What was said before is nobody's business any more.
  EXPECT_THAT(world["Cleo"].texts(), ElementsAre("Ben: hello Cleo"));
  const auto anna = world["Anna"].entries();
  const auto cleo = world["Cleo"].entries();
  ASSERT_LT(cleo.size(), anna.size());
  for (std::size_t i = 1; i <= cleo.size(); ++i) {
    EXPECT_EQ(cleo[cleo.size() - i].at, anna[anna.size() - i].at);
  }
  EXPECT_EQ(world["Cleo"].codes().back().digits.size(), 25u);
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Meeting, RefusesWhatMakesNoSense) {
  World world(14);
  Client& ben = world["Ben"];

  EXPECT_EQ(ben.answer<client::Refused>(ben.say("hello"))->reason, "not_inside");
  EXPECT_EQ(ben.answer<client::Refused>(ben.ask(client::Invite{}))->reason, "not_staff");
  EXPECT_EQ(ben.answer<client::Refused>(ben.knock("https://x/j#abc"))->reason, "link_invalid");
  gather(world, {"Ben", "Cleo"});
  EXPECT_EQ(ben.answer<client::Refused>(ben.ask(client::CloseRoom{}))->reason, "not_staff");
  EXPECT_EQ(ben.answer<client::Refused>(ben.say(""))->reason, "text_invalid");
  Client& anna = world["Anna"];
  const auto self = anna.ask(client::RemoveMember{"Anna"});
  EXPECT_EQ(anna.answer<client::Refused>(self)->reason, "member_self");
  const auto nobody = anna.ask(client::RemoveMember{"Zoe"});
  EXPECT_EQ(anna.answer<client::Refused>(nobody)->reason, "member_unknown");
  const auto empty = anna.ask(client::AdmitAll{});
  EXPECT_EQ(anna.answer<client::Refused>(empty)->reason, "nobody_waits");
}

// What an agenda promises of its cards: sealed and padded, they are entries of 4 and of 16 KiB.
TEST(Meeting, SealsACardIntoTheEntryItWasMeasuredFor) {
  World world(14);
  found(world);
  std::size_t largest = 0;
  world.tamper = [&](Client&, wire::EntryRecord& record) {
    if (record.record.body() != nullptr) {
      largest = std::max(largest, record.record.body()->size());
    }
  };
  const auto sealed = [&](std::size_t size) {
    largest = 0;
    world["Anna"].say(std::string(size, 'x'));
    world.settle();
    return largest;
  };

  EXPECT_EQ(sealed(agenda::AgendaCard::kSizeAim), 4096u);
  EXPECT_EQ(sealed(agenda::AgendaCard::kSizeMax), 16384u);
}

}  // namespace
}  // namespace hearth::test
