// Watching leaf keys grow old.
#include "client/core/leaf_ages.h"

#include <algorithm>

namespace hearth::client {

void LeafAges::note(const Roster& roster, Instant now) {
  std::erase_if(leaves_, [&](const auto& entry) { return !roster.contains(entry.first); });
  for (const auto& [handle, peer] : roster) {
    Leaf& leaf = leaves_[handle];
    if (leaf.key == peer.leaf_key) continue;
    leaf = {peer.leaf_key, now, now + kDueAfter};
  }
}

bool LeafAges::due(const room::Handle& who, Instant now) const {
  const auto found = leaves_.find(who);
  return found != leaves_.end() && now >= found->second.since + kDueAfter;
}

bool LeafAges::any_due(Instant now) const {
  return std::ranges::any_of(leaves_,
                             [&](const auto& entry) { return now >= entry.second.ask_at; });
}

void LeafAges::asked(Instant now) {
  for (auto& [handle, leaf] : leaves_) {
    if (now >= leaf.ask_at) leaf.ask_at = now + kAskAgain;
  }
}

std::optional<Instant> LeafAges::next(Instant now) const {
  std::optional<Instant> next;
  for (const auto& [handle, leaf] : leaves_) {
    if (leaf.ask_at > now && (!next || leaf.ask_at < *next)) next = leaf.ask_at;
  }
  return next;
}

}  // namespace hearth::client
