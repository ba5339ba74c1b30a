// Ed25519 and ECDSA: published vectors, and signatures that must not pass.
#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/protocol/crypto/suites.h"

namespace hearth::crypto {
namespace {

using hearth::test::hex;
using test::error_of;
using test::kSuite1;
using test::kSuite2;
using test::kSuite3;
using test::suites;

// Ed25519's group order L, little-endian (RFC 8032 §5.1).
constexpr const char* kOrder = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

// a + b, little-endian, without the carry that leaves.
Bytes sum(ByteView a, ByteView b) {
  Bytes result;
  unsigned carry = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    carry += a[i] + b[i];
    result.push_back(static_cast<Byte>(carry & 0xff));
    carry >>= 8;
  }
  return result;
}

struct Rfc8032Case {
  const char* seed;
  const char* public_key;
  const char* message;
  const char* signature;
};

// RFC 8032 §7.1, tests 1 to 3.
constexpr Rfc8032Case kRfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(Ed25519, MatchesRfc8032) {
  for (const CipherSuite suite : {kSuite1, kSuite3}) {
    if (!supported(suite)) continue;
    for (const Rfc8032Case& c : kRfc8032) {
      const auto key = SignatureKey::from_private(suite, hex(c.seed));
      ASSERT_TRUE(key);
      EXPECT_EQ(to_hex(key->public_key()), c.public_key);
      EXPECT_EQ(to_hex(key->private_key()), c.seed);
      EXPECT_EQ(to_hex(*key->sign(hex(c.message))), c.signature);
      EXPECT_TRUE(verify(suite, hex(c.public_key), hex(c.message), hex(c.signature)));
    }
  }
}

// S + L satisfies the same equation. Accepting it gives one message two signatures (RFC 8032
// §5.1.7).
TEST(Ed25519, RefusesSNotBelowTheOrder) {
  for (const Rfc8032Case& c : kRfc8032) {
    const Bytes signature = hex(c.signature);
    Bytes malleated = to_bytes(ByteView(signature).first(32));
    append(malleated, sum(ByteView(signature).last(32), hex(kOrder)));

    EXPECT_EQ(verify(kSuite3, hex(c.public_key), hex(c.message), malleated).error(),
              error_of(CryptoErrc::signature_invalid));
  }
}

// With the identity as public key, R = S*B would sign every message; with R = identity and S = 0
// nobody needs a key at all. The other points here have order 2, 4 and 8.
TEST(Ed25519, RefusesSmallOrderKeysAndR) {
  const char* small[] = {"0100000000000000000000000000000000000000000000000000000000000000",
                         "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                         "0000000000000000000000000000000000000000000000000000000000000000",
                         "0000000000000000000000000000000000000000000000000000000000000080",
                         "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                         "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"};
  for (const char* point : small) {
    for (const char* r : small) {
      const Bytes forged = concat({hex(r), Bytes(32, 0)});
      for (const char* message : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
        EXPECT_FALSE(verify(kSuite3, hex(point), view_of(message), forged)) << point << " " << r;
      }
    }
  }
}

// y = p + 1 is the identity in disguise; y = p + 3 another point's second spelling.
TEST(Ed25519, RefusesKeysThatAreNotCanonical) {
  for (const char* key : {"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
    EXPECT_FALSE(verify(kSuite3, hex(key), {}, concat({hex(key), Bytes(32, 0)})));
  }
}

// RFC 6979 appendix A.2.5: a valid signature we did not make ourselves.
TEST(Ecdsa, AcceptsTheSignatureOfRfc6979) {
  if (!supported(kSuite2)) GTEST_SKIP() << "built without OpenSSL";
  const auto key = SignatureKey::from_private(
      kSuite2, hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"));
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(key->public_key()),
            "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");

  const Bytes signature =
      hex("3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
          "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");

  EXPECT_TRUE(verify(kSuite2, key->public_key(), view_of("sample"), signature));
  EXPECT_FALSE(verify(kSuite2, key->public_key(), view_of("simple"), signature));
}

TEST(Ecdsa, RefusesWhatIsNotExactDer) {
  if (!supported(kSuite2)) GTEST_SKIP() << "built without OpenSSL";
  SystemRandom random;
  const auto key = SignatureKey::generate(kSuite2, random);
  const Bytes message = to_bytes("message");
  Bytes signature = *key->sign(message);
  ASSERT_TRUE(verify(kSuite2, key->public_key(), message, signature));

  const Bytes raw(64, 0x11);  // r || s, as other protocols write it.
  EXPECT_FALSE(verify(kSuite2, key->public_key(), message, raw));
  EXPECT_FALSE(verify(kSuite2, key->public_key(), message, hex("3006020100020100")));  // Zeros.
  signature.push_back(0);
  EXPECT_FALSE(verify(kSuite2, key->public_key(), message, signature));
}

TEST(Ecdsa, TakesNoScalarOutsideTheGroup) {
  if (!supported(kSuite2)) GTEST_SKIP() << "built without OpenSSL";
  const Error invalid = error_of(CryptoErrc::key_invalid);
  // 0, the order itself, and beyond it; the order less one is the last that fits.
  for (const char* scalar : {"0000000000000000000000000000000000000000000000000000000000000000",
                             "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
                             "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
    EXPECT_EQ(SignatureKey::from_private(kSuite2, hex(scalar)).error(), invalid);
  }
  EXPECT_TRUE(SignatureKey::from_private(
      kSuite2, hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550")));
}

TEST(Signature, IsMadeAndVerifiedInEverySuite) {
  SeededRandom random(1);
  for (const CipherSuite suite : suites()) {
    const auto key = SignatureKey::generate(suite, random);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->suite(), suite);
    const auto signature = key->sign(view_of("message"));
    ASSERT_TRUE(signature);
    EXPECT_TRUE(check_signature_public_key(suite, key->public_key()));
    EXPECT_TRUE(verify(suite, key->public_key(), view_of("message"), *signature));
    EXPECT_TRUE(verify(suite, key->clone().public_key(), view_of("message"), *signature));
  }
}

TEST(Signature, BreaksWithEachBitOfItsThreeParts) {
  SeededRandom random(2);
  for (const CipherSuite suite : suites()) {
    const auto key = SignatureKey::generate(suite, random);
    Bytes message = to_bytes("message");
    Bytes signature = *key->sign(message);
    Bytes public_key = key->public_key();
    for (Bytes* field : {&message, &signature, &public_key}) {
      for (std::size_t bit = 0; bit < field->size() * 8; bit += 5) {
        (*field)[bit / 8] ^= static_cast<Byte>(1u << (bit % 8));
        EXPECT_EQ(verify(suite, public_key, message, signature).error(),
                  error_of(CryptoErrc::signature_invalid))
            << "suite " << static_cast<int>(suite) << " bit " << bit;
        (*field)[bit / 8] ^= static_cast<Byte>(1u << (bit % 8));
      }
    }
  }
}

TEST(Signature, RefusesEveryOtherLength) {
  SeededRandom random(3);
  for (const CipherSuite suite : suites()) {
    const auto key = SignatureKey::generate(suite, random);
    const Bytes signature = *key->sign(view_of("message"));
    for (std::size_t size = 0; size < signature.size(); ++size) {
      EXPECT_FALSE(
          verify(suite, key->public_key(), view_of("message"), ByteView(signature).first(size)));
    }
    for (std::size_t size = 0; size < key->public_key().size(); ++size) {
      const ByteView cut = ByteView(key->public_key()).first(size);
      EXPECT_FALSE(verify(suite, cut, view_of("message"), signature));
      EXPECT_EQ(check_signature_public_key(suite, cut).error(), error_of(CryptoErrc::key_invalid));
    }
    EXPECT_EQ(SignatureKey::from_private(suite, Bytes(31, 1)).error(),
              error_of(CryptoErrc::key_invalid));
    EXPECT_EQ(SignatureKey::from_private(suite, Bytes(33, 1)).error(),
              error_of(CryptoErrc::key_invalid));
  }
}

TEST(Signature, IsNotMadeByAKeyThatMovedAway) {
  SeededRandom random(4);
  auto key = *SignatureKey::generate(kSuite3, random);
  const SignatureKey owner = std::move(key);

  EXPECT_TRUE(owner.sign({}));
  EXPECT_THROW((void)key.sign({}), std::logic_error);
}

}  // namespace
}  // namespace hearth::crypto
