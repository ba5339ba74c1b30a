// The public ratchet tree of one epoch: nodes, their cached hashes and an index of all keys.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "protocol/mls/tree/tree_view.h"

namespace hearth::mls {

// What a staged commit does to a tree: a value that depends on nothing. Made by TreeDiff.
struct TreeChanges {
  struct Summary {
    NodeIndex node;
    std::uint32_t members_below = 0;
    Hash hash{};
  };
  LeafCount leaf_count;
  std::vector<std::pair<LeafIndex, std::optional<LeafNode>>> leaves;
  std::vector<std::pair<NodeIndex, std::optional<ParentNode>>> parents;
  std::vector<Summary> summaries;  // Of every node whose subtree changed.
};

// RatchetTree holds at least one leaf slot, never two equal encryption keys (leaves and parents)
// and never two equal signature keys, and no more slots to the right than its members need. It
// knows nothing secret. It changes only by `apply`; whoever wants to see the future asks a
// TreeDiff.
//
// A tree that comes from outside is well formed after from_wire, but only `validate_tree`
// (tree_validation.h) makes it trustworthy.
class RatchetTree final : public TreeView {
 public:
  explicit RatchetTree(LeafNode creator);  // The group of one member (RFC 9420 §11).

  // RFC 9420 §12.4.3.3. Refuses, with tree_malformed, an empty or even number of nodes, a last node
  // that is blank, leaves in the place of parents; with tree_too_large more than kLeafCountMax
  // leaves; with duplicate_encryption_key or duplicate_signature_key a key held twice (§7.3).
  static Result<RatchetTree> from_wire(WireTree wire);
  static Result<RatchetTree> decode(ByteView bytes);
  WireTree to_wire() const;
  Bytes encode() const;  // Without blank nodes after the last non-blank one.

  LeafCount leaf_count() const noexcept override { return leaf_count_; }
  const LeafNode* leaf(LeafIndex index) const noexcept override;
  const ParentNode* parent_node(NodeIndex node) const noexcept override;
  const Hash& subtree_hash(NodeIndex node) const override;
  std::uint32_t members_below(NodeIndex node) const noexcept override;
  bool has_encryption_key(ByteView key) const override;
  bool has_signature_key(ByteView key) const override;

  std::optional<LeafIndex> find_signature_key(ByteView key) const;
  // The leaf that equals `leaf` in every field (§12.4.3.1: "identical to the one in the
  // KeyPackage").
  std::optional<LeafIndex> find_leaf(const LeafNode& leaf) const;

  // Installs changes staged over this very tree, in time proportional to the changes.
  void apply(TreeChanges&& changes);

 private:
  RatchetTree() = default;
  void resize(LeafCount leaves);
  Status index_keys();
  void summarise(NodeIndex node);

  LeafCount leaf_count_;
  std::vector<std::optional<LeafNode>> leaves_;     // Leaf i is node 2i.
  std::vector<std::optional<ParentNode>> parents_;  // parents_[i] is node 2i + 1.
  std::vector<Hash> hashes_;                        // By node.
  std::vector<std::uint32_t> members_;              // By node: non-blank leaves below.
  std::unordered_set<Bytes, BytesHash, BytesEqual> encryption_keys_;
  std::unordered_map<Bytes, LeafIndex, BytesHash, BytesEqual> signature_keys_;
};

}  // namespace hearth::mls
