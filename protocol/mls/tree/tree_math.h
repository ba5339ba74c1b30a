// Node arithmetic of the full binary tree (RFC 9420 Appendix C).
//
//                              X                 node 7 is the root of 8 leaves
//                      /               \         leaves are the even nodes: leaf i is node 2i
//                      X               X
//                  /       \       /       \     level(x) = number of trailing one bits of x
//                  X       X       X       X
//                 / \     / \     / \     / \    .
//         node   0 1 2 3 4 5 6 7 8 9 ...
#pragma once

#include <bit>

#include "protocol/mls/messages/group_info.h"

namespace hearth::mls {

// The number of leaves of a full tree: a power of two. Nodes are 2n - 1.
struct LeafCount {
  std::uint32_t value = 0;
  friend auto operator<=>(LeafCount, LeafCount) = default;
};

// More leaves than any group we serve. A blank node is one byte on the wire and hundreds in memory,
// so this bounds what a hostile tree can cost; it also keeps every index well inside 32 bits.
inline constexpr std::uint32_t kLeafCountMax = (kWireTreeNodesMax + 1) / 2;

constexpr NodeIndex to_node(LeafIndex leaf) noexcept { return {leaf.value * 2}; }
constexpr bool is_leaf(NodeIndex node) noexcept { return (node.value & 1u) == 0; }
// Only for even nodes.
constexpr LeafIndex to_leaf(NodeIndex node) noexcept { return {node.value / 2}; }
constexpr std::uint32_t level(NodeIndex node) noexcept {
  return static_cast<std::uint32_t>(std::countr_one(node.value));
}
constexpr std::uint32_t node_count(LeafCount leaves) noexcept {
  return leaves.value == 0 ? 0 : 2 * leaves.value - 1;
}
constexpr NodeIndex root(LeafCount leaves) noexcept { return {leaves.value - 1}; }
// Children of a parent node; for a leaf there are none (callers check is_leaf).
constexpr NodeIndex left(NodeIndex node) noexcept {
  return {node.value ^ (1u << (level(node) - 1))};
}
constexpr NodeIndex right(NodeIndex node) noexcept {
  return {node.value ^ (3u << (level(node) - 1))};
}
// The parent in an unbounded tree; the caller stops at the root.
constexpr NodeIndex parent(NodeIndex node) noexcept {
  const std::uint32_t k = level(node);
  const std::uint32_t b = (node.value >> (k + 1)) & 1u;
  return {(node.value | (1u << k)) ^ (b << (k + 1))};
}
constexpr NodeIndex sibling(NodeIndex node) noexcept {
  const NodeIndex p = parent(node);
  return node < p ? right(p) : left(p);
}
// Is `node` in the subtree below (or equal to) `ancestor`?
constexpr bool in_subtree(NodeIndex node, NodeIndex ancestor) noexcept {
  const std::uint32_t half = (1u << level(ancestor)) - 1;
  return node.value >= ancestor.value - half && node.value <= ancestor.value + half;
}
// The smallest power of two that holds `leaves` (at least 1).
constexpr LeafCount full_tree_for(std::uint32_t leaves) noexcept {
  return {std::bit_ceil(leaves == 0 ? 1u : leaves)};
}
// The lowest common ancestor of two nodes.
constexpr NodeIndex common_ancestor(NodeIndex a, NodeIndex b) noexcept {
  while (a != b) {
    if (level(a) <= level(b)) {
      a = parent(a);
    } else {
      b = parent(b);
    }
  }
  return a;
}

}  // namespace hearth::mls
