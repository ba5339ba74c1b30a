// The secret tree: right keys, each once, none too far, none lost to a forgery, none left behind.
#include "protocol/mls/schedule/secret_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace hearth::mls {
namespace {

constexpr CipherSuite kChaCha = CipherSuite::x25519_chacha20poly1305_sha256_ed25519;
constexpr CipherSuite kAes = CipherSuite::x25519_aes128gcm_sha256_ed25519;
constexpr RatchetType kApplication = RatchetType::application;
constexpr RatchetType kHandshake = RatchetType::handshake;
constexpr LeafIndex kAnn{2};

Secret32 root_secret() {
  Bytes32 bytes;
  bytes.fill(8);
  return Secret32(bytes);
}

SecretTree tree_of(std::uint32_t leaves, RatchetLimits limits = {}, CipherSuite suite = kChaCha) {
  return SecretTree(suite, {leaves}, root_secret(), limits);
}

std::string hex_of(const MessageKey& key) {
  return to_hex(key.aead.key_view()) + " " + to_hex(key.aead.nonce);
}

// Peeks and commits, as for a message that proved genuine; empty when the key is refused.
std::string receive(SecretTree& tree, LeafIndex leaf, RatchetType type, std::uint32_t generation) {
  auto peeked = tree.peek(leaf, type, generation);
  if (!peeked) return "";
  EXPECT_EQ(peeked->key().generation, generation);
  const std::string hex = hex_of(peeked->key());
  tree.commit(std::move(*peeked));
  return hex;
}

Error refusal(const SecretTree& tree, LeafIndex leaf, RatchetType type, std::uint32_t generation) {
  const auto peeked = tree.peek(leaf, type, generation);
  return peeked ? Error{} : peeked.error();
}

bool holds(const SecretBytes& snapshot, ByteView secret) {
  return !std::ranges::search(snapshot.view(), secret).empty();
}

TEST(SecretTree, AgreesWithASeparateDerivation) {
  SecretTree four = tree_of(4);
  SecretTree aes = tree_of(4, {}, kAes);
  SecretTree one = tree_of(1);

  EXPECT_EQ(receive(four, {2}, kHandshake, 0),
            "d1c9a57e8ecf9bd087e35d3b9f22b072d7a6528c7f5456e098906f0a8d24c894 "
            "d9c2f6a41390422b9b81060b");
  EXPECT_EQ(receive(four, {2}, kApplication, 3),
            "e16443e982ba54a0fc47418994e1bd7969d421db7aff85a5b6118b0418869211 "
            "ac9e66fa494d4dc946bb4e92");
  EXPECT_EQ(receive(four, {1}, kHandshake, 3),
            "50d797e5439cf78f3dd31cdaad82fe872da4690094dd23a5b7d2c3f2798a09eb "
            "c3835b67ed93e643f62e72f6");
  EXPECT_EQ(receive(aes, {1}, kApplication, 0),
            "7f9cc43b3d61a81be9532f58ec886f8d 2e33c7ddebb21f865ee54fbd");
  // A group of one: the root is the leaf.
  EXPECT_EQ(receive(one, {0}, kApplication, 0),
            "5a8d7fd5842f2e3bb827400d933037038b73229fb570f6dc7521e960a7f5c550 "
            "55f57a44756585079d006fd0");
}

TEST(SecretTree, SenderAndReceiverAgreeOnEveryLeafAndRatchet) {
  SecretTree sender = tree_of(8);
  SecretTree receiver = tree_of(8);
  std::set<std::string> seen;

  for (const std::uint32_t leaf : {5u, 0u, 7u, 1u, 6u, 2u, 4u, 3u}) {
    for (const RatchetType type : {kApplication, kHandshake}) {
      for (std::uint32_t generation = 0; generation < 3; ++generation) {
        const auto sent = sender.next({leaf}, type);
        ASSERT_TRUE(sent);
        EXPECT_EQ(sent->generation, generation);
        EXPECT_EQ(receive(receiver, {leaf}, type, generation), hex_of(*sent));
        EXPECT_TRUE(seen.insert(hex_of(*sent)).second);
      }
    }
  }
}

TEST(SecretTree, PeekingChangesNothing) {
  const SecretTree tree = tree_of(4);
  const SecretBytes before = tree.encode_secret();

  const auto first = tree.peek(kAnn, kApplication, 10);
  const auto second = tree.peek(kAnn, kApplication, 10);

  ASSERT_TRUE(first && second);
  EXPECT_EQ(hex_of(first->key()), hex_of(second->key()));
  EXPECT_TRUE(equal(tree.encode_secret().view(), before.view()));
}

TEST(SecretTree, AKeyIsSpentOnce) {
  SecretTree tree = tree_of(4);

  EXPECT_NE(receive(tree, kAnn, kApplication, 0), "");

  EXPECT_EQ(refusal(tree, kAnn, kApplication, 0), make_error(MlsErrc::generation_spent));
  EXPECT_NE(receive(tree, kAnn, kApplication, 1), "");
  EXPECT_EQ(refusal(tree, kAnn, kApplication, 1), make_error(MlsErrc::generation_spent));
}

// Others' ratchets broke after a gap of two or more.
TEST(SecretTree, MessagesAfterAGapAndOutOfOrderAllOpen) {
  SecretTree sender = tree_of(4);
  std::vector<std::string> sent;
  for (int i = 0; i < 12; ++i) sent.push_back(hex_of(*sender.next(kAnn, kApplication)));
  SecretTree receiver = tree_of(4);

  for (const std::uint32_t generation : {3u, 7u, 0u, 6u, 11u, 1u, 2u, 10u, 8u, 9u, 4u, 5u}) {
    EXPECT_EQ(receive(receiver, kAnn, kApplication, generation), sent[generation]) << generation;
  }
  for (std::uint32_t generation = 0; generation < 12; ++generation) {
    EXPECT_EQ(refusal(receiver, kAnn, kApplication, generation),
              make_error(MlsErrc::generation_spent));
  }
}

TEST(SecretTree, FollowsASenderAsFarAsTheLimitAndNoFurther) {
  SecretTree tree = tree_of(4);

  EXPECT_EQ(refusal(tree, kAnn, kApplication, 1001), make_error(MlsErrc::generation_too_far));
  EXPECT_EQ(refusal(tree, kAnn, kApplication, 0xffffffff), make_error(MlsErrc::generation_too_far));
  EXPECT_NE(receive(tree, kAnn, kApplication, 1000), "");

  // The limit counts from where the ratchet stands now.
  EXPECT_EQ(refusal(tree, kAnn, kApplication, 2002), make_error(MlsErrc::generation_too_far));
  EXPECT_NE(receive(tree, kAnn, kApplication, 2001), "");
}

TEST(SecretTree, KeepsOnlyTheNewestOfTheKeysPassedOver) {
  SecretTree sender = tree_of(4);
  std::vector<std::string> sent;
  for (int i = 0; i < 30; ++i) sent.push_back(hex_of(*sender.next(kAnn, kApplication)));
  SecretTree receiver = tree_of(4, {.forward_max = 1000, .skipped_max = 4});

  EXPECT_EQ(receive(receiver, kAnn, kApplication, 3), sent[3]);  // Keeps 0 1 2.
  EXPECT_EQ(receive(receiver, kAnn, kApplication, 6), sent[6]);  // Keeps 1 2 4 5.
  EXPECT_EQ(refusal(receiver, kAnn, kApplication, 0), make_error(MlsErrc::generation_spent));
  EXPECT_EQ(receive(receiver, kAnn, kApplication, 1), sent[1]);    // Keeps 2 4 5.
  EXPECT_EQ(receive(receiver, kAnn, kApplication, 20), sent[20]);  // Keeps 16 17 18 19.
  EXPECT_EQ(refusal(receiver, kAnn, kApplication, 5), make_error(MlsErrc::generation_spent));
  EXPECT_EQ(refusal(receiver, kAnn, kApplication, 15), make_error(MlsErrc::generation_spent));
  EXPECT_EQ(receive(receiver, kAnn, kApplication, 16), sent[16]);
  EXPECT_EQ(receive(receiver, kAnn, kApplication, 19), sent[19]);
}

TEST(SecretTree, WithoutAStoreLateMessagesAreLost) {
  SecretTree tree = tree_of(4, {.forward_max = 1000, .skipped_max = 0});

  EXPECT_NE(receive(tree, kAnn, kApplication, 2), "");

  EXPECT_EQ(refusal(tree, kAnn, kApplication, 1), make_error(MlsErrc::generation_spent));
  EXPECT_NE(receive(tree, kAnn, kApplication, 3), "");
}

TEST(SecretTree, RefusesALeafOutsideTheTree) {
  SecretTree tree = tree_of(4);

  EXPECT_EQ(refusal(tree, {4}, kApplication, 0), make_error(MlsErrc::sender_invalid));
  EXPECT_EQ(refusal(tree, {0xffffffff}, kApplication, 0), make_error(MlsErrc::sender_invalid));
  EXPECT_EQ(tree.next({4}, kApplication).error(), make_error(MlsErrc::sender_invalid));
}

TEST(SecretTree, ACommitOfAnOldPeekIsABug) {
  SecretTree tree = tree_of(4);
  auto first = tree.peek(kAnn, kApplication, 0);
  auto second = tree.peek(kAnn, kApplication, 0);
  tree.commit(std::move(*first));

  EXPECT_THROW(tree.commit(std::move(*second)), std::logic_error);
}

// RFC 9420 §9.2. The snapshot is all the tree holds, so what it lacks is gone.
TEST(SecretTree, HoldsNothingFromWhichAUsedKeyFollows) {
  SecretTree tree = tree_of(4);
  const Secret32 root = root_secret();
  const auto tree_child = [](const Secret32& parent, std::string_view side) {
    return crypto::expand_with_label(parent.view(), "tree", view_of(side));
  };
  const Secret32 left = tree_child(root, "left");
  const Secret32 right = tree_child(root, "right");
  const Secret32 leaf2 = tree_child(right, "left");
  const Secret32 leaf3 = tree_child(right, "right");
  const Secret32 ratchet0 = crypto::expand_with_label(leaf2.view(), "application", {});
  Secret32 ratchet1;
  crypto::derive_tree_secret(ratchet0.view(), "secret", 0, ratchet1.mutable_view());
  ASSERT_TRUE(holds(tree.encode_secret(), root.view()));

  const auto used = tree.next(kAnn, kApplication);
  const SecretBytes after = tree.encode_secret();

  for (const ByteView gone :
       {root.view(), right.view(), leaf2.view(), ratchet0.view(), used->aead.key.view()}) {
    EXPECT_FALSE(holds(after, gone));
  }
  for (const ByteView kept : {left.view(), leaf3.view(), ratchet1.view()}) {
    EXPECT_TRUE(holds(after, kept));
  }
}

TEST(SecretTree, AReceivedKeyIsErasedAndAPassedOneKept) {
  SecretTree tree = tree_of(4);
  auto peeked = tree.peek(kAnn, kHandshake, 2);
  const Secret32 used = peeked->key().aead.key.clone();
  SecretTree other = tree_of(4);
  const Secret32 passed = other.peek(kAnn, kHandshake, 1)->key().aead.key.clone();

  tree.commit(std::move(*peeked));
  EXPECT_FALSE(holds(tree.encode_secret(), used.view()));
  EXPECT_TRUE(holds(tree.encode_secret(), passed.view()));

  EXPECT_NE(receive(tree, kAnn, kHandshake, 1), "");
  EXPECT_FALSE(holds(tree.encode_secret(), passed.view()));
}

// A new epoch costs one secret, a first speaker the secrets beside its path.
TEST(SecretTree, GrowsWithItsSpeakersOnly) {
  SecretTree tree = tree_of(1u << 16);
  const std::size_t silent = tree.encode_secret().size();
  ASSERT_TRUE(tree.next({77}, kApplication));
  const std::size_t spoken = tree.encode_secret().size();

  EXPECT_LT(silent, 64u);
  EXPECT_LT(spoken, 64u + 16 * 36 + 2 * 40 + 4);
}

TEST(SecretTree, ARestoredTreeGoesOnWhereItWas) {
  for (const CipherSuite suite : {kChaCha, kAes}) {
    SecretTree sender = tree_of(8, {}, suite);
    SecretTree tree = tree_of(8, {}, suite);
    EXPECT_NE(receive(tree, {3}, kApplication, 4), "");
    EXPECT_NE(receive(tree, {6}, kHandshake, 0), "");
    const auto own = tree.next({1}, kApplication);

    const SecretBytes snapshot = tree.encode_secret();
    auto restored = decode_exact<SecretTree>(snapshot.view());

    ASSERT_TRUE(restored) << restored.error().name;
    EXPECT_TRUE(equal(restored->encode_secret().view(), snapshot.view()));
    EXPECT_EQ(refusal(*restored, {3}, kApplication, 4), make_error(MlsErrc::generation_spent));
    EXPECT_EQ(refusal(*restored, {1}, kApplication, 0), make_error(MlsErrc::generation_spent));
    EXPECT_EQ(restored->next({1}, kApplication)->generation, own->generation + 1);
    EXPECT_EQ(receive(*restored, {3}, kApplication, 1), receive(sender, {3}, kApplication, 1));
    EXPECT_EQ(receive(*restored, {0}, kApplication, 0), receive(sender, {0}, kApplication, 0));
  }
}

TEST(SecretTree, ALeapPassesOverWhatMayHaveBeenSent) {
  SecretTree sender = tree_of(4);
  const SecretBytes old = sender.encode_secret();
  std::set<std::string> sent;
  for (int i = 0; i < 10; ++i) sent.insert(hex_of(*sender.next(kAnn, kApplication)));

  auto restored = decode_exact<SecretTree>(old.view());
  ASSERT_TRUE(restored->leap(kAnn, kApplication, 16));

  const auto next = restored->next(kAnn, kApplication);
  EXPECT_EQ(next->generation, 16u);
  EXPECT_FALSE(sent.contains(hex_of(*next)));
  SecretTree receiver = tree_of(4);
  EXPECT_EQ(receive(receiver, kAnn, kApplication, 16), hex_of(*next));
  EXPECT_EQ(restored->leap(kAnn, kApplication, 0xffffffff).error(),
            make_error(MlsErrc::generation_spent));
}

// Generations are 32 bits: the last one is never used, so the count cannot begin again at zero.
TEST(SecretTree, StopsBeforeGenerationsWouldWrap) {
  SecretTree tree = tree_of(1);
  ASSERT_TRUE(tree.next({0}, kApplication));
  SecretBytes snapshot = tree.encode_secret();
  constexpr std::size_t kApplicationGeneration = 1 + 2 + 4 * 3 + 4 + 4 + 4 + (32 + 4 + 4) + 32;
  ASSERT_EQ(snapshot.view()[kApplicationGeneration + 3], 1);
  for (std::size_t i = 0; i < 4; ++i) {
    snapshot.mutable_view()[kApplicationGeneration + i] = i < 3 ? 0xff : 0xfe;
  }
  SecretTree sender = *decode_exact<SecretTree>(snapshot.view());
  SecretTree receiver = *decode_exact<SecretTree>(snapshot.view());

  EXPECT_EQ(sender.next({0}, kApplication)->generation, 0xfffffffe);
  EXPECT_EQ(sender.next({0}, kApplication).error(), make_error(MlsErrc::generation_spent));
  EXPECT_EQ(refusal(receiver, {0}, kApplication, 0xffffffff),
            make_error(MlsErrc::generation_too_far));
  EXPECT_NE(receive(receiver, {0}, kApplication, 0xfffffffe), "");
}

TEST(SecretTree, RefusesASnapshotCutShortAnywhere) {
  SecretTree tree = tree_of(8);
  EXPECT_NE(receive(tree, {3}, kApplication, 4), "");
  const SecretBytes snapshot = tree.encode_secret();

  for (std::size_t size = 0; size < snapshot.size(); ++size) {
    EXPECT_FALSE(decode_exact<SecretTree>(snapshot.view().first(size))) << size;
  }
}

// A snapshot in which a leaf could come from two secrets, or from none, is not one of ours.
TEST(SecretTree, RefusesASnapshotThatCoversALeafTwiceOrNever) {
  SecretTree tree = tree_of(8);
  ASSERT_TRUE(tree.next({3}, kApplication));
  const SecretBytes snapshot = tree.encode_secret();
  // The nodes held are 1 (leaves 0, 1), 4 (leaf 2) and 11 (leaves 4 to 7), 36 bytes each from 19
  // on.
  constexpr std::size_t kFirstNode = 1 + 2 + 4 * 3 + 4 + 3;
  ASSERT_EQ(snapshot.view()[kFirstNode], 1);
  ASSERT_EQ(snapshot.view()[kFirstNode + 36], 4);

  for (const Byte wrong :
       {Byte{0}, Byte{2}, Byte{3}, Byte{4}, Byte{5}, Byte{6}, Byte{7}, Byte{11}, Byte{15}}) {
    SecretBytes altered = snapshot.clone();
    altered.mutable_view()[kFirstNode] = wrong;
    const auto restored = decode_exact<SecretTree>(altered.view());
    ASSERT_FALSE(restored) << int{wrong};
    EXPECT_EQ(restored.error(), make_error(MlsErrc::snapshot_invalid));
  }
}

}  // namespace
}  // namespace hearth::mls
