// Keeping the proposals of an epoch.
#include "protocol/mls/group/proposal_store.h"

namespace hearth::mls {

Status ProposalStore::add(StoredProposal proposal, std::size_t size_max) {
  Bytes ref = to_bytes(proposal.ref);
  if (by_ref_.contains(ref)) return {};
  if (items_.size() >= size_max) return fail(MlsErrc::proposals_too_many);
  auto stored = std::make_shared<const StoredProposal>(std::move(proposal));
  items_.push_back(stored);
  by_ref_.emplace(std::move(ref), std::move(stored));
  return {};
}

void ProposalStore::clear() noexcept {
  items_.clear();
  by_ref_.clear();
}

StoredProposalPtr ProposalStore::find(ByteView ref) const {
  const auto found = by_ref_.find(ref);
  return found == by_ref_.end() ? nullptr : found->second;
}

}  // namespace hearth::mls
