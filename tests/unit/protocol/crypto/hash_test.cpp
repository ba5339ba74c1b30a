// SHA-256, HMAC and HKDF against their published vectors.
#include <gtest/gtest.h>

#include "protocol/crypto/suite.h"
#include "tests/support/hex.h"

namespace hearth::crypto {
namespace {

using hearth::test::hex;

std::string expanded(ByteView prk, ByteView info, std::size_t size) {
  Bytes out(size);
  hkdf_expand(prk, info, out);
  return to_hex(out);
}

Bytes counting(unsigned first, unsigned last) {
  Bytes bytes;
  for (unsigned i = first; i <= last; ++i) bytes.push_back(static_cast<Byte>(i));
  return bytes;
}

// FIPS 180-4, the examples of NIST.
TEST(Sha256, MatchesNist) {
  EXPECT_EQ(to_hex(sha256(ByteView{})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256(view_of("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(view_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, DoesNotDependOnHowTheInputIsCut) {
  const Bytes data = counting(0, 199);
  const Hash whole = sha256(data);

  for (std::size_t cut = 0; cut <= data.size(); ++cut) {
    const ByteView a = ByteView(data).first(cut);
    const ByteView b = ByteView(data).subspan(cut);
    EXPECT_EQ(sha256({a, b}), whole);
    EXPECT_EQ(Sha256().update(a).update(b).finish(), whole);
  }
}

// RFC 4231 §4.3 and §4.7, the latter with a key longer than a block.
TEST(Hmac, MatchesRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256(view_of("Jefe"), view_of("what do ya want for nothing?")).view()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(131, 0xaa), {view_of("Test Using Larger Than Block-Size Key"),
                                                  view_of(" - Hash Key First")})
                       .view()),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, IsComparedWithItsLength) {
  const Secret32 tag = hmac_sha256(view_of("key"), view_of("data"));
  Bytes received = to_bytes(tag.view());

  EXPECT_TRUE(hmac_equal(tag, received));
  EXPECT_FALSE(hmac_equal(tag, ByteView(received).first(31)));
  EXPECT_FALSE(hmac_equal(tag, {}));
  received.push_back(0);
  EXPECT_FALSE(hmac_equal(tag, received));
  received.pop_back();
  received.back() ^= 0x80;
  EXPECT_FALSE(hmac_equal(tag, received));
}

// RFC 5869 appendix A.1 to A.3.
TEST(Hkdf, MatchesRfc5869) {
  const Bytes ikm(22, 0x0b);

  const Secret32 prk1 = hkdf_extract(hex("000102030405060708090a0b0c"), ikm);
  EXPECT_EQ(to_hex(prk1.view()),
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  EXPECT_EQ(expanded(prk1.view(), hex("f0f1f2f3f4f5f6f7f8f9"), 42),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");

  const Secret32 prk2 = hkdf_extract(counting(0x60, 0xaf), counting(0x00, 0x4f));
  EXPECT_EQ(to_hex(prk2.view()),
            "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244");
  EXPECT_EQ(expanded(prk2.view(), counting(0xb0, 0xff), 82),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41"
            "c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");

  const Secret32 prk3 = hkdf_extract({}, ikm);
  EXPECT_EQ(to_hex(prk3.view()),
            "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
  EXPECT_EQ(expanded(prk3.view(), {}, 42),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, ExpandsEachLengthToAPrefixOfTheNext) {
  const Bytes prk(32, 0x11);
  const std::string longest = expanded(prk, view_of("info"), 255 * 32);

  for (const std::size_t size : {0u, 1u, 31u, 32u, 33u, 64u, 65u, 8159u}) {
    EXPECT_EQ(expanded(prk, view_of("info"), size), longest.substr(0, size * 2));
  }
}

TEST(Hkdf, StopsWhoeverAsksForTooMuch) {
  Bytes out(255 * 32 + 1);
  EXPECT_THROW(hkdf_expand(Bytes(32, 0), {}, out), std::logic_error);
}

TEST(Hkdf, JoinsThePartsOfInfo) {
  const Bytes prk(32, 0x11);
  Bytes in_parts(40);
  hkdf_expand(prk, {view_of("in"), {}, view_of("fo")}, in_parts);

  EXPECT_EQ(to_hex(in_parts), expanded(prk, view_of("info"), 40));
}

}  // namespace
}  // namespace hearth::crypto
