// Signing and verifying FramedContent (RFC 9420 §6.1).
#include "protocol/mls/framing/content.h"

#include <algorithm>

#include "protocol/crypto/labels.h"
#include "protocol/mls/framing/opener.h"
#include "protocol/mls/schedule/transcript.h"

namespace hearth::mls {
namespace {

constexpr std::string_view kSignatureLabel = "FramedContentTBS";
constexpr std::size_t kHeaderRoom = 64;  // What the fixed fields of a TBS need, generously.

bool signs_group_context(SenderType type) noexcept {
  return type == SenderType::member || type == SenderType::new_member_commit;
}

void encode_prefix(Writer& writer, WireFormat wire_format) {
  writer.u16(kProtocolVersion).u16(static_cast<std::uint16_t>(wire_format));
}

struct BodyEncoder {
  Writer& writer;
  void operator()(const Bytes& application_data) const { writer.vector(application_data); }
  void operator()(const Proposal& proposal) const { encode(writer, proposal); }
  void operator()(const Commit& commit) const { encode(writer, commit); }
};

// The key a new member brings along; check_sender_content has seen that it is there.
ByteView new_member_key(const FramedContent& content) {
  if (content.sender.type == SenderType::new_member_proposal) {
    return std::get<Proposal>(content.content).as<Add>()->key_package.leaf_node.signature_key;
  }
  return std::get<Commit>(content.content).path->leaf_node.signature_key;
}

Result<ByteView> signature_key_of(const FramedContent& content, const SenderKeyLookup& lookup) {
  switch (content.sender.type) {
    case SenderType::member:
      if (const auto key = lookup(content.sender)) return *key;
      return fail(MlsErrc::sender_blank);
    case SenderType::external:
      if (const auto key = lookup(content.sender)) return *key;
      return fail(MlsErrc::external_sender_unknown);
    case SenderType::new_member_proposal:
    case SenderType::new_member_commit:
      return new_member_key(content);
  }
  return fail(MlsErrc::sender_invalid);
}

}  // namespace

void encode_content_header(Writer& writer, ByteView group_id, Epoch epoch, const Sender& sender,
                           ByteView authenticated_data, ContentType type) {
  writer.vector(group_id).u64(epoch);
  encode(writer, sender);
  writer.vector(authenticated_data).u8(static_cast<std::uint8_t>(type));
}

EncodedContent::EncodedContent(WireFormat wire_format, const FramedContent& content,
                               ByteView group_context) {
  Writer writer;
  const auto* application_data = std::get_if<Bytes>(&content.content);
  writer.reserve(kHeaderRoom + content.group_id.size() + content.authenticated_data.size() +
                 (application_data ? application_data->size() : 0) + group_context.size());
  encode_prefix(writer, wire_format);
  encode_content_header(writer, content.group_id, content.epoch, content.sender,
                        content.authenticated_data, content.content_type());
  body_begin_ = writer.size();
  std::visit(BodyEncoder{writer}, content.content);
  content_end_ = writer.size();
  if (signs_group_context(content.sender.type)) writer.raw(group_context);
  tbs_ = writer.take();
}

Status check_sender_content(WireFormat wire_format, const FramedContent& content) {
  const bool is_private = wire_format == WireFormat::private_message;
  if (!is_private && wire_format != WireFormat::public_message) {
    return fail(MlsErrc::wire_format_forbidden);
  }
  if (!is_private && content.content_type() == ContentType::application) {
    return fail(MlsErrc::content_type_forbidden);  // RFC 9420 §6.2
  }
  const SenderType type = content.sender.type;
  if (is_private && type != SenderType::member) return fail(MlsErrc::sender_invalid);  // §6.3

  const auto* proposal = std::get_if<Proposal>(&content.content);
  const auto* commit = std::get_if<Commit>(&content.content);
  switch (type) {
    case SenderType::member:
      return {};
    case SenderType::external:
      if (!proposal) return fail(MlsErrc::sender_invalid);
      return {};
    case SenderType::new_member_proposal:
      if (!proposal) return fail(MlsErrc::sender_invalid);
      if (!proposal->as<Add>()) return fail(MlsErrc::proposal_from_wrong_sender);
      return {};
    case SenderType::new_member_commit:
      if (!commit) return fail(MlsErrc::sender_invalid);
      if (!commit->path) return fail(MlsErrc::path_missing);
      return {};
  }
  return fail(MlsErrc::sender_invalid);
}

Result<SignedContent> SignedContent::sign(WireFormat wire_format, FramedContent content,
                                          ByteView group_context, const crypto::SignatureKey& key) {
  HEARTH_CHECK(check_sender_content(wire_format, content));
  EncodedContent encoded(wire_format, content, group_context);
  HEARTH_TRY(Bytes signature, crypto::sign_with_label(key, kSignatureLabel, encoded.tbs()));
  return SignedContent({wire_format, std::move(content), {std::move(signature), std::nullopt}},
                       std::move(encoded));
}

Hash SignedContent::confirmed_transcript_hash(ByteView interim_before) const noexcept {
  return mls::confirmed_transcript_hash(interim_before, authenticated_.wire_format,
                                        encoded_.framed_content(), signature());
}

void SignedContent::set_confirmation_tag(const Secret32& tag) {
  expects(content().content_type() == ContentType::commit);
  authenticated_.auth.confirmation_tag = to_bytes(tag.view());
}

Hash VerifiedContent::confirmed_transcript_hash(ByteView interim_before) const noexcept {
  return mls::confirmed_transcript_hash(interim_before, wire_format(), encoded_.framed_content(),
                                        auth().signature);
}

Status ContentOpener::check_place(ByteView group_id, Epoch epoch, const FramingContext& context) {
  if (!equal(group_id, context.group_id)) return fail(MlsErrc::wrong_group);
  if (epoch != context.epoch) return fail(MlsErrc::wrong_epoch);
  return {};
}

Result<VerifiedContent> ContentOpener::verify(AuthenticatedContent content, EncodedContent encoded,
                                              const FramingContext& context,
                                              const SenderKeyLookup& sender_key) {
  HEARTH_TRY(const ByteView key, signature_key_of(content.content, sender_key));
  if (!crypto::verify_with_label(context.suite, key, kSignatureLabel, encoded.tbs(),
                                 content.auth.signature)) {
    return fail(MlsErrc::signature_invalid);
  }
  return VerifiedContent(std::move(content), std::move(encoded));
}

Result<ContentOpener::Opened> ContentOpener::read_private(const PrivateMessage& message,
                                                          LeafIndex sender, ByteView plain,
                                                          ByteView group_context) {
  // With its header in front, the plain text reads as FramedContent, auth data, padding.
  Writer writer;
  writer.reserve(kHeaderRoom + message.group_id.size() + message.authenticated_data.size() +
                 plain.size() + group_context.size());
  encode_prefix(writer, WireFormat::private_message);
  const std::size_t content_begin = writer.size();
  encode_content_header(writer, message.group_id, message.epoch, member_sender(sender),
                        message.authenticated_data, message.content_type);

  EncodedContent encoded;
  encoded.body_begin_ = writer.size();
  writer.raw(plain);
  encoded.tbs_ = writer.take();

  Reader reader(ByteView(encoded.tbs_).subspan(content_begin));
  HEARTH_TRY(FramedContent content, FramedContent::decode(reader));
  encoded.content_end_ = encoded.tbs_.size() - reader.rest().size();
  HEARTH_TRY(FramedContentAuthData auth,
             FramedContentAuthData::decode(reader, content.content_type()));
  // RFC 9420 §6.3.1: padding with any octet set makes the message malformed.
  if (std::ranges::any_of(reader.rest(), [](Byte byte) { return byte != 0; })) {
    return fail(MlsErrc::padding_not_zero);
  }
  encoded.tbs_.resize(encoded.content_end_);
  append(encoded.tbs_, group_context);
  return Opened{{WireFormat::private_message, std::move(content), std::move(auth)},
                std::move(encoded)};
}

}  // namespace hearth::mls
