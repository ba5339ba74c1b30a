// Keeping and dropping past epochs.
#include "protocol/mls/group/epoch_store.h"

namespace hearth::mls {

void PastEpochs::push(PastEpoch epoch, std::size_t size_max) {
  epochs_.push_back(std::move(epoch));
  while (epochs_.size() > size_max) epochs_.pop_front();
}

PastEpoch* PastEpochs::find(Epoch epoch) noexcept {
  for (PastEpoch& past : epochs_) {
    if (past.epoch == epoch) return &past;
  }
  return nullptr;
}

// The first change after `epoch` says what stood there; without one, nothing has changed since.
const LeafNode* PastEpochs::leaf(Epoch epoch, LeafIndex index, const TreeView& now) const noexcept {
  for (const PastEpoch& past : epochs_) {
    if (past.epoch < epoch) continue;
    const auto changed = past.replaced.find(index.value);
    if (changed == past.replaced.end()) continue;
    return changed->second ? &*changed->second : nullptr;
  }
  return now.leaf(index);
}

void ResumptionPsks::push(Epoch epoch, Secret32 psk, std::size_t size_max) {
  psks_.emplace_back(epoch, std::move(psk));
  while (psks_.size() > size_max) psks_.pop_front();
}

const Secret32* ResumptionPsks::find(Epoch epoch) const noexcept {
  for (const auto& [of, psk] : psks_) {
    if (of == epoch) return &psk;
  }
  return nullptr;
}

}  // namespace hearth::mls
