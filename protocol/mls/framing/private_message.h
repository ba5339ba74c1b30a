// PrivateMessage (RFC 9420 §6.3): content sealed under the sender's ratchet, sender sealed beside
// it.
#pragma once

#include "protocol/mls/framing/content.h"
#include "protocol/mls/schedule/secret_tree.h"

namespace hearth::mls {

// How large a PrivateMessageContent becomes before it is sealed: the smallest bucket that holds it,
// beyond the last one a multiple of the last. Ascending, none zero; empty means no padding.
using PaddingBuckets = std::span<const std::size_t>;
std::size_t padded_size(std::size_t content_size, PaddingBuckets buckets) noexcept;

// Seals content signed for WireFormat::private_message by its member sender, with that member's
// next key, which is erased. A commit has its confirmation tag.
Result<PrivateMessage> protect_private(const SignedContent& content, CipherSuite suite,
                                       const Secret32& sender_data_secret, SecretTree& tree,
                                       PaddingBuckets padding, crypto::RandomSource& random);

// Opens, verifies, and only then spends the key: whatever fails before leaves `tree` as it was.
// Reasons, in order of the checks: wrong_group, wrong_epoch, sender_data_invalid, sender_blank,
// generation_too_far, generation_spent, message_open_failed, a CodecErrc, padding_not_zero,
// signature_invalid.
Result<VerifiedContent> unprotect_private(const PrivateMessage& message,
                                          const FramingContext& context,
                                          const Secret32& sender_data_secret, SecretTree& tree,
                                          const SenderKeyLookup& sender_key);

}  // namespace hearth::mls
