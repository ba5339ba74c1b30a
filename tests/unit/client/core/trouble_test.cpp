// What may go wrong between honest people: lines that break, servers that die, races that are lost.
#include <gmock/gmock.h>

#include <set>

#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using testing::ElementsAre;

constexpr auto kSoon = std::chrono::minutes(3);

// A whole story with a founder and two guests; the line of one of them breaks once.
void tell_story(World& world, const std::string& whose, std::size_t cut_after) {
  Client& victim = world[whose];
  world.cut_after(victim, cut_after);
  client::CreateRoom create;
  create.host = "hearth.example";
  create.title = "Evening";
  create.name = "Anna";
  world["Anna"].ask(create);
  const auto tag = world["Anna"].ask(client::Invite{9, std::chrono::hours(24), false});
  if (world["Anna"].answer<client::Refused>(tag)) {
    world.until([&] { return world["Anna"].inside(); });
  }
  const std::string link = invite(world, 9);
  for (const std::string name : {"Ben", "Cleo"}) world[name].knock(link);
  world.until([&] {
    if (world["Anna"].status().waiting > 0) world["Anna"].ask(client::AdmitAll{});
    return world["Ben"].inside() && world["Cleo"].inside();
  });
  for (int i = 0; i < 3; ++i) {
    for (const std::string name : {"Anna", "Ben", "Cleo"}) {
      world[name].say(name + " " + std::to_string(i));
    }
  }
  world.until([&] {
    return world["Ben"].status().unsent + world["Cleo"].status().unsent +
               world["Anna"].status().unsent ==
           0;
  });
  world.pass(kSoon);
  const auto removed = world["Anna"].ask(client::RemoveMember{"Cleo"});
  world.until([&] { return world["Anna"].answer<client::Done>(removed).has_value(); });
  world["Ben"].say("the last word");
  world.until([&] { return world["Ben"].status().unsent == 0; });
  // Not a multiple of a minute: a line that breaks with a beacon has time to come back.
  world.pass(kSoon + std::chrono::seconds(30));
}

// Breaks each person's line after each number of records until the story is over before the line
// breaks: whatever was on its way is delivered or lost as the seed has it.
class CutAtEachStep : public testing::TestWithParam<std::string> {};

TEST_P(CutAtEachStep, LosesNothingAndDoublesNothing) {
  const std::string whose = GetParam();
  for (std::size_t step = 1;; ++step) {
    SCOPED_TRACE(whose + " after " + std::to_string(step));
    World world(100 + step);

    tell_story(world, whose, step);

    for (const std::string name : {"Anna", "Ben"}) {
      const auto texts = world[name].texts();
      EXPECT_EQ(texts.size(), 10u) << name;
      EXPECT_EQ(std::set(texts.begin(), texts.end()).size(), texts.size()) << name;
      EXPECT_EQ(world[name].count<client::Faulted>(), 0u) << name;
      EXPECT_EQ(world[name].count<client::Skipped>(), 0u) << name;
    }
    expect_same_texts(world, {"Anna", "Ben"});
    world.expect_agreement({"Anna", "Ben"});
    // Removed while away, Cleo stands at the door; else she has been told.
    const auto cleo = world["Cleo"].status().stage;
    EXPECT_TRUE(cleo == "ended" || cleo == "waiting") << cleo;
    EXPECT_EQ(world["Anna"].members().size(), 2u);
    if (world.cut_pending(world[whose]) || testing::Test::HasFailure()) break;
  }
}

INSTANTIATE_TEST_SUITE_P(Trouble, CutAtEachStep, testing::Values("Anna", "Ben", "Cleo"),
                         [](const auto& test) { return test.param; });

TEST(Trouble, RandomCutsLoseNothingAndDoubleNothing) {
  for (std::uint64_t seed = 500; seed < 520; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world(seed);
    const std::vector<std::string> everybody{"Anna", "Ben", "Cleo", "Dora"};
    gather(world, {"Ben", "Cleo", "Dora"});
    std::uint64_t state = seed;
    const auto draw = [&](std::uint64_t below) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      return (state >> 33) % below;
    };

    for (int round = 0; round < 40; ++round) {
      Client& one = world[everybody[draw(4)]];
      if (draw(3) == 0) {
        world.cut(one);
      } else {
        one.say("round " + std::to_string(round));
      }
      if (draw(4) == 0) world.pass(std::chrono::milliseconds(draw(3000)));
    }
    world.pass(kSoon);

    expect_same_texts(world, everybody);
    const auto texts = world["Anna"].texts();
    EXPECT_EQ(std::set(texts.begin(), texts.end()).size(), texts.size());
    for (const std::string& name : everybody) {
      EXPECT_EQ(world[name].status().unsent, 0u);
      EXPECT_EQ(world[name].count<client::NotSent>(), 0u);
    }
    world.expect_agreement(everybody);
    if (testing::Test::HasFailure()) break;
  }
}

TEST(Trouble, MessagesCrossCommitsAndEverybodyInTheRoomReadsThem) {
  for (std::uint64_t seed = 600; seed < 610; ++seed) {
    World world(seed);
    gather(world, {"Ben", "Cleo"}, room::Admission::open);
    const std::string link = invite(world);

    // Talk and knocks at once: commits fall between sealing and ordering.
    for (int i = 0; i < 4; ++i) {
      world["Guest " + std::to_string(i)].knock(link);
      for (int j = 0; j < 5; ++j) {
        world["Ben"].say("b" + std::to_string(i) + std::to_string(j));
        world["Cleo"].say("c" + std::to_string(i) + std::to_string(j));
      }
      world.pass(std::chrono::milliseconds(150));
    }
    world.until([&] { return world["Guest 3"].inside() && world["Guest 0"].inside(); });
    world.pass(kSoon);

    EXPECT_EQ(world["Anna"].texts().size(), 40u);
    expect_same_texts(world, {"Anna", "Ben", "Cleo"});
    // Nobody meets an entry that they cannot read.
    for (const std::string name : {"Anna", "Ben", "Cleo", "Guest 0", "Guest 3"}) {
      EXPECT_EQ(world[name].count<client::Skipped>(), 0u) << name << ", seed " << seed;
    }
    // Each one's words come in the order in which they were said.
    std::vector<std::string> of_ben;
    for (const client::Message& message : world["Anna"].all<client::Message>()) {
      if (message.from.name == "Ben") of_ben.push_back(message.text);
    }
    EXPECT_TRUE(std::ranges::is_sorted(of_ben)) << "seed " << seed;
  }
}

TEST(Trouble, OpenRoomsLetManyAdmittersRaceAndLoseNobody) {
  for (std::uint64_t seed = 700; seed < 705; ++seed) {
    World world(seed);
    gather(world, {"Ben", "Cleo", "Dora"}, room::Admission::open);
    const std::string link = invite(world);
    std::vector<std::string> everybody{"Anna", "Ben", "Cleo", "Dora"};
    for (int i = 0; i < 8; ++i) {
      everybody.push_back("Guest " + std::to_string(i));
      world[everybody.back()].knock(link);
      if (i % 3 == 2) world.cut(world[everybody[static_cast<std::size_t>(i) % 4]]);
    }

    world.until([&] {
      return std::ranges::all_of(everybody, [&](const auto& name) { return world[name].inside(); });
    });
    world.pass(kSoon);

    world.expect_agreement(everybody);
    EXPECT_EQ(world["Anna"].members().size(), 12u);
  }
}

TEST(Trouble, ARestartOfALiveRoomIsAcceptedAndShown) {
  for (std::uint64_t seed = 800; seed < 810; ++seed) {
    World world(seed);
    gather(world, {"Ben", "Cleo"});
    world["Ben"].say("kept by nobody");
    world.settle();

    world.crash_server();
    world.pass(kSoon);

    for (const std::string name : {"Anna", "Ben", "Cleo"}) {
      EXPECT_EQ(world[name].count<client::Gap>(), 1u) << name;
      EXPECT_EQ(world[name].last<client::Gap>()->lost, 1u) << name;
      EXPECT_EQ(world[name].count<client::HardStop>(), 0u) << name;
      // It is sent again, and nobody is shown it twice.
      EXPECT_THAT(world[name].texts(), ElementsAre("Ben: kept by nobody")) << name;
    }
    world["Cleo"].say("and on");
    world.settle();
    expect_same_texts(world, {"Anna", "Ben", "Cleo"});
    world.expect_agreement({"Anna", "Ben", "Cleo"});
    EXPECT_EQ(world["Anna"].status().head.seq.run(), 1u);
  }
}

TEST(Trouble, AnybodyAwayDuringARestartLearnsOfIt) {
  World world(20);
  gather(world, {"Ben", "Cleo"});
  world["Cleo"].say("one");
  world["Cleo"].say("two");
  world.settle();
  world["Ben"].ask(client::GoOffline{});
  world["Cleo"].say("while Ben was away");
  world.settle();

  world.crash_server();
  world.pass(kSoon);
  world["Ben"].ask(client::GoOnline{});
  world.pass(kSoon);

  EXPECT_EQ(world["Ben"].last<client::Gap>()->lost, 2u);
  EXPECT_THAT(world["Ben"].texts(),
              ElementsAre("Cleo: one", "Cleo: two", "Cleo: while Ben was away"));
  world.expect_agreement({"Anna", "Ben", "Cleo"});
}

TEST(Trouble, StoredRoomsLoseNothingInACrash) {
  for (std::uint64_t seed = 900; seed < 905; ++seed) {
    World world(seed);
    gather(world, {"Ben", "Cleo"}, room::Admission::lobby, room::Retention::day);
    for (int i = 0; i < 5; ++i) world["Ben"].say(std::to_string(i));
    world.crash_server();
    world["Cleo"].say("after");
    world.pass(kSoon);

    EXPECT_EQ(world["Anna"].texts().size(), 6u);
    EXPECT_EQ(world["Anna"].count<client::Gap>(), 0u);
    expect_same_texts(world, {"Anna", "Ben", "Cleo"});
    world.expect_agreement({"Anna", "Ben", "Cleo"});
  }
}

TEST(Trouble, ACleanStopLeavesNoGap) {
  World world(21);
  gather(world, {"Ben"});
  world["Ben"].say("said before");
  world.settle();

  world.restart_server();
  world.pass(kSoon);
  world["Anna"].say("said after");
  world.settle();

  EXPECT_EQ(world["Ben"].count<client::Gap>(), 0u);
  EXPECT_THAT(world["Ben"].texts(), ElementsAre("Ben: said before", "Anna: said after"));
  world.expect_agreement({"Anna", "Ben"});
}

TEST(Trouble, ALostWelcomeIsAskedForAgain) {
  World world(22);
  found(world);
  const std::string link = invite(world);
  world["Ben"].knock(link);
  world.until([&] { return world["Anna"].status().waiting == 1; });
  world["Anna"].ask(client::AdmitAll{});
  // The server forgets what waits for those who were admitted.
  world.until([&] { return world["Anna"].count<client::Joined>() == 1; });
  world.crash_server();

  world.until([&] { return world["Ben"].inside(); });
  world.pass(kSoon);

  world.expect_agreement({"Anna", "Ben"});
  EXPECT_EQ(world["Anna"].members().size(), 2u);
}

// --- A server that lies
// -----------------------------------------------------------------------------

TEST(Trouble, AChangedEntryStopsTheClientHard) {
  World world(23);
  gather(world, {"Ben", "Cleo"});
  world.tamper = [&](Client& to, wire::EntryRecord& entry) {
    Bytes* body = std::get_if<Bytes>(&entry.record.content);
    if (&to == &world["Ben"] && body && entry.record.kind == room::EntryKind::app) {
      body->back() ^= 1;
    }
  };

  world["Cleo"].say("one");
  world.settle();
  // The changed entry opens for nobody; that others were shown another one comes out with the next.
  EXPECT_EQ(world["Ben"].count<client::Skipped>(), 1u);
  world.tamper = nullptr;
  world["Cleo"].say("two");
  world.settle();

  EXPECT_EQ(world["Ben"].last<client::HardStop>()->reason, "head_differs");
  EXPECT_EQ(world["Ben"].last<client::HardStop>()->witness, "Cleo");
  EXPECT_TRUE(world["Ben"].core().ended());
  EXPECT_EQ(world["Anna"].count<client::HardStop>(), 0u);
}

TEST(Trouble, AWithheldEntryStopsTheClientHard) {
  World world(24);
  gather(world, {"Ben", "Cleo"});
  bool withheld = false;
  world.tamper = [&](Client& to, wire::EntryRecord& entry) {
    if (&to != &world["Ben"]) return;
    if (!std::exchange(withheld, true)) return;
    // What comes next takes the place of what was withheld... with the wrong number.
    entry.record.seq = entry.record.seq.next();
  };

  world["Cleo"].say("one");
  world["Cleo"].say("two");
  world.settle();

  EXPECT_EQ(world["Ben"].last<client::HardStop>()->reason, "chain_gap");
}

TEST(Trouble, AForgedControlEntryStopsTheClientHard) {
  World world(25);
  gather(world, {"Ben"});
  world.tamper = [&](Client& to, wire::EntryRecord& entry) {
    Bytes* body = std::get_if<Bytes>(&entry.record.content);
    if (&to == &world["Ben"] && body && entry.record.kind == room::EntryKind::control) {
      (*body)[40] ^= 1;
    }
  };

  world["Anna"].ask(client::Pause{});
  world.settle();

  EXPECT_EQ(world["Ben"].count<client::HardStop>(), 1u);
  EXPECT_EQ(world["Ben"].count<client::PauseChanged>(), 0u);
}

}  // namespace
}  // namespace hearth::test
