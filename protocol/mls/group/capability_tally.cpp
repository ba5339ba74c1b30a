// Counting capabilities: a leaf's short lists merged into sorted counts.
#include "protocol/mls/group/capability_tally.h"

#include <algorithm>

namespace hearth::mls {

void CapabilityTally::add(const LeafNode& leaf) {
  change(extensions_, leaf.capabilities.extensions, true);
  change(proposals_, leaf.capabilities.proposals, true);
  change(credentials_, leaf.capabilities.credentials, true);
  change(credentials_in_use_, {leaf.credential.type()}, true);
  ++members_;
}

void CapabilityTally::remove(const LeafNode& leaf) {
  expects(members_ > 0);
  change(extensions_, leaf.capabilities.extensions, false);
  change(proposals_, leaf.capabilities.proposals, false);
  change(credentials_, leaf.capabilities.credentials, false);
  change(credentials_in_use_, {leaf.credential.type()}, false);
  --members_;
}

bool CapabilityTally::all_support_extension(std::uint16_t type) const noexcept {
  return is_default_extension(type) || of(extensions_, type) == members_;
}

bool CapabilityTally::all_support_proposal(std::uint16_t type) const noexcept {
  return is_default_proposal(type) || of(proposals_, type) == members_;
}

bool CapabilityTally::all_support_credential(std::uint16_t type) const noexcept {
  return of(credentials_, type) == members_;
}

bool CapabilityTally::credentials_agree() const noexcept {
  return std::ranges::all_of(credentials_in_use_, [this](const Count& count) {
    return count.members == 0 || all_support_credential(count.type);
  });
}

// One pass over both sorted lists, however long a hostile leaf makes its own.
void CapabilityTally::change(Counts& counts, std::vector<std::uint16_t> types, bool more) {
  std::ranges::sort(types);
  types.erase(std::ranges::unique(types).begin(), types.end());

  Counts fresh;
  auto at = counts.begin();
  for (const std::uint16_t type : types) {
    at = std::lower_bound(at, counts.end(), type,
                          [](const Count& count, std::uint16_t t) { return count.type < t; });
    if (at != counts.end() && at->type == type) {
      at->members += more ? 1u : ~0u;  // Plus or minus one.
    } else {
      expects(more);
      fresh.push_back({type, 1});
    }
  }
  if (fresh.empty()) return;
  counts.insert(counts.end(), fresh.begin(), fresh.end());
  std::ranges::sort(counts, {}, &Count::type);
}

std::uint32_t CapabilityTally::of(const Counts& counts, std::uint16_t type) noexcept {
  const auto at = std::lower_bound(counts.begin(), counts.end(), type,
                                   [](const Count& c, std::uint16_t t) { return c.type < t; });
  return at != counts.end() && at->type == type ? at->members : 0;
}

}  // namespace hearth::mls
