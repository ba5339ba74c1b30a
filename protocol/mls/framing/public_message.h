// PublicMessage (RFC 9420 §6.2): signed, tagged by members, readable by all.
#pragma once

#include "protocol/mls/framing/content.h"

namespace hearth::mls {

// Adds the membership tag for a member; other senders need no membership_key (pass nullptr).
// `signed` was signed for WireFormat::public_message; a commit has its confirmation tag.
PublicMessage protect_public(SignedContent content, const Secret32* membership_key);

// Checks, in this order: group and epoch (wrong_group, wrong_epoch), no application data
// (content_type_forbidden), the content fits the sender (check_sender_content), confirmation tag
// present exactly in commits (confirmation_tag_missing), membership tag exactly of members, in
// constant time and with its length (membership_tag_invalid), sender known (sender_blank,
// external_sender_unknown), signature (signature_invalid).
//
// `membership_key` may be null for an observer without secrets, who then relies on the signature.
Result<VerifiedContent> unprotect_public(PublicMessage message, const FramingContext& context,
                                         const Secret32* membership_key,
                                         const SenderKeyLookup& sender_key);

}  // namespace hearth::mls
