// Reading a ratchet tree: one interface for the tree of an epoch and for a tree being staged.
#pragma once

#include <concepts>
#include <span>
#include <vector>

#include "protocol/mls/messages/group_info.h"
#include "protocol/mls/tree/tree_math.h"

namespace hearth::mls {

// A node of a filtered direct path together with its child on the copath (RFC 9420 §4.2).
struct PathStep {
  NodeIndex node;
  NodeIndex copath;
  friend bool operator==(const PathStep&, const PathStep&) = default;
};

// A full binary tree of 2^d leaves, some of them blank. The algorithms of RFC 9420 §4 and §7 that
// only read are written here once, for RatchetTree and TreeDiff. Pointers and references stay valid
// until the tree they come from changes.
class TreeView {
 public:
  virtual LeafCount leaf_count() const noexcept = 0;  // Blank ones too: always a power of two.
  // Null for a blank node and for an index beyond the tree.
  virtual const LeafNode* leaf(LeafIndex index) const noexcept = 0;
  virtual const ParentNode* parent_node(NodeIndex node) const noexcept = 0;
  // The tree hash of the subtree at `node` (RFC 9420 §7.8), computed at most once per change.
  virtual const Hash& subtree_hash(NodeIndex node) const = 0;
  // The number of non-blank leaves below (or at) `node`, in constant time.
  virtual std::uint32_t members_below(NodeIndex node) const noexcept = 0;
  // Does any leaf or parent hold this HPKE key; does any leaf hold this signature key?
  virtual bool has_encryption_key(ByteView key) const = 0;
  virtual bool has_signature_key(ByteView key) const = 0;

  NodeIndex root_node() const noexcept { return root(leaf_count()); }
  std::uint32_t member_count() const noexcept { return members_below(root_node()); }
  const Hash& tree_hash() const { return subtree_hash(root_node()); }
  bool is_blank(NodeIndex node) const noexcept;
  // The HPKE key of a node that is not blank; empty for a blank one.
  ByteView encryption_key(NodeIndex node) const noexcept;

  // From the leaf's parent to the root; empty in a tree of one leaf.
  std::vector<NodeIndex> direct_path(LeafIndex leaf) const;
  // The direct path without the nodes whose copath child has an empty resolution (§4.1.2).
  std::vector<PathStep> filtered_direct_path(LeafIndex leaf) const;
  // The resolution (§4.1.1) of `node`, in order, without the leaves in `excluded` (sorted).
  std::vector<NodeIndex> resolution(NodeIndex node, std::span<const LeafIndex> excluded = {}) const;
  // Calls `visit(NodeIndex)` for each node of the resolution until it returns false; says whether
  // it went through to the end.
  template <class Visit>
  bool walk_resolution(NodeIndex node, Visit&& visit) const {
    if (is_leaf(node)) return leaf(to_leaf(node)) == nullptr || visit(node);
    if (const ParentNode* parent = parent_node(node)) {
      if (!visit(node)) return false;
      for (const LeafIndex unmerged : parent->unmerged_leaves) {
        if (!visit(to_node(unmerged))) return false;
      }
      return true;
    }
    // A parent node without members below would be parent-hash invalid: nothing is missed here.
    if (members_below(node) == 0) return true;
    return walk_resolution(left(node), visit) && walk_resolution(right(node), visit);
  }
  // The leftmost blank leaf; nothing if the tree is full.
  std::optional<LeafIndex> leftmost_blank_leaf() const noexcept;

  // Calls `visit(LeafIndex, const LeafNode&)` for each member from left to right. A visitor that
  // returns Status ends the walk at its first error.
  template <class Visit>
  auto for_each_member(Visit&& visit) const {
    constexpr bool kMayFail =
        std::same_as<std::invoke_result_t<Visit&, LeafIndex, const LeafNode&>, Status>;
    for (LeafIndex i; i.value < leaf_count().value; ++i.value) {
      const LeafNode* member = leaf(i);
      if (member == nullptr) continue;
      if constexpr (kMayFail) {
        if (Status status = visit(i, *member); !status) return status;
      } else {
        visit(i, *member);
      }
    }
    if constexpr (kMayFail) return Status{};
  }

 protected:
  ~TreeView() = default;
};

}  // namespace hearth::mls
