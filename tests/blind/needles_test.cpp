// The search itself must find what is there, in every encoding.
#include <gtest/gtest.h>

#include "tests/blind/needles.h"

namespace hearth::tests {

TEST(Needles, FindATextInEveryEncoding) {
  Needles needles;
  needles.add("Saya mahu belajar membaiki enjin bot.");

  const std::string noise(100, '\x01');
  for (const std::string form : {"mahu belajar", "62656c616a6172206d", "62656C616A6172206D",
                                 "mFoYXUgYmVsYWphci", "aHUgYmVsYWphciBt", "haHUgYmVsYWphciBt"})
    EXPECT_FALSE(needles.find_in(view_of(noise + form + noise)).empty()) << form;
  EXPECT_TRUE(needles.find_in(view_of(noise)).empty());
}

TEST(Needles, FindAShortNameWhole) {
  Needles needles;
  needles.add("Arsi");

  EXPECT_EQ(needles.find_in(view_of("xxArsixx")).front().offset, 2u);
  EXPECT_TRUE(needles.find_in(view_of("xxArsxx")).empty());
}

TEST(Needles, ForgetWhatWasThereBefore) {
  Needles needles;
  needles.add("the meeting server");
  const std::size_t before = needles.size();

  EXPECT_GT(needles.forget_found_in(view_of("a meeting room")), 0u);

  EXPECT_LT(needles.size(), before);
  EXPECT_TRUE(needles.find_in(view_of("a meeting room")).empty());
  EXPECT_FALSE(needles.find_in(view_of("g server")).empty());
}

}  // namespace hearth::tests
