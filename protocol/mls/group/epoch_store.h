// What is left of past epochs: enough to read late messages, and the resumption PSKs.
#pragma once

#include <deque>
#include <unordered_map>

#include "protocol/mls/schedule/secret_tree.h"
#include "protocol/mls/tree/tree_view.h"

namespace hearth::mls {

// An epoch that is over: receive only. `replaced` holds the leaves that the commit which ended it
// changed, as they were before; so no tree is copied to verify a late message.
struct PastEpoch {
  Epoch epoch = 0;
  Bytes encoded_context;
  Secret32 sender_data_secret;
  SecretTree secret_tree;
  std::unordered_map<std::uint32_t, std::optional<LeafNode>> replaced;
};

// The last few epochs before the current one, without a gap, oldest first (RFC 9420 §9.2, §15.3).
class PastEpochs final {
 public:
  void push(PastEpoch epoch, std::size_t size_max);
  void push_restored(PastEpoch epoch) { epochs_.push_back(std::move(epoch)); }

  PastEpoch* find(Epoch epoch) noexcept;
  // The leaf as it stood in `epoch`; `now` is the tree of the current one. Null for a blank one.
  const LeafNode* leaf(Epoch epoch, LeafIndex index, const TreeView& now) const noexcept;
  const std::deque<PastEpoch>& epochs() const noexcept { return epochs_; }

 private:
  std::deque<PastEpoch> epochs_;
};

// resumption_psk of the last epochs, the current one included (RFC 9420 §8.6).
class ResumptionPsks final {
 public:
  void push(Epoch epoch, Secret32 psk, std::size_t size_max);
  const Secret32* find(Epoch epoch) const noexcept;
  const std::deque<std::pair<Epoch, Secret32>>& all() const noexcept { return psks_; }

 private:
  std::deque<std::pair<Epoch, Secret32>> psks_;
};

}  // namespace hearth::mls
