// The hash of one node of the ratchet tree (RFC 9420 §7.8).
#pragma once

#include "protocol/mls/messages/group_info.h"

namespace hearth::mls {

// LeafNodeHashInput: the leaf index, not the node index, is hashed. `leaf` is null when blank.
Hash leaf_node_hash(LeafIndex index, const LeafNode* leaf);
// ParentNodeHashInput. `parent` is null when blank: blank nodes have hashes too.
Hash parent_node_hash(const ParentNode* parent, const Hash& left, const Hash& right);

}  // namespace hearth::mls
