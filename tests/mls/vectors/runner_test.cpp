// The runner itself can fail: a case that is wrong in any way does not pass.
#include <gtest/gtest.h>

#include <bit>

#include "tests/mls/vectors/flip.h"

namespace hearth::mls::vectors {
namespace {

json::Value value_of(std::string_view text) { return *json::parse(text); }

std::string finding(std::string_view file, std::string_view text) {
  const Kind* kind = find_kind(file);
  expects(kind != nullptr);
  return run_case(*kind, value_of(text)).value_or("");
}

TEST(Runner, KnowsItsFiles) {
  EXPECT_NE(find_kind("treekem.json"), nullptr);
  EXPECT_NE(find_kind("interop-anything.json"), nullptr);
  for (const std::string_view name : {"treekem", "treekem2.json", "treekem.txt", "README.md", ""}) {
    EXPECT_EQ(find_kind(name), nullptr) << name;
  }
}

TEST(Runner, TakesWhatIsRight) {
  EXPECT_EQ(finding("deserialization.json", R"({"vlbytes_header":"4040","length":64})"), "");
  EXPECT_EQ(finding("varint-invalid.json", R"({"bytes":"403f","why":"63 in two bytes"})"), "");
}

TEST(Runner, SeesWhatIsWrong) {
  EXPECT_EQ(finding("deserialization.json", R"({"vlbytes_header":"4040","length":65})"),
            "length: differs");
  EXPECT_EQ(finding("varint-invalid.json", R"({"bytes":"4040","why":"64 in two bytes"})"),
            "header: accepted, not refused as varint_invalid");
}

TEST(Runner, WantsEveryFieldAndNoOther) {
  EXPECT_EQ(finding("deserialization.json", R"({"vlbytes_header":"4040"})"), "length: missing");
  EXPECT_EQ(finding("deserialization.json", R"({"vlbytes_header":"xy","length":64})"),
            "vlbytes_header: not hex");
  EXPECT_EQ(finding("deserialization.json", R"({"vlbytes_header":"4040","length":-1})"),
            "length: not a whole number");
  EXPECT_EQ(finding("deserialization.json", R"({"vlbytes_header":"4040","length":64,"more":1})"),
            "more: a field that nothing checks");
  EXPECT_EQ(finding("deserialization.json", "[]"), "not an object");
}

TEST(Flip, TurnsOverExactlyOneBit) {
  crypto::SeededRandom random(7);
  const json::Value original = value_of(R"({"a":["00ff",{"b":5}],"c":null})");
  for (int i = 0; i < 200; ++i) {
    json::Value flipped = original;
    const auto flip = flip_one(flipped, random);
    ASSERT_TRUE(flip);
    if (flip->field == "a[].b") {
      EXPECT_EQ(flip->path, "a[1].b");
      const std::uint64_t number = flipped.find("a")->as_array()[1].find("b")->as_u64();
      EXPECT_EQ(std::popcount(number ^ 5), 1);
    } else {
      EXPECT_EQ(flip->path, "a[0]");
      const Bytes bytes = *from_hex(flipped.find("a")->as_array()[0].as_string());
      EXPECT_EQ(std::popcount(unsigned(bytes[0])) + std::popcount(0xffu ^ bytes[1]), 1);
    }
  }
}

TEST(Flip, HasNothingToTurnInNothing) {
  crypto::SeededRandom random(7);
  json::Value empty = value_of(R"({"a":[],"b":null,"c":""})");
  EXPECT_FALSE(flip_one(empty, random));
}

}  // namespace
}  // namespace hearth::mls::vectors
