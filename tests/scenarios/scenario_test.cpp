// The weekly meeting by real clients, and copies of it that are broken on purpose.
#include <filesystem>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>

#include "tests/scenarios/item.h"
#include "tests/scenarios/runner.h"

namespace hearth::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWeekly = "tests/scenarios/weekly-meeting.jsonl";
constexpr std::size_t kChecked = 12;  // Clauses of it that are checked.

StageOptions programs() {
  StageOptions options;
  options.server = HEARTHD_PROGRAM;
  options.client = HEARTH_PROGRAM;
  return options;
}

std::string told(const ScenarioReport& report) {
  std::string out;
  for (const auto& [line, what] : report.failures) out += std::to_string(line) + ": " + what + "\n";
  return out;
}

// A copy of the weekly meeting whose lines keep their numbers.
class Copy final {
 public:
  Copy() {
    std::ifstream file(kWeekly);
    for (std::string text; std::getline(file, text);) lines_.push_back(text);
  }

  const std::string& at(std::size_t number) const { return lines_.at(number - 1); }
  void leave_out(std::initializer_list<std::size_t> numbers) {
    for (const std::size_t number : numbers) set(number, "");
  }
  void set(std::size_t number, const std::string& text) { lines_.at(number - 1) = text; }
  void change(std::size_t number, const std::string& from, const std::string& to) {
    std::string& line = lines_.at(number - 1);
    const std::size_t at = line.find(from);
    ASSERT_NE(at, std::string::npos) << from << " is not in line " << number;
    line.replace(at, from.size(), to);
  }
  // Seven people are enough to break a meeting: whoever else there is does not come, and what is
  // said of them is left out. Bulan and, in the queue, Anchor do what is needed of them.
  void with_few_people() {
    change(25, "Bulan, Ombak, Tre Xanh", "Bulan, Anchor");
    for (const std::size_t number : {23u, 32u, 33u, 34u}) change(number, "Ombak", "Anchor");
    change(63, "Sen Trắng", "Bulan");
    for (const std::size_t number : {67u, 68u, 71u}) change(number, "މޫދު", "Bulan");
    for (std::string& line : lines_) {
      for (const char* name :
           {"މޫދު", "Ombak", "Sen Trắng", "Arsi", "Tre Xanh", "Heron", "Pelangi"}) {
        const std::string quoted = std::string("\"") + name + "\"";
        const bool expects = line.find("\"@server\"") != std::string::npos;
        if (line.find(expects ? std::string(name) : quoted) != std::string::npos) line.clear();
      }
    }
  }
  void end_after(std::size_t number) {
    for (std::size_t later = number + 1; later <= lines_.size(); ++later) leave_out({later});
  }
  // Admissions keep a pace of seconds, so nobody comes in where that is not what is broken.
  void with_no_more_guests() {
    for (std::size_t number = 35; number <= 62; ++number) {
      if (number != 47) leave_out({number});
    }
  }
  // Whoever loses the connection has said in the round before what is said after the return.
  void speaks_before_going() {
    set(65, at(66));
    set(66, at(71));
    change(66, "36.5", "34");
  }
  void save(const fs::path& path) const {
    std::ofstream file(path);
    for (const std::string& line : lines_) file << line << "\n";
  }

 private:
  std::vector<std::string> lines_;
};

TEST(WeeklyMeeting, IsPlayedAtTheDoorByItsKeepersAndOnTheFloorAndMeetsEveryExpectationOfThem) {
  const ScenarioReport report = run_scenario(kWeekly, programs());

  EXPECT_TRUE(report.failures.empty()) << told(report);
  EXPECT_EQ(report.played, 64u);
  EXPECT_EQ(report.expected, 10u);
  EXPECT_EQ(report.checked, kChecked);
  using Counts = std::map<std::string, std::size_t>;
  EXPECT_EQ(report.skipped, (Counts{{"accept_reach_out", 1},
                                    {"notice", 1},
                                    {"one_to_one_end", 1},
                                    {"one_to_one_say", 1},
                                    {"poll_answer", 5},
                                    {"poll_close", 1},
                                    {"poll_open", 1},
                                    {"reach_out", 1}}));
  EXPECT_EQ(report.unchecked, (Counts{{"polls", 2}, {"reach-out", 2}}));
}

TEST(Item, NamesOneWayToSpeakOrIsNone) {
  EXPECT_EQ(item_of("A topic. Go round; pass if you like."), (Item{"round", 0}));
  EXPECT_EQ(item_of("Check-out: one word."), (Item{"round", 0}));
  EXPECT_EQ(item_of("Shares, about four minutes each. Type ! to raise your hand."),
            (Item{"queue", 240}));
  EXPECT_EQ(item_of("Responses, open to all."), (Item{"respond", 0}));
  EXPECT_FALSE(item_of("A quiet minute."));
  EXPECT_FALSE(item_of("Go round, open to all."));
  EXPECT_FALSE(item_of("Go round, some minutes each."));
}

struct Break {
  const char* name;
  std::function<void(Copy&)> apply;
  std::size_t line;     // In which it has to be found.
  const char* what;     // Part of what has to be said.
  bool at_end = false;  // It shows only when the room closes.
};
void PrintTo(const Break& broken, std::ostream* out) { *out << broken.name; }

class BrokenOnPurpose : public testing::TestWithParam<Break> {};

// Found before anything is started.
class BrokenInItsWords : public BrokenOnPurpose {};
TEST_P(BrokenInItsWords, IsFoundInItsLine) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "broken.jsonl";
  Copy copy;
  GetParam().apply(copy);
  copy.save(file);
  StageOptions nothing;
  nothing.server = nothing.client = "/nothing/may/be/started";

  const ScenarioReport report = run_scenario(file, nothing);

  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].line, GetParam().line);
  EXPECT_NE(told(report).find(GetParam().what), std::string::npos) << told(report);
  EXPECT_EQ(report.played, 0u);
}

const Break kWords[] = {
    {"NoJson", [](Copy& copy) { copy.change(20, "}", ""); }, 20, "no JSON"},
    {"UnknownField", [](Copy& copy) { copy.change(36, "\"to\"", "\"for\""); }, 36, "field for"},
    {"NoText", [](Copy& copy) { copy.change(28, "\"text\"", "\"lang\""); }, 28, "has no text"},
    {"TimeGoesBack", [](Copy& copy) { copy.change(42, "18.4", "17.4"); }, 42, "back in time"},
    {"UnknownAct", [](Copy& copy) { copy.change(57, "\"ban\"", "\"bann\""); }, 57, "to bann"},
    {"UnknownMeetingAct", [](Copy& copy) { copy.change(26, "call_on", "call_upon"); }, 26,
     "to call_upon"},
    {"UnknownActor", [](Copy& copy) { copy.change(34, "Ombak", "Ombok"); }, 34, "called Ombok"},
    {"UnknownActorOfAMeetingAct", [](Copy& copy) { copy.change(46, "Heron", "Egret"); }, 46,
     "called Egret"},
    {"UnknownTarget", [](Copy& copy) { copy.change(56, "friendly_guest", "friendly"); }, 56,
     "called friendly"},
    {"NoTarget", [](Copy& copy) { copy.change(57, ", \"to\": \"friendly_guest\"", ""); }, 57,
     "cannot be done"},
    {"EverybodyBanned",
     [](Copy& copy) { copy.change(57, "\"to\": \"friendly_guest\"", "\"to\": \"*\""); }, 57,
     "cannot be done"},
    {"NeverCame", [](Copy& copy) { copy.leave_out({41}); }, 42, "called friendly_guest"},
    {"CameTwice", [](Copy& copy) { copy.set(11, copy.at(10)); }, 11, "Heron is there already"},
    {"ExpectationNobodyCanCheck",
     [](Copy& copy) { copy.change(58, "every screen", "nearly every screen"); }, 58,
     "nobody can check"},
    {"ExpectationOfNobody", [](Copy& copy) { copy.change(60, "Anchor", "Anker"); }, 60,
     "called Anker"},
    {"ItemOfNoMode", [](Copy& copy) { copy.change(17, "Go round", "Go on"); }, 17,
     "names no way to speak"},
    {"ItemOfTwoModes",
     [](Copy& copy) { copy.change(47, "open to all", "open to all, go on. Go round"); }, 47,
     "or more than one"},
    {"HandOfNobody", [](Copy& copy) { copy.change(25, "Ombak", "Ombok"); }, 25, "called Ombok"},
    {"TurnForNobody", [](Copy& copy) { copy.change(26, ", \"to\": \"Bulan\"", ""); }, 26,
     "cannot be done"},
    {"ServerDoesSomething", [](Copy& copy) { copy.change(60, "expect", "ban"); }, 60,
     "the server cannot ban"},
};
INSTANTIATE_TEST_SUITE_P(Each, BrokenInItsWords, testing::ValuesIn(kWords),
                         [](const auto& broken) { return broken.param.name; });

// Found while it is played. With HEARTH_SCENARIO_WHOLE all people come, otherwise few.
class BrokenInItsDeeds : public BrokenOnPurpose {
 protected:
  ScenarioReport played(StageOptions options) {
    Copy copy;
    if (!std::getenv("HEARTH_SCENARIO_WHOLE")) copy.with_few_people();
    GetParam().apply(copy);
    if (GetParam().line > 37) copy.leave_out({35, 36, 37, 48});  // The late joiner.
    if (GetParam().line != 0 && !GetParam().at_end) copy.end_after(GetParam().line);
    const fs::path file = folder_.path() / "broken.jsonl";
    copy.save(file);
    return run_scenario(file, std::move(options));
  }
  TemporaryFolder folder_;
};
TEST_P(BrokenInItsDeeds, IsFoundInItsLine) {
  const ScenarioReport report = played(programs());

  if (GetParam().line == 0) {
    EXPECT_TRUE(report.failures.empty()) << told(report);
    EXPECT_EQ(report.checked, kChecked);
    return;
  }
  ASSERT_FALSE(report.failures.empty());
  EXPECT_EQ(report.failures[0].line, GetParam().line) << told(report);
  EXPECT_NE(report.failures[0].what.find(GetParam().what), std::string::npos) << told(report);
}

const Break kDeeds[] = {
    // Not broken: else what is said of the broken ones would mean nothing.
    {"Nothing", [](Copy&) {}, 0, ""},
    {"NoCofacilitator",
     [](Copy& copy) {
       copy.leave_out({3, 13});
     },
     14, "Anchor is not staff"},
    {"NobodyAdmitted",
     [](Copy& copy) {
       copy.leave_out({14, 15, 18, 19});
     },
     20, "Kingfisher is not inside"},
    {"PassesTwice",
     [](Copy& copy) {
       copy.set(19, R"({"at_minute": 4.3, "who": "Kingfisher", "action": "pass", "text": ""})");
     },
     20, "turn_had"},
    {"NoQueue", [](Copy& copy) { copy.leave_out({21}); }, 22, "could not raise"},
    {"HandsInAnotherOrder",
     [](Copy& copy) {
       copy.set(24, copy.at(22));
       copy.change(24, "9.5", "9.502");
       copy.leave_out({22});
     },
     25, "the order of hands is: "},
    {"HandNotUp", [](Copy& copy) { copy.leave_out({23}); }, 25, "the order of hands is: Bulan"},
    {"NobodyCalledOn", [](Copy& copy) { copy.leave_out({26}); }, 27, "expects that: out_of_turn"},
    {"OutOfTurnNotExpected", [](Copy& copy) { copy.leave_out({29}); }, 28,
     "expects that: out_of_turn"},
    {"NotOutOfTurn", [](Copy& copy) { copy.change(28, "Kingfisher", "Bulan"); }, 29,
     "no line was refused"},
    {"AnotherOutOfTurn", [](Copy& copy) { copy.change(29, "Kingfisher's line", "Anchor's line"); },
     29, "is by Kingfisher"},
    {"AnotherIsSharing", [](Copy& copy) { copy.change(29, "that Bulan", "that Anchor"); }, 29,
     "Kingfisher is told: "},
    {"HandUpAlready",
     [](Copy& copy) {
       copy.set(27,
                R"({"at_minute": 10, "who": "Kingfisher", "action": "raise_hand", "text": "!"})");
     },
     29, "Kingfisher is told: "},
    {"NotDone", [](Copy& copy) { copy.leave_out({31}); }, 32, "turn_taken"},
    {"NoQueueForTheLate",
     [](Copy& copy) {
       copy.leave_out({21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34});
     },
     37, "no hands are raised"},
    {"NobodyLate",
     [](Copy& copy) {
       copy.leave_out({35, 36, 48});
     },
     37, "come in late"},
    {"NothingKeptFromTheLate",
     [](Copy& copy) {
       copy.change(3, "Anchor keeps the door and the safety tools today.", "");
       copy.leave_out({15, 16, 18, 19, 27, 28, 29, 30, 33});
     },
     37, "nothing had been said"},
    {"Interrupted",
     [](Copy& copy) {
       copy.set(33, copy.at(35));
       copy.set(34, R"({"at_minute": 15.1, "who": "Anchor", "action": "pause", "text": ""})");
       copy.set(35, R"({"at_minute": 15.1, "who": "Anchor", "action": "resume", "text": ""})");
     },
     37, "was interrupted"},
    {"NoReport", [](Copy& copy) { copy.leave_out({52}); }, 58, "no advert was reported"},
    {"NotPaused", [](Copy& copy) { copy.leave_out({53}); }, 55, "no line was refused"},
    {"NoSecondAdvert", [](Copy& copy) { copy.change(51, "CHEAP", "Good"); }, 55, "not the second"},
    {"RefusalNotExpected", [](Copy& copy) { copy.leave_out({55}); }, 54, "nothing expects that"},
    {"OthersCanWrite", [](Copy& copy) { copy.change(55, "Lantern and Anchor", "Anchor"); }, 55,
     "these can write: Lantern, Anchor"},
    {"NotErased", [](Copy& copy) { copy.leave_out({56}); }, 58, "stands on the screen"},
    {"NotBanned", [](Copy& copy) { copy.leave_out({57}); }, 58, "nobody was removed"},
    {"AnotherBanned",
     [](Copy& copy) {
       copy.change(57, "friendly_guest", "Bulan");
       copy.change(64, "Lantern", "Bulan");
       copy.leave_out({63});
     },
     64, "Bulan is not inside"},
    {"NobodySpeaksAfterwards",
     [](Copy& copy) {
       copy.set(62, R"({"at_minute": 26.6, "who": "Anchor", "action": "resume", "text": ""})");
       copy.leave_out({63, 64, 66, 67, 68, 69, 70, 71, 72, 82, 83, 84});
       copy.set(85, R"({"at_minute": 60, "who": "Lantern", "action": "end_room", "text": ""})");
     },
     58, "nothing was said after", true},
    {"OthersSeeTheFlag", [](Copy& copy) { copy.change(60, "Anchor and Lantern", "Anchor"); }, 60,
     "Lantern, Anchor"},
    {"NotResumed", [](Copy& copy) { copy.leave_out({62}); }, 63, "nothing expects that"},
    {"NeverGone",
     [](Copy& copy) {
       copy.with_no_more_guests();
       copy.leave_out({67});
     },
     68, "has not gone"},
    {"NotBack",
     [](Copy& copy) {
       copy.with_no_more_guests();
       copy.leave_out({68});
     },
     69, "nobody has come back"},
    {"NoRoundToComeBackTo",
     [](Copy& copy) {
       copy.with_no_more_guests();
       copy.leave_out({66});
     },
     69, "no round is under way"},
    {"NothingMoreInTheRound",
     [](Copy& copy) {
       copy.with_no_more_guests();
       copy.leave_out({71});
     },
     69, "said nothing more in the round", true},
    {"HadTheirTurnBeforeTheyWent",  // Not broken either: what is kept is that they had it.
     [](Copy& copy) {
       copy.speaks_before_going();
       copy.leave_out({71});
     },
     0, ""},
    {"SpeaksTwiceInARound",
     [](Copy& copy) {
       copy.with_no_more_guests();
       copy.speaks_before_going();
     },
     71, "expects that: turn_had"},
    {"NotClosed", [](Copy& copy) { copy.leave_out({85}); }, 86, "still open"},
};
INSTANTIATE_TEST_SUITE_P(Each, BrokenInItsDeeds, testing::ValuesIn(kDeeds),
                         [](const auto& broken) { return broken.param.name; });

// The meeting is as it should be, and one of the programs is not.
class BrokenProgram : public testing::Test {
 protected:
  void SetUp() override {
    Copy copy;
    copy.with_few_people();
    copy.save(file_);
  }
  fs::path script(const std::string& text) const {
    const fs::path path = folder_.path() / "program";
    std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }
  ScenarioReport played(const StageOptions& options) const { return run_scenario(file_, options); }

  TemporaryFolder folder_;
  fs::path file_ = folder_.path() / "small.jsonl";
};

std::vector<std::size_t> lines_of(const ScenarioReport& report) {
  std::vector<std::size_t> lines;
  for (const auto& failure : report.failures) lines.push_back(failure.line);
  return lines;
}

TEST_F(BrokenProgram, ThatWritesDownAWordOfSomebodyIsFound) {
  std::ofstream(folder_.path() / "word") << "and the hour passed" << std::endl;
  StageOptions options = programs();
  options.server = script("setpriv --pdeathsig KILL " HEARTHD_PROGRAM
                          " \"$@\" &\n"
                          "trap 'kill $!; wait $!; cat \"${0%/*}/word\" >&2; exit 0' TERM\n"
                          "wait $!");

  const ScenarioReport report = played(options);

  EXPECT_EQ(lines_of(report), std::vector<std::size_t>{86}) << told(report);
  EXPECT_NE(told(report).find("stands in trace"), std::string::npos) << told(report);
}

TEST_F(BrokenProgram, ThatOpensWhatItMustNotIsFound) {
  StageOptions options = programs();
  options.client = script(HEARTH_PROGRAM " \"$@\" | sed -u 's/\"opened\":false/\"opened\":true/'");

  const ScenarioReport report = played(options);

  EXPECT_EQ(lines_of(report), (std::vector<std::size_t>{37, 58})) << told(report);
  EXPECT_NE(told(report).find("can open what was said before"), std::string::npos) << told(report);
  EXPECT_NE(told(report).find("after the removal"), std::string::npos) << told(report);
}

TEST_F(BrokenProgram, ThatTellsAnotherOrderOfHandsAndNotWhoIsSharingIsFound) {
  Copy copy;
  copy.with_few_people();
  copy.end_after(34);
  copy.save(file_);
  StageOptions options = programs();
  options.client =
      script(HEARTH_PROGRAM " \"$@\" | sed -u 's/\"place\":2/\"place\":1/; s/ is sharing now//'");

  const ScenarioReport report = played(options);

  EXPECT_EQ(lines_of(report), (std::vector<std::size_t>{25, 29})) << told(report);
  EXPECT_NE(told(report).find("the order of hands is: Anchor"), std::string::npos) << told(report);
  EXPECT_NE(told(report).find("Kingfisher is told: "), std::string::npos) << told(report);
}

TEST_F(BrokenProgram, ThatSaysThingsTwiceIsFound) {
  StageOptions options = programs();
  options.client = script(HEARTH_PROGRAM " \"$@\" | sed -u '/\"event\":\"message\"/p'");

  const ScenarioReport report = played(options);

  EXPECT_EQ(lines_of(report), (std::vector<std::size_t>{69, 85})) << told(report);
  EXPECT_NE(told(report).find("got other lines"), std::string::npos) << told(report);
  EXPECT_NE(told(report).find("were said, or in another order"), std::string::npos) << told(report);
}

}  // namespace
}  // namespace hearth::test
