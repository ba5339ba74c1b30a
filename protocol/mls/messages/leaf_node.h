// Leaf nodes and key packages (RFC 9420 §7.2, §10): encode, sign, verify the signature.
#pragma once

#include "protocol/mls/messages/types.h"

namespace hearth::mls {

enum class LeafNodeSource : std::uint8_t { key_package = 1, update = 2, commit = 3 };

struct LeafNode {
  Bytes encryption_key;  // HPKE public key.
  Bytes signature_key;
  Credential credential;
  Capabilities capabilities;
  LeafNodeSource source = LeafNodeSource::key_package;
  Lifetime lifetime;     // Only for key_package.
  Bytes parent_hash;     // Only for commit.
  Extensions extensions;
  Bytes signature;

  static Result<LeafNode> decode(Reader& reader);
  friend bool operator==(const LeafNode&, const LeafNode&) = default;
};
void encode(Writer& writer, const LeafNode& leaf);

// LeafNodeTBS (RFC 9420 §7.2): for update and commit the group and leaf index are signed too;
// for key_package the two are ignored.
struct LeafPlace {
  ByteView group_id;
  LeafIndex index;
};
Bytes leaf_node_tbs(const LeafNode& leaf, const LeafPlace& place);
Status sign(LeafNode& leaf, const crypto::SignatureKey& key, const LeafPlace& place);
Status verify_signature(const LeafNode& leaf, CipherSuite suite, const LeafPlace& place);

struct KeyPackage {
  std::uint16_t version = kProtocolVersion;
  std::uint16_t cipher_suite = 0;
  Bytes init_key;
  LeafNode leaf_node;
  Extensions extensions;
  Bytes signature;

  static Result<KeyPackage> decode(Reader& reader);
  friend bool operator==(const KeyPackage&, const KeyPackage&) = default;
};
void encode(Writer& writer, const KeyPackage& key_package);

Bytes key_package_tbs(const KeyPackage& key_package);
// "MLS 1.0 KeyPackage Reference" over the KeyPackage, not the MLSMessage (RFC 9420 §5.2).
Hash key_package_ref(const KeyPackage& key_package);
Status sign(KeyPackage& key_package, const crypto::SignatureKey& key);
Status verify_signature(const KeyPackage& key_package);  // KeyPackage signature alone.

}  // namespace hearth::mls
