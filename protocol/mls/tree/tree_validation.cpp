// The joiner's checks of the tree.
#include "protocol/mls/tree/tree_validation.h"

#include <algorithm>
#include <functional>

#include "protocol/mls/tree/parent_hash.h"

namespace hearth::mls {
namespace {

// Calls check(NodeIndex, const ParentNode&) for each parent node that is not blank.
template <class Check>
Status for_each_parent(const TreeView& tree, Check&& check) {
  const std::uint32_t nodes = node_count(tree.leaf_count());
  for (std::uint32_t i = 1; i < nodes; i += 2) {
    if (const ParentNode* parent = tree.parent_node({i})) {
      HEARTH_CHECK(check(NodeIndex{i}, *parent));
    }
  }
  return {};
}

}  // namespace

Status verify_unmerged_leaves(const TreeView& tree) {
  // RFC 9420 §7.1: in increasing order. First for all, as the second pass searches the lists.
  HEARTH_CHECK(for_each_parent(tree, [](NodeIndex, const ParentNode& node) -> Status {
    if (std::ranges::adjacent_find(node.unmerged_leaves, std::greater_equal{}) !=
        node.unmerged_leaves.end()) {
      return fail(MlsErrc::unmerged_leaves_invalid);
    }
    return {};
  }));
  return for_each_parent(tree, [&](NodeIndex index, const ParentNode& node) -> Status {
    for (const LeafIndex unmerged : node.unmerged_leaves) {
      if (tree.leaf(unmerged) == nullptr || !in_subtree(to_node(unmerged), index)) {
        return fail(MlsErrc::unmerged_leaves_invalid);
      }
      for (NodeIndex between = parent(to_node(unmerged)); between != index;
           between = parent(between)) {
        const ParentNode* inner = tree.parent_node(between);
        if (inner != nullptr && !std::ranges::binary_search(inner->unmerged_leaves, unmerged)) {
          return fail(MlsErrc::unmerged_leaves_invalid);
        }
      }
    }
    return {};
  });
}

Status validate_tree(const TreeView& tree, CipherSuite suite) {
  HEARTH_CHECK(verify_unmerged_leaves(tree));
  HEARTH_CHECK(for_each_parent(tree, [&](NodeIndex, const ParentNode& node) {
    return crypto::check_kem_public_key(suite, node.encryption_key);
  }));
  return verify_parent_hashes(tree);
}

}  // namespace hearth::mls
