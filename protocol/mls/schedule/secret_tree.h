// The secret tree (RFC 9420 §9): a key for each message of each member, each used once and erased.
//
//   encryption_secret = root ──┬── left ──┬── leaf 0 ──┬── handshake   ratchet: 0, 1, 2, ...
//                              │          └── leaf 1   └── application ratchet: 0, 1, 2, ...
//                              └── right ...
#pragma once

#include <unordered_map>

#include "protocol/mls/messages/framed.h"
#include "protocol/mls/schedule/key_schedule.h"
#include "protocol/mls/tree/tree_math.h"

namespace hearth::mls {

enum class RatchetType : std::uint8_t { handshake = 0, application = 1 };
constexpr RatchetType ratchet_of(ContentType type) noexcept {
  return type == ContentType::application ? RatchetType::application : RatchetType::handshake;
}

// How far a receiver follows a sender. Both bound what one hostile member can cost the others.
struct RatchetLimits {
  std::uint32_t forward_max = 1000;  // Generations that one message may lie ahead.
  std::uint32_t skipped_max = 64;    // Keys kept, per ratchet, for messages that come late.
};

struct MessageKey {
  std::uint32_t generation = 0;
  AeadKey aead;
};

// The tree is lazy: a new epoch costs O(1), the first message of a sender O(log N), each further
// one O(1). Nothing is kept that has been used (RFC 9420 §9.2): an inner secret goes when its
// children exist, a leaf's when its ratchets exist, a ratchet secret when the next exists, a key
// when used.
//
// Receiving has two phases, so that a forged copy that comes first cannot spend the key of the
// genuine message: `peek` changes nothing; `commit` follows only when AEAD and signature hold.
//
// Owned by one epoch of one group; not for two threads.
class SecretTree final {
 public:
  // A key looked at but not yet spent, with all that spending it needs.
  class Peeked;

  // `leaves` is the full size of the tree in this epoch (a power of two).
  SecretTree(CipherSuite suite, LeafCount leaves, Secret32 encryption_secret,
             RatchetLimits limits = {});
  SecretTree(SecretTree&&) noexcept = default;
  SecretTree& operator=(SecretTree&&) noexcept = default;

  // The next key to send with; its ratchet has advanced when this returns, so it cannot come again.
  // Fails with generation_spent after 2^32 - 1 messages.
  Result<MessageKey> next(LeafIndex own, RatchetType type);
  // Throws away the next `generations` keys to send with. A member restored from a snapshot that
  // may be older than its last message leaps over what it may have sent since.
  Status leap(LeafIndex own, RatchetType type, std::uint32_t generations);

  // The key of a message received. Fails with sender_invalid for a leaf outside the tree,
  // generation_too_far beyond forward_max, generation_spent when the key was used or let go.
  Result<Peeked> peek(LeafIndex sender, RatchetType type, std::uint32_t generation) const;
  // Spends the key. `peeked` must come from this tree with no change in between.
  void commit(Peeked&& peeked);

  CipherSuite suite() const noexcept { return suite_; }
  LeafCount leaves() const noexcept { return leaves_; }

  // For sealed snapshots. Decoding checks all bounds; fails with snapshot_invalid or a CodecErrc.
  SecretBytes encode_secret() const;
  static Result<SecretTree> decode(Reader& reader);

 private:
  // Generations below `generation` are gone, but for the skipped ones, oldest first.
  struct Ratchet {
    Secret32 secret;
    std::uint32_t generation = 0;
    std::vector<MessageKey> skipped;
  };
  struct Ratchets {
    Ratchet of[2];  // By RatchetType.
  };
  using NodeSecrets = std::unordered_map<std::uint32_t, Secret32>;

  // The way from the deepest secret we hold down to one leaf: what becomes of the tree when its
  // sender first speaks.
  struct Expansion {
    NodeIndex consumed;
    std::vector<std::pair<NodeIndex, Secret32>> copath;
    Ratchets ratchets;
  };
  Result<Expansion> expand(LeafIndex leaf) const;
  Ratchets& install(LeafIndex leaf, Expansion&& expansion);
  Result<Ratchets*> ratchets_for(LeafIndex leaf);
  Status check_cover() const;
  MessageKey key_at(const Secret32& ratchet_secret, std::uint32_t generation) const noexcept;

  CipherSuite suite_;
  LeafCount leaves_;
  RatchetLimits limits_;
  std::uint64_t revision_ = 0;  // Counts changes, to hold `commit` to its promise.
  NodeSecrets nodes_;
  std::unordered_map<std::uint32_t, Ratchets> senders_;  // By leaf.
};

class SecretTree::Peeked final {
 public:
  const MessageKey& key() const noexcept { return key_; }
  Peeked(Peeked&&) noexcept = default;
  Peeked& operator=(Peeked&&) noexcept = default;

 private:
  friend class SecretTree;
  Peeked() = default;

  MessageKey key_;
  LeafIndex sender_;
  RatchetType type_ = RatchetType::handshake;
  std::uint64_t revision_ = 0;
  std::optional<Expansion> expansion_;  // When the sender has not spoken before.
  // When the message is not a late one: the ratchet after it, and the keys passed over.
  std::optional<Secret32> next_secret_;
  std::vector<MessageKey> skipped_;
};

}  // namespace hearth::mls
