// The labelled functions against values computed by another implementation (Python's hmac and
// hashlib, from the text of RFC 9420), and against each other.
#include "protocol/crypto/labels.h"

#include <gtest/gtest.h>

#include "protocol/bytes/codec.h"
#include "tests/support/hex.h"
#include "tests/unit/protocol/crypto/suites.h"

namespace hearth::crypto {
namespace {

using hearth::test::hex;
using test::error_of;
using test::suites;

// 00 01 02 … 1f.
Bytes secret() {
  Bytes bytes(32);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<Byte>(i);
  return bytes;
}

TEST(ExpandWithLabel, MatchesAnotherImplementation) {
  Bytes sixteen(16);
  expand_with_label(secret(), "test label", view_of("context"), sixteen);
  EXPECT_EQ(to_hex(sixteen), "85a65e30adb1a566ebc3126ff7494900");

  // A context long enough for a length of two bytes, and more output than one block.
  Bytes hundred(100);
  expand_with_label(secret(), "test label", Bytes(300, 0x61), hundred);
  EXPECT_EQ(
      to_hex(hundred),
      "24028720b3e5b298a279ee670b912f5230d92e181dce9eb06fabf168fd55144685c31501c6e9d6883dbeb3a7"
      "8a8676f75fe4003f8a4c5eaadab1b52219e5bfeb091f1e367ed634f1e6a1af78d354f7625755558a3c99173c"
      "540dc1a122fc7ae3396dd857");
}

TEST(ExpandWithLabel, BindsTheLengthOfItsOutput) {
  Bytes sixteen(16);
  expand_with_label(secret(), "key", {}, sixteen);

  EXPECT_FALSE(equal(sixteen, expand_with_label(secret(), "key", {}).view().first(16)));
}

TEST(DeriveSecret, IsAnExpansionWithoutContext) {
  EXPECT_EQ(to_hex(derive_secret(secret(), "test label").view()),
            "4b74e71e705e9de262f07e926e7af8c162ced231e631ba3563d3099976e8c6aa");
}

TEST(DeriveTreeSecret, TakesTheGenerationAsContext) {
  Bytes key(32);
  derive_tree_secret(secret(), "key", 0x01020304, key);

  EXPECT_EQ(to_hex(key), "407d563cc4578b19a15312cc810ab37ccd343dd9cde6eab59c0ff28df7d44838");
}

TEST(RefHash, PrefixesBothPartsWithTheirLength) {
  EXPECT_EQ(to_hex(ref_hash("MLS 1.0 KeyPackage Reference", Bytes(70, 0x5a))),
            "deef5ab6446a70ff23ab6677c6f2a837882765c7e083618999398a1fc0e1f0ee");
}

// SignContent written out with the Writer, so that the two agree byte for byte.
TEST(SignWithLabel, SignsTheStructureOfTheRfc) {
  SeededRandom random(1);
  for (const CipherSuite suite : suites()) {
    const auto key = SignatureKey::generate(suite, random);
    const Bytes content(100, 0x77);
    const Bytes signature = *sign_with_label(*key, "LeafNodeTBS", content);
    const Bytes structure = Writer().vector(view_of("MLS 1.0 LeafNodeTBS")).vector(content).take();

    EXPECT_TRUE(verify(suite, key->public_key(), structure, signature));
    EXPECT_TRUE(verify_with_label(suite, key->public_key(), "LeafNodeTBS", content, signature));
  }
}

// A signature for one use must never serve another.
TEST(SignWithLabel, SeparatesItsUses) {
  SeededRandom random(2);
  for (const CipherSuite suite : suites()) {
    const auto key = SignatureKey::generate(suite, random);
    const Bytes signature = *sign_with_label(*key, "LeafNodeTBS", view_of("content"));
    const Error invalid = error_of(CryptoErrc::signature_invalid);
    EXPECT_EQ(
        verify_with_label(suite, key->public_key(), "KeyPackageTBS", view_of("content"), signature)
            .error(),
        invalid);
    EXPECT_EQ(
        verify_with_label(suite, key->public_key(), "LeafNodeTBS", view_of("contents"), signature)
            .error(),
        invalid);
    EXPECT_EQ(verify(suite, key->public_key(), view_of("content"), signature).error(), invalid);
  }
}

TEST(EncryptWithLabel, SealsUnderTheStructureOfTheRfc) {
  SeededRandom random(3);
  for (const CipherSuite suite : suites()) {
    const KemKeyPair pair = *kem_generate(suite, random);
    const auto sealed = encrypt_with_label(suite, pair.public_key, "Welcome", view_of("context"),
                                           view_of("plain"), random);
    ASSERT_TRUE(sealed);
    const Bytes info =
        Writer().vector(view_of("MLS 1.0 Welcome")).vector(view_of("context")).take();

    const auto by_hpke = hpke_open(suite, sealed->kem_output, pair.private_key, pair.public_key,
                                   info, {}, sealed->ciphertext);
    const auto by_label =
        decrypt_with_label(suite, pair.private_key, pair.public_key, "Welcome", view_of("context"),
                           sealed->kem_output, sealed->ciphertext);

    ASSERT_TRUE(by_hpke && by_label);
    EXPECT_EQ(text_of(by_hpke->view()), "plain");
    EXPECT_EQ(text_of(by_label->view()), "plain");
  }
}

TEST(EncryptWithLabel, SeparatesItsUses) {
  SeededRandom random(4);
  for (const CipherSuite suite : suites()) {
    const KemKeyPair pair = *kem_generate(suite, random);
    const auto sealed = encrypt_with_label(suite, pair.public_key, "Welcome", view_of("context"),
                                           view_of("plain"), random);
    const auto open = [&](std::string_view label, std::string_view context) {
      return decrypt_with_label(suite, pair.private_key, pair.public_key, label, view_of(context),
                                sealed->kem_output, sealed->ciphertext);
    };
    EXPECT_TRUE(open("Welcome", "context"));
    EXPECT_EQ(open("UpdatePathNode", "context").error(), error_of(CryptoErrc::open_failed));
    EXPECT_EQ(open("Welcome", "contexts").error(), error_of(CryptoErrc::open_failed));
  }
}

}  // namespace
}  // namespace hearth::crypto
