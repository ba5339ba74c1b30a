// Text forms, joining and hashing of byte strings.
#include "protocol/bytes/bytes.h"

#include <gtest/gtest.h>

#include <unordered_set>

#include "tests/support/hex.h"

namespace hearth {
namespace {

using test::hex;

TEST(Hex, WritesLowerCaseAndReadsEither) {
  const Bytes bytes{0x00, 0x0f, 0xa5, 0xff};

  EXPECT_EQ(to_hex(bytes), "000fa5ff");
  EXPECT_EQ(from_hex("000fa5ff"), bytes);
  EXPECT_EQ(from_hex("000FA5fF"), bytes);
  EXPECT_EQ(to_hex({}), "");
  EXPECT_EQ(from_hex(""), Bytes{});
}

TEST(Hex, RefusesOddLengthsAndOtherCharacters) {
  for (const char* text : {"0", "000", "0g", "g0", " 0", "0x", "-1", "+1", "é"}) {
    EXPECT_FALSE(from_hex(text)) << text;
  }
}

// RFC 4648 §10, without padding.
TEST(Base64url, MatchesTheVectorsOfTheRfc) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(to_base64url(view_of(plain)), text);
    EXPECT_EQ(from_base64url(text), to_bytes(std::string_view(plain)));
  }
}

TEST(Base64url, UsesTheAlphabetThatUrlsCanCarry) {
  EXPECT_EQ(to_base64url(hex("fbefbeffffff")), "----____");
  EXPECT_EQ(from_base64url("----____"), hex("fbefbeffffff"));
}

TEST(Base64url, HasOneSpellingForEachByteString) {
  // Padding, the other alphabet, spaces, a length that cannot be, and stray low bits.
  for (const char* text :
       {"Zg==", "Zm8=", "+A", "/A", "Zg ", " Zg", "Z", "Zm9vY", "Zh", "Zm9", "Z\n"}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
}

TEST(Base64url, RoundTripsEveryLength) {
  Bytes bytes;
  for (unsigned size = 0; size < 200; ++size) {
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    bytes.push_back(static_cast<Byte>(size * 73 + 11));
  }
}

TEST(Bytes, JoinInOrder) {
  const Bytes a{1, 2};
  const Bytes b{};
  const Bytes c{3};

  EXPECT_EQ(concat({a, b, c}), (Bytes{1, 2, 3}));
  EXPECT_EQ(concat({}), Bytes{});
}

TEST(Bytes, AreEqualOnlyWithEqualLength) {
  EXPECT_TRUE(equal(Bytes{1, 2}, Bytes{1, 2}));
  EXPECT_FALSE(equal(Bytes{1, 2}, Bytes{1, 2, 0}));
  EXPECT_FALSE(equal(Bytes{1, 2}, Bytes{1, 3}));
  EXPECT_TRUE(equal({}, {}));
}

TEST(Bytes, BecomeAnArrayOfTheirExactSizeOnly) {
  EXPECT_EQ(to_array<2>(Bytes{1, 2}), (ByteArray<2>{1, 2}));
  EXPECT_FALSE(to_array<2>(Bytes{1}));
  EXPECT_FALSE(to_array<2>(Bytes{1, 2, 3}));
}

TEST(Bytes, AreFoundInASetByView) {
  std::unordered_set<Bytes, BytesHash, BytesEqual> set{hex("00"), hex("0000"), hex("ff")};

  EXPECT_TRUE(set.contains(ByteView(hex("0000"))));
  EXPECT_FALSE(set.contains(ByteView(hex("000000"))));
}

}  // namespace
}  // namespace hearth
