// Keeping the private keys of one member in step with the tree.
#include "protocol/mls/tree/tree_private.h"

#include "protocol/crypto/labels.h"

namespace hearth::mls {

Result<crypto::KemKeyPair> derive_node_key(CipherSuite suite, const Secret32& path_secret) {
  const Secret32 node_secret = crypto::derive_secret(path_secret.view(), "node");
  return crypto::hpke_derive_key_pair(suite, node_secret.view());
}

Secret32 next_path_secret(const Secret32& path_secret) noexcept {
  return crypto::derive_secret(path_secret.view(), "path");
}

PrivateTree::PrivateTree(LeafIndex leaf, crypto::KemKeyPair leaf_key) : leaf_(leaf) {
  keys_.emplace(to_node(leaf), std::move(leaf_key));
}

Result<PrivateTree> PrivateTree::join(CipherSuite suite, const TreeView& tree, LeafIndex leaf,
                                      crypto::KemKeyPair leaf_key, LeafIndex signer,
                                      const Secret32* path_secret) {
  if (signer == leaf || tree.leaf(signer) == nullptr) {
    return fail(MlsErrc::group_info_signer_invalid);
  }
  if (tree.leaf(leaf) == nullptr || !equal(tree.leaf(leaf)->encryption_key, leaf_key.public_key)) {
    return fail(MlsErrc::leaf_key_invalid);
  }
  PrivateTree own(leaf, std::move(leaf_key));
  if (path_secret == nullptr) return own;

  // After the signer's path the nodes on it that are not blank are exactly the filtered ones.
  const NodeIndex lowest = common_ancestor(to_node(leaf), to_node(signer));
  if (tree.is_blank(lowest)) return fail(MlsErrc::path_key_mismatch);
  Secret32 secret = path_secret->clone();
  for (const NodeIndex node : tree.direct_path(leaf)) {
    if (level(node) < level(lowest) || tree.is_blank(node)) continue;
    HEARTH_TRY(crypto::KemKeyPair key, derive_node_key(suite, secret));
    if (!equal(key.public_key, tree.encryption_key(node))) {
      return fail(MlsErrc::path_key_mismatch);
    }
    own.keys_.emplace(node, std::move(key));
    secret = next_path_secret(secret);
  }
  return own;
}

const crypto::KemKeyPair* PrivateTree::find(NodeIndex node) const {
  const auto found = keys_.find(node);
  return found == keys_.end() ? nullptr : &found->second;
}

void PrivateTree::apply(PrivateKeys&& fresh, const TreeView& tree) {
  for (auto& [node, key] : fresh) keys_.insert_or_assign(node, std::move(key));
  fresh.clear();
  std::erase_if(keys_, [&](const auto& entry) {
    return !equal(entry.second.public_key, tree.encryption_key(entry.first));
  });
}

SecretBytes PrivateTree::encode_secret() const {
  // Public keys are below 128 bytes, so their length takes one byte.
  std::size_t size = 8;
  for (const auto& [node, key] : keys_) size += 4 + 32 + 1 + key.public_key.size();
  SecretBytes bytes(size);
  std::span<Byte> rest = bytes.mutable_view();
  const auto put = [&rest](ByteView part) {
    std::copy(part.begin(), part.end(), rest.begin());
    rest = rest.subspan(part.size());
  };
  const auto put_u32 = [&put](std::uint32_t value) { put(Writer().u32(value).bytes()); };

  put_u32(leaf_.value);
  put_u32(static_cast<std::uint32_t>(keys_.size()));
  for (const auto& [node, key] : keys_) {
    put_u32(node.value);
    put(key.private_key.view());
    put(Writer().vector(key.public_key).bytes());
  }
  expects(rest.empty());
  return bytes;
}

Result<PrivateTree> PrivateTree::decode_secret(ByteView bytes) {
  Reader reader(bytes);
  HEARTH_TRY(const std::uint32_t leaf, reader.u32());
  HEARTH_TRY(const std::uint32_t count, reader.u32());
  if (leaf >= kLeafCountMax) return fail(MlsErrc::snapshot_invalid);
  PrivateKeys keys;
  for (std::uint32_t i = 0; i < count; ++i) {
    HEARTH_TRY(const std::uint32_t node, reader.u32());
    HEARTH_TRY(const ByteView private_key, reader.take(32));
    HEARTH_TRY(Bytes public_key, reader.vector(127));
    // The own leaf and its ancestors: nothing else is ever held.
    if (node >= node_count({kLeafCountMax}) || !in_subtree(to_node({leaf}), {node}) ||
        !keys.emplace(NodeIndex{node},
                      crypto::KemKeyPair{Secret32::from(private_key), std::move(public_key)})
             .second) {
      return fail(MlsErrc::snapshot_invalid);
    }
  }
  HEARTH_CHECK(reader.finish());
  const auto own = keys.find(to_node({leaf}));
  if (own == keys.end()) return fail(MlsErrc::snapshot_invalid);
  PrivateTree tree({leaf}, std::move(own->second));
  keys.erase(own);
  tree.keys_.merge(keys);
  return tree;
}

}  // namespace hearth::mls
