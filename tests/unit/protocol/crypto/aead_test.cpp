// The AEADs against published vectors, and every way in which a ciphertext can be wrong.
#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/protocol/crypto/suites.h"

namespace hearth::crypto {
namespace {

using hearth::test::hex;
using test::error_of;
using test::kSuite1;
using test::kSuite3;
using test::suites;

struct Sealed {
  Bytes key;
  Nonce nonce{};
  Bytes aad = to_bytes("header");
  Bytes plain = to_bytes("a message");
  Bytes ciphertext;

  explicit Sealed(CipherSuite suite) : key(aead_key_size(suite), 0x42) {
    nonce.fill(0x07);
    ciphertext = aead_seal(suite, key, nonce, aad, plain);
  }
  auto open(CipherSuite suite) const { return aead_open(suite, key, nonce, aad, ciphertext); }
};

// RFC 8439 §2.8.2.
TEST(Aead, SealsLikeRfc8439) {
  const Bytes key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const Nonce nonce = *to_array<12>(hex("070000004041424344454647"));
  const Bytes aad = hex("50515253c0c1c2c3c4c5c6c7");
  const std::string_view plain =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";

  const Bytes sealed = aead_seal(kSuite3, key, nonce, aad, view_of(plain));

  EXPECT_EQ(
      to_hex(sealed),
      "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69"
      "da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad67594"
      "5585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691");
  EXPECT_EQ(text_of(*aead_open(kSuite3, key, nonce, aad, sealed)), plain);
}

// The first two cases of the GCM specification (McGrew and Viega, appendix B).
TEST(Aead, SealsLikeTheAuthorsOfGcm) {
  if (!supported(kSuite1)) GTEST_SKIP() << "built without OpenSSL";
  const Bytes key(16, 0);

  EXPECT_EQ(to_hex(aead_seal(kSuite1, key, Nonce{}, {}, {})), "58e2fccefa7e3061367f1d57a4e7455a");
  EXPECT_EQ(to_hex(aead_seal(kSuite1, key, Nonce{}, {}, Bytes(16, 0))),
            "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf");
}

TEST(Aead, OpensWhatItSealed) {
  for (const CipherSuite suite : suites()) {
    const Sealed sealed(suite);
    EXPECT_EQ(sealed.ciphertext.size(), sealed.plain.size() + kTagSize);
    EXPECT_EQ(sealed.open(suite), sealed.plain);
    const auto secret =
        aead_open_secret(suite, sealed.key, sealed.nonce, sealed.aad, sealed.ciphertext);
    ASSERT_TRUE(secret);
    EXPECT_TRUE(equal(secret->view(), sealed.plain));
  }
}

TEST(Aead, CarriesEmptyTexts) {
  for (const CipherSuite suite : suites()) {
    const Bytes key(aead_key_size(suite), 1);
    const Bytes sealed = aead_seal(suite, key, Nonce{}, {}, {});
    EXPECT_EQ(sealed.size(), kTagSize);
    EXPECT_EQ(aead_open(suite, key, Nonce{}, {}, sealed), Bytes{});
  }
}

TEST(Aead, RefusesEachSingleBitFlip) {
  for (const CipherSuite suite : suites()) {
    Sealed sealed(suite);
    for (Bytes* field : {&sealed.ciphertext, &sealed.aad, &sealed.key}) {
      for (std::size_t bit = 0; bit < field->size() * 8; ++bit) {
        (*field)[bit / 8] ^= static_cast<Byte>(1u << (bit % 8));
        EXPECT_EQ(sealed.open(suite).error(), error_of(CryptoErrc::open_failed));
        (*field)[bit / 8] ^= static_cast<Byte>(1u << (bit % 8));
      }
    }
    sealed.nonce[11] ^= 1;
    EXPECT_FALSE(sealed.open(suite));
  }
}

TEST(Aead, RefusesEveryOtherLength) {
  for (const CipherSuite suite : suites()) {
    Sealed sealed(suite);
    sealed.ciphertext.push_back(0);
    EXPECT_FALSE(sealed.open(suite));
    sealed.ciphertext.pop_back();
    while (!sealed.ciphertext.empty()) {
      sealed.ciphertext.pop_back();
      EXPECT_EQ(sealed.open(suite).error(), error_of(CryptoErrc::open_failed));
    }
  }
}

TEST(Aead, StopsWhoeverBringsAKeyOfTheWrongSize) {
  for (const CipherSuite suite : suites()) {
    const std::size_t wrong = aead_key_size(suite) == 16 ? 32 : 16;
    EXPECT_THROW((void)aead_seal(suite, Bytes(wrong, 0), Nonce{}, {}, {}), std::logic_error);
  }
}

TEST(Xchacha, OpensWhatItSealedAndNothingElse) {
  const Secret32 key(Bytes32{1, 2, 3});
  const ByteArray<24> nonce{4, 5, 6};
  Bytes sealed = xchacha_seal(key, nonce, view_of("aad"), view_of("plain"));

  EXPECT_EQ(xchacha_open(key, nonce, view_of("aad"), sealed), to_bytes("plain"));
  EXPECT_FALSE(xchacha_open(key, nonce, view_of("add"), sealed));
  EXPECT_FALSE(xchacha_open(key, ByteArray<24>{}, view_of("aad"), sealed));
  EXPECT_FALSE(xchacha_open(Secret32{}, nonce, view_of("aad"), sealed));
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(xchacha_open(key, nonce, view_of("aad"), ByteView(sealed).first(size)).error(),
              error_of(CryptoErrc::open_failed));
  }
  sealed[0] ^= 1;
  EXPECT_FALSE(xchacha_open(key, nonce, view_of("aad"), sealed));
}

// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
TEST(Xchacha, SealsLikeItsDraft) {
  const Secret32 key =
      Secret32::from(hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"));
  const auto nonce = *to_array<24>(hex("404142434445464748494a4b4c4d4e4f5051525354555657"));
  const std::string_view plain =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";

  const Bytes sealed = xchacha_seal(key, nonce, hex("50515253c0c1c2c3c4c5c6c7"), view_of(plain));

  EXPECT_EQ(to_hex(ByteView(sealed).last(kTagSize)), "c0875924c1c7987947deafd8780acf49");
  EXPECT_EQ(to_hex(ByteView(sealed).first(16)), "bd6d179d3e83d43b9576579493c0e939");
}

TEST(Suites, AreSupportedAsThisWasBuilt) {
  EXPECT_TRUE(supported(kDefaultSuite));
  EXPECT_TRUE(supported(std::uint16_t{3}));
  for (const unsigned unknown : {0u, 4u, 5u, 7u, 0x0a0au, 0xffffu}) {
    EXPECT_FALSE(supported(static_cast<std::uint16_t>(unknown)));
  }
#if defined(HEARTH_WITH_OPENSSL)
  EXPECT_TRUE(supported(kSuite1) && supported(test::kSuite2));
#else
  EXPECT_FALSE(supported(kSuite1) || supported(test::kSuite2));
#endif
}

TEST(Suites, AreRefusedByNameWhenUnknown) {
  const auto unknown = static_cast<CipherSuite>(0x0007);
  SystemRandom random;

  const Error expected = error_of(CryptoErrc::suite_unsupported);
  EXPECT_EQ(aead_open(unknown, Bytes(32, 0), Nonce{}, {}, Bytes(16, 0)).error(), expected);
  EXPECT_EQ(SignatureKey::generate(unknown, random).error(), expected);
  EXPECT_EQ(SignatureKey::from_private(unknown, Bytes(32, 1)).error(), expected);
  EXPECT_EQ(verify(unknown, Bytes(32, 1), {}, Bytes(64, 0)).error(), expected);
  EXPECT_EQ(check_signature_public_key(unknown, Bytes(32, 1)).error(), expected);
  EXPECT_EQ(kem_generate(unknown, random).error(), expected);
  EXPECT_EQ(kem_dh(unknown, Secret32{}, Bytes(32, 9)).error(), expected);
  EXPECT_EQ(check_kem_public_key(unknown, Bytes(32, 1)).error(), expected);
}

}  // namespace
}  // namespace hearth::crypto
