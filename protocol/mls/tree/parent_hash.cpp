// Computing and verifying parent hashes.
#include "protocol/mls/tree/parent_hash.h"

#include <algorithm>

#include "protocol/mls/tree/tree_hash.h"

namespace hearth::mls {
namespace {

// The part of a sorted list of leaves that lies below `node`.
std::span<const LeafIndex> leaves_below(std::span<const LeafIndex> leaves, NodeIndex node) {
  const std::uint32_t half = (1u << level(node)) - 1;
  const LeafIndex first{(node.value - half) / 2};
  const LeafIndex last{(node.value + half) / 2};
  const auto from = std::ranges::lower_bound(leaves, first);
  const auto to = std::ranges::upper_bound(leaves, last);
  return {from, to};
}

// The one node D of the resolution of `child` that remains when `unmerged` (those of the node
// above, below `child`) is taken away; nothing unless exactly one remains (RFC 9420 §7.9.2, third
// criterion). Stops at the second: the cost is that of the unmerged leaves, not of the subtree.
std::optional<NodeIndex> sole_descendant(const TreeView& tree, NodeIndex child,
                                         std::span<const LeafIndex> unmerged) {
  std::optional<NodeIndex> found;
  std::size_t unmerged_met = 0;
  const bool at_most_one = tree.walk_resolution(child, [&](NodeIndex node) {
    if (is_leaf(node) && std::ranges::binary_search(unmerged, to_leaf(node))) {
      ++unmerged_met;
      return true;
    }
    if (found) return false;
    found = node;
    return true;
  });
  if (!at_most_one || unmerged_met != unmerged.size()) return std::nullopt;
  return found;
}

// The parent_hash field of a node; empty where it has none, which never equals a hash.
ByteView parent_hash_field(const TreeView& tree, NodeIndex node) {
  if (!is_leaf(node)) return tree.parent_node(node)->parent_hash;
  const LeafNode* leaf = tree.leaf(to_leaf(node));
  if (leaf == nullptr || leaf->source != LeafNodeSource::commit) return {};
  return leaf->parent_hash;
}

// Is there a descendant on the side of `child` whose parent hash is valid with respect to `node`?
bool valid_through(const TreeView& tree, const ParentNode& node, NodeIndex child) {
  const auto descendant = sole_descendant(tree, child, leaves_below(node.unmerged_leaves, child));
  if (!descendant) return false;
  const ByteView claimed = parent_hash_field(tree, *descendant);
  if (claimed.size() != kHashSize) return false;

  const NodeIndex copath = sibling(child);
  const Hash sibling_hash =
      original_tree_hash(tree, copath, leaves_below(node.unmerged_leaves, copath));
  return equal(claimed, parent_hash(node.encryption_key, node.parent_hash, sibling_hash));
}

}  // namespace

Hash parent_hash(ByteView encryption_key, ByteView own_parent_hash,
                 const Hash& original_sibling_tree_hash) {
  Writer writer;
  writer.reserve(encryption_key.size() + own_parent_hash.size() + kHashSize + 16);
  writer.vector(encryption_key).vector(own_parent_hash).vector(original_sibling_tree_hash);
  return crypto::sha256(writer.bytes());
}

Hash original_tree_hash(const TreeView& tree, NodeIndex node, std::span<const LeafIndex> without) {
  const std::span<const LeafIndex> here = leaves_below(without, node);
  if (here.empty()) return tree.subtree_hash(node);
  if (is_leaf(node)) return leaf_node_hash(to_leaf(node), nullptr);

  const Hash a = original_tree_hash(tree, left(node), here);
  const Hash b = original_tree_hash(tree, right(node), here);
  const ParentNode* current = tree.parent_node(node);
  if (current == nullptr) return parent_node_hash(nullptr, a, b);
  ParentNode original{current->encryption_key, current->parent_hash, {}};
  std::ranges::set_difference(current->unmerged_leaves, here,
                              std::back_inserter(original.unmerged_leaves));
  return parent_node_hash(&original, a, b);
}

Status verify_parent_hashes(const TreeView& tree) {
  const std::uint32_t nodes = node_count(tree.leaf_count());
  for (std::uint32_t i = 1; i < nodes; i += 2) {
    const NodeIndex index{i};
    const ParentNode* node = tree.parent_node(index);
    if (node == nullptr) continue;
    // RFC 9420 §7.9: nothing is above the root.
    if (index == tree.root_node() && !node->parent_hash.empty()) {
      return fail(MlsErrc::parent_hash_invalid);
    }
    const int chains = (valid_through(tree, *node, left(index)) ? 1 : 0) +
                       (valid_through(tree, *node, right(index)) ? 1 : 0);
    if (chains != 1) return fail(MlsErrc::parent_hash_invalid);
  }
  return {};
}

}  // namespace hearth::mls
