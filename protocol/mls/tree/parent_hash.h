// Parent hashes (RFC 9420 §7.9): what binds each parent node to the leaf that made it.
#pragma once

#include <span>

#include "protocol/mls/tree/tree_view.h"

namespace hearth::mls {

// The parent hash of a node with this key and this own parent_hash, whose copath child had this
// tree hash (ParentHashInput).
Hash parent_hash(ByteView encryption_key, ByteView own_parent_hash,
                 const Hash& original_sibling_tree_hash);

// The tree hash of the subtree at `node` as if the leaves `without` (sorted) were blank and removed
// from all lists of unmerged leaves. Only nodes above such leaves, blank or not, are hashed anew.
Hash original_tree_hash(const TreeView& tree, NodeIndex node, std::span<const LeafIndex> without);

// Every non-blank parent is parent-hash valid by exactly one descendant (§7.9.2), and the root's
// own parent hash is empty. The lists of unmerged leaves must have been checked before.
Status verify_parent_hashes(const TreeView& tree);

}  // namespace hearth::mls
