// How many members support what: answers "do all of them?" without walking the tree.
#pragma once

#include <vector>

#include "protocol/mls/messages/leaf_node.h"

namespace hearth::mls {

// Counts over the members of one group: for each extension, proposal and credential type how many
// list it in their capabilities, and how many use each credential type. A small value: copying it
// for a staged commit costs a few short vectors. A type that a leaf lists twice counts once.
class CapabilityTally final {
 public:
  void add(const LeafNode& leaf);
  void remove(const LeafNode& leaf);  // A leaf that was added before.

  std::uint32_t members() const noexcept { return members_; }
  // Default types (RFC 9420 §7.2) are supported by everybody; there are no default credentials.
  bool all_support_extension(std::uint16_t type) const noexcept;
  bool all_support_proposal(std::uint16_t type) const noexcept;
  bool all_support_credential(std::uint16_t type) const noexcept;

  // Every credential type in use is supported by every member (RFC 9420 §7.3).
  bool credentials_agree() const noexcept;

 private:
  struct Count {
    std::uint16_t type = 0;
    std::uint32_t members = 0;
  };
  using Counts = std::vector<Count>;  // Sorted by type.

  static void change(Counts& counts, std::vector<std::uint16_t> types, bool more);
  static std::uint32_t of(const Counts& counts, std::uint16_t type) noexcept;

  Counts extensions_;
  Counts proposals_;
  Counts credentials_;
  Counts credentials_in_use_;
  std::uint32_t members_ = 0;
};

}  // namespace hearth::mls
