// Framing structures (RFC 9420 §6): content, authentication data, public and private messages.
#pragma once

#include "protocol/mls/messages/proposal.h"

namespace hearth::mls {

enum class WireFormat : std::uint16_t {
  public_message = 1,
  private_message = 2,
  welcome = 3,
  group_info = 4,
  key_package = 5,
};
enum class ContentType : std::uint8_t { application = 1, proposal = 2, commit = 3 };
enum class SenderType : std::uint8_t {
  member = 1,
  external = 2,
  new_member_proposal = 3,
  new_member_commit = 4,
};

struct Sender {
  SenderType type = SenderType::member;
  // Leaf index for member, sender index for external; else 0, not encoded.
  std::uint32_t index = 0;
  static Result<Sender> decode(Reader& reader);
  friend bool operator==(const Sender&, const Sender&) = default;
};
void encode(Writer& writer, const Sender& sender);
inline Sender member_sender(LeafIndex leaf) { return {SenderType::member, leaf.value}; }

struct FramedContent {
  GroupId group_id;
  Epoch epoch = 0;
  Sender sender;
  Bytes authenticated_data;
  std::variant<Bytes, Proposal, Commit> content;  // In the order of ContentType.

  ContentType content_type() const noexcept;
  static Result<FramedContent> decode(Reader& reader);
  friend bool operator==(const FramedContent&, const FramedContent&) = default;
};
void encode(Writer& writer, const FramedContent& content);

// FramedContentAuthData: the tag is present exactly in commits, so decoding needs the type.
struct FramedContentAuthData {
  Bytes signature;
  std::optional<Bytes> confirmation_tag;
  static Result<FramedContentAuthData> decode(Reader& reader, ContentType type);
  friend bool operator==(const FramedContentAuthData&, const FramedContentAuthData&) = default;
};
void encode(Writer& writer, const FramedContentAuthData& auth);

// What is signed, hashed into transcripts and referred to (RFC 9420 §6.1). Not yet verified: the
// framing chapter turns it into VerifiedContent.
struct AuthenticatedContent {
  WireFormat wire_format = WireFormat::private_message;
  FramedContent content;
  FramedContentAuthData auth;
  static Result<AuthenticatedContent> decode(Reader& reader);
};
void encode(Writer& writer, const AuthenticatedContent& content);
ProposalRef proposal_ref(const AuthenticatedContent& content);  // "MLS 1.0 Proposal Reference"

struct PublicMessage {
  FramedContent content;
  FramedContentAuthData auth;
  std::optional<Bytes> membership_tag;  // Exactly for member senders.
  static Result<PublicMessage> decode(Reader& reader);
};
void encode(Writer& writer, const PublicMessage& message);

struct PrivateMessage {
  GroupId group_id;
  Epoch epoch = 0;
  ContentType content_type = ContentType::application;
  Bytes authenticated_data;
  Bytes encrypted_sender_data;
  Bytes ciphertext;
  static Result<PrivateMessage> decode(Reader& reader);
};
void encode(Writer& writer, const PrivateMessage& message);

}  // namespace hearth::mls
