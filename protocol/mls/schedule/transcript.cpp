// Transcript hashes and tags (RFC 9420 §8.2, §6.1, §6.2).
#include "protocol/mls/schedule/transcript.h"

namespace hearth::mls {

Hash confirmed_transcript_hash(ByteView interim_before, WireFormat wire_format, ByteView content,
                               ByteView signature) noexcept {
  Writer format;
  format.u16(static_cast<std::uint16_t>(wire_format));
  Writer signature_length;
  signature_length.varint(signature.size());
  return crypto::sha256(
      {interim_before, format.bytes(), content, signature_length.bytes(), signature});
}

Hash confirmed_transcript_hash(ByteView interim_before, const AuthenticatedContent& commit) {
  return confirmed_transcript_hash(interim_before, commit.wire_format, encoded(commit.content),
                                   commit.auth.signature);
}

Hash interim_transcript_hash(ByteView confirmed, ByteView confirmation_tag) noexcept {
  Writer tag;
  tag.vector(confirmation_tag);
  return crypto::sha256({confirmed, tag.bytes()});
}

Secret32 confirmation_tag(const Secret32& confirmation_key, ByteView confirmed) noexcept {
  return crypto::hmac_sha256(confirmation_key.view(), confirmed);
}

Status check_confirmation_tag(const Secret32& confirmation_key, ByteView confirmed, ByteView tag) {
  if (!crypto::hmac_equal(confirmation_tag(confirmation_key, confirmed), tag)) {
    return fail(MlsErrc::confirmation_tag_invalid);
  }
  return {};
}

Status check_confirmation_tag(const Secret32& confirmation_key, ByteView confirmed,
                              const FramedContentAuthData& auth) {
  if (!auth.confirmation_tag) return fail(MlsErrc::confirmation_tag_missing);
  return check_confirmation_tag(confirmation_key, confirmed, *auth.confirmation_tag);
}

Secret32 membership_tag(const Secret32& membership_key, ByteView tbs,
                        const FramedContentAuthData& auth) {
  return crypto::hmac_sha256(membership_key.view(), {tbs, encoded(auth)});
}

}  // namespace hearth::mls
