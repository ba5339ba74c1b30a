// GroupContext, GroupInfo, Welcome, the ratchet tree on the wire and MLSMessage: their bytes.
#include "protocol/mls/messages/group_info.h"

#include <algorithm>

#include "protocol/crypto/labels.h"

namespace hearth::mls {
namespace {

constexpr std::string_view kGroupInfoLabel = "GroupInfoTBS";
constexpr std::uint8_t kNodeLeaf = 1;
constexpr std::uint8_t kNodeParent = 2;

void encode_unsigned(Writer& writer, const GroupInfo& info) {
  encode(writer, info.group_context);
  encode(writer, info.extensions);
  writer.vector(info.confirmation_tag).u32(info.signer.value);
}

// A secret of Nh bytes, opaque<V>: any other length belongs to no suite of ours.
Result<Secret32> decode_secret(Reader& reader) {
  HEARTH_TRY(const ByteView bytes, reader.vector_view());
  if (bytes.size() != kHashSize) return hearth::fail(make_error(CodecErrc::length_invalid));
  return Secret32::from(bytes);
}

}  // namespace

Result<GroupContext> GroupContext::decode(Reader& reader) {
  GroupContext context;
  HEARTH_TRY(context.version, reader.u16());
  if (context.version != kProtocolVersion) return fail(MlsErrc::version_unsupported);
  HEARTH_TRY(const std::uint16_t suite, reader.u16());
  if (!crypto::supported(suite)) return fail(MlsErrc::suite_unsupported);
  context.cipher_suite = static_cast<CipherSuite>(suite);
  HEARTH_TRY(context.group_id, reader.vector());
  HEARTH_TRY(context.epoch, reader.u64());
  HEARTH_TRY(context.tree_hash, reader.vector());
  HEARTH_TRY(context.confirmed_transcript_hash, reader.vector());
  HEARTH_TRY(context.extensions, decode_extensions(reader));
  return context;
}

void encode(Writer& writer, const GroupContext& context) {
  writer.u16(context.version)
      .u16(static_cast<std::uint16_t>(context.cipher_suite))
      .vector(context.group_id)
      .u64(context.epoch)
      .vector(context.tree_hash)
      .vector(context.confirmed_transcript_hash);
  encode(writer, context.extensions);
}

Result<GroupInfo> GroupInfo::decode(Reader& reader) {
  GroupInfo info;
  HEARTH_TRY(info.group_context, GroupContext::decode(reader));
  HEARTH_TRY(info.extensions, decode_extensions(reader));
  HEARTH_TRY(info.confirmation_tag, reader.vector());
  HEARTH_TRY(info.signer.value, reader.u32());
  HEARTH_TRY(info.signature, reader.vector());
  return info;
}

void encode(Writer& writer, const GroupInfo& info) {
  encode_unsigned(writer, info);
  writer.vector(info.signature);
}

Bytes group_info_tbs(const GroupInfo& info) {
  Writer writer;
  encode_unsigned(writer, info);
  return writer.take();
}

Status sign(GroupInfo& info, const crypto::SignatureKey& key) {
  HEARTH_TRY(info.signature, crypto::sign_with_label(key, kGroupInfoLabel, group_info_tbs(info)));
  return {};
}

Status verify_signature(const GroupInfo& info, ByteView signer_public_key) {
  if (!crypto::verify_with_label(info.group_context.cipher_suite, signer_public_key,
                                 kGroupInfoLabel, group_info_tbs(info), info.signature)) {
    return fail(MlsErrc::group_info_signature_invalid);
  }
  return {};
}

Result<GroupSecrets> GroupSecrets::decode(Reader& reader) {
  GroupSecrets secrets;
  HEARTH_TRY(secrets.joiner_secret, decode_secret(reader));
  HEARTH_TRY(secrets.path_secret, reader.optional_of<Secret32>(decode_secret));
  HEARTH_TRY(secrets.psks, reader.vector_of<PreSharedKeyId>(PreSharedKeyId::decode));
  return secrets;
}

SecretBytes GroupSecrets::encode_secret() const {
  Writer list;
  list.vector_of(psks, [](Writer& inner, const PreSharedKeyId& id) { encode(inner, id); });

  // Written into its final place: a growing buffer would leave copies of the secrets behind.
  constexpr std::size_t kSecretSize = 1 + kHashSize;
  SecretBytes encoded(kSecretSize + 1 + (path_secret ? kSecretSize : 0) + list.size());
  auto target = encoded.mutable_view().begin();
  const auto put = [&target](ByteView bytes) {
    target = std::copy(bytes.begin(), bytes.end(), target);
  };
  const auto put_secret = [&](const Secret32& secret) {
    *target++ = kHashSize;
    put(secret.view());
  };
  put_secret(joiner_secret);
  *target++ = path_secret ? 1 : 0;
  if (path_secret) put_secret(*path_secret);
  put(list.bytes());
  return encoded;
}

Result<EncryptedGroupSecrets> EncryptedGroupSecrets::decode(Reader& reader) {
  EncryptedGroupSecrets secrets;
  HEARTH_TRY(secrets.new_member, reader.vector());
  HEARTH_TRY(secrets.encrypted_group_secrets, HpkeCiphertext::decode(reader));
  return secrets;
}

void encode(Writer& writer, const EncryptedGroupSecrets& secrets) {
  writer.vector(secrets.new_member);
  encode(writer, secrets.encrypted_group_secrets);
}

Result<Welcome> Welcome::decode(Reader& reader) {
  Welcome welcome;
  HEARTH_TRY(welcome.cipher_suite, reader.u16());
  HEARTH_TRY(welcome.secrets,
             reader.vector_of<EncryptedGroupSecrets>(EncryptedGroupSecrets::decode));
  HEARTH_TRY(welcome.encrypted_group_info, reader.vector());
  return welcome;
}

void encode(Writer& writer, const Welcome& welcome) {
  writer.u16(welcome.cipher_suite);
  writer.vector_of(welcome.secrets,
                   [](Writer& inner, const EncryptedGroupSecrets& item) { encode(inner, item); });
  writer.vector(welcome.encrypted_group_info);
}

WireFormat MlsMessage::wire_format() const noexcept {
  return static_cast<WireFormat>(body.index() + 1);  // The alternatives stand in its order.
}

Result<MlsMessage> MlsMessage::decode(Reader& reader) {
  HEARTH_TRY(const std::uint16_t version, reader.u16());
  if (version != kProtocolVersion) return fail(MlsErrc::version_unsupported);
  HEARTH_TRY(const std::uint16_t format, reader.u16());
  switch (static_cast<WireFormat>(format)) {
    case WireFormat::public_message: {
      HEARTH_TRY(PublicMessage body, PublicMessage::decode(reader));
      return MlsMessage{std::move(body)};
    }
    case WireFormat::private_message: {
      HEARTH_TRY(PrivateMessage body, PrivateMessage::decode(reader));
      return MlsMessage{std::move(body)};
    }
    case WireFormat::welcome: {
      HEARTH_TRY(Welcome body, Welcome::decode(reader));
      return MlsMessage{std::move(body)};
    }
    case WireFormat::group_info: {
      HEARTH_TRY(GroupInfo body, GroupInfo::decode(reader));
      return MlsMessage{std::move(body)};
    }
    case WireFormat::key_package: {
      HEARTH_TRY(KeyPackage body, KeyPackage::decode(reader));
      return MlsMessage{std::move(body)};
    }
  }
  return hearth::fail(make_error(CodecErrc::enum_invalid));
}

void encode(Writer& writer, const MlsMessage& message) {
  writer.u16(kProtocolVersion).u16(static_cast<std::uint16_t>(message.wire_format()));
  std::visit([&](const auto& body) { encode(writer, body); }, message.body);
}

Result<ParentNode> ParentNode::decode(Reader& reader) {
  ParentNode node;
  HEARTH_TRY(node.encryption_key, reader.vector());
  HEARTH_TRY(node.parent_hash, reader.vector());
  HEARTH_TRY(node.unmerged_leaves,
             reader.vector_of<LeafIndex>([](Reader& inner) -> Result<LeafIndex> {
               HEARTH_TRY(const std::uint32_t value, inner.u32());
               return LeafIndex{value};
             }));
  return node;
}

void encode(Writer& writer, const ParentNode& node) {
  writer.vector(node.encryption_key).vector(node.parent_hash);
  writer.varint(4 * node.unmerged_leaves.size());
  for (const LeafIndex leaf : node.unmerged_leaves) writer.u32(leaf.value);
}

Result<WireNode> WireNode::decode(Reader& reader) {
  HEARTH_TRY(const std::uint8_t type, reader.u8());
  if (type == kNodeLeaf) {
    HEARTH_TRY(LeafNode leaf, LeafNode::decode(reader));
    return WireNode{std::move(leaf)};
  }
  if (type == kNodeParent) {
    HEARTH_TRY(ParentNode parent, ParentNode::decode(reader));
    return WireNode{std::move(parent)};
  }
  return hearth::fail(make_error(CodecErrc::enum_invalid));
}

void encode(Writer& writer, const WireNode& node) {
  writer.u8(std::holds_alternative<LeafNode>(node.body) ? kNodeLeaf : kNodeParent);
  std::visit([&](const auto& body) { encode(writer, body); }, node.body);
}

Result<WireTree> decode_wire_tree(ByteView bytes) {
  Reader reader(bytes);
  std::uint32_t nodes = 0;
  HEARTH_TRY(WireTree tree,
             reader.vector_of<std::optional<WireNode>>(
                 [&nodes](Reader& inner) -> Result<std::optional<WireNode>> {
                   if (++nodes > kWireTreeNodesMax) return fail(MlsErrc::tree_too_large);
                   return inner.optional_of<WireNode>(WireNode::decode);
                 }));
  HEARTH_CHECK(reader.finish());
  return tree;
}

Bytes encode_wire_tree(const WireTree& tree) {
  Writer writer;
  writer.vector_of(tree, [](Writer& inner, const std::optional<WireNode>& node) {
    inner.optional_of(node, [](Writer& w, const WireNode& present) { encode(w, present); });
  });
  return writer.take();
}

}  // namespace hearth::mls
