// Framing structures: their bytes, and the reference of a proposal.
#include "protocol/mls/messages/framed.h"

#include "protocol/crypto/labels.h"

namespace hearth::mls {
namespace {

constexpr std::string_view kProposalRefLabel = "MLS 1.0 Proposal Reference";

Result<ContentType> decode_content_type(Reader& reader) {
  HEARTH_TRY(const std::uint8_t type, reader.u8());
  if (type < 1 || type > 3) return hearth::fail(make_error(CodecErrc::enum_invalid));
  return static_cast<ContentType>(type);
}

}  // namespace

Result<Sender> Sender::decode(Reader& reader) {
  Sender sender;
  HEARTH_TRY(const std::uint8_t type, reader.u8());
  if (type < 1 || type > 4) return hearth::fail(make_error(CodecErrc::enum_invalid));
  sender.type = static_cast<SenderType>(type);
  if (sender.type == SenderType::member || sender.type == SenderType::external) {
    HEARTH_TRY(sender.index, reader.u32());
  }
  return sender;
}

void encode(Writer& writer, const Sender& sender) {
  writer.u8(static_cast<std::uint8_t>(sender.type));
  if (sender.type == SenderType::member || sender.type == SenderType::external) {
    writer.u32(sender.index);
  }
}

ContentType FramedContent::content_type() const noexcept {
  return static_cast<ContentType>(content.index() + 1);
}

Result<FramedContent> FramedContent::decode(Reader& reader) {
  FramedContent framed;
  HEARTH_TRY(framed.group_id, reader.vector());
  HEARTH_TRY(framed.epoch, reader.u64());
  HEARTH_TRY(framed.sender, Sender::decode(reader));
  HEARTH_TRY(framed.authenticated_data, reader.vector());
  HEARTH_TRY(const ContentType type, decode_content_type(reader));
  switch (type) {
    case ContentType::application: {
      HEARTH_TRY(framed.content, reader.vector());
      break;
    }
    case ContentType::proposal: {
      HEARTH_TRY(framed.content, Proposal::decode(reader));
      break;
    }
    case ContentType::commit: {
      HEARTH_TRY(framed.content, Commit::decode(reader));
      break;
    }
  }
  return framed;
}

void encode(Writer& writer, const FramedContent& framed) {
  writer.vector(framed.group_id).u64(framed.epoch);
  encode(writer, framed.sender);
  writer.vector(framed.authenticated_data).u8(static_cast<std::uint8_t>(framed.content_type()));
  switch (framed.content_type()) {
    case ContentType::application:
      writer.vector(std::get<Bytes>(framed.content));
      break;
    case ContentType::proposal:
      encode(writer, std::get<Proposal>(framed.content));
      break;
    case ContentType::commit:
      encode(writer, std::get<Commit>(framed.content));
      break;
  }
}

Result<FramedContentAuthData> FramedContentAuthData::decode(Reader& reader, ContentType type) {
  FramedContentAuthData auth;
  HEARTH_TRY(auth.signature, reader.vector());
  if (type == ContentType::commit) {
    HEARTH_TRY(auth.confirmation_tag, reader.vector());
  }
  return auth;
}

void encode(Writer& writer, const FramedContentAuthData& auth) {
  writer.vector(auth.signature);
  if (auth.confirmation_tag) writer.vector(*auth.confirmation_tag);
}

Result<AuthenticatedContent> AuthenticatedContent::decode(Reader& reader) {
  AuthenticatedContent authenticated;
  HEARTH_TRY(const std::uint16_t format, reader.u16());
  if (format < 1 || format > 5) return hearth::fail(make_error(CodecErrc::enum_invalid));
  authenticated.wire_format = static_cast<WireFormat>(format);
  HEARTH_TRY(authenticated.content, FramedContent::decode(reader));
  HEARTH_TRY(authenticated.auth,
             FramedContentAuthData::decode(reader, authenticated.content.content_type()));
  return authenticated;
}

void encode(Writer& writer, const AuthenticatedContent& authenticated) {
  writer.u16(static_cast<std::uint16_t>(authenticated.wire_format));
  encode(writer, authenticated.content);
  encode(writer, authenticated.auth);
}

ProposalRef proposal_ref(const AuthenticatedContent& content) {
  return crypto::ref_hash(kProposalRefLabel, encoded(content));
}

Result<PublicMessage> PublicMessage::decode(Reader& reader) {
  PublicMessage message;
  HEARTH_TRY(message.content, FramedContent::decode(reader));
  HEARTH_TRY(message.auth, FramedContentAuthData::decode(reader, message.content.content_type()));
  if (message.content.sender.type == SenderType::member) {
    HEARTH_TRY(message.membership_tag, reader.vector());
  }
  return message;
}

void encode(Writer& writer, const PublicMessage& message) {
  encode(writer, message.content);
  encode(writer, message.auth);
  if (message.membership_tag) writer.vector(*message.membership_tag);
}

Result<PrivateMessage> PrivateMessage::decode(Reader& reader) {
  PrivateMessage message;
  HEARTH_TRY(message.group_id, reader.vector());
  HEARTH_TRY(message.epoch, reader.u64());
  HEARTH_TRY(message.content_type, decode_content_type(reader));
  HEARTH_TRY(message.authenticated_data, reader.vector());
  HEARTH_TRY(message.encrypted_sender_data, reader.vector());
  HEARTH_TRY(message.ciphertext, reader.vector());
  return message;
}

void encode(Writer& writer, const PrivateMessage& message) {
  writer.vector(message.group_id)
      .u64(message.epoch)
      .u8(static_cast<std::uint8_t>(message.content_type))
      .vector(message.authenticated_data)
      .vector(message.encrypted_sender_data)
      .vector(message.ciphertext);
}

}  // namespace hearth::mls
