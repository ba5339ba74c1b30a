// Paths, resolutions and free places, read off any tree.
#include "protocol/mls/tree/tree_view.h"

#include <algorithm>

namespace hearth::mls {

bool TreeView::is_blank(NodeIndex node) const noexcept {
  return is_leaf(node) ? leaf(to_leaf(node)) == nullptr : parent_node(node) == nullptr;
}

ByteView TreeView::encryption_key(NodeIndex node) const noexcept {
  if (is_leaf(node)) {
    const LeafNode* member = leaf(to_leaf(node));
    return member == nullptr ? ByteView{} : ByteView(member->encryption_key);
  }
  const ParentNode* parent = parent_node(node);
  return parent == nullptr ? ByteView{} : ByteView(parent->encryption_key);
}

std::vector<NodeIndex> TreeView::direct_path(LeafIndex leaf) const {
  expects(leaf.value < leaf_count().value);
  std::vector<NodeIndex> path;
  const NodeIndex top = root_node();
  for (NodeIndex node = to_node(leaf); node != top;) {
    node = parent(node);
    path.push_back(node);
  }
  return path;
}

std::vector<PathStep> TreeView::filtered_direct_path(LeafIndex leaf) const {
  std::vector<PathStep> path;
  NodeIndex child = to_node(leaf);
  for (const NodeIndex node : direct_path(leaf)) {
    const NodeIndex copath = sibling(child);
    // In a valid tree a resolution is empty exactly when no member is below.
    if (members_below(copath) > 0) path.push_back({node, copath});
    child = node;
  }
  return path;
}

std::vector<NodeIndex> TreeView::resolution(NodeIndex node,
                                            std::span<const LeafIndex> excluded) const {
  std::vector<NodeIndex> nodes;
  walk_resolution(node, [&](NodeIndex found) {
    if (!is_leaf(found) || !std::ranges::binary_search(excluded, to_leaf(found))) {
      nodes.push_back(found);
    }
    return true;
  });
  return nodes;
}

std::optional<LeafIndex> TreeView::leftmost_blank_leaf() const noexcept {
  NodeIndex node = root_node();
  if (members_below(node) == leaf_count().value) return std::nullopt;
  while (!is_leaf(node)) {
    const NodeIndex first = left(node);
    node = members_below(first) < (1u << level(first)) ? first : right(node);
  }
  return to_leaf(node);
}

}  // namespace hearth::mls
