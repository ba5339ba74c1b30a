// HPKE against RFC 9180 appendix A, and a broken input for each thing the RFC says MUST be checked.
#include "protocol/crypto/hpke.h"

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

// Of each case: the base setup, its encryption with sequence number 0, and its exports.
struct Rfc9180Case {
  CipherSuite suite;
  const char* ikm_e;
  const char* sk_e;
  const char* ikm_r;
  const char* sk_r;
  const char* pk_r;
  const char* enc;
  const char* ciphertext;
  const char* export_of_nothing;
  const char* export_of_zero;
  const char* export_of_test_context;
};

constexpr Rfc9180Case kRfc9180[] = {
    // A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.
    {kSuite1, "7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234",
     "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
     "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037",
     "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
     "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
     "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
     "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
     "3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee",
     "2e8f0b54673c7029649d4eb9d5e33bf1872cf76d623ff164ac185da9e88c21a5",
     "e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931"},
    // A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
    {kSuite3, "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b",
     "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
     "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df",
     "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
     "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
     "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
     "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
     "4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e",
     "8c1df14732580e5501b00f82b10a1647b40713191b7c1240ac80e2b68808ba69",
     "5acb09211139c43b3090489a9da433e8a30ee7188ba8b0a9a1ccf0c229283e53"},
    // A.3.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.
    {kSuite2, "4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e",
     "4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb",
     "668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550",
     "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
     "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62f"
     "b3d30ad6aa8f80e30f1d128aafd68a2ce72ea0",
     "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c"
     "0900be863c403ce65c9bfcb9382657222d18c4",
     "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434",
     "5e9bc3d236e1911d95e65b576a8a86d478fb827e8bdfe77b741b289890490d4d",
     "6cff87658931bda83dc857e6353efe4987a201b849658d9b047aab4cf216e796",
     "d8f1ea7942adbba7412c6d431c62d01371ea476b823eb697e1f6e6cae1dab85a"},
};
constexpr const char* kInfo = "4f6465206f6e2061204772656369616e2055726e";
constexpr const char* kPlain = "4265617574792069732074727574682c20747275746820626561757479";
constexpr const char* kAad = "436f756e742d30";

TEST(HpkeVectors, DeriveTheKeysOfTheRfc) {
  for (const Rfc9180Case& c : kRfc9180) {
    if (!supported(c.suite)) continue;
    const auto ephemeral = hpke_derive_key_pair(c.suite, hex(c.ikm_e));
    const auto receiver = hpke_derive_key_pair(c.suite, hex(c.ikm_r));
    ASSERT_TRUE(ephemeral && receiver);
    EXPECT_EQ(to_hex(ephemeral->private_key.view()), c.sk_e);
    EXPECT_EQ(to_hex(ephemeral->public_key), c.enc);
    EXPECT_EQ(to_hex(receiver->private_key.view()), c.sk_r);
    EXPECT_EQ(to_hex(receiver->public_key), c.pk_r);
  }
}

TEST(HpkeVectors, SealLikeTheRfc) {
  for (const Rfc9180Case& c : kRfc9180) {
    if (!supported(c.suite)) continue;
    test::FixedRandom random(hex(c.sk_e));
    const auto sealed = hpke_seal(c.suite, hex(c.pk_r), hex(kInfo), hex(kAad), hex(kPlain), random);
    ASSERT_TRUE(sealed);
    EXPECT_EQ(to_hex(sealed->kem_output), c.enc);
    EXPECT_EQ(to_hex(sealed->ciphertext), c.ciphertext);
  }
}

TEST(HpkeVectors, OpenLikeTheRfc) {
  for (const Rfc9180Case& c : kRfc9180) {
    if (!supported(c.suite)) continue;
    const auto plain = hpke_open(c.suite, hex(c.enc), Secret32::from(hex(c.sk_r)), hex(c.pk_r),
                                 hex(kInfo), hex(kAad), hex(c.ciphertext));
    ASSERT_TRUE(plain);
    EXPECT_EQ(to_hex(plain->view()), kPlain);
  }
}

TEST(HpkeVectors, ExportLikeTheRfc) {
  for (const Rfc9180Case& c : kRfc9180) {
    if (!supported(c.suite)) continue;
    const std::pair<Bytes, const char*> exports[] = {
        {Bytes{}, c.export_of_nothing},
        {Bytes{0}, c.export_of_zero},
        {to_bytes("TestContext"), c.export_of_test_context}};
    for (const auto& [context, expected] : exports) {
      test::FixedRandom random(hex(c.sk_e));
      const auto sent = hpke_send_export(c.suite, hex(c.pk_r), hex(kInfo), context, random);
      ASSERT_TRUE(sent);
      EXPECT_EQ(to_hex(sent->kem_output), c.enc);
      EXPECT_EQ(to_hex(sent->exported.view()), expected);
      const auto received = hpke_receive_export(c.suite, hex(c.enc), Secret32::from(hex(c.sk_r)),
                                                hex(c.pk_r), hex(kInfo), context);
      ASSERT_TRUE(received);
      EXPECT_EQ(*received, sent->exported);
    }
  }
}

// A sealed message and everything that opens it.
struct Conversation {
  CipherSuite suite;
  KemKeyPair receiver;
  Bytes info = to_bytes("info");
  Bytes aad = to_bytes("aad");
  HpkeSealed sealed;

  Conversation(CipherSuite which, RandomSource& random)
      : suite(which),
        receiver(*kem_generate(which, random)),
        sealed(*hpke_seal(which, receiver.public_key, info, aad, view_of("plain"), random)) {}
  Result<SecretBytes> open() const {
    return hpke_open(suite, sealed.kem_output, receiver.private_key, receiver.public_key, info, aad,
                     sealed.ciphertext);
  }
};

TEST(Hpke, OpensInEverySuite) {
  SeededRandom random(1);
  for (const CipherSuite suite : suites()) {
    const Conversation conversation(suite, random);
    const auto plain = conversation.open();
    ASSERT_TRUE(plain);
    EXPECT_EQ(text_of(plain->view()), "plain");
  }
}

TEST(Hpke, TakesAFreshEphemeralKeyEachTime) {
  SeededRandom random(2);
  for (const CipherSuite suite : suites()) {
    const KemKeyPair receiver = *kem_generate(suite, random);
    const auto first = hpke_seal(suite, receiver.public_key, {}, {}, view_of("x"), random);
    const auto second = hpke_seal(suite, receiver.public_key, {}, {}, view_of("x"), random);
    EXPECT_NE(first->kem_output, second->kem_output);
    EXPECT_NE(first->ciphertext, second->ciphertext);
  }
}

// §5.2: opening fails unless the context, the associated data and the ciphertext are the sender's.
TEST(Hpke, OpensNothingElse) {
  SeededRandom random(3);
  for (const CipherSuite suite : suites()) {
    Conversation conversation(suite, random);
    for (Bytes* field : {&conversation.info, &conversation.aad, &conversation.sealed.ciphertext}) {
      field->back() ^= 1;
      EXPECT_EQ(conversation.open().error(), error_of(CryptoErrc::open_failed));
      field->back() ^= 1;
      field->push_back(0);
      EXPECT_EQ(conversation.open().error(), error_of(CryptoErrc::open_failed));
      field->pop_back();
    }
    // Another receiver, with its own public key or with ours.
    const KemKeyPair other = *kem_generate(suite, random);
    for (const Bytes& public_key : {other.public_key, conversation.receiver.public_key}) {
      EXPECT_EQ(hpke_open(suite, conversation.sealed.kem_output, other.private_key, public_key,
                          conversation.info, conversation.aad, conversation.sealed.ciphertext)
                    .error(),
                error_of(CryptoErrc::open_failed));
    }
    for (std::size_t size = 0; size < kTagSize; ++size) {
      conversation.sealed.ciphertext.resize(size);
      EXPECT_EQ(conversation.open().error(), error_of(CryptoErrc::open_failed));
    }
  }
}

// §7.1.1: a public key is exactly Npk bytes, an encapsulated key exactly Nenc.
TEST(Hpke, RefusesKeysOfTheWrongLength) {
  SeededRandom random(4);
  for (const CipherSuite suite : suites()) {
    Conversation conversation(suite, random);
    Bytes public_key = conversation.receiver.public_key;
    for (const int change : {-1, 1}) {
      public_key.resize(conversation.receiver.public_key.size() + change);
      EXPECT_EQ(hpke_seal(suite, public_key, {}, {}, {}, random).error(),
                error_of(CryptoErrc::key_invalid));
      EXPECT_EQ(hpke_send_export(suite, public_key, {}, {}, random).error(),
                error_of(CryptoErrc::key_invalid));
      EXPECT_EQ(hpke_receive_export(suite, public_key, conversation.receiver.private_key,
                                    conversation.receiver.public_key, {}, {})
                    .error(),
                error_of(CryptoErrc::key_invalid));
      conversation.sealed.kem_output = public_key;
      EXPECT_EQ(conversation.open().error(), error_of(CryptoErrc::key_invalid));
    }
    EXPECT_EQ(hpke_seal(suite, {}, {}, {}, {}, random).error(), error_of(CryptoErrc::key_invalid));
  }
}

// §7.1.4: the result of Diffie-Hellman MUST be checked for the all-zero value, by both sides.
TEST(Hpke, RefusesAZeroDiffieHellmanResult) {
  SeededRandom random(5);
  for (const CipherSuite suite : {kSuite1, kSuite3}) {
    if (!supported(suite)) continue;
    const Bytes zero(32, 0);
    const Bytes order_8 = hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800");
    const KemKeyPair receiver = *kem_generate(suite, random);
    const Error refused = error_of(CryptoErrc::dh_zero);
    for (const Bytes& point : {zero, order_8}) {
      EXPECT_EQ(hpke_seal(suite, point, {}, {}, {}, random).error(), refused);
      EXPECT_EQ(hpke_send_export(suite, point, {}, {}, random).error(), refused);
      EXPECT_EQ(
          hpke_open(suite, point, receiver.private_key, receiver.public_key, {}, {}, Bytes(16, 0))
              .error(),
          refused);
      EXPECT_EQ(hpke_receive_export(suite, point, receiver.private_key, receiver.public_key, {}, {})
                    .error(),
                refused);
    }
  }
}

// §7.1.4: P-256 public keys MUST be validated, the sender's and the receiver's.
TEST(Hpke, RefusesP256PointsThatAreNotOnTheCurve) {
  if (!supported(kSuite2)) GTEST_SKIP() << "built without OpenSSL";
  SeededRandom random(6);
  Conversation conversation(kSuite2, random);
  Bytes off_curve = conversation.receiver.public_key;
  off_curve[40] ^= 0x10;
  const Bytes origin = concat({Bytes{4}, Bytes(64, 0)});

  for (const Bytes& point : {off_curve, origin}) {
    EXPECT_EQ(hpke_seal(kSuite2, point, {}, {}, {}, random).error(),
              error_of(CryptoErrc::key_invalid));
    conversation.sealed.kem_output = point;
    EXPECT_EQ(conversation.open().error(), error_of(CryptoErrc::key_invalid));
  }
}

// §7.1.3: the derivation is deterministic and depends on every byte.
TEST(Hpke, DerivesOneKeyPairFromOneSecret) {
  for (const CipherSuite suite : suites()) {
    Bytes ikm(32, 0x21);
    const auto first = hpke_derive_key_pair(suite, ikm);
    const auto again = hpke_derive_key_pair(suite, ikm);
    ikm[31] ^= 1;
    const auto other = hpke_derive_key_pair(suite, ikm);
    ASSERT_TRUE(first && again && other);
    EXPECT_EQ(first->public_key, again->public_key);
    EXPECT_EQ(kem_public_key(suite, first->private_key), first->public_key);
    EXPECT_NE(first->public_key, other->public_key);
  }
}

TEST(Hpke, RefusesSuitesItDoesNotSpeak) {
  const auto unknown = static_cast<CipherSuite>(0x0004);
  SeededRandom random(8);

  const Error refused = error_of(CryptoErrc::suite_unsupported);
  EXPECT_EQ(hpke_derive_key_pair(unknown, Bytes(32, 1)).error(), refused);
  EXPECT_EQ(hpke_seal(unknown, Bytes(32, 9), {}, {}, {}, random).error(), refused);
  EXPECT_EQ(hpke_open(unknown, Bytes(32, 9), Secret32{}, Bytes(32, 9), {}, {}, Bytes(16)).error(),
            refused);
}

}  // namespace
}  // namespace hearth::crypto
