// Content that is signed or verified (RFC 9420 §6.1): the only ways to get from unverified bytes to
// something a group may act on, and from an intention to something that may be sent.
#pragma once

#include <functional>

#include "protocol/mls/messages/group_info.h"

namespace hearth::mls {

// What framing must know of the epoch a message belongs to. All borrowed.
struct FramingContext {
  CipherSuite suite = crypto::kDefaultSuite;
  ByteView group_id;
  Epoch epoch = 0;
  ByteView group_context;  // Encoded. Signed by members and by those who join by external commit.
};
inline FramingContext framing_context(const GroupContext& context, ByteView encoded) noexcept {
  return {context.cipher_suite, context.group_id, context.epoch, encoded};
}

// The signature key of a member (nothing for a blank or missing leaf) or of an external sender
// (nothing for an index that external_senders does not list). Never asked for the two kinds of new
// members: their key stands in what they send. The view lives as long as the tree it points into.
using SenderKeyLookup = std::function<std::optional<ByteView>(const Sender&)>;

// FramedContent in its one encoding, from which all that is signed, hashed, tagged or sent is cut:
//
//   FramedContentTBS = version | wire_format | group_id .. content_type | body | [GroupContext]
//                              '-------- transcript --------------------'
//                                            '--- framed_content -------'
//                                                                '-body-'
// The GroupContext is present for member and new_member_commit senders only (RFC 9420 §6.1).
class EncodedContent final {
 public:
  EncodedContent(WireFormat wire_format, const FramedContent& content, ByteView group_context);

  ByteView tbs() const noexcept { return tbs_; }
  ByteView framed_content() const noexcept { return ByteView(tbs_).first(content_end_).subspan(4); }
  ByteView body() const noexcept { return ByteView(tbs_).first(content_end_).subspan(body_begin_); }

 private:
  friend class ContentOpener;
  EncodedContent() = default;

  Bytes tbs_;
  std::size_t body_begin_ = 0;
  std::size_t content_end_ = 0;
};

// Which sender may send what, and how (RFC 9420 §6, §6.1, §12.1.8). Members send anything, but
// application data only as PrivateMessage (content_type_forbidden); all others send PublicMessages
// only: external senders proposals, new members one Add (new_member_proposal) or one Commit with a
// path (new_member_commit). Fails with sender_invalid, proposal_from_wrong_sender or path_missing.
Status check_sender_content(WireFormat wire_format, const FramedContent& content);

// Content of our own with its signature. A commit still lacks its confirmation tag, which depends
// on the signature; give it before protecting.
class SignedContent final {
 public:
  // Signs for `wire_format`. Fails with the reasons of check_sender_content (below), and with those
  // of the signature.
  static Result<SignedContent> sign(WireFormat wire_format, FramedContent content,
                                    ByteView group_context, const crypto::SignatureKey& key);

  const AuthenticatedContent& authenticated() const noexcept { return authenticated_; }
  const FramedContent& content() const noexcept { return authenticated_.content; }
  const EncodedContent& encoded() const noexcept { return encoded_; }
  ByteView signature() const noexcept { return authenticated_.auth.signature; }

  // For a commit: confirmed_transcript_hash after it, and its tag.
  Hash confirmed_transcript_hash(ByteView interim_before) const noexcept;
  void set_confirmation_tag(const Secret32& tag);
  AuthenticatedContent take() && noexcept { return std::move(authenticated_); }

 private:
  SignedContent(AuthenticatedContent authenticated, EncodedContent encoded)
      : authenticated_(std::move(authenticated)), encoded_(std::move(encoded)) {}

  AuthenticatedContent authenticated_;
  EncodedContent encoded_;
};

// Content whose signature holds, from a sender that may send it, for the group and epoch it was
// checked against; if it came as PublicMessage from a member, its membership tag holds too. A
// commit's confirmation tag is present but not yet checked: the group does that when it has the
// new epoch. Made by unprotect_public and unprotect_private alone.
class VerifiedContent final {
 public:
  const AuthenticatedContent& authenticated() const noexcept { return authenticated_; }
  const FramedContent& content() const noexcept { return authenticated_.content; }
  const FramedContentAuthData& auth() const noexcept { return authenticated_.auth; }
  const Sender& sender() const noexcept { return content().sender; }
  WireFormat wire_format() const noexcept { return authenticated_.wire_format; }
  const EncodedContent& encoded() const noexcept { return encoded_; }
  Hash confirmed_transcript_hash(ByteView interim_before) const noexcept;
  FramedContent take_content() && noexcept { return std::move(authenticated_.content); }

 private:
  friend class ContentOpener;
  VerifiedContent(AuthenticatedContent authenticated, EncodedContent encoded)
      : authenticated_(std::move(authenticated)), encoded_(std::move(encoded)) {}

  AuthenticatedContent authenticated_;
  EncodedContent encoded_;
};

}  // namespace hearth::mls
