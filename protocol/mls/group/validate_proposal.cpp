// One proposal by itself: RFC 9420 §12.1.
#include "protocol/mls/group/key_package.h"
#include "protocol/mls/group/validate.h"

namespace hearth::mls {
namespace {

// Rule 12.1-1: which kinds of proposals each kind of sender may send (§6.1, §12.1.8).
bool may_send(SenderType sender, const Proposal& proposal) noexcept {
  switch (sender) {
    case SenderType::member: return proposal.type() != proposal_type::kExternalInit;
    case SenderType::external:
      switch (proposal.type()) {
        case proposal_type::kAdd:
        case proposal_type::kRemove:
        case proposal_type::kPsk:
        case proposal_type::kReInit:
        case proposal_type::kGroupContextExtensions: return true;
        default: return false;
      }
    case SenderType::new_member_proposal: return proposal.type() == proposal_type::kAdd;
    case SenderType::new_member_commit:
      return true;  // What an external commit may hold is judged as a list (Rule 12.2-20).
  }
  return false;
}

Status validate(const EpochView& epoch, const Add& add, const Sender&) {
  const KeyPackage& key_package = add.key_package;
  // Rule 10.1-2: of the group's version and suite.
  if (key_package.version != epoch.context.version) return fail(MlsErrc::version_unsupported);
  if (key_package.cipher_suite != static_cast<std::uint16_t>(epoch.context.cipher_suite)) {
    return fail(MlsErrc::suite_mismatch);
  }
  // Rule 12.1.1-1: valid by §10.1.
  HEARTH_CHECK(validate_key_package(key_package, epoch.options.lifetime));
  // Rule 7.3-1
  return epoch.policy.check_leaf({key_package.leaf_node, LeafOrigin::add, std::nullopt, nullptr});
}

Status validate(const EpochView& epoch, const Update& update, const Sender& sender) {
  // Rule 12.1.2-1: from a member, whose leaf it replaces.
  if (sender.type != SenderType::member) return fail(MlsErrc::proposal_from_wrong_sender);
  const LeafIndex index{sender.index};
  const LeafNode* current = epoch.tree.leaf(index);
  if (current == nullptr) return fail(MlsErrc::sender_blank);
  // Rule 12.1.2-2: valid by §7.3 for an Update.
  return validate_update_leaf(update.leaf_node, epoch.context.cipher_suite,
                              {epoch.context.group_id, index}, *current, epoch.policy);
}

Status validate(const EpochView& epoch, const Remove& remove, const Sender&) {
  // Rule 12.1.3-1: of somebody who is there.
  if (epoch.tree.leaf(remove.removed) == nullptr) return fail(MlsErrc::remove_blank_leaf);
  return {};
}

Status validate(const EpochView& epoch, const PreSharedKey& psk, const Sender&) {
  // Rules 12.1.4-1 and 12.1.4-2: reinit and branch only where a group begins (§11.2, §11.3).
  const auto* resumption = std::get_if<ResumptionPskId>(&psk.psk.body);
  if (resumption != nullptr && resumption->usage != ResumptionUsage::application &&
      resumption->usage != epoch.founding) {
    return fail(MlsErrc::psk_type_forbidden);
  }
  // Rule 12.1.4-3
  if (psk.psk.psk_nonce.size() != kHashSize) return fail(MlsErrc::psk_nonce_invalid);
  return {};
}

Status validate(const EpochView& epoch, const ReInit& reinit, const Sender&) {
  // Rule 12.1.5-1: forward, not back.
  if (reinit.version < epoch.context.version) return fail(MlsErrc::reinit_version_lower);
  return check_context_extensions(reinit.extensions);
}

Status validate(const EpochView&, const ExternalInit&, const Sender& sender) {
  // Rule 12.1.6-1
  if (sender.type != SenderType::new_member_commit) {
    return fail(MlsErrc::commit_external_init_wrong);
  }
  return {};
}

Status validate(const EpochView&, const GroupContextExtensions& change, const Sender&) {
  // Whether everybody supports them is known only after the whole list (Rule 12.1.7-1).
  return check_context_extensions(change.extensions);
}

// Who supports its type is known only with the whole list (Rule 12.2-13).
Status validate(const EpochView&, const CustomProposal&, const Sender&) { return {}; }

}  // namespace

Status validate_proposal(const EpochView& epoch, const Proposal& proposal, const Sender& sender) {
  if (!may_send(sender.type, proposal)) {
    return fail(proposal.type() == proposal_type::kExternalInit
                    ? MlsErrc::commit_external_init_wrong  // Rule 12.2-12
                    : MlsErrc::proposal_from_wrong_sender);
  }
  HEARTH_CHECK(
      std::visit([&](const auto& body) { return validate(epoch, body, sender); }, proposal.body));
  return epoch.policy.check_proposal(proposal, sender, epoch.context);
}

}  // namespace hearth::mls
