// The private half of the ratchet tree: the keys that one member holds on its path to the root.
#pragma once

#include <map>

#include "protocol/mls/tree/tree_view.h"

namespace hearth::mls {

// Private keys by node; what a commit brings, before it is merged.
using PrivateKeys = std::map<NodeIndex, crypto::KemKeyPair>;

// PrivateTree holds the key of the member's own leaf and of those nodes above it whose path secret
// the member has learned (none, right after a path-less Add). Invariant of the owner: each key it
// holds belongs to the public key in the tree of the same epoch. Keys wipe themselves when
// replaced.
class PrivateTree final {
 public:
  PrivateTree(LeafIndex leaf, crypto::KemKeyPair leaf_key);

  // A newcomer's keys (RFC 9420 §12.4.3.1): from the path secret in the Welcome, if one came, the
  // keys of the lowest common ancestor of `signer` and itself, and of all above. Each public key
  // must be the one in the tree: path_key_mismatch. The leaf key must be that of the leaf in the
  // tree: leaf_key_invalid. `signer` must not be the newcomer: group_info_signer_invalid.
  static Result<PrivateTree> join(CipherSuite suite, const TreeView& tree, LeafIndex leaf,
                                  crypto::KemKeyPair leaf_key, LeafIndex signer,
                                  const Secret32* path_secret);

  LeafIndex leaf() const noexcept { return leaf_; }
  const crypto::KemKeyPair* find(NodeIndex node) const;
  std::size_t size() const noexcept { return keys_.size(); }

  // Installs the keys a commit brought and erases every key that no longer stands in `tree`, which
  // is the tree after the commit (RFC 9420 §7.5, last paragraph; §9.2).
  void apply(PrivateKeys&& fresh, const TreeView& tree);

  // For the sealed snapshot: leaf index, then each node with its private and public key.
  SecretBytes encode_secret() const;
  static Result<PrivateTree> decode_secret(ByteView bytes);

 private:
  LeafIndex leaf_;
  PrivateKeys keys_;
};

// path_secret[n] -> the node's key pair, and path_secret[n+1] (RFC 9420 §7.4).
Result<crypto::KemKeyPair> derive_node_key(CipherSuite suite, const Secret32& path_secret);
Secret32 next_path_secret(const Secret32& path_secret) noexcept;

}  // namespace hearth::mls
