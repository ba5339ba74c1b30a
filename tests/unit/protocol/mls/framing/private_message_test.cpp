// PrivateMessage: seals and opens; forgeries fail by name and cost the genuine message nothing.
#include "protocol/mls/framing/private_message.h"

#include <algorithm>
#include <set>

#include "tests/unit/protocol/mls/framing/epoch_of_three.h"

namespace hearth::mls {
namespace {

constexpr WireFormat kPrivate = WireFormat::private_message;

PrivateMessage sealed(EpochOfThree& epoch, SecretTree& tree, const FramedContent& content,
                      const crypto::SignatureKey& key, PaddingBuckets padding = {}) {
  auto message = protect_private(epoch.signed_for(kPrivate, content, key), epoch.suite(),
                                 epoch.sender_data_secret, tree, padding, epoch.random);
  EXPECT_TRUE(message) << message.error().name;
  return *std::move(message);
}

Result<VerifiedContent> open(const EpochOfThree& epoch, SecretTree& tree,
                             const PrivateMessage& message) {
  return unprotect_private(message, epoch.context(), epoch.sender_data_secret, tree, epoch.keys());
}

// The reason for refusing `message`. What is refused must leave the tree as it was.
Error refusal(const EpochOfThree& epoch, SecretTree& tree, const PrivateMessage& message) {
  const SecretBytes before = tree.encode_secret();
  const auto opened = open(epoch, tree, message);
  if (opened) return {};
  EXPECT_TRUE(equal(tree.encode_secret().view(), before.view()));
  return opened.error();
}

std::string words_of(const Result<VerifiedContent>& opened) {
  if (!opened) return std::string(opened.error().name);
  return std::string(text_of(std::get<Bytes>(opened->content().content)));
}

// Seals any plaintext for any sender data: what a hostile member, who knows the epoch, can do.
struct Forgery {
  LeafIndex leaf = kAnn;
  LeafIndex key_of = kAnn;
  std::uint32_t claimed = 0;  // Generation written into the sender data.
  Bytes plain;
  std::size_t sender_data_size = 12;
};
PrivateMessage forge(EpochOfThree& epoch, const Forgery& forgery,
                     ContentType type = ContentType::application) {
  SecretTree tree = epoch.secret_tree();
  const auto key = tree.next(forgery.key_of, ratchet_of(type));
  Writer aad;
  aad.vector(epoch.group_context.group_id).u64(epoch.group_context.epoch);
  aad.u8(static_cast<std::uint8_t>(type));
  const Bytes sender_aad = aad.bytes();
  aad.vector({});
  PrivateMessage message{epoch.group_context.group_id, epoch.group_context.epoch, type, {}, {}, {}};
  message.ciphertext = crypto::aead_seal(epoch.suite(), key->aead.key_view(), key->aead.nonce,
                                         aad.bytes(), forgery.plain);
  const AeadKey sender_key =
      sender_data_key(epoch.suite(), epoch.sender_data_secret, message.ciphertext);
  Writer sender;
  sender.u32(forgery.leaf.value).u32(forgery.claimed).u32(0);
  Bytes sender_data = sender.take();
  sender_data.resize(forgery.sender_data_size);
  message.encrypted_sender_data = crypto::aead_seal(epoch.suite(), sender_key.key_view(),
                                                    sender_key.nonce, sender_aad, sender_data);
  return message;
}

// PrivateMessageContent of words signed by `key` as Ann, without authenticated data.
Bytes plain_of_ann(const EpochOfThree& epoch, const crypto::SignatureKey& key) {
  FramedContent content = epoch.saying("hi");
  content.authenticated_data.clear();
  const SignedContent words = epoch.signed_for(kPrivate, content, key);
  return concat({words.encoded().body(), encoded(words.authenticated().auth)});
}

class PrivateMessages : public testing::TestWithParam<CipherSuite> {};

TEST_P(PrivateMessages, EveryKindOfContentArrivesThroughTheWire) {
  if (!crypto::supported(GetParam())) GTEST_SKIP() << "suite not built in";
  EpochOfThree epoch(GetParam());
  SecretTree ann = epoch.secret_tree();
  SecretTree bob = epoch.secret_tree();
  const std::vector<FramedContent> contents{
      epoch.saying("good evening"), epoch.removing(member_sender(kAnn)),
      epoch.content(member_sender(kAnn), Commit{}), epoch.saying("")};

  for (const FramedContent& content : contents) {
    const SignedContent own = epoch.signed_for(kPrivate, content, epoch.ann);
    const auto message =
        protect_private(own, epoch.suite(), epoch.sender_data_secret, ann, {}, epoch.random);
    ASSERT_TRUE(message);
    const auto arrived = decode_exact<PrivateMessage>(encoded(*message));
    ASSERT_TRUE(arrived);

    const auto verified = open(epoch, bob, *arrived);

    ASSERT_TRUE(verified) << verified.error().name;
    EXPECT_EQ(verified->content(), content);
    EXPECT_EQ(verified->auth(), own.authenticated().auth);
    EXPECT_TRUE(equal(verified->encoded().tbs(), own.encoded().tbs()));
    EXPECT_EQ(verified->confirmed_transcript_hash(Bytes(32, 4)),
              own.confirmed_transcript_hash(Bytes(32, 4)));
  }
}

INSTANTIATE_TEST_SUITE_P(Suites, PrivateMessages,
                         testing::Values(CipherSuite::x25519_aes128gcm_sha256_ed25519,
                                         CipherSuite::p256_aes128gcm_sha256_p256,
                                         CipherSuite::x25519_chacha20poly1305_sha256_ed25519),
                         [](const auto& parameter) {
                           return "Suite" + std::to_string(static_cast<int>(parameter.param));
                         });

// A server can deliver a tampered copy first. Implementations that erase the key before they check
// lose the genuine message then.
TEST(PrivateMessage, ATamperedCopyThatComesFirstDoesNotKillTheGenuineOne) {
  EpochOfThree epoch;
  SecretTree ann = epoch.secret_tree();
  SecretTree bob = epoch.secret_tree();
  const PrivateMessage genuine = sealed(epoch, ann, epoch.saying("genuine"), epoch.ann);

  for (std::size_t byte = 0; byte < genuine.ciphertext.size(); ++byte) {
    PrivateMessage copy = genuine;
    copy.ciphertext[byte] ^= 1;
    // The first 32 bytes are the sample: altered, they already hide the sender.
    EXPECT_EQ(refusal(epoch, bob, copy),
              mls_error(byte < 32 ? MlsErrc::sender_data_invalid : MlsErrc::message_open_failed));
  }
  for (std::size_t size = 0; size < genuine.ciphertext.size(); ++size) {
    PrivateMessage copy = genuine;
    copy.ciphertext.resize(size);
    EXPECT_NE(refusal(epoch, bob, copy), Error{});
  }
  EXPECT_EQ(words_of(open(epoch, bob, genuine)), "genuine");
}

TEST(PrivateMessage, AnotherMembersForgeryDoesNotKillTheGenuineOne) {
  EpochOfThree epoch;
  SecretTree ann = epoch.secret_tree();
  SecretTree bob = epoch.secret_tree();
  const PrivateMessage genuine = sealed(epoch, ann, epoch.saying("genuine"), epoch.ann);

  // Every member can derive Ann's keys. Only her signature tells.
  const PrivateMessage forged = forge(epoch, {.plain = plain_of_ann(epoch, epoch.bob)});

  EXPECT_EQ(refusal(epoch, bob, forged), mls_error(MlsErrc::signature_invalid));
  EXPECT_EQ(words_of(open(epoch, bob, genuine)), "genuine");
}

TEST(PrivateMessage, OpensOnceOnly) {
  EpochOfThree epoch;
  SecretTree ann = epoch.secret_tree();
  SecretTree bob = epoch.secret_tree();
  const PrivateMessage message = sealed(epoch, ann, epoch.saying("once"), epoch.ann);

  EXPECT_EQ(words_of(open(epoch, bob, message)), "once");

  EXPECT_EQ(refusal(epoch, bob, message), mls_error(MlsErrc::generation_spent));
  // The sender's own key went when it sent.
  EXPECT_EQ(refusal(epoch, ann, message), mls_error(MlsErrc::generation_spent));
}

TEST(PrivateMessage, OpensOutOfOrderAndAfterGaps) {
  EpochOfThree epoch;
  SecretTree ann = epoch.secret_tree();
  SecretTree bob = epoch.secret_tree();
  std::vector<PrivateMessage> messages;
  for (int i = 0; i < 8; ++i) {
    messages.push_back(sealed(epoch, ann, epoch.saying(std::to_string(i)), epoch.ann));
  }

  for (const std::size_t i : {3u, 6u, 0u, 7u, 2u, 1u}) {
    EXPECT_EQ(words_of(open(epoch, bob, messages[i])), std::to_string(i));
  }
  EXPECT_EQ(refusal(epoch, bob, messages[3]), mls_error(MlsErrc::generation_spent));
  EXPECT_EQ(words_of(open(epoch, bob, messages[5])), "5");
}

TEST(PrivateMessage, HandshakeAndApplicationRatchetsAreApart) {
  EpochOfThree epoch;
  SecretTree ann = epoch.secret_tree();
  SecretTree bob = epoch.secret_tree();
  const PrivateMessage words = sealed(epoch, ann, epoch.saying("hi"), epoch.ann);
  const PrivateMessage proposal =
      sealed(epoch, ann, epoch.removing(member_sender(kAnn)), epoch.ann);
  PrivateMessage relabelled = words;
  relabelled.content_type = ContentType::proposal;

  EXPECT_EQ(refusal(epoch, bob, relabelled), mls_error(MlsErrc::sender_data_invalid));
  EXPECT_TRUE(open(epoch, bob, proposal));
  EXPECT_TRUE(open(epoch, bob, words));
}

TEST(PrivateMessage, RefusesAGenerationBomb) {
  EpochOfThree epoch;
  SecretTree bob = epoch.secret_tree();
  const Bytes plain = plain_of_ann(epoch, epoch.ann);

  for (const std::uint32_t generation : {1001u, 1u << 20, 0xffffffffu}) {
    const PrivateMessage bomb = forge(epoch, {.claimed = generation, .plain = plain});
    EXPECT_EQ(refusal(epoch, bob, bomb), mls_error(MlsErrc::generation_too_far));
  }
  // Within the limit it is looked at, and found to be sealed with another key.
  EXPECT_EQ(refusal(epoch, bob, forge(epoch, {.claimed = 1000, .plain = plain})),
            mls_error(MlsErrc::message_open_failed));
  EXPECT_EQ(words_of(open(epoch, bob, forge(epoch, {.plain = plain}))), "hi");
}

TEST(PrivateMessage, RefusesABlankOrMissingSender) {
  EpochOfThree epoch;
  SecretTree bob = epoch.secret_tree();

  for (const LeafIndex leaf : {kBlank, LeafIndex{3}, LeafIndex{4}, LeafIndex{0xffffffff}}) {
    const PrivateMessage message =
        forge(epoch, {.leaf = leaf, .plain = plain_of_ann(epoch, epoch.ann)});
    EXPECT_EQ(refusal(epoch, bob, message), mls_error(MlsErrc::sender_blank)) << leaf.value;
  }
}

// Bob cannot pass off his own ratchet's key as Ann's, nor Ann's words as his.
TEST(PrivateMessage, TheSenderOfTheDataIsTheSignerOfTheContent) {
  EpochOfThree epoch;
  SecretTree tree = epoch.secret_tree();
  const Bytes plain = plain_of_ann(epoch, epoch.ann);

  EXPECT_EQ(refusal(epoch, tree, forge(epoch, {.leaf = kAnn, .key_of = kBob, .plain = plain})),
            mls_error(MlsErrc::message_open_failed));
  EXPECT_EQ(refusal(epoch, tree, forge(epoch, {.leaf = kBob, .key_of = kBob, .plain = plain})),
            mls_error(MlsErrc::signature_invalid));
}

TEST(PrivateMessage, RefusesSenderDataThatIsAlteredMissingOrOfAnotherSize) {
  EpochOfThree epoch;
  SecretTree ann = epoch.secret_tree();
  SecretTree bob = epoch.secret_tree();
  const PrivateMessage genuine = sealed(epoch, ann, epoch.saying("hi"), epoch.ann);
  const Error invalid = mls_error(MlsErrc::sender_data_invalid);

  for (std::size_t byte = 0; byte < genuine.encrypted_sender_data.size(); ++byte) {
    PrivateMessage copy = genuine;
    copy.encrypted_sender_data[byte] ^= 1;
    EXPECT_EQ(refusal(epoch, bob, copy), invalid);
  }
  PrivateMessage without = genuine;
  without.encrypted_sender_data.clear();
  EXPECT_EQ(refusal(epoch, bob, without), invalid);
  for (const std::size_t size : {0u, 8u, 11u, 13u}) {
    const PrivateMessage odd =
        forge(epoch, {.plain = plain_of_ann(epoch, epoch.ann), .sender_data_size = size});
    EXPECT_EQ(refusal(epoch, bob, odd), invalid) << size;
  }
  EXPECT_EQ(words_of(open(epoch, bob, genuine)), "hi");
}

TEST(PrivateMessage, RefusesAnotherGroupEpochOrAuthenticatedData) {
  EpochOfThree epoch;
  SecretTree ann = epoch.secret_tree();
  SecretTree bob = epoch.secret_tree();
  const PrivateMessage genuine = sealed(epoch, ann, epoch.saying("hi"), epoch.ann);

  PrivateMessage copy = genuine;
  copy.group_id.push_back(1);
  EXPECT_EQ(refusal(epoch, bob, copy), mls_error(MlsErrc::wrong_group));
  copy = genuine;
  copy.epoch = 6;
  EXPECT_EQ(refusal(epoch, bob, copy), mls_error(MlsErrc::wrong_epoch));
  copy = genuine;
  copy.authenticated_data.push_back(1);
  EXPECT_EQ(refusal(epoch, bob, copy), mls_error(MlsErrc::message_open_failed));

  // A fork of the same epoch has the same keys only if it is made so; the signature still differs.
  EpochOfThree fork;
  fork.encoded_context.push_back(1);
  EXPECT_EQ(refusal(fork, bob, genuine), mls_error(MlsErrc::signature_invalid));
  EXPECT_EQ(words_of(open(epoch, bob, genuine)), "hi");
}

TEST(PrivateMessage, PaddingHidesTheLengthInBuckets) {
  EpochOfThree epoch;
  SecretTree ann = epoch.secret_tree();
  SecretTree bob = epoch.secret_tree();
  constexpr std::size_t kBuckets[] = {256, 1024};
  std::set<std::size_t> sizes;

  for (const std::size_t length : {0u, 1u, 100u, 180u, 300u, 900u, 1100u, 2500u}) {
    const std::string words(length, 'x');
    const PrivateMessage message = sealed(epoch, ann, epoch.saying(words), epoch.ann, kBuckets);
    sizes.insert(message.ciphertext.size() - crypto::kTagSize);
    EXPECT_EQ(words_of(open(epoch, bob, message)), words);
  }
  EXPECT_EQ(sizes, (std::set<std::size_t>{256, 1024, 2048, 3072}));
}

TEST(PrivateMessage, PaddedSizeIsTheNextBucket) {
  constexpr std::size_t kBuckets[] = {10, 20};

  EXPECT_EQ(padded_size(7, {}), 7u);
  EXPECT_EQ(padded_size(0, kBuckets), 10u);
  EXPECT_EQ(padded_size(10, kBuckets), 10u);
  EXPECT_EQ(padded_size(11, kBuckets), 20u);
  EXPECT_EQ(padded_size(20, kBuckets), 20u);
  EXPECT_EQ(padded_size(21, kBuckets), 40u);
}

TEST(PrivateMessage, RefusesPaddingThatIsNotZero) {
  EpochOfThree epoch;
  SecretTree bob = epoch.secret_tree();
  Bytes padded = plain_of_ann(epoch, epoch.ann);
  const std::size_t content_size = padded.size();
  padded.resize(content_size + 100);

  for (const std::size_t at : {content_size, content_size + 50, content_size + 99}) {
    Bytes dirty = padded;
    dirty[at] = 1;
    EXPECT_EQ(refusal(epoch, bob, forge(epoch, {.plain = dirty})),
              mls_error(MlsErrc::padding_not_zero));
  }
  EXPECT_EQ(words_of(open(epoch, bob, forge(epoch, {.plain = padded}))), "hi");
}

TEST(PrivateMessage, RefusesContentCutShort) {
  EpochOfThree epoch;
  SecretTree bob = epoch.secret_tree();
  const Bytes plain = plain_of_ann(epoch, epoch.ann);

  for (std::size_t size = 0; size < plain.size(); ++size) {
    const Bytes cut = to_bytes(ByteView(plain).first(size));
    EXPECT_EQ(refusal(epoch, bob, forge(epoch, {.plain = cut})).domain, "codec") << size;
  }
  EXPECT_EQ(refusal(epoch, bob, forge(epoch, {.plain = plain}, ContentType::commit)).domain,
            "codec");
}

// The reuse guard: should a key come twice in spite of all, the nonces still differ.
TEST(PrivateMessage, TheReuseGuardSeparatesTwoUsesOfOneKey) {
  EpochOfThree epoch;
  std::set<Bytes> ciphertexts;

  for (int i = 0; i < 8; ++i) {
    SecretTree again = epoch.secret_tree();
    const PrivateMessage message = sealed(epoch, again, epoch.saying("hi"), epoch.ann);
    ciphertexts.insert(message.ciphertext);
    SecretTree bob = epoch.secret_tree();
    EXPECT_EQ(words_of(open(epoch, bob, message)), "hi");
  }
  EXPECT_EQ(ciphertexts.size(), 8u);
}

TEST(PrivateMessage, SealingWhatWasSignedForTheOpenIsABug) {
  EpochOfThree epoch;
  SecretTree ann = epoch.secret_tree();
  const SignedContent open_proposal =
      epoch.signed_for(WireFormat::public_message, epoch.removing(member_sender(kAnn)), epoch.ann);

  EXPECT_THROW((void)protect_private(open_proposal, epoch.suite(), epoch.sender_data_secret, ann,
                                     {}, epoch.random),
               std::logic_error);
}

}  // namespace
}  // namespace hearth::mls
