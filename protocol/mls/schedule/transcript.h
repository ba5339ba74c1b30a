// Transcript hashes and the tags over them (RFC 9420 §8.2, §6.1, §6.2).
//
//   confirmed[n] = H(interim[n-1] || wire_format || FramedContent || signature)
//   interim[n]   = H(confirmed[n] || confirmation_tag)
//
// In epoch 0 confirmed is the empty string, and interim is *computed* from the first confirmation
// tag (RFC 9420 §11), although the drawing of §8.2 shows it empty.
#pragma once

#include "protocol/mls/messages/framed.h"

namespace hearth::mls {

// The views hold interim_transcript_hash as carried: 32 bytes, or none before epoch 0's commit.
Hash confirmed_transcript_hash(ByteView interim_before, const AuthenticatedContent& commit);
// The same from parts already encoded: `content` is the encoded FramedContent.
Hash confirmed_transcript_hash(ByteView interim_before, WireFormat wire_format, ByteView content,
                               ByteView signature) noexcept;
Hash interim_transcript_hash(ByteView confirmed, ByteView confirmation_tag) noexcept;

// confirmation_tag = MAC(confirmation_key, confirmed_transcript_hash). In epoch 0 `confirmed` is
// empty.
Secret32 confirmation_tag(const Secret32& confirmation_key, ByteView confirmed) noexcept;
// Constant time, exact length: a truncated tag is wrong. Fails with confirmation_tag_invalid.
Status check_confirmation_tag(const Secret32& confirmation_key, ByteView confirmed, ByteView tag);
// The same for a received commit; fails with confirmation_tag_missing if it has none.
Status check_confirmation_tag(const Secret32& confirmation_key, ByteView confirmed,
                              const FramedContentAuthData& auth);

// membership_tag = MAC(membership_key, FramedContentTBS || FramedContentAuthData) (RFC 9420 §6.2).
Secret32 membership_tag(const Secret32& membership_key, ByteView tbs,
                        const FramedContentAuthData& auth);

}  // namespace hearth::mls
