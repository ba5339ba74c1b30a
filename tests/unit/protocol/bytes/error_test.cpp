// Errors as values, and what happens to the impossible.
#include "protocol/error.h"

#include <gtest/gtest.h>

#include "protocol/bytes/codec.h"
#include "protocol/time.h"

namespace hearth {
namespace {

Result<int> half_of(Result<int> number) {
  HEARTH_TRY(const int whole, std::move(number));
  if (whole % 2 != 0) return fail(make_error(CodecErrc::value_invalid));
  return whole / 2;
}

Status refuse_if(bool refused) {
  if (refused) return fail(make_error(CodecErrc::value_invalid));
  return {};
}

Result<int> number_unless(bool refused) {
  HEARTH_CHECK(refuse_if(refused));
  return 1;
}

TEST(Error, IsComparedByDomainAndCode) {
  EXPECT_EQ(make_error(CodecErrc::truncated), make_error(CodecErrc::truncated));
  EXPECT_NE(make_error(CodecErrc::truncated), make_error(CodecErrc::trailing_bytes));
  EXPECT_NE((Error{"a", 1, "x"}), (Error{"b", 1, "x"}));
}

TEST(Error, CarriesTheNameOfItsEnumerator) {
  const std::pair<CodecErrc, const char*> names[] = {
      {CodecErrc::truncated, "truncated"},
      {CodecErrc::trailing_bytes, "trailing_bytes"},
      {CodecErrc::varint_invalid, "varint_invalid"},
      {CodecErrc::length_invalid, "length_invalid"},
      {CodecErrc::optional_invalid, "optional_invalid"},
      {CodecErrc::enum_invalid, "enum_invalid"},
      {CodecErrc::value_invalid, "value_invalid"}};
  for (const auto& [code, name] : names) EXPECT_EQ(make_error(code).name, name);
}

TEST(Error, PassesThroughUntouched) {
  EXPECT_EQ(half_of(8), 4);
  EXPECT_EQ(half_of(fail(make_error(CodecErrc::truncated))).error(),
            make_error(CodecErrc::truncated));
  EXPECT_EQ(number_unless(false), 1);
  EXPECT_EQ(number_unless(true).error(), make_error(CodecErrc::value_invalid));
}

TEST(Expects, ThrowsAndNamesThePlace) {
  EXPECT_NO_THROW(expects(true));
  try {
    expects(false);
    FAIL();
  } catch (const std::logic_error& broken) {
    EXPECT_NE(std::string_view(broken.what()).find("error_test.cpp:"), std::string_view::npos);
  }
}

TEST(Instant, CountsSecondsAndNeverBelowZero) {
  EXPECT_EQ(unix_seconds(instant_from_unix(1'700'000'000)), 1'700'000'000u);
  EXPECT_EQ(unix_seconds(instant_from_unix(7) + Duration(999)), 7u);
  EXPECT_EQ(unix_seconds(Instant{Duration(-5000)}), 0u);
}

}  // namespace
}  // namespace hearth
