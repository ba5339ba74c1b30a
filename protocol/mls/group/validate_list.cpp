// The proposals of a commit as a list: RFC 9420 §12.2.
#include <unordered_map>
#include <unordered_set>

#include "protocol/mls/group/validate.h"
#include "protocol/mls/schedule/psk.h"

namespace hearth::mls {
namespace {

using KeySet = std::unordered_set<Bytes, BytesHash, BytesEqual>;

std::vector<PreSharedKeyId> psk_ids(std::span<const ResolvedProposal> proposals) {
  std::vector<PreSharedKeyId> ids;
  for (const ResolvedProposal& item : proposals) {
    if (const auto* psk = item.proposal->as<PreSharedKey>()) ids.push_back(psk->psk);
  }
  return ids;
}

// Rule 12.2-13: a proposal type that RFC 9420 does not define is one that all who process the
// commit support: those who are there before and after it.
Status check_types_supported(const EpochView& epoch, std::span<const ResolvedProposal> proposals,
                             const std::unordered_set<std::uint32_t>& removed) {
  std::optional<CapabilityTally> staying;
  for (const ResolvedProposal& item : proposals) {
    const std::uint16_t type = item.proposal->type();
    if (is_default_proposal(type)) continue;
    if (!staying) {
      staying = epoch.tally;
      for (const std::uint32_t index : removed) staying->remove(*epoch.tree.leaf({index}));
    }
    if (!staying->all_support_proposal(type)) return fail(MlsErrc::proposal_type_unsupported);
  }
  return {};
}

}  // namespace

Status validate_proposal_list(const EpochView& epoch, LeafIndex committer,
                              std::span<const ResolvedProposal> proposals) {
  std::unordered_set<std::uint32_t> updated;
  std::unordered_set<std::uint32_t> removed;
  std::size_t context_changes = 0;
  for (const ResolvedProposal& item : proposals) {
    const Proposal& proposal = *item.proposal;
    if (proposal.as<Update>() != nullptr) {
      // Rule 12.2-2: the committer's own keys are renewed by its path.
      if (item.sender == member_sender(committer)) return fail(MlsErrc::commit_update_by_committer);
      // Rule 12.2-5
      if (!updated.insert(item.sender.index).second) return fail(MlsErrc::commit_duplicate_leaf);
    } else if (const auto* remove = proposal.as<Remove>()) {
      // Rule 12.2-3: nobody commits its own removal; it could not know the new secrets.
      if (remove->removed == committer) return fail(MlsErrc::commit_remove_committer);
      // Rule 12.2-4
      if (!removed.insert(remove->removed.value).second) {
        return fail(MlsErrc::commit_duplicate_leaf);
      }
    } else if (proposal.as<GroupContextExtensions>() != nullptr) {
      // Rule 12.2-10
      if (++context_changes > 1) return fail(MlsErrc::commit_multiple_context_extensions);
    } else if (proposal.as<ReInit>() != nullptr) {
      // Rule 12.2-11: the end of a group stands alone.
      if (proposals.size() > 1) return fail(MlsErrc::commit_reinit_not_alone);
    } else if (proposal.as<ExternalInit>() != nullptr) {
      return fail(MlsErrc::commit_external_init_wrong);  // Rule 12.2-12
    }
  }
  // Rule 12.2-6: nobody is updated and removed.
  for (const std::uint32_t index : updated) {
    if (removed.contains(index)) return fail(MlsErrc::commit_duplicate_leaf);
  }

  KeySet removed_keys;
  for (const std::uint32_t index : removed) {
    removed_keys.insert(epoch.tree.leaf(LeafIndex{index})->signature_key);
  }
  KeySet added_keys;
  for (const ResolvedProposal& item : proposals) {
    const auto* add = item.proposal->as<Add>();
    if (add == nullptr) continue;
    const Bytes& key = add->key_package.leaf_node.signature_key;
    // Rule 12.2-7: no client twice. The signature key is what tells clients apart.
    if (!added_keys.insert(key).second) return fail(MlsErrc::duplicate_signature_key);
    // Rule 12.2-8: nobody who is there, unless it leaves in the same commit.
    if (epoch.tree.has_signature_key(key) && !removed_keys.contains(key)) {
      return fail(MlsErrc::member_already_present);
    }
  }
  HEARTH_CHECK(check_psk_ids(psk_ids(proposals)));  // Rule 12.2-9
  return check_types_supported(epoch, proposals, removed);
}

Status validate_external_list(std::span<const ResolvedProposal> proposals) {
  std::size_t inits = 0;
  std::size_t removes = 0;
  for (const ResolvedProposal& item : proposals) {
    // Rule 12.4.3.2-2: a newcomer cannot judge what was proposed inside.
    if (item.by_reference) return fail(MlsErrc::commit_external_by_reference);
    switch (item.proposal->type()) {
      case proposal_type::kExternalInit: ++inits; break;
      case proposal_type::kRemove: ++removes; break;
      case proposal_type::kPsk:  // Rule 12.2-19: any number of them.
        break;
      default:  // Rule 12.2-20: nothing else.
        return fail(MlsErrc::commit_external_proposal_wrong);
    }
  }
  if (inits != 1) return fail(MlsErrc::commit_external_init_wrong);       // Rule 12.2-17
  if (removes > 1) return fail(MlsErrc::commit_external_proposal_wrong);  // Rule 12.2-18
  return check_psk_ids(psk_ids(proposals));                               // Rule 12.2-9
}

bool requires_path(std::span<const ResolvedProposal> proposals) noexcept {
  if (proposals.empty()) return true;  // Rule 12.4-2
  for (const ResolvedProposal& item : proposals) {
    switch (item.proposal->type()) {
      case proposal_type::kUpdate:  // Rule 12.4-1
      case proposal_type::kRemove:
      case proposal_type::kExternalInit:
      case proposal_type::kGroupContextExtensions: return true;
      default: break;
    }
  }
  return false;
}

}  // namespace hearth::mls
