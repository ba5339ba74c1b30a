// The lazy secret tree: expansion, ratchets, and what is kept of them.
#include "protocol/mls/schedule/secret_tree.h"

#include <algorithm>
#include <limits>

#include "protocol/defence.h"

namespace hearth::mls {
namespace {

using crypto::derive_tree_secret;
using crypto::expand_with_label;

constexpr std::uint32_t kGenerationMax = std::numeric_limits<std::uint32_t>::max();

Secret32 child_secret(const Secret32& parent, std::string_view side) noexcept {
  return expand_with_label(parent.view(), "tree", view_of(side));
}

Secret32 next_ratchet_secret(const Secret32& secret, std::uint32_t generation) noexcept {
  Secret32 next;
  derive_tree_secret(secret.view(), "secret", generation, next.mutable_view());
  return next;
}

constexpr auto kByGeneration = [](const MessageKey& key) { return key.generation; };

}  // namespace

SecretTree::SecretTree(CipherSuite suite, LeafCount leaves, Secret32 encryption_secret,
                       RatchetLimits limits)
    : suite_(suite), leaves_(leaves), limits_(limits) {
  expects(std::has_single_bit(leaves.value) && leaves.value <= kLeafCountMax);
  nodes_.emplace(root(leaves).value, std::move(encryption_secret));
}

MessageKey SecretTree::key_at(const Secret32& ratchet_secret,
                              std::uint32_t generation) const noexcept {
  MessageKey key;
  key.generation = generation;
  const std::size_t size = crypto::aead_key_size(suite_);
  key.aead.key_size = static_cast<std::uint8_t>(size);
  derive_tree_secret(ratchet_secret.view(), "key", generation,
                     std::span<Byte>(key.aead.key.mutable_view()).first(size));
  derive_tree_secret(ratchet_secret.view(), "nonce", generation, key.aead.nonce);
  return key;
}

Result<SecretTree::Expansion> SecretTree::expand(LeafIndex leaf) const {
  if (leaf.value >= leaves_.value) return fail(MlsErrc::sender_invalid);
  const NodeIndex target = to_node(leaf);
  NodeIndex node = target;
  auto held = nodes_.find(node.value);
  while (held == nodes_.end() && node != root(leaves_)) {
    node = parent(node);
    held = nodes_.find(node.value);
  }
  // Every leaf without ratchets hangs below a secret we still hold.
  expects(held != nodes_.end());

  Expansion expansion{.consumed = node, .copath = {}, .ratchets = {}};
  expansion.copath.reserve(level(node));
  Secret32 secret = held->second.clone();
  while (node != target) {
    const bool go_left = target < node;
    const NodeIndex aside = go_left ? right(node) : left(node);
    expansion.copath.emplace_back(aside, child_secret(secret, go_left ? "right" : "left"));
    secret = child_secret(secret, go_left ? "left" : "right");
    node = go_left ? left(node) : right(node);
  }
  const auto ratchet_root = [&](std::string_view label) {
    return Ratchet{.secret = expand_with_label(secret.view(), label, {}), .skipped = {}};
  };
  expansion.ratchets.of[static_cast<int>(RatchetType::handshake)] = ratchet_root("handshake");
  expansion.ratchets.of[static_cast<int>(RatchetType::application)] = ratchet_root("application");
  return expansion;
}

SecretTree::Ratchets& SecretTree::install(LeafIndex leaf, Expansion&& expansion) {
  nodes_.erase(expansion.consumed.value);
  for (auto& [node, secret] : expansion.copath) nodes_.emplace(node.value, std::move(secret));
  return senders_.emplace(leaf.value, std::move(expansion.ratchets)).first->second;
}

Result<SecretTree::Ratchets*> SecretTree::ratchets_for(LeafIndex leaf) {
  if (const auto found = senders_.find(leaf.value); found != senders_.end()) {
    return &found->second;
  }
  HEARTH_TRY(Expansion expansion, expand(leaf));
  return &install(leaf, std::move(expansion));
}

Result<MessageKey> SecretTree::next(LeafIndex own, RatchetType type) {
  HEARTH_TRY(Ratchets* const ratchets, ratchets_for(own));
  Ratchet& ratchet = ratchets->of[static_cast<int>(type)];
  if (ratchet.generation == kGenerationMax) return fail(MlsErrc::generation_spent);
  ++revision_;
  MessageKey key = key_at(ratchet.secret, ratchet.generation);
  ratchet.secret = next_ratchet_secret(ratchet.secret, ratchet.generation);
  ++ratchet.generation;
  return key;
}

Status SecretTree::leap(LeafIndex own, RatchetType type, std::uint32_t generations) {
  HEARTH_TRY(Ratchets* const ratchets, ratchets_for(own));
  Ratchet& ratchet = ratchets->of[static_cast<int>(type)];
  if (generations > kGenerationMax - ratchet.generation) return fail(MlsErrc::generation_spent);
  ++revision_;
  for (; generations > 0; --generations) {
    ratchet.secret = next_ratchet_secret(ratchet.secret, ratchet.generation);
    ++ratchet.generation;
  }
  return {};
}

Result<SecretTree::Peeked> SecretTree::peek(LeafIndex sender, RatchetType type,
                                            std::uint32_t generation) const {
  Peeked peeked;
  peeked.sender_ = sender;
  peeked.type_ = type;
  peeked.revision_ = revision_;

  const Ratchets* ratchets = nullptr;
  if (const auto found = senders_.find(sender.value); found != senders_.end()) {
    ratchets = &found->second;
  } else {
    HEARTH_TRY(peeked.expansion_, expand(sender));
    ratchets = &peeked.expansion_->ratchets;
  }
  const Ratchet& ratchet = ratchets->of[static_cast<int>(type)];

  if (generation < ratchet.generation) {
    const auto late = std::ranges::lower_bound(ratchet.skipped, generation, {}, kByGeneration);
    if (late == ratchet.skipped.end() || late->generation != generation) {
      return fail(MlsErrc::generation_spent);
    }
    peeked.key_ = {late->generation,
                   {late->aead.key.clone(), late->aead.nonce, late->aead.key_size}};
    return peeked;
  }

  const std::uint32_t ahead = generation - ratchet.generation;
  const bool far = ahead > limits_.forward_max && stands(Defence::forward);
  if (far || generation == kGenerationMax) {
    return fail(MlsErrc::generation_too_far);
  }
  // Of the keys passed over only those are derived that the store would still hold afterwards.
  const std::uint32_t kept_from = generation - std::min(ahead, limits_.skipped_max);
  peeked.skipped_.reserve(generation - kept_from);
  Secret32 secret = ratchet.secret.clone();
  for (std::uint32_t at = ratchet.generation; at < generation; ++at) {
    if (at >= kept_from) peeked.skipped_.push_back(key_at(secret, at));
    secret = next_ratchet_secret(secret, at);
  }
  peeked.key_ = key_at(secret, generation);
  peeked.next_secret_ = next_ratchet_secret(secret, generation);
  return peeked;
}

void SecretTree::commit(Peeked&& peeked) {
  expects(peeked.revision_ == revision_);
  ++revision_;
  if (peeked.expansion_) install(peeked.sender_, std::move(*peeked.expansion_));
  Ratchet& ratchet = senders_.at(peeked.sender_.value).of[static_cast<int>(peeked.type_)];
  const std::uint32_t generation = peeked.key_.generation;

  auto& kept = ratchet.skipped;
  if (!peeked.next_secret_) {
    const auto late = std::ranges::lower_bound(kept, generation, {}, kByGeneration);
    expects(late != kept.end() && late->generation == generation);
    kept.erase(late);
    return;
  }
  const std::size_t room =
      limits_.skipped_max - std::min<std::size_t>(peeked.skipped_.size(), limits_.skipped_max);
  if (kept.size() > room) {
    kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(room));
  }
  std::ranges::move(peeked.skipped_, std::back_inserter(kept));
  ratchet.secret = std::move(*peeked.next_secret_);
  ratchet.generation = generation + 1;
}

}  // namespace hearth::mls
