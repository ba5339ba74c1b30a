// PublicMessage: tag and check (RFC 9420 §6.2).
#include "protocol/mls/framing/public_message.h"

#include "protocol/mls/framing/opener.h"
#include "protocol/mls/schedule/transcript.h"

namespace hearth::mls {

PublicMessage protect_public(SignedContent content, const Secret32* membership_key) {
  const AuthenticatedContent& authenticated = content.authenticated();
  expects(authenticated.wire_format == WireFormat::public_message);
  const bool is_commit = content.content().content_type() == ContentType::commit;
  expects(authenticated.auth.confirmation_tag.has_value() == is_commit);

  PublicMessage message;
  if (content.content().sender.type == SenderType::member) {
    expects(membership_key != nullptr);
    const Secret32 tag =
        membership_tag(*membership_key, content.encoded().tbs(), authenticated.auth);
    message.membership_tag = to_bytes(tag.view());
  }
  AuthenticatedContent taken = std::move(content).take();
  message.content = std::move(taken.content);
  message.auth = std::move(taken.auth);
  return message;
}

Result<VerifiedContent> unprotect_public(PublicMessage message, const FramingContext& context,
                                         const Secret32* membership_key,
                                         const SenderKeyLookup& sender_key) {
  const FramedContent& content = message.content;
  HEARTH_CHECK(ContentOpener::check_place(content.group_id, content.epoch, context));
  HEARTH_CHECK(check_sender_content(WireFormat::public_message, content));
  const bool is_commit = content.content_type() == ContentType::commit;
  if (message.auth.confirmation_tag.has_value() != is_commit) {
    return fail(MlsErrc::confirmation_tag_missing);
  }
  const bool is_member = content.sender.type == SenderType::member;
  if (message.membership_tag.has_value() != is_member) {
    return fail(MlsErrc::membership_tag_invalid);
  }

  EncodedContent encoded(WireFormat::public_message, content, context.group_context);
  if (is_member && membership_key) {
    const Secret32 tag = membership_tag(*membership_key, encoded.tbs(), message.auth);
    if (!crypto::hmac_equal(tag, *message.membership_tag)) {
      return fail(MlsErrc::membership_tag_invalid);
    }
  }
  return ContentOpener::verify(
      {WireFormat::public_message, std::move(message.content), std::move(message.auth)},
      std::move(encoded), context, sender_key);
}

}  // namespace hearth::mls
