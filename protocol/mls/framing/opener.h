// Inside framing: the one place where unverified content becomes VerifiedContent.
#pragma once

#include "protocol/mls/framing/content.h"

namespace hearth::mls {

// group_id, epoch, sender, authenticated_data, content_type: FramedContent up to its body.
void encode_content_header(Writer& writer, ByteView group_id, Epoch epoch, const Sender& sender,
                           ByteView authenticated_data, ContentType type);

class ContentOpener final {
 public:
  // Fails with wrong_group or wrong_epoch.
  static Status check_place(ByteView group_id, Epoch epoch, const FramingContext& context);

  // Finds the sender's key and verifies the signature.
  static Result<VerifiedContent> verify(AuthenticatedContent content, EncodedContent encoded,
                                        const FramingContext& context,
                                        const SenderKeyLookup& sender_key);

  // Reads a decrypted PrivateMessageContent (RFC 9420 §6.3.1): body, auth data, zeros to the end.
  // Decoding and signing both use the bytes received; nothing is encoded a second time.
  struct Opened {
    AuthenticatedContent content;
    EncodedContent encoded;
  };
  static Result<Opened> read_private(const PrivateMessage& message, LeafIndex sender,
                                     ByteView plain, ByteView group_context);
};

}  // namespace hearth::mls
