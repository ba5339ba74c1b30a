// What the JSON reader takes, what it refuses, and that the writer answers in kind.
#include "client/json/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace hearth::json {
namespace {

JsonErrc error_of(std::string_view text) {
  const auto value = parse(text);
  EXPECT_FALSE(value) << text;
  return value ? JsonErrc{} : static_cast<JsonErrc>(value.error().code);
}

std::string rewritten(std::string_view text) {
  const auto value = parse(text);
  EXPECT_TRUE(value) << text;
  return value ? to_text(*value) : "";
}

TEST(Json, ReadsEveryKindOfValue) {
  const auto value =
      parse(R"( { "a" : [ null , true , false , -1 , 2.5 , "x" ] , "b" : { } , "c" : [ ] } )");

  ASSERT_TRUE(value);
  const Array& items = value->find("a")->as_array();
  EXPECT_TRUE(items[0].is_null());
  EXPECT_TRUE(items[1].as_bool());
  EXPECT_FALSE(items[2].as_bool());
  EXPECT_EQ(items[3].as_i64(), -1);
  EXPECT_EQ(items[4].as_double(), 2.5);
  EXPECT_EQ(items[5].as_string(), "x");
  EXPECT_TRUE(value->find("b")->as_object().empty());
  EXPECT_TRUE(value->find("c")->as_array().empty());
  EXPECT_EQ(value->find("d"), nullptr);
  EXPECT_EQ(items[0].find("a"), nullptr);
}

TEST(Json, KeepsTheOrderOfMembers) {
  EXPECT_EQ(rewritten(R"({"z":1,"a":2,"m":3})"), R"({"z":1,"a":2,"m":3})");
}

TEST(Json, KeepsWholeNumbersOfSixtyFourBitsExact) {
  EXPECT_EQ(parse("9223372036854775807")->as_i64(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse("-9223372036854775808")->as_i64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse("18446744073709551615")->as_u64(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(rewritten("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(Value(std::uint64_t{5}), Value(5));
}

TEST(Json, SaysWhichWholeNumbersFit) {
  EXPECT_TRUE(parse("7")->is_i64() && parse("7")->is_u64());
  EXPECT_TRUE(parse("-7")->is_i64() && !parse("-7")->is_u64());
  EXPECT_TRUE(!parse("18446744073709551615")->is_i64() && parse("18446744073709551615")->is_u64());
  EXPECT_TRUE(!parse("18446744073709551616")->is_u64() &&
              parse("18446744073709551616")->is_number());
  EXPECT_TRUE(!parse("1.0")->is_i64() && parse("1.0")->is_number());
}

TEST(Json, ReadsEveryFormOfNumber) {
  EXPECT_EQ(parse("-0")->as_double(), 0.0);
  EXPECT_EQ(parse("0.5")->as_double(), 0.5);
  EXPECT_EQ(parse("1e3")->as_double(), 1000.0);
  EXPECT_EQ(parse("1E+3")->as_double(), 1000.0);
  EXPECT_EQ(parse("25e-1")->as_double(), 2.5);
}

TEST(Json, RefusesOtherFormsOfNumber) {
  for (const char* text : {"01", "-", "-01", "1.", "1.e1", "1e", "1e+", "00", "-.5", "1e999"}) {
    EXPECT_EQ(error_of(text), JsonErrc::number_invalid) << text;
  }
  for (const char* text : {"+1", ".5", "NaN", "Infinity"}) {
    EXPECT_EQ(error_of(text), JsonErrc::syntax_invalid) << text;
  }
}

TEST(Json, ReadsEscapes) {
  EXPECT_EQ(parse(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00\u0000")")->as_string(),
            std::string_view("\"\\/\b\f\n\r\tAé€😀\0", 19));
}

TEST(Json, RefusesBrokenStrings) {
  const std::string_view broken[] = {
      "\"\x01\"",    "\"\n\"",      R"("\x")",      R"("\u12g4")",
      R"("\u-123")", R"("\ud800")", R"("\ud800x")", R"("\ud800\u0041")",
      R"("\udc00")", "\"\xff\"",    "\"\xc0\x80\"",
  };
  for (const std::string_view text : broken) {
    EXPECT_EQ(error_of(text), JsonErrc::string_invalid) << text;
  }
}

TEST(Json, RefusesTextThatEndsEarly) {
  const std::string_view whole = R"({"key":[1,{"a":"b\u0041"},true]})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse(whole.substr(0, size))) << size;
  }
  for (const char* text :
       {"", " ", "[", "[1", "[1,", "{", "{\"a\"", "{\"a\":", "\"", "\"\\", "tru"}) {
    EXPECT_EQ(error_of(text), JsonErrc::truncated) << text;
  }
}

TEST(Json, RefusesWhatOnlyLooksLikeJson) {
  for (const char* text : {"[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "[1 2]", "{\"a\" 1}", "[,1]",
                           "True", "nul1", "]", "{\"a\":}", "// x\n1", "{1:2}"}) {
    EXPECT_EQ(error_of(text), JsonErrc::syntax_invalid) << text;
  }
}

TEST(Json, RefusesASecondValue) {
  for (const char* text : {"1 2", "{}{}", "null,", "[]]", "\"a\"\"b\""}) {
    EXPECT_EQ(error_of(text), JsonErrc::trailing_text) << text;
  }
}

// Two readers that pick different members would understand different commands.
TEST(Json, RefusesAKeyTwice) {
  EXPECT_EQ(error_of(R"({"a":1,"b":2,"a":3})"), JsonErrc::key_repeated);
  EXPECT_EQ(error_of(R"({"a":1,"\u0061":2})"), JsonErrc::key_repeated);
}

TEST(Json, IsBoundedInDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };

  EXPECT_TRUE(parse(nested(kDepthMax)));
  EXPECT_EQ(error_of(nested(kDepthMax + 1)), JsonErrc::depth_exceeded);
  EXPECT_EQ(error_of(std::string(1'000'000, '[')), JsonErrc::depth_exceeded);
}

TEST(Json, IsBuiltInCode) {
  Value value = object({{"op", "say"}, {"count", 3u}, {"done", false}});
  value.set("items", array({1, "two", true, 2.5})).set("op", "leave");
  value.find("items")->push(Value());

  EXPECT_EQ(to_text(value),
            R"({"op":"leave","count":3,"done":false,"items":[1,"two",true,2.5,null]})");
}

TEST(Json, WritesOneLineThatReadsBack) {
  const Value value(std::string("line\nquote\" back\\ bell\x07 é 😀\x7f"));

  const std::string text = to_text(value);

  EXPECT_EQ(text, "\"line\\nquote\\\" back\\\\ bell\\u0007 é 😀\x7f\"");
  EXPECT_EQ(parse(text), value);
}

TEST(Json, WritesValidTextWhateverAStringHolds) {
  EXPECT_EQ(to_text(Value("a\xff\xc3")), "\"a\uFFFD\uFFFD\"");
}

TEST(Json, WritesDoublesSoThatTheyReadBack) {
  for (const double number : {0.1, 1e300, -2.5e-7, 123456789.125, 1.0, -0.0}) {
    EXPECT_EQ(parse(to_text(Value(number))), Value(number));
  }
  EXPECT_EQ(to_text(Value(1.0)), "1.0");
}

TEST(Json, StopsWhoeverAsksForTheWrongKind) {
  EXPECT_THROW((void)Value(1).as_string(), std::logic_error);
  EXPECT_THROW((void)Value(-1).as_u64(), std::logic_error);
  EXPECT_THROW((void)Value("x").as_object(), std::logic_error);
}

}  // namespace
}  // namespace hearth::json
