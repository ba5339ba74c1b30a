// GroupContext, GroupInfo, Welcome and the outermost MLSMessage (RFC 9420 §8.1, §12.4.3, §6).
#pragma once

#include "protocol/mls/messages/framed.h"

namespace hearth::mls {

struct GroupContext {
  std::uint16_t version = kProtocolVersion;
  CipherSuite cipher_suite = crypto::kDefaultSuite;
  GroupId group_id;
  Epoch epoch = 0;
  Bytes tree_hash;
  Bytes confirmed_transcript_hash;  // Empty in epoch 0.
  Extensions extensions;
  // Refuses suites and versions we do not know.
  static Result<GroupContext> decode(Reader& reader);
  friend bool operator==(const GroupContext&, const GroupContext&) = default;
};
void encode(Writer& writer, const GroupContext& context);

struct GroupInfo {
  GroupContext group_context;
  Extensions extensions;
  Bytes confirmation_tag;
  LeafIndex signer;
  Bytes signature;
  static Result<GroupInfo> decode(Reader& reader);
};
void encode(Writer& writer, const GroupInfo& info);
Bytes group_info_tbs(const GroupInfo& info);
Status sign(GroupInfo& info, const crypto::SignatureKey& key);
Status verify_signature(const GroupInfo& info, ByteView signer_public_key);

// RFC 9420 §12.4.3.1. Secret: lives only decrypted in memory.
struct GroupSecrets {
  Secret32 joiner_secret;
  std::optional<Secret32> path_secret;
  std::vector<PreSharedKeyId> psks;
  static Result<GroupSecrets> decode(Reader& reader);
  SecretBytes encode_secret() const;
};

struct EncryptedGroupSecrets {
  Bytes new_member;  // KeyPackageRef
  HpkeCiphertext encrypted_group_secrets;
  static Result<EncryptedGroupSecrets> decode(Reader& reader);
};
void encode(Writer& writer, const EncryptedGroupSecrets& secrets);

struct Welcome {
  std::uint16_t cipher_suite = 0;
  std::vector<EncryptedGroupSecrets> secrets;
  Bytes encrypted_group_info;
  static Result<Welcome> decode(Reader& reader);
};
void encode(Writer& writer, const Welcome& welcome);

struct MlsMessage {
  std::variant<PublicMessage, PrivateMessage, Welcome, GroupInfo, KeyPackage> body;
  WireFormat wire_format() const noexcept;
  static Result<MlsMessage> decode(Reader& reader);  // Refuses versions other than mls10.
};
void encode(Writer& writer, const MlsMessage& message);

// The wire form of a tree (RFC 9420 §12.4.3.3): optional<Node> ratchet_tree<V>. The in-memory tree
// is tree/tree.h; this is only its parsed, unverified shape.
struct ParentNode {
  Bytes encryption_key;
  Bytes parent_hash;
  std::vector<LeafIndex> unmerged_leaves;
  static Result<ParentNode> decode(Reader& reader);
  friend bool operator==(const ParentNode&, const ParentNode&) = default;
};
void encode(Writer& writer, const ParentNode& node);
struct WireNode {
  std::variant<LeafNode, ParentNode> body;  // NodeType 1 leaf, 2 parent.
  static Result<WireNode> decode(Reader& reader);
};
void encode(Writer& writer, const WireNode& node);
using WireTree = std::vector<std::optional<WireNode>>;
// 2^16 leaves. A blank node takes one byte on the wire and hundreds in memory, so that the length
// of the input alone would be no bound. Longer trees are refused with tree_too_large.
inline constexpr std::uint32_t kWireTreeNodesMax = (2u << 16) - 1;
Result<WireTree> decode_wire_tree(ByteView bytes);
Bytes encode_wire_tree(const WireTree& tree);

}  // namespace hearth::mls
