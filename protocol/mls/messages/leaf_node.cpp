// Leaf nodes and key packages: bytes, what is signed, references.
#include "protocol/mls/messages/leaf_node.h"

#include "protocol/crypto/labels.h"

namespace hearth::mls {
namespace {

constexpr std::string_view kLeafNodeLabel = "LeafNodeTBS";
constexpr std::string_view kKeyPackageLabel = "KeyPackageTBS";
constexpr std::string_view kKeyPackageRefLabel = "MLS 1.0 KeyPackage Reference";

// Everything of a LeafNode before its signature, as in both LeafNode and LeafNodeTBS.
void encode_unsigned(Writer& writer, const LeafNode& leaf) {
  writer.vector(leaf.encryption_key).vector(leaf.signature_key);
  encode(writer, leaf.credential);
  encode(writer, leaf.capabilities);
  writer.u8(static_cast<std::uint8_t>(leaf.source));
  switch (leaf.source) {
    case LeafNodeSource::key_package:
      writer.u64(leaf.lifetime.not_before).u64(leaf.lifetime.not_after);
      break;
    case LeafNodeSource::update:
      break;
    case LeafNodeSource::commit:
      writer.vector(leaf.parent_hash);
      break;
  }
  encode(writer, leaf.extensions);
}

void encode_unsigned(Writer& writer, const KeyPackage& key_package) {
  writer.u16(key_package.version).u16(key_package.cipher_suite).vector(key_package.init_key);
  encode(writer, key_package.leaf_node);
  encode(writer, key_package.extensions);
}

}  // namespace

Result<LeafNode> LeafNode::decode(Reader& reader) {
  LeafNode leaf;
  HEARTH_TRY(leaf.encryption_key, reader.vector());
  HEARTH_TRY(leaf.signature_key, reader.vector());
  HEARTH_TRY(leaf.credential, Credential::decode(reader));
  HEARTH_TRY(leaf.capabilities, Capabilities::decode(reader));
  HEARTH_TRY(const std::uint8_t source, reader.u8());
  leaf.source = static_cast<LeafNodeSource>(source);
  switch (leaf.source) {
    case LeafNodeSource::key_package: {
      HEARTH_TRY(leaf.lifetime.not_before, reader.u64());
      HEARTH_TRY(leaf.lifetime.not_after, reader.u64());
      break;
    }
    case LeafNodeSource::update:
      break;
    case LeafNodeSource::commit: {
      HEARTH_TRY(leaf.parent_hash, reader.vector());
      break;
    }
    default:
      return hearth::fail(make_error(CodecErrc::enum_invalid));
  }
  HEARTH_TRY(leaf.extensions, decode_extensions(reader));
  HEARTH_TRY(leaf.signature, reader.vector());
  return leaf;
}

void encode(Writer& writer, const LeafNode& leaf) {
  encode_unsigned(writer, leaf);
  writer.vector(leaf.signature);
}

Bytes leaf_node_tbs(const LeafNode& leaf, const LeafPlace& place) {
  Writer writer;
  encode_unsigned(writer, leaf);
  if (leaf.source != LeafNodeSource::key_package) {
    writer.vector(place.group_id).u32(place.index.value);
  }
  return writer.take();
}

Status sign(LeafNode& leaf, const crypto::SignatureKey& key, const LeafPlace& place) {
  HEARTH_TRY(leaf.signature,
             crypto::sign_with_label(key, kLeafNodeLabel, leaf_node_tbs(leaf, place)));
  return {};
}

Status verify_signature(const LeafNode& leaf, CipherSuite suite, const LeafPlace& place) {
  if (!crypto::verify_with_label(suite, leaf.signature_key, kLeafNodeLabel,
                                 leaf_node_tbs(leaf, place), leaf.signature)) {
    return fail(MlsErrc::leaf_signature_invalid);
  }
  return {};
}

Result<KeyPackage> KeyPackage::decode(Reader& reader) {
  KeyPackage key_package;
  HEARTH_TRY(key_package.version, reader.u16());
  if (key_package.version != kProtocolVersion) return fail(MlsErrc::version_unsupported);
  HEARTH_TRY(key_package.cipher_suite, reader.u16());
  HEARTH_TRY(key_package.init_key, reader.vector());
  HEARTH_TRY(key_package.leaf_node, LeafNode::decode(reader));
  HEARTH_TRY(key_package.extensions, decode_extensions(reader));
  HEARTH_TRY(key_package.signature, reader.vector());
  return key_package;
}

void encode(Writer& writer, const KeyPackage& key_package) {
  encode_unsigned(writer, key_package);
  writer.vector(key_package.signature);
}

Bytes key_package_tbs(const KeyPackage& key_package) {
  Writer writer;
  encode_unsigned(writer, key_package);
  return writer.take();
}

Hash key_package_ref(const KeyPackage& key_package) {
  return crypto::ref_hash(kKeyPackageRefLabel, encoded(key_package));
}

Status sign(KeyPackage& key_package, const crypto::SignatureKey& key) {
  HEARTH_TRY(key_package.signature,
             crypto::sign_with_label(key, kKeyPackageLabel, key_package_tbs(key_package)));
  return {};
}

Status verify_signature(const KeyPackage& key_package) {
  if (!crypto::supported(key_package.cipher_suite)) return fail(MlsErrc::suite_unsupported);
  const auto suite = static_cast<CipherSuite>(key_package.cipher_suite);
  if (!crypto::verify_with_label(suite, key_package.leaf_node.signature_key, kKeyPackageLabel,
                                 key_package_tbs(key_package), key_package.signature)) {
    return fail(MlsErrc::key_package_signature_invalid);
  }
  return {};
}

}  // namespace hearth::mls
