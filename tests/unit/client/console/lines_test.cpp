// Lines, whole or given up whole.
#include "client/console/lines.h"

#include <gtest/gtest.h>

namespace hearth::client {
namespace {

TEST(LineCutter, WaitsForTheEndOfALine) {
  LineCutter lines(10);

  lines.put("one\r\ntw");
  EXPECT_EQ(lines.take()->text, "one");
  EXPECT_FALSE(lines.take());
  lines.put("o\n");

  EXPECT_EQ(lines.take()->text, "two");
  EXPECT_FALSE(lines.take());
}

TEST(LineCutter, CountsWhatStandsAfterTheLastEnd) {
  LineCutter lines(10);

  lines.put("one\ntwo");
  lines.end();

  EXPECT_EQ(lines.take()->text, "one");
  EXPECT_EQ(lines.take()->text, "two");
  EXPECT_FALSE(lines.take());
}

TEST(LineCutter, GivesUpALongLineAndReadsTheNext) {
  LineCutter lines(10);

  for (int i = 0; i < 5; ++i) {
    lines.put("0123456");
    ASSERT_FALSE(lines.take());
  }
  lines.put("789\nshort\nlonger than ten\nlast\n");
  const auto given_up = lines.take();
  const auto next = lines.take();
  const auto whole_but_long = lines.take();
  const auto last = lines.take();

  EXPECT_TRUE(given_up->too_long);
  EXPECT_EQ(given_up->text, "");
  EXPECT_FALSE(next->too_long);
  EXPECT_EQ(next->text, "short");
  EXPECT_TRUE(whole_but_long->too_long);
  EXPECT_EQ(last->text, "last");
}

TEST(LineCutter, SaysThatALongLineWasTheLast) {
  LineCutter lines(10);

  lines.put("0123456789a");
  lines.put("bc");
  lines.end();
  const auto given_up = lines.take();

  EXPECT_TRUE(given_up->too_long);
  EXPECT_EQ(given_up->text, "");
  EXPECT_FALSE(lines.take());
}

}  // namespace
}  // namespace hearth::client
