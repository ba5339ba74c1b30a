// The key schedule against values derived apart from it, and what each secret depends on.
#include "protocol/mls/schedule/key_schedule.h"

#include <gtest/gtest.h>

#include <set>

namespace hearth::mls {
namespace {

constexpr CipherSuite kChaCha = CipherSuite::x25519_chacha20poly1305_sha256_ed25519;
constexpr CipherSuite kAes = CipherSuite::x25519_aes128gcm_sha256_ed25519;

Secret32 filled(Byte byte) {
  Bytes32 bytes;
  bytes.fill(byte);
  return Secret32(bytes);
}

const ByteView kContext = view_of("a group context");

EpochBeginning beginning() { return begin_epoch(filled(1), filled(2), filled(3), kContext); }

// The values come from a separate program over HMAC-SHA-256.
TEST(KeySchedule, AgreesWithASeparateDerivation) {
  const EpochBeginning begun = beginning();
  const EpochSecrets& epoch = begun.epoch;

  EXPECT_EQ(to_hex(begun.joiner_secret.view()),
            "f66394aec7898fd6b298ed394ae62d71aa13698eccfe4c16e46594f11c3716eb");
  EXPECT_EQ(to_hex(begun.welcome_secret.view()),
            "70b3ec8ac2253b10defe25163f3786f100c63e0f371aa0e173fe9f7f198f4d01");
  EXPECT_EQ(to_hex(epoch.sender_data_secret.view()),
            "c156c0dc196ee942fd265183989ab27c4286d87d2f54fa73e3efb1b722f71567");
  EXPECT_EQ(to_hex(epoch.encryption_secret.view()),
            "aba257f4a81ed0c9902620ad014293f208ca53ea2b040f28aafa8bfe2e0c59d5");
  EXPECT_EQ(to_hex(epoch.exporter_secret.view()),
            "ca8a844f0d1df71a0257d11235b21f3cf0e3023d5007cecb71c963c9a4b5cdaf");
  EXPECT_EQ(to_hex(epoch.external_secret.view()),
            "d61d48141a998e03433b03e20c97983f8b8bbb4b6c29c511fd4123442eb8659f");
  EXPECT_EQ(to_hex(epoch.confirmation_key.view()),
            "85c1d390ce445e49274caf57414906d0fc5c9040f3e777dd749730ea17e441c7");
  EXPECT_EQ(to_hex(epoch.membership_key.view()),
            "4261ce9abcbb6173c1fad4f3e44f1b99414783b2200ced78c8d7c000dcb580f1");
  EXPECT_EQ(to_hex(epoch.resumption_psk.view()),
            "64177243ac13a14715ec16e0352b51e1ab50ea1513960639ddc03203e9658757");
  EXPECT_EQ(to_hex(epoch.epoch_authenticator.view()),
            "aea824518241b37878d16f5cbd7e67eb3ad231b2e2f573542ed15a87ba612ea8");
  EXPECT_EQ(to_hex(epoch.init_secret.view()),
            "0038b85aabf760f8d852afb613eea8d41bf6881079babb842811a57d58d6e908");
}

TEST(KeySchedule, TheJoinerArrivesAtTheSameEpoch) {
  const EpochBeginning begun = beginning();

  const JoinerSchedule joiner(begun.joiner_secret, filled(3));

  EXPECT_EQ(joiner.welcome_secret(), begun.welcome_secret);
  const SecretBytes expected = begun.epoch.encode_secret();
  EXPECT_TRUE(equal(joiner.epoch_secrets(kContext).encode_secret().view(), expected.view()));
}

// The drawing of RFC 9420 §8: the context enters at "joiner" and again at "epoch"; the welcome
// secret hangs above "epoch", since the joiner cannot know the context before using it.
TEST(KeySchedule, TheContextEntersTwice) {
  const EpochBeginning begun = beginning();
  const EpochBeginning other = begin_epoch(filled(1), filled(2), filled(3), view_of("another"));
  const JoinerSchedule joiner(begun.joiner_secret, filled(3));

  EXPECT_FALSE(begun.joiner_secret == other.joiner_secret);
  EXPECT_FALSE(begun.welcome_secret == other.welcome_secret);
  EXPECT_FALSE(joiner.epoch_secrets(view_of("another")).init_secret == begun.epoch.init_secret);
}

TEST(KeySchedule, EachInputChangesTheEpoch) {
  const auto authenticator = [](Byte init, Byte commit, Byte psk) {
    const EpochBeginning begun = begin_epoch(filled(init), filled(commit), filled(psk), kContext);
    return to_hex(begun.epoch.epoch_authenticator.view());
  };
  // The last one swaps salt and key material, which must not be the same.
  const std::set<std::string> authenticators{authenticator(1, 2, 3), authenticator(9, 2, 3),
                                             authenticator(1, 9, 3), authenticator(1, 2, 9),
                                             authenticator(2, 1, 3)};

  EXPECT_EQ(authenticators.size(), 5u);
}

TEST(KeySchedule, WelcomeKeysHaveTheSizeOfTheirSuite) {
  const Secret32 welcome_secret = beginning().welcome_secret;

  const AeadKey chacha = welcome_key(kChaCha, welcome_secret);
  const AeadKey aes = welcome_key(kAes, welcome_secret);

  EXPECT_EQ(to_hex(chacha.key_view()),
            "8e7b1825a8dab3aa42af172459cee2cc4968fe94160d4dbd11c43c407e8193f7");
  EXPECT_EQ(to_hex(chacha.nonce), "ba57f1f4460ba739b451df17");
  EXPECT_EQ(to_hex(aes.key_view()), "d098e25d74131fb37b55dd3bc7cd3ff2");
  EXPECT_EQ(to_hex(aes.nonce), "ba57f1f4460ba739b451df17");
}

TEST(KeySchedule, AGroupInfoOpensForItsWelcomeSecretOnly) {
  const Secret32 welcome_secret = beginning().welcome_secret;
  Bytes sealed = seal_group_info(kChaCha, welcome_secret, view_of("group info"));

  EXPECT_EQ(open_group_info(kChaCha, welcome_secret, sealed), to_bytes("group info"));

  EXPECT_EQ(open_group_info(kChaCha, filled(9), sealed).error(),
            make_error(MlsErrc::welcome_open_failed));
  EXPECT_EQ(open_group_info(kChaCha, welcome_secret, ByteView(sealed).first(15)).error(),
            make_error(MlsErrc::welcome_open_failed));
  sealed.back() ^= 1;
  EXPECT_EQ(open_group_info(kChaCha, welcome_secret, sealed).error(),
            make_error(MlsErrc::welcome_open_failed));
}

TEST(KeySchedule, SenderDataKeysSampleTheFirst32Bytes) {
  const Secret32 secret = beginning().epoch.sender_data_secret.clone();
  Bytes ciphertext;
  for (Byte i = 0; i < 40; ++i) ciphertext.push_back(i);

  const AeadKey key = sender_data_key(kChaCha, secret, ciphertext);

  EXPECT_EQ(to_hex(key.key_view()),
            "696d7638a0364ec31fa4f1cf8ced63518291ec96be944d845a2edd0e9142a871");
  EXPECT_EQ(to_hex(key.nonce), "42486ec303fc8d0d8a320924");
  EXPECT_EQ(sender_data_key(kChaCha, secret, ByteView(ciphertext).first(32)).key, key.key);
  EXPECT_FALSE(sender_data_key(kChaCha, secret, ByteView(ciphertext).first(31)).key == key.key);
  // A ciphertext shorter than the sample is the sample.
  EXPECT_EQ(to_hex(sender_data_key(kAes, secret, ByteView(ciphertext).first(5)).key_view()),
            "5cbd298089c6b2a41ba673f394b6242d");
}

TEST(KeySchedule, ExportsDifferByLabelContextAndLength) {
  const Secret32 exporter = beginning().epoch.exporter_secret.clone();
  const auto exported = [&](std::string_view label, std::string_view context, std::size_t size) {
    Bytes out(size);
    export_secret(exporter, label, view_of(context), out);
    return to_hex(out);
  };

  EXPECT_EQ(exported("hearth test", "context", 16), "0ecfd86366bbffabb1116cc402dfe643");
  EXPECT_NE(exported("hearth tesu", "context", 16), exported("hearth test", "context", 16));
  EXPECT_NE(exported("hearth test", "contexu", 16), exported("hearth test", "context", 16));
  // The length is an input too: a longer export does not begin with the shorter one.
  EXPECT_NE(exported("hearth test", "context", 32).substr(0, 32),
            exported("hearth test", "context", 16));
}

class ExternalInit : public testing::TestWithParam<CipherSuite> {};

TEST_P(ExternalInit, BothSidesArriveAtOneInitSecret) {
  if (!crypto::supported(GetParam())) GTEST_SKIP() << "suite not built in";
  crypto::SeededRandom random(1);
  const Secret32 external_secret = beginning().epoch.external_secret.clone();
  const auto pair = external_key_pair(GetParam(), external_secret);
  ASSERT_TRUE(pair);

  const auto sent = send_external_init(GetParam(), pair->public_key, random);
  ASSERT_TRUE(sent);
  const auto received = receive_external_init(GetParam(), external_secret, sent->kem_output);
  ASSERT_TRUE(received);

  EXPECT_EQ(*received, sent->init_secret);
  EXPECT_FALSE(*receive_external_init(GetParam(), external_secret, pair->public_key) ==
               sent->init_secret);
  const auto elsewhere = receive_external_init(GetParam(), filled(9), sent->kem_output);
  EXPECT_FALSE(*elsewhere == sent->init_secret);
}

TEST_P(ExternalInit, RefusesWhatIsNoKey) {
  if (!crypto::supported(GetParam())) GTEST_SKIP() << "suite not built in";
  crypto::SeededRandom random(1);
  const Secret32 external_secret = filled(5);
  const Bytes zeros(external_key_pair(GetParam(), external_secret)->public_key.size());

  EXPECT_FALSE(send_external_init(GetParam(), zeros, random));
  EXPECT_FALSE(send_external_init(GetParam(), ByteView(zeros).first(31), random));
  EXPECT_FALSE(receive_external_init(GetParam(), external_secret, zeros));
  EXPECT_FALSE(receive_external_init(GetParam(), external_secret, {}));
}

INSTANTIATE_TEST_SUITE_P(Suites, ExternalInit,
                         testing::Values(kAes, CipherSuite::p256_aes128gcm_sha256_p256, kChaCha),
                         [](const auto& parameter) {
                           return "Suite" + std::to_string(static_cast<int>(parameter.param));
                         });

TEST(KeySchedule, EpochSecretsComeBackFromASnapshot) {
  const EpochSecrets epoch = beginning().epoch;
  const SecretBytes snapshot = epoch.encode_secret();

  const auto restored = decode_exact<EpochSecrets>(snapshot.view());

  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->sender_data_secret, epoch.sender_data_secret);
  EXPECT_EQ(restored->init_secret, epoch.init_secret);
  EXPECT_TRUE(equal(restored->encode_secret().view(), snapshot.view()));
  EXPECT_FALSE(decode_exact<EpochSecrets>(snapshot.view().first(snapshot.size() - 1)));
}

}  // namespace
}  // namespace hearth::mls
