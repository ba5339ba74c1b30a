// A ratchet tree being staged: the changes of one commit, laid over the tree of the epoch.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "protocol/mls/tree/tree.h"

namespace hearth::mls {

// TreeDiff is a copy-on-write overlay: the tree below is never touched and must outlive the diff
// (or its `take_changes`). Proposals are applied in the order of RFC 9420 §12.3: all updates, all
// removes, all adds; then at most one path. Each call costs O(log N); hashes are computed when
// asked for, once per changed node. After an error of apply_path the diff is to be dropped.
//
// Keys may collide half-way (a remove makes room for an add), so uniqueness is asked for once, at
// the end of the proposals: `check_unique_keys`.
class TreeDiff final : public TreeView {
 public:
  explicit TreeDiff(const RatchetTree& base);
  TreeDiff(TreeDiff&&) = default;
  TreeDiff(const TreeDiff&) = delete;
  TreeDiff& operator=(const TreeDiff&) = delete;

  // --- Proposals (RFC 9420 §12.1) ------------------------------------------------------------
  // Takes the leftmost blank leaf or extends the tree (§12.1.1), and marks the leaf as unmerged in
  // all non-blank ancestors. Fails only with tree_too_large.
  Result<LeafIndex> add(LeafNode leaf);
  // Replaces a member's leaf and blanks its direct path (§12.1.2). `leaf` is a member.
  void update(LeafIndex index, LeafNode leaf);
  // Blanks the leaf and its direct path, then truncates (§12.1.3, §7.7). Fails with
  // remove_blank_leaf when there is no such member.
  Status remove(LeafIndex index);
  // The leaf that an external committer takes (§12.4.3.2): leftmost blank, extending if need be. It
  // stays blank until the path fills it.
  Result<LeafIndex> reserve_leaf();

  // No encryption key and no signature key occurs twice (§7.3, §12.2).
  Status check_unique_keys() const;

  // --- Path (RFC 9420 §7.5) --------------------------------------------------------------------
  // Receiver: checks that the leaf's source is commit, that path and ciphertexts have exactly the
  // lengths they must have (§7.6), that no key occurs anywhere in the new tree and the leaf key
  // differs from the old one (§12.4.2), that keys suit the cipher suite; merges the path, and
  // checks the leaf's parent hash (§7.9.2). The leaf's signature and contents are the group's to
  // check.
  Status apply_path(CipherSuite suite, LeafIndex sender, const UpdatePath& path);

  // Sender: blanks the direct path, puts `keys` on `sender`'s filtered direct path, with parent
  // hashes, and returns the parent hash for the leaf (zero length if the path is empty).
  Bytes set_path_keys(LeafIndex sender, std::span<const Bytes> keys);
  // Then: puts the signed leaf in its place.
  void set_path_leaf(LeafIndex sender, LeafNode leaf);

  // --- Reading ---------------------------------------------------------------------------------
  const RatchetTree& base() const noexcept { return *base_; }
  // Leaves added by this commit, sorted; they are left out of the resolutions of its path (§7.5).
  std::span<const LeafIndex> added_leaves() const noexcept { return added_; }
  // To whom the path secret of a node is encrypted: the resolution of its copath child (§7.6).
  std::vector<NodeIndex> path_recipients(NodeIndex copath) const {
    return resolution(copath, added_);
  }

  LeafCount leaf_count() const noexcept override { return leaf_count_; }
  const LeafNode* leaf(LeafIndex index) const noexcept override;
  const ParentNode* parent_node(NodeIndex node) const noexcept override;
  const Hash& subtree_hash(NodeIndex node) const override;
  std::uint32_t members_below(NodeIndex node) const noexcept override;
  bool has_encryption_key(ByteView key) const override;
  bool has_signature_key(ByteView key) const override;

  // Everything that changed, hashes included. The diff is used up.
  TreeChanges take_changes() &&;

 private:
  struct Summary {
    std::uint32_t members_below = 0;
    std::optional<Hash> hash;  // Absent while it must be computed anew.
  };
  // How often each changed key occurs now; keys that are not listed occur as often as in the base.
  class KeyCounts {
   public:
    bool contains(ByteView key, bool in_base) const;
    void change(ByteView key, bool in_base, int by);
    bool unique() const noexcept { return repeated_ == 0; }

   private:
    std::unordered_map<Bytes, int, BytesHash, BytesEqual> counts_;
    int repeated_ = 0;  // Keys that occur more than once.
  };

  void put_leaf(LeafIndex index, std::optional<LeafNode> leaf);
  void put_parent(NodeIndex node, std::optional<ParentNode> parent);
  void blank_direct_path(LeafIndex index);
  ParentNode* change_parent(NodeIndex node);  // Null if blank.
  void touch_path(LeafIndex index, int members_by);
  void extend();
  void truncate();
  void count_encryption_key(ByteView key, int by);
  void count_signature_key(ByteView key, int by);
  Bytes set_path_keys(std::span<const PathStep> steps, LeafIndex sender,
                      std::span<const ByteView> keys);

  const RatchetTree* base_;
  LeafCount leaf_count_;
  std::unordered_map<std::uint32_t, std::optional<LeafNode>> leaves_;     // By leaf index.
  std::unordered_map<std::uint32_t, std::optional<ParentNode>> parents_;  // By node index.
  mutable std::unordered_map<std::uint32_t, Summary> summaries_;          // By node index.
  KeyCounts encryption_keys_;
  KeyCounts signature_keys_;
  std::vector<LeafIndex> added_;
};

}  // namespace hearth::mls
