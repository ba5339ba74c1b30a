// `hearth pack`, and the packs that are shipped.
#include "client/console/pack_files.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "client/agenda/agenda.h"
#include "client/agenda/pack.h"
#include "client/console/names.h"

namespace hearth::client {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kMeetings = "client/packs/en/meetings.pack";
constexpr const char* kSample = "client/packs/en/services-sample.pack";
constexpr Instant kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 29);

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Said {
  int code = 0;
  std::string out;
  std::string err;
};
Said check(const std::vector<std::string>& paths, Instant now = kNow) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = pack_check(paths, now, out, err);
  return {code, out.str(), err.str()};
}
Said show(const PackShown& shown) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = pack_show(shown, out, err);
  return {code, out.str(), err.str()};
}

// A folder that goes with the test, for packs that are not good.
class PackFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "hearth-packs-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }

  fs::path folder_;
};

TEST_F(PackFiles, NamesFileAndLine) {
  const std::string good = file("good.pack", content_of(kSample));
  const std::string bad = file("bad.pack", "hearth-pack 1\nlanguage en\ntitle T\nvarants both\n");

  const Said said = check({bad, good});

  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.err, HasSubstr(bad + ":4: no section is called \"varants\"; did you mean "
                                        "variants?\n"));
  EXPECT_THAT(said.out, HasSubstr(good + ": good: "));
  EXPECT_THAT(said.out, Not(HasSubstr(bad)));
}

TEST_F(PackFiles, SaysWhatCannotBeRead) {
  EXPECT_EQ(check({(folder_ / "nowhere").string()}).code, 2);
  EXPECT_EQ(check({folder_.string(), kSample}).code, 2);
  EXPECT_THAT(check({folder_.string()}).err, HasSubstr("cannot be read"));
  EXPECT_EQ(show({(folder_ / "nowhere").string(), "", ""}).code, 2);
}

TEST_F(PackFiles, RefusesAFileThatIsTooLong) {
  const std::string path = file("long.pack", std::string(256 * 1024 + 1, '#'));
  EXPECT_EQ(check({path}).code, 1);
  EXPECT_THAT(check({path}).err, HasSubstr("longer than 256 KiB"));
}

// Neither a device without an end nor a pipe that nobody writes to keeps anybody waiting.
TEST_F(PackFiles, ReadsFilesAlone) {
  const std::string pipe = file("pipe.pack", "");
  ASSERT_EQ(std::remove(pipe.c_str()), 0);
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path : {pipe, std::string("/dev/zero")}) {
    EXPECT_EQ(check({path}).code, 2);
    EXPECT_THAT(check({path}).err, HasSubstr("cannot be read"));
  }
}

TEST_F(PackFiles, ComposesAccents) {
  const std::string path = file("nfd.pack",
                                "hearth-pack 1\nlanguage vi\ntitle Ho\xcc\x80"
                                "a\nvariants religious\n");

  EXPECT_THAT(show({path, "", ""}).out, HasSubstr("H\u00f2a\n"));
}

TEST_F(PackFiles, NotesACardThatIsOutOfDate) {
  const auto later = kNow + std::chrono::days(365 * 4);

  EXPECT_THAT(check({kSample}).err, IsEmpty());
  const Said said = check({kSample}, later);
  EXPECT_EQ(said.code, 0);
  EXPECT_THAT(said.err, HasSubstr("note: card services should have been checked by 2030-01-31"));
}

TEST_F(PackFiles, ShowsTheCourseWithItsMinutes) {
  const Said said = show({kMeetings, "", ""});

  EXPECT_EQ(said.code, 0);
  EXPECT_THAT(said.out, HasSubstr("template hour: Meeting, one hour, 60 minutes\n"
                                  "  -15  Doors, 15 minutes, lounge\n"
                                  "    0  Welcome, 4 minutes, staff_only\n"));
  EXPECT_THAT(said.out, HasSubstr("card services (empty)\n"));
  EXPECT_THAT(said.err, IsEmpty());
}

TEST_F(PackFiles, ShowsAMeetingInTheVariantAskedFor) {
  const std::string plain = show({kMeetings, "hour", ""}).out;
  const std::string religious = show({kMeetings, "hour", "religious"}).out;

  EXPECT_THAT(plain, HasSubstr("10 of 10: \u2068Lounge\u2069."));
  EXPECT_THAT(plain, Not(HasSubstr("God")));
  EXPECT_THAT(religious, HasSubstr("God"));
  EXPECT_EQ(show({kMeetings, "day", ""}).code, 2);
  EXPECT_EQ(show({kMeetings, "hour", "other"}).code, 2);
  EXPECT_EQ(show({kSample, "", "religious"}).code, 2);
}

TEST(ShippedPacks, AreGood) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator("client/packs")) {
    if (entry.path().extension() != ".pack") continue;
    ++count;
    const Said said = check({entry.path().string()});
    EXPECT_EQ(said.code, 0) << said.err;
  }
  EXPECT_GE(count, 2U);
}

agenda::Pack meetings() {
  auto report = agenda::read_pack(content_of(kMeetings), nfc);
  expects(report.pack.has_value());
  return *std::move(report.pack);
}

TEST(ShippedPacks, TakeTheMinutesTheyAnnounce) {
  const agenda::Pack pack = meetings();

  std::map<std::string, unsigned> minutes;
  for (const agenda::Template& meeting : pack.templates) {
    const agenda::Plan plan = pack.plan(meeting, pack.variants.front());
    minutes[meeting.name] = agenda::minutes_of(plan, agenda::meeting_of(plan));
  }

  const std::map<std::string, unsigned> wanted{
      {"half-hour", 30}, {"hour", 60},       {"ninety-minutes", 90}, {"two-hours", 120},
      {"topic", 60},     {"round-only", 45}, {"family", 75},         {"training", 90}};
  EXPECT_EQ(minutes, wanted);
}

// What begins when, in the meeting that most groups will use.
TEST(ShippedPacks, HaveAnHourInTheUsualOrder) {
  const agenda::Pack pack = meetings();
  const agenda::Plan plan = pack.plan(*pack.find_template("hour"), agenda::Variant::non_religious);

  std::vector<unsigned> begins;
  const agenda::Span span = agenda::meeting_of(plan);
  for (std::size_t i = span.first; i < span.end; ++i) {
    begins.push_back(agenda::minutes_of(plan, {span.first, i}));
  }

  EXPECT_THAT(begins, testing::ElementsAre(0, 4, 12, 24, 44, 51, 54, 57));
}

// Every card of every meeting goes into an entry of 4 KiB, the welcome with all its words too.
TEST(ShippedPacks, PostCardsThatAThinLineCanCarry) {
  const agenda::Pack pack = meetings();
  for (const agenda::Variant variant : pack.variants) {
    for (const agenda::Template& meeting : pack.templates) {
      agenda::Agenda agenda(pack.plan(meeting, variant));
      while (const auto posting = agenda.next(kNow)) {
        EXPECT_LE(encoded(posting->card).size(), agenda::AgendaCard::kSizeAim)
            << meeting.name << ' ' << posting->card.item().name;
      }
    }
  }
}

// Nobody may call a number of a place that does not exist, or trust a card that nobody filled in.
TEST(ShippedPacks, ShipNoServices) {
  const agenda::Pack pack = meetings();
  const auto sample = agenda::read_pack(content_of(kSample), nfc);

  EXPECT_TRUE(
      pack.find(agenda::TextKind::card, "services", agenda::Variant::religious)->text.empty());
  const agenda::PackText* const card =
      sample.pack->find(agenda::TextKind::card, "services", agenda::Variant::non_religious);
  EXPECT_THAT(card->title, HasSubstr("not real"));
  EXPECT_THAT(card->text, HasSubstr("THIS IS A SAMPLE"));
}

TEST(ShippedPacks, AreExplainedByAnExampleThatIsGood) {
  const std::string page = content_of("client/packs/README.md");
  const std::size_t begin = page.find("```\nhearth-pack 1\n") + 4;
  const std::string example = page.substr(begin, page.find("```", begin) - begin);

  const auto report = agenda::read_pack(example, nfc);

  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_TRUE(report.pack);
}

}  // namespace
}  // namespace hearth::client
