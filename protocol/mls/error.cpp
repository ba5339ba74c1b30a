// The names of MLS's reasons, as trace, counters and test vectors spell them.
#include "protocol/mls/error.h"

namespace hearth::mls {
namespace {

std::string_view name_of(MlsErrc code) noexcept {
  switch (code) {
    case MlsErrc::version_unsupported: return "version_unsupported";
    case MlsErrc::suite_unsupported: return "suite_unsupported";
    case MlsErrc::suite_mismatch: return "suite_mismatch";
    case MlsErrc::wrong_group: return "wrong_group";
    case MlsErrc::wrong_epoch: return "wrong_epoch";
    case MlsErrc::epoch_too_old: return "epoch_too_old";
    case MlsErrc::wire_format_forbidden: return "wire_format_forbidden";
    case MlsErrc::content_type_forbidden: return "content_type_forbidden";
    case MlsErrc::leaf_signature_invalid: return "leaf_signature_invalid";
    case MlsErrc::leaf_source_wrong: return "leaf_source_wrong";
    case MlsErrc::leaf_lifetime_invalid: return "leaf_lifetime_invalid";
    case MlsErrc::leaf_credential_unsupported: return "leaf_credential_unsupported";
    case MlsErrc::leaf_extension_unsupported: return "leaf_extension_unsupported";
    case MlsErrc::leaf_capabilities_insufficient: return "leaf_capabilities_insufficient";
    case MlsErrc::leaf_key_invalid: return "leaf_key_invalid";
    case MlsErrc::key_package_signature_invalid: return "key_package_signature_invalid";
    case MlsErrc::key_package_init_key_reused: return "key_package_init_key_reused";
    case MlsErrc::duplicate_encryption_key: return "duplicate_encryption_key";
    case MlsErrc::duplicate_signature_key: return "duplicate_signature_key";
    case MlsErrc::extension_duplicate: return "extension_duplicate";
    case MlsErrc::required_capabilities_missing: return "required_capabilities_missing";
    case MlsErrc::tree_malformed: return "tree_malformed";
    case MlsErrc::tree_hash_mismatch: return "tree_hash_mismatch";
    case MlsErrc::parent_hash_invalid: return "parent_hash_invalid";
    case MlsErrc::unmerged_leaves_invalid: return "unmerged_leaves_invalid";
    case MlsErrc::tree_too_large: return "tree_too_large";
    case MlsErrc::path_length_wrong: return "path_length_wrong";
    case MlsErrc::path_key_mismatch: return "path_key_mismatch";
    case MlsErrc::path_key_reused: return "path_key_reused";
    case MlsErrc::path_missing: return "path_missing";
    case MlsErrc::path_decrypt_failed: return "path_decrypt_failed";
    case MlsErrc::path_not_for_us: return "path_not_for_us";
    case MlsErrc::sender_invalid: return "sender_invalid";
    case MlsErrc::sender_blank: return "sender_blank";
    case MlsErrc::signature_invalid: return "signature_invalid";
    case MlsErrc::membership_tag_invalid: return "membership_tag_invalid";
    case MlsErrc::confirmation_tag_invalid: return "confirmation_tag_invalid";
    case MlsErrc::confirmation_tag_missing: return "confirmation_tag_missing";
    case MlsErrc::message_open_failed: return "message_open_failed";
    case MlsErrc::sender_data_invalid: return "sender_data_invalid";
    case MlsErrc::padding_not_zero: return "padding_not_zero";
    case MlsErrc::generation_too_far: return "generation_too_far";
    case MlsErrc::generation_spent: return "generation_spent";
    case MlsErrc::proposal_unknown_reference: return "proposal_unknown_reference";
    case MlsErrc::proposal_type_unsupported: return "proposal_type_unsupported";
    case MlsErrc::proposal_invalid: return "proposal_invalid";
    case MlsErrc::proposal_from_wrong_sender: return "proposal_from_wrong_sender";
    case MlsErrc::commit_update_by_committer: return "commit_update_by_committer";
    case MlsErrc::commit_remove_committer: return "commit_remove_committer";
    case MlsErrc::commit_duplicate_leaf: return "commit_duplicate_leaf";
    case MlsErrc::commit_duplicate_psk: return "commit_duplicate_psk";
    case MlsErrc::commit_multiple_context_extensions: return "commit_multiple_context_extensions";
    case MlsErrc::commit_reinit_not_alone: return "commit_reinit_not_alone";
    case MlsErrc::commit_external_init_wrong: return "commit_external_init_wrong";
    case MlsErrc::commit_external_forbidden: return "commit_external_forbidden";
    case MlsErrc::commit_own_unstaged: return "commit_own_unstaged";
    case MlsErrc::update_key_unchanged: return "update_key_unchanged";
    case MlsErrc::member_already_present: return "member_already_present";
    case MlsErrc::remove_blank_leaf: return "remove_blank_leaf";
    case MlsErrc::psk_unknown: return "psk_unknown";
    case MlsErrc::psk_nonce_invalid: return "psk_nonce_invalid";
    case MlsErrc::psk_type_forbidden: return "psk_type_forbidden";
    case MlsErrc::reinit_version_lower: return "reinit_version_lower";
    case MlsErrc::reinit_mismatch: return "reinit_mismatch";
    case MlsErrc::branch_mismatch: return "branch_mismatch";
    case MlsErrc::external_sender_unknown: return "external_sender_unknown";
    case MlsErrc::welcome_not_for_us: return "welcome_not_for_us";
    case MlsErrc::welcome_open_failed: return "welcome_open_failed";
    case MlsErrc::group_info_signature_invalid: return "group_info_signature_invalid";
    case MlsErrc::group_info_signer_invalid: return "group_info_signer_invalid";
    case MlsErrc::group_info_external_pub_missing: return "group_info_external_pub_missing";
    case MlsErrc::ratchet_tree_missing: return "ratchet_tree_missing";
    case MlsErrc::own_leaf_missing: return "own_leaf_missing";
    case MlsErrc::group_id_in_use: return "group_id_in_use";
    case MlsErrc::group_inactive: return "group_inactive";
    case MlsErrc::pending_commit: return "pending_commit";
    case MlsErrc::pending_proposals: return "pending_proposals";
    case MlsErrc::policy_refused: return "policy_refused";
    case MlsErrc::snapshot_invalid: return "snapshot_invalid";
    case MlsErrc::snapshot_stale: return "snapshot_stale";
    case MlsErrc::own_leaf_forked: return "own_leaf_forked";
    case MlsErrc::commit_not_staged_here: return "commit_not_staged_here";
    case MlsErrc::proposals_too_many: return "proposals_too_many";
    case MlsErrc::commit_external_proposal_wrong: return "commit_external_proposal_wrong";
    case MlsErrc::commit_external_by_reference: return "commit_external_by_reference";
  }
  return "unknown";
}

}  // namespace

Error make_error(MlsErrc code) noexcept {
  return Error{"mls", static_cast<std::uint32_t>(code), name_of(code)};
}

}  // namespace hearth::mls
