// The proposals seen in one epoch, by their reference and in the order they came.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "protocol/mls/messages/framed.h"

namespace hearth::mls {

// A proposal that was valid by itself when it came (RULES.md, 12.1).
struct StoredProposal {
  ProposalRef ref{};
  Sender sender;
  Proposal proposal;
  Bytes authenticated_data;
};
using StoredProposalPtr = std::shared_ptr<const StoredProposal>;

// Shared ownership, because a staged commit goes on using the proposals it refers to.
class ProposalStore final {
 public:
  // Keeps the first of several with the same reference. Fails with proposals_too_many.
  Status add(StoredProposal proposal, std::size_t size_max);
  void clear() noexcept;

  // Null for what we have not seen, and for a reference of another length than a hash's.
  StoredProposalPtr find(ByteView ref) const;
  const std::vector<StoredProposalPtr>& items() const noexcept { return items_; }

 private:
  std::vector<StoredProposalPtr> items_;
  std::unordered_map<Bytes, StoredProposalPtr, BytesHash, BytesEqual> by_ref_;
};

}  // namespace hearth::mls
