// Other people's text, made safe to print and to hear.
#include "client/console/spoken.h"

#include <gtest/gtest.h>

namespace hearth::client {
namespace {

TEST(Neutral, KeepsTheFiveLanguages) {
  for (const char* text :
       {"އައްސަލާމު ޢަލައިކުމް", "Selamat pagi semua.", "Chào cả nhà.",
        "Ka lawm e, ṭha.", "Welcome back", "می\u200Cخواهم", "👩\u200D👧"}) {
    EXPECT_EQ(neutral(text), text);
  }
}

TEST(Neutral, MakesOneLineOfMany) {
  EXPECT_EQ(neutral("a\nb\r\nc\td\u2028e\u0085f"), "a b  c d e f");
}

TEST(Neutral, LetsNoControlCharacterThrough) {
  EXPECT_EQ(neutral("\x1b[2J\x07"), "\uFFFD[2J\uFFFD");
  EXPECT_EQ(neutral("\u009b31m"), "\uFFFD31m");  // The eight-bit CSI.
  EXPECT_EQ(neutral(std::string("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(neutral("\x7f"), "\uFFFD");
}

TEST(Neutral, LetsNobodyTurnTheLineAround) {
  for (const char* control : {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067",
                              "\u2068", "\u2069", "\u200E", "\u200F", "\u061C", "\u206F"}) {
    EXPECT_EQ(neutral(std::string("a") + control + "b"), "a\uFFFDb");
  }
}

TEST(Neutral, ShowsWhatNobodyWouldSee) {
  for (const char* hidden : {"\u200B", "\u2060", "\uFEFF", "\uFFF9", "\U000E0041"}) {
    EXPECT_EQ(neutral(hidden), "\uFFFD");
  }
}

TEST(Neutral, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(neutral("a\xff\xc3"), "a\uFFFD\uFFFD");
  EXPECT_EQ(neutral("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // A surrogate.
}

TEST(Isolated, PutsAnIsolateAroundAndLetsNoneEndIt) {
  EXPECT_EQ(isolated("މޫދު"), "\u2068މޫދު\u2069");
  EXPECT_EQ(isolated("a\u2069b"), "\u2068a\uFFFDb\u2069");
  EXPECT_EQ(isolated(""), "");
}

TEST(Spoken, UsesTheLargestWholeUnit) {
  using namespace std::chrono_literals;
  EXPECT_EQ(spoken(24h), "1 day");
  EXPECT_EQ(spoken(2h), "2 hours");
  EXPECT_EQ(spoken(90min), "90 minutes");
  EXPECT_EQ(spoken(1500ms), "1 second");
  EXPECT_EQ(spoken(0ms), "1 second");
}

}  // namespace
}  // namespace hearth::client
