// Reading packs: what is in them, and what is said of every mistake.
#include "client/agenda/pack.h"

#include <gmock/gmock.h>

namespace hearth::agenda {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string as_is(std::string_view text) { return std::string(text); }

constexpr std::string_view kHead =
    "hearth-pack 1\n"
    "language en\n"
    "title Plain words\n"
    "variants non-religious religious\n";

PackReport read(std::string_view below, std::string_view head = kHead) {
  return read_pack(std::string(head) + std::string(below), as_is);
}
// "line: what" of each problem; lines are counted from 1 below the head.
std::vector<std::string> problems(std::string_view below) {
  std::vector<std::string> out;
  for (const Problem& problem : read(below).problems) {
    const auto line = static_cast<int>(problem.line) - 4;
    out.push_back(std::to_string(line) + ": " + (problem.note ? "note: " : "") + problem.what);
  }
  return out;
}
// Of a template with one item that has these lines, from line 5 on.
std::vector<std::string> item_problems(std::string_view lines, std::string_view minutes = "5") {
  return problems("template short\n  title A meeting\n  minutes " + std::string(minutes) +
                  "\n  item Shares\n" + std::string(lines));
}

constexpr std::string_view kWhole =
    "# What is said.\n"
    "reading opening religious\n"
    "  May we\n"
    "  be well.\n"
    "\n"
    "  # Nobody sees this.\n"
    "  Two things:\n"
    "  - one,\n"
    "    and more;\n"
    "  - two.\n"
    "\n"
    "  \\# three.\n"
    "\n"
    "reading opening\n"
    "  Be well.\n"
    "prompt week\n"
    "  How was\n"
    "  your week?\n"
    "card services\n"
    "  title Where help is\n"
    "  review 2027-06-30\n"
    "  text\n"
    "    Nurse: 000.\n"
    "template hour\n"
    "  title An hour\n"
    "  minutes 45\n"
    "  item Doors\n"
    "    lounge\n"
    "    minutes 15\n"
    "  item Welcome\n"
    "    mode staff_only\n"
    "    minutes 5\n"
    "    read opening\n"
    "    say Hello.\n"
    "  item Shares\n"
    "    mode queue\n"
    "    minutes 35\n"
    "    turn 240\n"
    "    passes-on\n"
    "    fair\n"
    "    prompt week\n"
    "  item Feedback\n"
    "    poll\n"
    "    minutes 5\n"
    "    question Were you heard?\n"
    "    card services\n";

TEST(Pack, IsReadWhole) {
  const auto report = read(kWhole);
  ASSERT_THAT(report.problems, IsEmpty());
  const Pack& pack = *report.pack;

  EXPECT_EQ(pack.language, "en");
  EXPECT_EQ(pack.title, "Plain words");
  EXPECT_THAT(pack.variants, ElementsAre(Variant::non_religious, Variant::religious));
  ASSERT_THAT(pack.texts, SizeIs(4));
  EXPECT_EQ(pack.texts[0].text, "May we be well.\nTwo things:\n- one, and more;\n- two.\n# three.");
  EXPECT_EQ(pack.texts[0].line, 6U);
  EXPECT_EQ(pack.texts[3].title, "Where help is");
  EXPECT_EQ(pack.texts[3].review, std::chrono::year(2027) / 6 / 30);
  EXPECT_EQ(pack.find_template("hour")->minutes, 45);
  EXPECT_EQ(pack.find_template("day"), nullptr);
}

TEST(Pack, MakesASoundPlanInEachVariant) {
  const auto report = read(kWhole);
  const Pack& pack = *report.pack;

  const Plan plan = pack.plan(pack.templates[0], Variant::non_religious);
  const Plan religious = pack.plan(pack.templates[0], Variant::religious);

  EXPECT_TRUE(is_sound(plan));
  EXPECT_TRUE(is_sound(religious));
  EXPECT_EQ(plan.title, "An hour");
  EXPECT_EQ(plan.items[0].kind, ItemKind::lounge);
  EXPECT_EQ(plan.items[0].mode, room::Mode::free);
  EXPECT_EQ(plan.items[1].reading, "Be well.");
  EXPECT_THAT(religious.items[1].reading, HasSubstr("May we be well."));
  EXPECT_EQ(plan.items[1].prompt, "Hello.");
  EXPECT_EQ(plan.items[2].prompt, "How was your week?");
  EXPECT_EQ(plan.items[2].turn_seconds, 240);
  EXPECT_EQ(plan.items[2].flags, 3);
  EXPECT_EQ(plan.items[3].mode, room::Mode::staff_only);
  EXPECT_THAT(plan.items[3].questions, ElementsAre("Were you heard?"));
  EXPECT_EQ(plan.items[3].reading, "Where help is\nNurse: 000.");
}

TEST(Pack, TakesFilesAsEditorsWriteThem) {
  std::string text = "\xEF\xBB\xBF" + std::string(kHead) + std::string(kWhole);
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
    text.insert(at, "\r");
  }

  EXPECT_THAT(read_pack(text, as_is).problems, IsEmpty());
  text.resize(text.size() - 2);  // No last line end.
  EXPECT_THAT(read_pack(text, as_is).problems, IsEmpty());
}

TEST(Pack, ComposesWhatItReads) {
  const auto composed = [](std::string_view line) {
    return std::string(line == "  decomposed" ? "  composed" : line);
  };
  const auto report = read_pack(std::string(kHead) + "prompt a\n  decomposed\n", composed);

  EXPECT_EQ(report.pack->texts[0].text, "composed");
}

TEST(Pack, BeginsWithItsVersion) {
  for (const char* const text :
       {"", "\n", "language en\n", " hearth-pack 1\n", "# hearth-pack 1"}) {
    const auto found = read_pack(text, as_is).problems;
    ASSERT_THAT(found, SizeIs(1)) << text;
    EXPECT_EQ(found[0].line, 1U);
    EXPECT_THAT(found[0].what, HasSubstr("begins with the line hearth-pack 1"));
  }
  EXPECT_THAT(read_pack("hearth-pack 2\nnew thing\n", as_is).problems[0].what,
              HasSubstr("no other version"));
}

TEST(Pack, NeedsALanguageATitleAndVariants) {
  const auto found = read_pack("hearth-pack 1\n", as_is);

  EXPECT_FALSE(found.pack);
  EXPECT_THAT(found.problems, SizeIs(3));
}

TEST(Pack, SaysSeveralProblemsInOnePassInTheOrderOfLines) {
  EXPECT_THAT(
      problems("template short\n"
               "  title A meeting\n"
               "  minutes 6\n"
               "  item Shares\n"
               "    mode staff\n"
               "    minutes 5\n"
               "    read opning\n"
               "reading opening\n"
               "  Hello.\n"
               "promt week\n"
               "  How are you?\n"),
      ElementsAre("3: the items take 5 minutes without the lounges before and after, not 6; "
                  "change one or the other",
                  "5: no mode is called \"staff\"; did you mean staff_only?",
                  "7: no reading is called opning; did you mean opening?",
                  "10: no section is called \"promt\"; did you mean prompt?"));
}

TEST(Pack, SuggestsTheNearestWord) {
  const auto first = [](std::string_view lines) { return item_problems(lines).at(0); };

  EXPECT_EQ(first("    mode queue\n    minuts 5\n    minutes 5\n"),
            "6: an item has no \"minuts\"; did you mean minutes?");
  EXPECT_EQ(first("    mode queue\n    minutes 5\n    pass-on\n"),
            "7: an item has no \"pass-on\"; did you mean passes-on?");
  EXPECT_THAT(first("    mode queue\n    minutes 5\n    zzzzzzzz\n"),
              HasSubstr("; known are mode, minutes,"));
  EXPECT_THAT(first("    mode\n    minutes 5\n"), HasSubstr("no mode is called \"\""));
}

TEST(Pack, HoldsAnItemToWhatItsModeMeans) {
  EXPECT_THAT(item_problems("    mode free\n    minutes 5\n    turn 60\n"),
              ElementsAre(HasSubstr("7: nobody takes turns")));
  EXPECT_THAT(item_problems("    mode round\n    minutes 5\n    fair\n"),
              ElementsAre(HasSubstr("7: passes-on and fair mean something in a queue")));
  EXPECT_THAT(item_problems("    minutes 5\n"), ElementsAre(HasSubstr("4: item \"Shares\" has no "
                                                                      "mode")));
  EXPECT_THAT(item_problems("    mode round\n"), ElementsAre(HasSubstr("has no minutes")));
  EXPECT_THAT(item_problems("    mode round\n    minutes 5\n    question Why?\n"),
              ElementsAre(HasSubstr("is no poll")));
  EXPECT_THAT(item_problems("    poll\n    minutes 5\n"), ElementsAre(HasSubstr("asks nothing")));
  EXPECT_THAT(item_problems("    poll\n    lounge\n    minutes 5\n    question Why?\n"),
              ElementsAre(HasSubstr("not both")));
  EXPECT_THAT(item_problems("    lounge\n    minutes 5\n    mode round\n", "1"),
              testing::Contains(HasSubstr("is a lounge, which is always free")));
}

TEST(Pack, HoldsNumbersToTheirRange) {
  for (const char* const odd : {"0", "241", "-5", "5.5", "five", "5 min", "99999999999999999999"}) {
    EXPECT_THAT(item_problems("    mode round\n    minutes " + std::string(odd) + "\n"),
                ElementsAre(AllOf(HasSubstr("6: minutes takes a whole number from 1 to 240"),
                                  HasSubstr(odd))));
  }
  EXPECT_THAT(item_problems("    mode round\n    minutes 5\n    turn 3601\n"),
              ElementsAre(HasSubstr("7: turn takes a whole number of seconds from 1 to 3600")));
}

TEST(Pack, RefusesTheSameThingTwice) {
  EXPECT_THAT(item_problems("    mode round\n    mode round\n    minutes 5\n"),
              ElementsAre("6: mode stands here twice; take one out"));
  EXPECT_THAT(item_problems("    mode round\n    minutes 5\n    say Hi.\n    prompt a\n"
                            "prompt a\n  Ho.\nprompt a\n  He.\nprompt a religious\n  Hu.\n"),
              ElementsAre(HasSubstr("8: say or prompt"),
                          HasSubstr("11: prompt a stands in line 13 already")));
  EXPECT_THAT(problems("language dv\ntitle Other\nvariants religious\n"), SizeIs(3));
  EXPECT_THAT(problems("template a\n  title A\n  minutes 1\n  item B\n    lounge\n    minutes 1\n"
                       "template a\n  title A\n  minutes 1\n  item B\n    mode free\n"
                       "    minutes 1\n"),
              ElementsAre(HasSubstr("3: the items take 0 minutes"),
                          HasSubstr("7: template a stands in line 5 already")));
}

TEST(Pack, NeedsATextForEachVariant) {
  EXPECT_THAT(item_problems("    mode round\n    minutes 5\n    read end\n"
                            "reading end religious\n  Amen.\n"),
              ElementsAre("7: reading end is missing in non-religious; add it, or one for both"));
  const auto one = read("reading end religious\n  Amen.\n",
                        "hearth-pack 1\nlanguage en\ntitle T\nvariants non-religious\n");
  ASSERT_THAT(one.problems, SizeIs(1));
  EXPECT_THAT(one.problems[0].what, HasSubstr("no variant religious"));
}

TEST(Pack, RefusesWhatNobodySees) {
  EXPECT_THAT(problems("reading a\n  abc\u202Edef\n"),
              ElementsAre(HasSubstr("2: character 6 is U+202E")));
  EXPECT_THAT(problems("reading a\n\tabc\n"), ElementsAre(HasSubstr("character 1 is a tab")));
  EXPECT_THAT(problems("reading a\n  \xff\n"), ElementsAre(HasSubstr("is not UTF-8")));
  EXPECT_THAT(problems("# \x1b[2J\n"), ElementsAre(HasSubstr("U+001B")));
  EXPECT_THAT(problems("reading a\n  \U000E0041\n"), ElementsAre(HasSubstr("U+0E0041")));
}

TEST(Pack, HoldsTextsToTheirSizes) {
  std::string lines;
  for (int i = 0; i < 70; ++i) lines += "  " + std::string(99, 'x') + "\n";

  EXPECT_THAT(problems("reading a\n" + lines),
              ElementsAre("1: reading a has 6999 bytes of at most 6144; make it shorter"));
  EXPECT_THAT(problems("prompt a\n" + lines), ElementsAre(HasSubstr("of at most 600")));
  EXPECT_THAT(problems("reading a\nprompt b\n  x\n\n  y\n"),
              ElementsAre(HasSubstr("1: reading a has no text"),
                          HasSubstr("2: prompt b has more than one paragraph")));
  EXPECT_THAT(problems("prompt a\n  " + std::string(1100, 'x') + "\n"),
              testing::Contains(HasSubstr("2: the line is longer than 1024 bytes")));
  EXPECT_THAT(read_pack(std::string(kPackSizeMax + 1, '#'), as_is).problems,
              ElementsAre(testing::Field(&Problem::what, HasSubstr("256 KiB"))));
}

TEST(Pack, MindsHowFarALineIsSetIn) {
  EXPECT_THAT(problems("  floating\n"), ElementsAre(HasSubstr("1: nothing above this line")));
  EXPECT_THAT(problems("reading a\n x\n  y\n"),
              ElementsAre(HasSubstr("2: this line is set in by 1")));
  EXPECT_THAT(item_problems("     mode round\n    mode round\n    minutes 5\n"),
              ElementsAre("5: this line is set in by 5; here it must be 4 blanks"));
  EXPECT_THAT(item_problems("    mode round\n    minutes 5\n  turn 5\n"),
              ElementsAre("7: turn belongs to an item; set it in by 4 blanks"));
  EXPECT_THAT(item_problems("    mode round\n    minutes 5\n  title Late\n"),
              ElementsAre(HasSubstr("7: only items follow the first item")));
}

TEST(Pack, NotesAnEmptyCardAndStillReadsThePack) {
  const auto report = read("card services\n  title Help\n");

  EXPECT_TRUE(report.pack);
  ASSERT_THAT(report.problems, SizeIs(1));
  EXPECT_TRUE(report.problems[0].note);
  EXPECT_THAT(report.problems[0].what, HasSubstr("is empty"));
  EXPECT_THAT(problems("card services\n  title Help\n  text\n    Nurse: 000.\n"),
              ElementsAre(HasSubstr("1: card services has no review")));
  EXPECT_THAT(problems("card urge\n  title Wait\n  review 2027-02-30\n  text\n    Breathe.\n"),
              ElementsAre(HasSubstr("3: review takes a day")));
}

// A card that nobody has filled in shows nothing, not even a title that promises help.
TEST(Pack, ShowsNothingOfAnEmptyCard) {
  const auto report = read(
      "card services\n  title Help\ntemplate a\n  title A\n  minutes 5\n"
      "  item B\n    mode free\n    minutes 5\n    card services\n");

  EXPECT_EQ(report.pack->plan(report.pack->templates[0], Variant::religious).items[0].reading, "");
}

TEST(Pack, StopsAfterManyProblems) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "nonsense\n";

  const auto found = read(text).problems;

  ASSERT_THAT(found, SizeIs(kProblemsMax + 1));
  EXPECT_THAT(found.back().what, HasSubstr("there is more to mend"));
}

TEST(Pack, HoldsAtMostSoMuch) {
  std::string texts;
  for (int i = 0; i < 257; ++i) texts += "prompt p" + std::to_string(i) + "\n  Hi.\n";
  std::string items = "template long\n  title Long\n  minutes 65\n";
  for (int i = 0; i < 65; ++i) items += "  item I\n    mode free\n    minutes 1\n";
  std::string templates;
  for (int i = 0; i < 33; ++i) {
    templates += "template t" + std::to_string(i) +
                 "\n  title T\n  minutes 1\n  item I\n    mode free\n    minutes 1\n";
  }

  EXPECT_THAT(problems(texts), ElementsAre(HasSubstr("at most 256 texts")));
  EXPECT_THAT(problems(items), testing::Contains(HasSubstr("at most 64 items")));
  EXPECT_THAT(problems(templates), ElementsAre(HasSubstr("at most 32 templates")));
}

}  // namespace
}  // namespace hearth::agenda
