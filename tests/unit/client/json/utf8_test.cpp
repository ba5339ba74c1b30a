// Which byte sequences are one character.
#include "client/json/utf8.h"

#include <gtest/gtest.h>

namespace hearth::json {
namespace {

TEST(Utf8, RoundTripsTheBordersOfEachLength) {
  const std::pair<std::uint32_t, std::size_t> borders[] = {
      {0x0, 1},    {0x7f, 1},   {0x80, 2},   {0x7ff, 2},   {0x800, 3},
      {0xd7ff, 3}, {0xe000, 3}, {0xffff, 3}, {0x10000, 4}, {0x10ffff, 4}};
  for (const auto& [code_point, size] : borders) {
    std::string text;
    append_utf8(text, code_point);
    const auto character = first_character(text + "x");
    ASSERT_TRUE(character) << code_point;
    EXPECT_EQ(character->code_point, code_point);
    EXPECT_EQ(character->size, size);
    EXPECT_EQ(text.size(), size);
  }
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
  const std::string_view bad[] = {
      "",                  // Nothing.
      "\x80",              // A continuation without a lead.
      "\xc3",              // Cut off.
      "\xe2\x82",          //
      "\xf0\x9f\x98",      //
      "\xc3(",             // No continuation.
      "\xc0\x80",          // Overlong.
      "\xc1\xbf",          //
      "\xe0\x9f\xbf",      //
      "\xf0\x8f\xbf\xbf",  //
      "\xed\xa0\x80",      // Surrogates.
      "\xed\xbf\xbf",      //
      "\xf4\x90\x80\x80",  // Beyond U+10FFFF.
      "\xf8\x88\x80\x80\x80",
      "\xff",
  };
  for (const std::string_view text : bad) EXPECT_FALSE(first_character(text)) << text;
}

TEST(Utf8, KnowsWhatChangesTheTextAroundIt) {
  for (const std::uint32_t c : {0x00U, 0x1BU, 0x7FU, 0x9FU, 0x61CU, 0x200BU, 0x200FU, 0x202AU,
                                0x202EU, 0x2066U, 0x2069U, 0xFEFFU, 0xFFF9U, 0xE0041U}) {
    EXPECT_TRUE(is_harmful(c)) << c;
  }
  for (const std::uint32_t c : {0x20U, 0x7EU, 0xA0U, 0x787U, 0x200CU, 0x200DU, 0x1F600U}) {
    EXPECT_FALSE(is_harmful(c)) << c;
  }
}

}  // namespace
}  // namespace hearth::json
