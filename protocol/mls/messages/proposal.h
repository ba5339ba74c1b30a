// Proposals and commits (RFC 9420 §12).
#pragma once

#include "protocol/mls/messages/leaf_node.h"

namespace hearth::mls {

namespace proposal_type {
inline constexpr std::uint16_t kAdd = 1;
inline constexpr std::uint16_t kUpdate = 2;
inline constexpr std::uint16_t kRemove = 3;
inline constexpr std::uint16_t kPsk = 4;
inline constexpr std::uint16_t kReInit = 5;
inline constexpr std::uint16_t kExternalInit = 6;
inline constexpr std::uint16_t kGroupContextExtensions = 7;
}  // namespace proposal_type

enum class ResumptionUsage : std::uint8_t { application = 1, reinit = 2, branch = 3 };

// PreSharedKeyID (RFC 9420 §8.4)
struct ExternalPskId {
  Bytes psk_id;
  friend bool operator==(const ExternalPskId&, const ExternalPskId&) = default;
};
struct ResumptionPskId {
  ResumptionUsage usage = ResumptionUsage::application;
  GroupId psk_group_id;
  Epoch psk_epoch = 0;
  friend bool operator==(const ResumptionPskId&, const ResumptionPskId&) = default;
};
struct PreSharedKeyId {
  std::variant<ExternalPskId, ResumptionPskId> body;
  Bytes psk_nonce;
  static Result<PreSharedKeyId> decode(Reader& reader);
  friend bool operator==(const PreSharedKeyId&, const PreSharedKeyId&) = default;
};
void encode(Writer& writer, const PreSharedKeyId& id);

struct Add {
  KeyPackage key_package;
  friend bool operator==(const Add&, const Add&) = default;
};
struct Update {
  LeafNode leaf_node;
  friend bool operator==(const Update&, const Update&) = default;
};
struct Remove {
  LeafIndex removed;
  friend bool operator==(const Remove&, const Remove&) = default;
};
struct PreSharedKey {
  PreSharedKeyId psk;
  friend bool operator==(const PreSharedKey&, const PreSharedKey&) = default;
};
struct ReInit {
  GroupId group_id;
  std::uint16_t version = kProtocolVersion;
  std::uint16_t cipher_suite = 0;
  Extensions extensions;
  friend bool operator==(const ReInit&, const ReInit&) = default;
};
struct ExternalInit {
  Bytes kem_output;
  friend bool operator==(const ExternalInit&, const ExternalInit&) = default;
};
struct GroupContextExtensions {
  Extensions extensions;
  friend bool operator==(const GroupContextExtensions&, const GroupContextExtensions&) = default;
};
// A proposal type that RFC 9420 does not define (GREASE, private use). Its body is `opaque data<V>`
// by our convention, so that it can be carried: RFC 9420 gives unknown proposals no length.
struct CustomProposal {
  std::uint16_t type = 0;
  Bytes data;
  friend bool operator==(const CustomProposal&, const CustomProposal&) = default;
};

struct Proposal {
  std::variant<Add, Update, Remove, PreSharedKey, ReInit, ExternalInit, GroupContextExtensions,
               CustomProposal>
      body;
  std::uint16_t type() const noexcept;
  template <class T>
  const T* as() const noexcept {
    return std::get_if<T>(&body);
  }
  static Result<Proposal> decode(Reader& reader);
  friend bool operator==(const Proposal&, const Proposal&) = default;
};
void encode(Writer& writer, const Proposal& proposal);

using ProposalRef = Hash;  // RefHash over AuthenticatedContent (RFC 9420 §5.2)

// ProposalOrRef (RFC 9420 §12.4). A reference is opaque<V>; other lengths than Nh refer to nothing.
struct ProposalOrRef {
  std::variant<Proposal, Bytes> body;
  static Result<ProposalOrRef> decode(Reader& reader);
  friend bool operator==(const ProposalOrRef&, const ProposalOrRef&) = default;
};
void encode(Writer& writer, const ProposalOrRef& item);

// RFC 9420 §7.6
struct UpdatePathNode {
  Bytes encryption_key;
  std::vector<HpkeCiphertext> encrypted_path_secret;
  static Result<UpdatePathNode> decode(Reader& reader);
  friend bool operator==(const UpdatePathNode&, const UpdatePathNode&) = default;
};
void encode(Writer& writer, const UpdatePathNode& node);
struct UpdatePath {
  LeafNode leaf_node;
  std::vector<UpdatePathNode> nodes;
  static Result<UpdatePath> decode(Reader& reader);
  friend bool operator==(const UpdatePath&, const UpdatePath&) = default;
};
void encode(Writer& writer, const UpdatePath& path);

struct Commit {
  std::vector<ProposalOrRef> proposals;
  std::optional<UpdatePath> path;
  static Result<Commit> decode(Reader& reader);
  friend bool operator==(const Commit&, const Commit&) = default;
};
void encode(Writer& writer, const Commit& commit);

}  // namespace hearth::mls
