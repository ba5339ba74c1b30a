// Stays that are kept: coming back after any end, and what a copy can do.
#include <set>

#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

// Everybody named keeps a vault.
void keep(World& world, const std::vector<std::string>& names) {
  for (const std::string& name : names) ASSERT_TRUE(does(world, name, client::KeepStay{}));
}
// The process of this client dies, and another one opens its vault.
void restart(World& world, const std::string& name) {
  const SecretBytes kept = world[name].kept().clone();
  ASSERT_FALSE(kept.empty());
  ASSERT_EQ(world.restart_client(world[name], kept), "");
}
void expect_in_talk(World& world, const std::vector<std::string>& names, const std::string& text) {
  world[names.front()].say(text);
  const std::string line = names.front() + ": " + text;
  EXPECT_TRUE(world.until([&] {
    return std::ranges::all_of(names, [&](const auto& name) {
      return std::ranges::count(world[name].texts(), line) == 1;
    });
  })) << line
      << ", seed " << world.seed();
}

struct Keeping : testing::TestWithParam<std::uint64_t> {};

TEST_P(Keeping, AMemberComesBackAsTheSameAndReadsWhatWasSaid) {
  World world(GetParam());
  gather(world, {"Ben", "Cleo"}, room::Admission::lobby, room::Retention::day);
  keep(world, {"Ben"});
  expect_in_talk(world, {"Ben", "Anna", "Cleo"}, "before");
  const auto handle = world["Ben"].members();
  const SecretBytes kept = world["Ben"].kept().clone();
  world["Ben"].ask(client::GoOffline{});
  world.settle();
  world["Anna"].say("while you were away");
  world.settle();

  ASSERT_EQ(world.restart_client(world["Ben"], kept), "");
  ASSERT_TRUE(world.until([&] { return world["Ben"].count<client::Online>() == 1; }));

  EXPECT_TRUE(world["Ben"].inside());
  EXPECT_EQ(world["Ben"].count<client::Knocking>(), 0U);  // Nobody had to let it in.
  const auto texts = world["Ben"].texts();
  EXPECT_EQ(std::ranges::count(texts, "Anna: while you were away"), 1);
  expect_in_talk(world, {"Ben", "Anna", "Cleo"}, "after");
  expect_in_talk(world, {"Cleo", "Ben", "Anna"}, "and you");
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

// The founder alone: nobody else could let her in.
TEST_P(Keeping, AFounderComesBackWithHerStaffKeysAndInvitations) {
  World world(GetParam());
  found(world, room::Admission::lobby, room::Retention::live);
  keep(world, {"Anna"});
  const std::string link = invite(world);
  world.settle();
  restart(world, "Anna");
  ASSERT_TRUE(world.until([&] { return world["Anna"].count<client::Online>() == 1; }));
  EXPECT_TRUE(world["Anna"].inside());

  join(world, {"Ben"}, link);
  expect_in_talk(world, {"Anna", "Ben"}, "welcome");
  const auto tag = world["Anna"].ask(client::ReprintInvite{1});
  ASSERT_TRUE(world["Anna"].answer<client::Invitation>(tag));
  EXPECT_EQ(world["Anna"].answer<client::Invitation>(tag)->link, link);
  EXPECT_TRUE(does(world, "Anna", client::MuteMember{"Ben"}));
  EXPECT_TRUE(does(world, "Anna", client::RemoveMember{"Ben"}));
}

// Who led the meeting by its plan goes on with it.
TEST_P(Keeping, ALeadComesBackToTheItem) {
  World world(GetParam());
  gather(world, {"Ben"});
  keep(world, {"Anna"});
  agenda::Plan plan;
  plan.title = "Circle";
  for (const std::string name : {"One", "Two", "Three"}) {
    plan.items.emplace_back().name = name;
    plan.items.back().minutes = 20;
  }
  ASSERT_TRUE(does(world, "Anna", client::SetAgenda{plan}));
  for (int i = 0; i < 2; ++i) {
    world["Anna"].ask(client::NextItem{});
    world.settle();
  }
  world.pass(std::chrono::minutes(5));
  restart(world, "Anna");
  ASSERT_TRUE(world.until([&] { return world["Anna"].count<client::Online>() == 1; }));

  const auto tag = world["Anna"].ask(client::AskAgenda{});
  const auto shown = world["Anna"].answer<client::AgendaShown>(tag);
  ASSERT_TRUE(shown.has_value());
  EXPECT_EQ(shown->current, 1u);
  EXPECT_LE(shown->timing.item_left, std::chrono::minutes(15));
  EXPECT_GT(shown->timing.item_left, std::chrono::minutes(14));
  world["Anna"].ask(client::NextItem{});
  world.settle();
  EXPECT_EQ(world["Ben"].last<client::ItemBegan>()->card.item().name, "Three");
}

// The room is asked for, and the process dies before it hears of it.
TEST_P(Keeping, AFounderWhoDiesEarlyFindsHerRoom) {
  for (std::size_t records = 1; records < 12; ++records) {
    World world(GetParam() * 100 + records);
    world["Anna"].ask(client::KeepStay{});
    client::CreateRoom create;
    create.host = "hearth.example";
    create.title = "Evening";
    create.name = "Anna";
    world["Anna"].ask(create);
    world.until(
        [&] { return world.records_crossed(world["Anna"]) >= records || world["Anna"].inside(); });
    if (world["Anna"].kept().empty()) continue;  // Nothing was asked for.
    restart(world, "Anna");

    ASSERT_TRUE(world.until([&] { return world["Anna"].inside(); })) << records;
    EXPECT_NE(invite(world), "");
  }
}

// Whoever dies in the middle of anything comes back, and nothing is lost or said twice.
TEST_P(Keeping, DyingAtRandomMomentsLosesNothing) {
  World world(GetParam());
  gather(world, {"Ben", "Cleo"}, room::Admission::lobby,
         GetParam() % 2 == 0 ? room::Retention::live : room::Retention::day);
  keep(world, {"Anna", "Ben"});
  crypto::SeededRandom random(GetParam());
  std::vector<std::string> said;
  for (int round = 0; round < 12; ++round) {
    const std::string who = round % 3 == 0 ? "Anna" : "Ben";
    for (int i = 0; i < 3; ++i) {
      said.push_back("line " + std::to_string(round) + "." + std::to_string(i));
      world[who].say(said.back());
    }
    const std::size_t crossed = world.records_crossed(world[who]) + random.array<1>()[0] % 10;
    world.until([&] { return world.records_crossed(world[who]) >= crossed; },
                std::chrono::seconds(3));
    restart(world, who);
    if (round % 4 == 1) {
      world["Cleo"].say("from Cleo " + std::to_string(round));
    }
    ASSERT_TRUE(world.until([&] {
      return world[who].count<client::Online>() > 0 && world[who].status().unsent == 0;
    })) << "seed "
        << world.seed();
  }
  world.settle();
  const auto heard = world["Cleo"].texts();
  for (const std::string& line : said) {
    const auto times = std::ranges::count_if(
        heard, [&](const std::string& text) { return text.ends_with(": " + line); });
    EXPECT_EQ(times, 1) << line << ", seed " << world.seed();
  }
  // A key that had been used twice would not open the second time.
  for (const char* name : {"Anna", "Ben", "Cleo"}) {
    EXPECT_EQ(world[name].count<client::Faulted>(), 0U) << name;
    EXPECT_EQ(world[name].count<client::StayCopied>(), 0U) << name;
  }
  EXPECT_EQ(world["Cleo"].count<client::Skipped>(), 0U);
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

INSTANTIATE_TEST_SUITE_P(Seeds, Keeping, testing::Range<std::uint64_t>(1, 5));

// --- Copies -------------------------------------------------------------------------------------

// Two processes from two copies of one vault. The one that comes second finds what the first has
// said, sends nothing with those keys, and is let in as somebody new.
TEST_P(Keeping, ACopyThatComesSecondKnocks) {
  for (const bool staff : {false, true}) {
    World world(GetParam());
    gather(world, {"Ben", "Cleo"}, room::Admission::open);
    const std::string who = staff ? "Anna" : "Ben";
    keep(world, {who});
    const SecretBytes copied = world[who].kept().clone();
    expect_in_talk(world, {who, "Cleo"}, "by the first");
    world.settle();

    ASSERT_EQ(world.restart_client(world["Copy"], copied), "");
    world["Copy"].say("by the second");
    ASSERT_TRUE(world.until([&] {
      const auto heard = world["Cleo"].texts();
      return std::ranges::count(heard, who + ": by the second") == 1;
    })) << "seed "
        << world.seed();

    EXPECT_EQ(world["Copy"].count<client::StayCopied>(), 1U);
    EXPECT_EQ(world["Copy"].count<client::Entered>(), 2U);  // Back; and let in again.
    EXPECT_EQ(world["Cleo"].count<client::Skipped>(), 0U);
    EXPECT_EQ(world["Cleo"].count<client::Faulted>(), 0U);
    EXPECT_EQ(world["Cleo"].count<client::HardStop>(), 0U);
  }
}

// The same, with the copies opened in turns, and nothing said between some of the turns.
TEST_P(Keeping, CopiesInTurnsUseNoKeyTwice) {
  World world(GetParam());
  gather(world, {"Ben", "Cleo"}, room::Admission::open);
  keep(world, {"Ben"});
  world["Ben"].say("first");
  world.settle();
  const SecretBytes copied = world["Ben"].kept().clone();
  crypto::SeededRandom random(GetParam());
  std::map<std::string, SecretBytes> vaults;
  vaults.emplace("Ben", copied.clone());
  vaults.emplace("Copy", copied.clone());
  int said = 0;
  for (int turn = 0; turn < 10; ++turn) {
    const std::string who = random.array<1>()[0] % 2 == 0 ? "Ben" : "Copy";
    ASSERT_EQ(world.restart_client(world[who], vaults.at(who)), "");
    if (random.array<1>()[0] % 3 != 0) {
      const std::string line = "turn " + std::to_string(turn);
      world[who].say(line);
      ++said;
      ASSERT_TRUE(world.until([&] {
        const auto heard = world["Cleo"].texts();
        return std::ranges::count(heard, "Ben: " + line) == 1;
      })) << "turn "
          << turn << ", seed " << world.seed();
    }
    world.settle();
    world[who].ask(client::Quit{});
    world.settle();
    vaults.at(who) = world[who].kept().clone();
  }
  EXPECT_EQ(world["Cleo"].count<client::Skipped>(), 0U);
  EXPECT_EQ(world["Cleo"].count<client::Faulted>(), 0U);
  EXPECT_EQ(world["Cleo"].count<client::HardStop>(), 0U);
}

// --- Ends ---------------------------------------------------------------------------------------

TEST(KeepingEnds, WhoeverLeavesHasNothingLeft) {
  World world(3);
  gather(world, {"Ben"});
  keep(world, {"Ben"});
  world["Ben"].ask(client::Leave{});
  ASSERT_TRUE(world.until([&] { return world["Ben"].count<client::Ended>() == 1; }));

  const SecretBytes kept = world["Ben"].kept().clone();
  EXPECT_LT(kept.size(), 8U);
  EXPECT_EQ(world.restart_client(world["Ben"], kept), "kept_over");
}

// An old vault of somebody who was removed since: it opens nothing that came after.
TEST(KeepingEnds, WhoeverWasRemovedMeanwhileKnocksAsAGuest) {
  World world(3);
  gather(world, {"Ben"}, room::Admission::lobby, room::Retention::day);
  keep(world, {"Ben"});
  world.settle();
  const SecretBytes kept = world["Ben"].kept().clone();
  world["Ben"].ask(client::Quit{});
  world.settle();
  ASSERT_TRUE(does(world, "Anna", client::RemoveMember{"Ben"}));
  world["Anna"].say("after");
  world.settle();

  ASSERT_EQ(world.restart_client(world["Ben"], kept), "");
  ASSERT_TRUE(world.until([&] { return world["Anna"].status().waiting == 1; }));
  EXPECT_TRUE(world["Ben"].texts().empty());
  EXPECT_FALSE(world["Anna"].last<client::KnockWaiting>()->returning);
}

TEST(KeepingEnds, WhoeverStopsAtTheDoorKnocksAgain) {
  World world(4);
  found(world);
  const std::string link = invite(world, 1);
  world["Ben"].ask(client::KeepStay{});
  world["Ben"].knock(link, "hello");
  ASSERT_TRUE(world.until([&] { return world["Anna"].status().waiting == 1; }));
  restart(world, "Ben");
  world.settle();

  ASSERT_TRUE(world.until([&] {
    if (world["Anna"].status().waiting > 0) world["Anna"].ask(client::AdmitAll{});
    return world["Ben"].inside();
  }));
}

// The admission spent the only use of the invitation; the vault knows the handle that it brought.
TEST(KeepingEnds, WhoeverDiesWithTheWelcomeUnreadIsLetInByItsHandle) {
  for (std::size_t records = 1; records < 12; ++records) {
    World world(500 + records);
    found(world, room::Admission::open);
    const std::string link = invite(world, 1);
    world["Ben"].ask(client::KeepStay{});
    const std::size_t before = world.records_crossed(world["Ben"]);
    world["Ben"].knock(link);
    world.until([&] {
      return world.records_crossed(world["Ben"]) >= before + records || world["Ben"].inside();
    });
    if (world["Ben"].kept().empty()) continue;
    restart(world, "Ben");

    EXPECT_TRUE(world.until([&] { return world["Ben"].inside(); })) << records;
  }
}

// Staff who were away while a meeting was closed and another one opened: members' acts of the old
// one are erased, and the next `state` stands for them.
TEST(KeepingEnds, StaffComeBackAfterTheMeetingWasClosed) {
  World world(6);
  gather(world, {"Ben", "Cleo"});
  world["Anna"].ask(client::Appoint{"Ben"});
  ASSERT_TRUE(world.until([&] { return world["Ben"].count<client::AppointmentOffered>() == 1; }));
  world["Ben"].ask(client::AcceptAppointment{});
  ASSERT_TRUE(world.until([&] { return world["Ben"].status().staff; }));
  keep(world, {"Anna", "Ben"});
  world.settle();
  world["Ben"].ask(client::Quit{});
  const SecretBytes kept = world["Ben"].kept().clone();
  world["Cleo"].ask(client::Leave{});  // An act of a member.
  world.settle();
  ASSERT_TRUE(does(world, "Anna", client::CloseRoom{}));
  world.settle();

  ASSERT_EQ(world.restart_client(world["Ben"], kept), "");
  world.settle();
  EXPECT_EQ(world["Ben"].status().stage, "closed");
  EXPECT_EQ(world["Ben"].count<client::HardStop>(), 0U);
  ASSERT_TRUE(does(world, "Ben", client::OpenRoom{}));
  ASSERT_TRUE(world.until([&] { return world["Ben"].inside() && world["Anna"].inside(); }));
  expect_in_talk(world, {"Ben", "Anna"}, "a new evening");
}

// --- The bytes ----------------------------------------------------------------------------------

TEST(KeepingBytes, AreTakenWholeOrNotAtAll) {
  World world(7);
  gather(world, {"Ben", "Cleo"});
  keep(world, {"Anna", "Ben"});
  world["Ben"].say("kept");
  world.settle();
  crypto::SeededRandom random(7);
  for (const char* name : {"Anna", "Ben"}) {
    const Bytes kept(world[name].kept().view().begin(), world[name].kept().view().end());
    ASSERT_TRUE(client::Core::resume(random, kept));
    EXPECT_FALSE(client::Core::resume(random, concat({kept, Bytes{0}})));
    for (std::size_t size = 0; size < kept.size(); size += 1 + kept.size() / 500) {
      EXPECT_FALSE(client::Core::resume(random, ByteView(kept).first(size))) << size;
    }
    Bytes changed = kept;
    changed[1] ^= 1;  // Of a version that is not known.
    EXPECT_FALSE(client::Core::resume(random, changed));
  }
}

}  // namespace
}  // namespace hearth::test
