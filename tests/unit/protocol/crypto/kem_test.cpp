// Diffie-Hellman on both curves, and the keys it must refuse.
#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/protocol/crypto/suites.h"

namespace hearth::crypto {
namespace {

using hearth::test::hex;
using test::error_of;
using test::kSuite2;
using test::kSuite3;
using test::suites;

// RFC 7748 §6.1.
TEST(X25519, MatchesRfc7748) {
  const Secret32 alice =
      Secret32::from(hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const Bytes bob_public = hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");

  EXPECT_EQ(to_hex(*kem_public_key(kSuite3, alice)),
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(to_hex(kem_dh(kSuite3, alice, bob_public)->view()),
            "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

// The points of order 1, 2, 4 and 8, with their second spellings and the bit that X25519 ignores.
// Each makes the shared secret zero, whatever the private key (RFC 7748 §6.1).
TEST(X25519, RefusesPointsOfSmallOrder) {
  const Secret32 key(Bytes32{0x42});
  for (const char* point : {"0000000000000000000000000000000000000000000000000000000000000000",
                            "0100000000000000000000000000000000000000000000000000000000000000",
                            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    Bytes bytes = hex(point);
    EXPECT_EQ(kem_dh(kSuite3, key, bytes).error(), error_of(CryptoErrc::dh_zero)) << point;
    bytes[31] |= 0x80;
    EXPECT_EQ(kem_dh(kSuite3, key, bytes).error(), error_of(CryptoErrc::dh_zero)) << point;
  }
}

TEST(P256, RefusesPointsOffTheCurve) {
  if (!supported(kSuite2)) GTEST_SKIP() << "built without OpenSSL";
  SeededRandom random(1);
  const KemKeyPair pair = *kem_generate(kSuite2, random);
  Bytes off_curve = pair.public_key;
  off_curve[64] ^= 1;
  Bytes compressed = to_bytes(ByteView(pair.public_key).first(33));
  compressed[0] = static_cast<Byte>(2 + (pair.public_key[64] & 1));
  Bytes hybrid = pair.public_key;
  hybrid[0] = static_cast<Byte>(6 + (pair.public_key[64] & 1));
  const Bytes infinity{0};
  const Bytes origin = concat({Bytes{4}, Bytes(64, 0)});
  // x = p, which is 0 in another spelling.
  const Bytes not_canonical =
      concat({hex("04ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
              hex("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4")});

  for (const Bytes& point : {off_curve, compressed, hybrid, infinity, origin, not_canonical}) {
    EXPECT_EQ(check_kem_public_key(kSuite2, point).error(), error_of(CryptoErrc::key_invalid));
    EXPECT_EQ(check_signature_public_key(kSuite2, point).error(),
              error_of(CryptoErrc::key_invalid));
    EXPECT_EQ(kem_dh(kSuite2, pair.private_key, point).error(), error_of(CryptoErrc::key_invalid))
        << to_hex(point);
  }
}

TEST(P256, RefusesScalarsOutsideTheGroup) {
  if (!supported(kSuite2)) GTEST_SKIP() << "built without OpenSSL";
  SeededRandom random(1);
  const KemKeyPair pair = *kem_generate(kSuite2, random);
  const Secret32 order =
      Secret32::from(hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"));

  const Error invalid = error_of(CryptoErrc::key_invalid);
  EXPECT_EQ(kem_public_key(kSuite2, Secret32{}).error(), invalid);
  EXPECT_EQ(kem_public_key(kSuite2, order).error(), invalid);
  EXPECT_EQ(kem_dh(kSuite2, Secret32{}, pair.public_key).error(), invalid);
  EXPECT_EQ(kem_dh(kSuite2, order, pair.public_key).error(), invalid);
}

TEST(P256, DrawsAgainUntilAScalarFits) {
  if (!supported(kSuite2)) GTEST_SKIP() << "built without OpenSSL";
  test::FixedRandom random(concat({Bytes(32, 0xff), Bytes(32, 0x00), Bytes(32, 0x33)}));

  const auto pair = kem_generate(kSuite2, random);

  ASSERT_TRUE(pair);
  EXPECT_EQ(to_hex(pair->private_key.view()), to_hex(Bytes(32, 0x33)));
}

TEST(Kem, BothSidesAgree) {
  SeededRandom random(7);
  for (const CipherSuite suite : suites()) {
    for (int i = 0; i < 10; ++i) {
      const KemKeyPair a = *kem_generate(suite, random);
      const KemKeyPair b = *kem_generate(suite, random);
      EXPECT_TRUE(check_kem_public_key(suite, a.public_key));
      EXPECT_EQ(kem_public_key(suite, a.private_key), a.public_key);
      EXPECT_EQ(*kem_dh(suite, a.private_key, b.public_key),
                *kem_dh(suite, b.private_key, a.public_key));
    }
  }
}

TEST(Kem, RefusesKeysOfTheWrongLength) {
  SeededRandom random(7);
  for (const CipherSuite suite : suites()) {
    const KemKeyPair pair = *kem_generate(suite, random);
    Bytes longer = pair.public_key;
    longer.push_back(0);
    EXPECT_EQ(kem_dh(suite, pair.private_key, longer).error(), error_of(CryptoErrc::key_invalid));
    EXPECT_EQ(check_kem_public_key(suite, longer).error(), error_of(CryptoErrc::key_invalid));
    for (std::size_t size = 0; size < pair.public_key.size(); ++size) {
      const ByteView cut = ByteView(pair.public_key).first(size);
      EXPECT_EQ(kem_dh(suite, pair.private_key, cut).error(), error_of(CryptoErrc::key_invalid));
      EXPECT_EQ(check_kem_public_key(suite, cut).error(), error_of(CryptoErrc::key_invalid));
    }
  }
}

}  // namespace
}  // namespace hearth::crypto
