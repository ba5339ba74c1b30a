// Making and opening an UpdatePath (RFC 9420 §7.4 to §7.6): TreeKEM proper.
#pragma once

#include <vector>

#include "protocol/mls/tree/tree_diff.h"
#include "protocol/mls/tree/tree_private.h"

namespace hearth::mls {

// A path of our own, made in two steps, because its ciphertexts are bound to a GroupContext that
// contains the tree hash after the path:
//   1. `make` draws the secrets, puts keys, parent hashes and the signed leaf into the diff;
//   2. `encrypt` seals the path secrets under the provisional GroupContext.
// Owned by the staged commit; dropping it wipes every secret.
class OwnPath final {
 public:
  // `leaf` comes with everything but encryption key, source, parent hash and signature, which are
  // set here. `sender` is our leaf, or the one reserved for an external commit.
  static Result<OwnPath> make(CipherSuite suite, TreeDiff& diff, LeafIndex sender, LeafNode leaf,
                              const crypto::SignatureKey& key, ByteView group_id,
                              crypto::RandomSource& random);

  // `group_context` is the encoded provisional GroupContext (§12.4.1). `diff` is the same as in
  // make.
  Result<UpdatePath> encrypt(const TreeDiff& diff, ByteView group_context,
                             crypto::RandomSource& random) const;

  const LeafNode& leaf_node() const noexcept { return leaf_; }
  const Secret32& commit_secret() const noexcept { return commit_secret_; }  // path_secret[n+1]
  // The secret of the lowest common ancestor of us and `joiner`, for its Welcome; never null for a
  // leaf of the tree other than our own.
  const Secret32* path_secret_for(LeafIndex joiner) const;
  // Our new keys, leaf included, for PrivateTree::apply.
  PrivateKeys take_keys() &&;

 private:
  OwnPath() = default;
  struct Node {
    PathStep step;
    Secret32 path_secret;
    crypto::KemKeyPair key;
  };
  CipherSuite suite_ = crypto::kDefaultSuite;
  LeafIndex sender_;
  LeafNode leaf_;
  crypto::KemKeyPair leaf_key_;
  std::vector<Node> nodes_;
  Secret32 commit_secret_;
};

struct OpenedPath {
  PrivateKeys keys;  // For PrivateTree::apply.
  Secret32 commit_secret;
};

// Opens another member's path, which TreeDiff::apply_path has accepted into `diff`.
// `own` are our keys of the old epoch; `pending` those that this commit's proposals gave us (our
// own Update), which come first. Uses our leaf's key where the leaf itself is a recipient (an
// unmerged leaf), else the nearest ancestor's key we hold. Errors: path_not_for_us (no ciphertext
// we could open), path_decrypt_failed, path_key_mismatch (a derived public key differs from the one
// sent).
Result<OpenedPath> open_path(CipherSuite suite, const PrivateTree& own, const PrivateKeys& pending,
                             const TreeDiff& diff, LeafIndex sender, const UpdatePath& path,
                             ByteView group_context);

}  // namespace hearth::mls
