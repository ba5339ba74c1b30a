// Letting people in one by one in the night, and many at once in a storm.
#include <gmock/gmock.h>

#include "client/core/admission_pace.h"
#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

using client::AdmissionPace;
using namespace std::chrono_literals;

constexpr Instant kStart = instant_from_unix(1'800'000'000);

// --- The pace alone -----------------------------------------------------------------------------

struct Storm {
  std::size_t commits = 0;
  std::size_t waiting = 0;
  Duration longest{};  // That anybody waited for the commit.
};

// Knocks come evenly over `over`; each commit is read `reading` later, and admits whoever waited.
Storm storm(std::size_t knocks, Duration over, Duration reading) {
  AdmissionPace pace;
  Storm storm;
  std::deque<Instant> waiting;
  std::size_t come = 0;
  std::optional<Instant> read_at;
  for (Instant now = kStart; now < kStart + over + 10s; now += 10ms) {
    while (come < knocks &&
           kStart + over * static_cast<long>(come) / static_cast<long>(knocks) <= now) {
      waiting.push_back(now);
      ++come;
    }
    if (read_at && now >= *read_at) {
      pace.on_admission(now);
      read_at.reset();
    }
    if (read_at || !pace.due(waiting.size(), false, now)) continue;
    ++storm.commits;
    storm.longest = std::max(storm.longest, Duration(now - waiting.front()));
    const auto some = std::min(waiting.size(), room::kAdmitMax);
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(some));
    read_at = now + reading;
  }
  storm.waiting = waiting.size();
  return storm;
}

TEST(AdmissionPace, TwoHundredInTenSecondsTakeFiveCommits) {
  for (const Duration reading : {Duration(10ms), Duration(200ms), Duration(400ms)}) {
    const Storm seen = storm(200, 10s, reading);

    EXPECT_LE(seen.commits, 5u);
    EXPECT_EQ(seen.waiting, 0u);
    EXPECT_LE(seen.longest, AdmissionPace::kEvery + reading);
  }
}

TEST(AdmissionPace, TwoHundredAtOnceWaitForFullBundlesOnly) {
  const Storm seen = storm(200, 1ms, 200ms);

  EXPECT_EQ(seen.commits, 4u);
  EXPECT_EQ(seen.waiting, 0u);
}

TEST(AdmissionPace, WhoComesAloneIsNotKeptWaiting) {
  AdmissionPace pace;
  EXPECT_EQ(pace.at(), std::nullopt);

  EXPECT_FALSE(pace.due(1, false, kStart));
  EXPECT_EQ(pace.at(), kStart + AdmissionPace::kGather);
  EXPECT_TRUE(pace.due(1, false, kStart + AdmissionPace::kGather));
  pace.on_admission(kStart + 200ms);

  EXPECT_FALSE(pace.due(1, false, kStart + 1h));
  EXPECT_TRUE(pace.due(1, false, kStart + 1h + AdmissionPace::kGather));
}

TEST(AdmissionPace, AfterAnAdmissionKnocksGatherUntilTheTimeIsOverOrABundleIsFull) {
  AdmissionPace pace;
  pace.on_admission(kStart);

  EXPECT_FALSE(pace.due(room::kAdmitMax - 1, false, kStart + 1s));
  EXPECT_EQ(pace.at(), kStart + AdmissionPace::kEvery);
  EXPECT_TRUE(pace.due(room::kAdmitMax, false, kStart + 1s));
  pace.on_admission(kStart + 1s);
  EXPECT_FALSE(pace.due(5, false, kStart + AdmissionPace::kEvery));
  EXPECT_TRUE(pace.due(5, false, kStart + 1s + AdmissionPace::kEvery));
}

// The wait is that of those who are there: who went, or was on a line that broke, began none.
TEST(AdmissionPace, AWaitEndsWithThoseWhoWaited) {
  AdmissionPace pace;
  EXPECT_FALSE(pace.due(1, false, kStart));
  EXPECT_FALSE(pace.due(0, false, kStart + 50ms));
  EXPECT_EQ(pace.at(), std::nullopt);
  EXPECT_FALSE(pace.due(1, false, kStart + 1s));
  pace.forget_waiting();

  EXPECT_FALSE(pace.due(1, false, kStart + 2s));
  EXPECT_EQ(pace.at(), kStart + 2s + AdmissionPace::kGather);
}

// What a person says is done now, unless somebody came in just before.
TEST(AdmissionPace, AWordOfTheStaffWaitsForNobodyToGather) {
  AdmissionPace pace;
  EXPECT_FALSE(pace.due(1, false, kStart));
  EXPECT_TRUE(pace.due(1, true, kStart + 10ms));
  pace.on_admission(kStart + 20ms);

  EXPECT_FALSE(pace.due(1, true, kStart + 1s));
  EXPECT_TRUE(pace.due(1, true, kStart + 20ms + AdmissionPace::kEvery));
}

// --- In a room ----------------------------------------------------------------------------------

// Admissions that this client has seen made, by the places of their commits.
std::size_t admissions(Client& client) {
  std::size_t count = 0;
  std::optional<std::uint64_t> last;
  for (const client::Joined& joined : client.all<client::Joined>()) {
    if (last != joined.seq.value) ++count;
    last = joined.seq.value;
  }
  return count;
}

TEST(Admission, OneKnockInAQuietNightIsAnsweredAtOnce) {
  World world(90);
  gather(world, {"Ben"}, room::Admission::open);
  const std::string link = invite(world);
  world.pass(10min);

  world["Cleo"].knock(link);
  world.pass(AdmissionPace::kGather);
  world.settle();

  EXPECT_TRUE(world["Cleo"].inside());
}

TEST(Admission, AStormAtAnOpenDoorTakesFewCommitsWhileTheRoomTalks) {
  World world(91);
  gather(world, {"Ben", "Cleo"}, room::Admission::open);
  const std::string link = invite(world);
  world.pass(1min);
  const std::size_t before = admissions(world["Ben"]);

  // Four a second for five seconds.
  std::vector<std::string> guests;
  std::vector<std::string> said;
  for (int i = 0; i < 20; ++i) {
    guests.push_back("Guest " + std::to_string(i));
    world[guests.back()].knock(link);
    if (i % 4 == 0) {
      said.push_back("Cleo: line " + std::to_string(i));
      world["Cleo"].say("line " + std::to_string(i));
    }
    world.pass(250ms);
  }
  world.until([&] {
    return std::ranges::all_of(guests, [&](const auto& name) { return world[name].inside(); });
  });

  // One at once, then one each two and a half seconds.
  EXPECT_LE(admissions(world["Ben"]) - before, 3u);
  EXPECT_EQ(world["Ben"].texts(), said);
  guests.insert(guests.end(), {"Anna", "Ben", "Cleo"});
  world.expect_agreement(guests);
}

// The pace is that of the room: the next admitter keeps it, too.
TEST(Admission, WhoTakesOverTheDoorKeepsThePace) {
  World world(92);
  gather(world, {"Ben", "Cleo"}, room::Admission::open);
  const std::string link = invite(world);
  world.pass(1min);
  world["Dora"].knock(link);
  world.until([&] { return world["Dora"].inside(); });
  const std::size_t before = admissions(world["Cleo"]);

  world["Anna"].ask(client::GoOffline{});
  world.settle();
  world["Emil"].knock(link);
  world["Finn"].knock(link);
  world.pass(1s);
  EXPECT_FALSE(world["Emil"].inside());
  world.pass(2s);

  EXPECT_TRUE(world["Emil"].inside());
  EXPECT_TRUE(world["Finn"].inside());
  EXPECT_EQ(admissions(world["Cleo"]) - before, 1u);
}

// The first of the evening is let in at once, those after them together; everybody who said yes is
// answered.
TEST(Admission, ManyWordsOfTheStaffAreFewCommits) {
  World world(93);
  gather(world, {"Ben"});
  const std::string link = invite(world);
  world.pass(1min);
  const std::size_t before = admissions(world["Ben"]);
  std::vector<std::uint64_t> tags;
  const std::vector<std::string> guests{"Cleo", "Dora", "Emil", "Finn", "Gita"};

  for (const std::string& name : guests) {
    world[name].knock(link);
    world.settle();
    const auto slot = world["Anna"].last<client::KnockWaiting>()->slot;
    tags.push_back(world["Anna"].ask(client::Admit{slot}));
    world.settle();
    EXPECT_EQ(world[name].inside(), name == "Cleo");
    world.pass(100ms);
  }
  world.pass(AdmissionPace::kEvery);

  for (const std::string& name : guests) EXPECT_TRUE(world[name].inside());
  for (const std::uint64_t tag : tags) {
    EXPECT_TRUE(world["Anna"].answer<client::Done>(tag).has_value());
  }
  EXPECT_EQ(admissions(world["Ben"]) - before, 2u);
}

TEST(Admission, AYesToWhoWentMeanwhileIsRefused) {
  World world(94);
  gather(world, {"Ben"});
  const std::string link = invite(world);
  world["Cleo"].knock(link);
  world.settle();
  const auto slot = world["Anna"].last<client::KnockWaiting>()->slot;

  const auto tag = world["Anna"].ask(client::Admit{slot});
  world["Cleo"].ask(client::GoOffline{});
  world.pass(AdmissionPace::kEvery);

  const auto refused = world["Anna"].answer<client::Refused>(tag);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->reason, "nobody_waits");
}

}  // namespace
}  // namespace hearth::test
