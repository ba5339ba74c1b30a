// The reasons for which MLS refuses something. Each names the rule it stands for.
#pragma once

#include <cstdint>

#include "protocol/error.h"

namespace hearth::mls {

// One enumerator per reason; RULES.md maps each rule of RFC 9420 to its reason, check and tests.
enum class MlsErrc : std::uint32_t {
  // Structure
  version_unsupported = 1,
  suite_unsupported,
  suite_mismatch,
  wrong_group,
  wrong_epoch,
  epoch_too_old,
  wire_format_forbidden,
  content_type_forbidden,
  // Leaf nodes and key packages (§7.3, §10.1)
  leaf_signature_invalid,
  leaf_source_wrong,
  leaf_lifetime_invalid,
  leaf_credential_unsupported,
  leaf_extension_unsupported,
  leaf_capabilities_insufficient,
  leaf_key_invalid,
  key_package_signature_invalid,
  key_package_init_key_reused,
  duplicate_encryption_key,
  duplicate_signature_key,
  extension_duplicate,
  required_capabilities_missing,
  // Trees (§7)
  tree_malformed,
  tree_hash_mismatch,
  parent_hash_invalid,
  unmerged_leaves_invalid,
  tree_too_large,
  path_length_wrong,
  path_key_mismatch,
  path_key_reused,
  path_missing,
  path_decrypt_failed,
  path_not_for_us,
  // Framing (§6)
  sender_invalid,
  sender_blank,
  signature_invalid,
  membership_tag_invalid,
  confirmation_tag_invalid,
  confirmation_tag_missing,
  message_open_failed,
  sender_data_invalid,
  padding_not_zero,
  generation_too_far,
  generation_spent,
  // Proposals and commits (§12)
  proposal_unknown_reference,
  proposal_type_unsupported,
  proposal_invalid,
  proposal_from_wrong_sender,
  commit_update_by_committer,
  commit_remove_committer,
  commit_duplicate_leaf,
  commit_duplicate_psk,
  commit_multiple_context_extensions,
  commit_reinit_not_alone,
  commit_external_init_wrong,
  commit_external_forbidden,
  commit_own_unstaged,
  update_key_unchanged,
  member_already_present,
  remove_blank_leaf,
  psk_unknown,
  psk_nonce_invalid,
  psk_type_forbidden,
  reinit_version_lower,
  reinit_mismatch,
  branch_mismatch,
  external_sender_unknown,
  // Welcome, group info, joining (§11, §12.4.3)
  welcome_not_for_us,
  welcome_open_failed,
  group_info_signature_invalid,
  group_info_signer_invalid,
  group_info_external_pub_missing,
  ratchet_tree_missing,
  own_leaf_missing,
  group_id_in_use,
  // State
  group_inactive,     // We were removed, or the group was re-initialised.
  pending_commit,     // A commit of ours is staged; merge or discard it first.
  pending_proposals,  // §12.4: no application data while proposals are waiting unsent.
  policy_refused,     // The application's policy hook said no.
  snapshot_invalid,
  snapshot_stale,   // The generations that the last seal() left us are used up, or none was made
                    // yet.
  own_leaf_forked,  // Somebody sends with our keys: a copy of our state is alive elsewhere.
  commit_not_staged_here,  // A staged commit of another group or epoch.
  proposals_too_many,
  commit_external_proposal_wrong,  // §12.2: an external commit holds a proposal it may not hold.
  commit_external_by_reference,    // §12.4.3.2
};
Error make_error(MlsErrc code) noexcept;
inline std::unexpected<Error> fail(MlsErrc code) noexcept { return hearth::fail(make_error(code)); }

}  // namespace hearth::mls
