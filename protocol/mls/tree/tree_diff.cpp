// Staging proposals and a path over the tree of the epoch.
#include "protocol/mls/tree/tree_diff.h"

#include <algorithm>

#include "protocol/mls/tree/parent_hash.h"
#include "protocol/mls/tree/tree_hash.h"

namespace hearth::mls {

TreeDiff::TreeDiff(const RatchetTree& base) : base_(&base), leaf_count_(base.leaf_count()) {}

Result<LeafIndex> TreeDiff::add(LeafNode leaf) {
  HEARTH_TRY(const LeafIndex index, reserve_leaf());
  put_leaf(index, std::move(leaf));
  for (const NodeIndex node : direct_path(index)) {
    if (ParentNode* parent = change_parent(node)) {
      auto& unmerged = parent->unmerged_leaves;
      unmerged.insert(std::ranges::lower_bound(unmerged, index), index);
    }
  }
  added_.insert(std::ranges::lower_bound(added_, index), index);
  return index;
}

void TreeDiff::update(LeafIndex index, LeafNode leaf) {
  expects(this->leaf(index) != nullptr);
  put_leaf(index, std::move(leaf));
  blank_direct_path(index);
}

Status TreeDiff::remove(LeafIndex index) {
  if (leaf(index) == nullptr) return fail(MlsErrc::remove_blank_leaf);
  put_leaf(index, std::nullopt);
  blank_direct_path(index);
  truncate();
  return {};
}

Result<LeafIndex> TreeDiff::reserve_leaf() {
  if (const auto blank = leftmost_blank_leaf()) return *blank;
  if (leaf_count_.value >= kLeafCountMax) return fail(MlsErrc::tree_too_large);
  const LeafIndex index{leaf_count_.value};
  extend();
  return index;
}

Status TreeDiff::check_unique_keys() const {
  if (!encryption_keys_.unique()) return fail(MlsErrc::duplicate_encryption_key);
  if (!signature_keys_.unique()) return fail(MlsErrc::duplicate_signature_key);
  return {};
}

Status TreeDiff::apply_path(CipherSuite suite, LeafIndex sender, const UpdatePath& path) {
  if (sender.value >= leaf_count_.value) return fail(MlsErrc::sender_invalid);
  if (path.leaf_node.source != LeafNodeSource::commit) return fail(MlsErrc::leaf_source_wrong);

  // RFC 9420 §7.6: one node per node of the filtered direct path, one ciphertext per recipient.
  const std::vector<PathStep> steps = filtered_direct_path(sender);
  if (path.nodes.size() != steps.size()) return fail(MlsErrc::path_length_wrong);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (path.nodes[i].encrypted_path_secret.size() != path_recipients(steps[i].copath).size()) {
      return fail(MlsErrc::path_length_wrong);
    }
  }

  // RFC 9420 §12.4.2: the committer's leaf key is new, and no key of the path stands anywhere in
  // the new tree, the nodes it is about to replace included; nor twice in the path itself.
  const ByteView leaf_key = path.leaf_node.encryption_key;
  if (const LeafNode* old = leaf(sender); old != nullptr && equal(old->encryption_key, leaf_key)) {
    return fail(MlsErrc::update_key_unchanged);
  }
  if (!crypto::check_kem_public_key(suite, leaf_key)) return fail(MlsErrc::leaf_key_invalid);
  if (has_encryption_key(leaf_key)) return fail(MlsErrc::path_key_reused);
  std::vector<ByteView> keys;
  keys.reserve(path.nodes.size());
  for (const UpdatePathNode& node : path.nodes) {
    const ByteView key = node.encryption_key;
    HEARTH_CHECK(crypto::check_kem_public_key(suite, key));
    const bool repeated = equal(key, leaf_key) ||
                          std::ranges::any_of(keys, [&](ByteView k) { return equal(k, key); });
    if (repeated || has_encryption_key(key)) return fail(MlsErrc::path_key_reused);
    keys.push_back(key);
  }

  // RFC 9420 §7.9.2. An empty path (a group of one) has a parent hash of zero length.
  const Bytes expected = set_path_keys(steps, sender, keys);
  if (path.leaf_node.parent_hash != expected) return fail(MlsErrc::parent_hash_invalid);
  put_leaf(sender, path.leaf_node);
  return {};
}

Bytes TreeDiff::set_path_keys(LeafIndex sender, std::span<const Bytes> keys) {
  const std::vector<ByteView> views(keys.begin(), keys.end());
  return set_path_keys(filtered_direct_path(sender), sender, views);
}

// From the root down, because each parent hash covers the one above it.
Bytes TreeDiff::set_path_keys(std::span<const PathStep> steps, LeafIndex sender,
                              std::span<const ByteView> keys) {
  expects(keys.size() == steps.size());
  blank_direct_path(sender);
  Bytes above;
  for (std::size_t i = steps.size(); i-- > 0;) {
    const Hash below = parent_hash(keys[i], above, subtree_hash(steps[i].copath));
    put_parent(steps[i].node, ParentNode{to_bytes(keys[i]), std::move(above), {}});
    above.assign(below.begin(), below.end());
  }
  touch_path(sender, 0);
  return above;
}

void TreeDiff::set_path_leaf(LeafIndex sender, LeafNode leaf) {
  expects(sender.value < leaf_count_.value);
  put_leaf(sender, std::move(leaf));
}

const LeafNode* TreeDiff::leaf(LeafIndex index) const noexcept {
  if (index.value >= leaf_count_.value) return nullptr;
  const auto changed = leaves_.find(index.value);
  if (changed == leaves_.end()) return base_->leaf(index);
  return changed->second ? &*changed->second : nullptr;
}

const ParentNode* TreeDiff::parent_node(NodeIndex node) const noexcept {
  if (is_leaf(node) || node.value >= node_count(leaf_count_)) return nullptr;
  const auto changed = parents_.find(node.value);
  if (changed == parents_.end()) return base_->parent_node(node);
  return changed->second ? &*changed->second : nullptr;
}

const Hash& TreeDiff::subtree_hash(NodeIndex node) const {
  expects(node.value < node_count(leaf_count_));
  const auto known = summaries_.find(node.value);
  if (known != summaries_.end()) {
    if (known->second.hash) return *known->second.hash;
  } else if (node.value < node_count(base_->leaf_count())) {
    return base_->subtree_hash(node);
  }
  const Hash hash = is_leaf(node) ? leaf_node_hash(to_leaf(node), leaf(to_leaf(node)))
                                  : parent_node_hash(parent_node(node), subtree_hash(left(node)),
                                                     subtree_hash(right(node)));
  // A node beyond the base that nothing touched is blank, and gets its entry here.
  return summaries_[node.value].hash.emplace(hash);
}

std::uint32_t TreeDiff::members_below(NodeIndex node) const noexcept {
  const auto changed = summaries_.find(node.value);
  return changed == summaries_.end() ? base_->members_below(node) : changed->second.members_below;
}

bool TreeDiff::has_encryption_key(ByteView key) const {
  return encryption_keys_.contains(key, base_->has_encryption_key(key));
}

bool TreeDiff::has_signature_key(ByteView key) const {
  return signature_keys_.contains(key, base_->has_signature_key(key));
}

TreeChanges TreeDiff::take_changes() && {
  tree_hash();  // Whatever is still to be hashed.
  TreeChanges changes;
  changes.leaf_count = leaf_count_;
  changes.leaves.reserve(leaves_.size());
  for (auto& [index, leaf] : leaves_)
    changes.leaves.emplace_back(LeafIndex{index}, std::move(leaf));
  changes.parents.reserve(parents_.size());
  for (auto& [node, parent] : parents_) {
    changes.parents.emplace_back(NodeIndex{node}, std::move(parent));
  }
  changes.summaries.reserve(summaries_.size());
  for (const auto& [node, summary] : summaries_) {
    if (node >= node_count(leaf_count_)) continue;  // Truncated away.
    expects(summary.hash.has_value());
    changes.summaries.push_back({NodeIndex{node}, summary.members_below, *summary.hash});
  }
  return changes;
}

void TreeDiff::put_leaf(LeafIndex index, std::optional<LeafNode> leaf) {
  int members_by = leaf ? 1 : 0;
  if (const LeafNode* old = this->leaf(index)) {
    count_encryption_key(old->encryption_key, -1);
    count_signature_key(old->signature_key, -1);
    --members_by;
  }
  if (leaf) {
    count_encryption_key(leaf->encryption_key, +1);
    count_signature_key(leaf->signature_key, +1);
  }
  leaves_[index.value] = std::move(leaf);
  touch_path(index, members_by);
}

// The caller touches the path on which the node lies.
void TreeDiff::put_parent(NodeIndex node, std::optional<ParentNode> parent) {
  if (const ParentNode* old = parent_node(node)) count_encryption_key(old->encryption_key, -1);
  if (parent) count_encryption_key(parent->encryption_key, +1);
  parents_[node.value] = std::move(parent);
}

// The caller touches the path.
void TreeDiff::blank_direct_path(LeafIndex index) {
  for (const NodeIndex node : direct_path(index)) {
    if (parent_node(node) != nullptr) put_parent(node, std::nullopt);
  }
}

ParentNode* TreeDiff::change_parent(NodeIndex node) {
  const ParentNode* current = parent_node(node);
  if (current == nullptr) return nullptr;
  const auto [entry, fresh] = parents_.try_emplace(node.value);
  if (fresh) entry->second = *current;
  return &*entry->second;
}

void TreeDiff::touch_path(LeafIndex index, int members_by) {
  const NodeIndex top = root_node();
  for (NodeIndex node = to_node(index);; node = parent(node)) {
    const auto [entry, fresh] = summaries_.try_emplace(node.value);
    Summary& summary = entry->second;
    if (fresh) summary.members_below = base_->members_below(node);
    summary.members_below += static_cast<std::uint32_t>(members_by);
    summary.hash.reset();
    if (node == top) return;
  }
}

// RFC 9420 §7.7. The new root may have been the root before a truncation: its summary is old.
void TreeDiff::extend() {
  const std::uint32_t members = member_count();
  leaf_count_.value *= 2;
  summaries_[root_node().value] = Summary{members, std::nullopt};
}

// RFC 9420 §7.7: while the right half is blank. Roots that are discarded are blanked, so that their
// keys are free and an extension finds them blank.
void TreeDiff::truncate() {
  while (leaf_count_.value > 1 && members_below(right(root_node())) == 0) {
    if (parent_node(root_node()) != nullptr) put_parent(root_node(), std::nullopt);
    leaf_count_.value /= 2;
  }
}

void TreeDiff::count_encryption_key(ByteView key, int by) {
  encryption_keys_.change(key, base_->has_encryption_key(key), by);
}

void TreeDiff::count_signature_key(ByteView key, int by) {
  signature_keys_.change(key, base_->has_signature_key(key), by);
}

bool TreeDiff::KeyCounts::contains(ByteView key, bool in_base) const {
  const auto changed = counts_.find(key);
  return changed == counts_.end() ? in_base : changed->second > 0;
}

void TreeDiff::KeyCounts::change(ByteView key, bool in_base, int by) {
  auto entry = counts_.find(key);
  if (entry == counts_.end()) entry = counts_.emplace(to_bytes(key), in_base ? 1 : 0).first;
  const bool repeated_before = entry->second > 1;
  entry->second += by;
  repeated_ += (entry->second > 1 ? 1 : 0) - (repeated_before ? 1 : 0);
}

}  // namespace hearth::mls
