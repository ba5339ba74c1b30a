// The tree of an epoch: placing nodes, hashing them once, keeping the index of keys.
#include "protocol/mls/tree/tree.h"

#include "protocol/mls/tree/tree_hash.h"

namespace hearth::mls {
namespace {

// parents_[i] is node 2i + 1.
std::size_t parent_slot(NodeIndex node) noexcept { return node.value / 2; }

}  // namespace

RatchetTree::RatchetTree(LeafNode creator) {
  resize({1});
  leaves_[0] = std::move(creator);
  summarise({0});
  expects(index_keys().has_value());
}

Result<RatchetTree> RatchetTree::from_wire(WireTree wire) {
  if (wire.size() % 2 == 0 || !wire.back()) return fail(MlsErrc::tree_malformed);
  if (wire.size() > node_count({kLeafCountMax})) return fail(MlsErrc::tree_too_large);

  RatchetTree tree;
  tree.resize(full_tree_for(static_cast<std::uint32_t>(wire.size() / 2) + 1));
  for (std::size_t i = 0; i < wire.size(); ++i) {
    if (!wire[i]) continue;
    const NodeIndex node{static_cast<std::uint32_t>(i)};
    if (auto* leaf = std::get_if<LeafNode>(&wire[i]->body); leaf != nullptr && is_leaf(node)) {
      tree.leaves_[to_leaf(node).value] = std::move(*leaf);
    } else if (auto* parent = std::get_if<ParentNode>(&wire[i]->body);
               parent != nullptr && !is_leaf(node)) {
      tree.parents_[parent_slot(node)] = std::move(*parent);
    } else {
      return fail(MlsErrc::tree_malformed);
    }
  }
  HEARTH_CHECK(tree.index_keys());

  // Level by level from the leaves: the nodes of level k start at 2^k - 1 and lie 2^(k+1) apart.
  const std::uint32_t nodes = node_count(tree.leaf_count_);
  for (std::uint32_t width = 1; width <= tree.leaf_count_.value; width *= 2) {
    for (std::uint32_t i = width - 1; i < nodes; i += 2 * width) tree.summarise({i});
  }
  return tree;
}

Result<RatchetTree> RatchetTree::decode(ByteView bytes) {
  HEARTH_TRY(WireTree wire, decode_wire_tree(bytes));
  return from_wire(std::move(wire));
}

WireTree RatchetTree::to_wire() const {
  WireTree wire(node_count(leaf_count_));
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (leaves_[i]) wire[2 * i] = WireNode{*leaves_[i]};
  }
  for (std::size_t i = 0; i < parents_.size(); ++i) {
    if (parents_[i]) wire[2 * i + 1] = WireNode{*parents_[i]};
  }
  while (!wire.empty() && !wire.back()) wire.pop_back();
  return wire;
}

Bytes RatchetTree::encode() const { return encode_wire_tree(to_wire()); }

const LeafNode* RatchetTree::leaf(LeafIndex index) const noexcept {
  if (index.value >= leaves_.size() || !leaves_[index.value]) return nullptr;
  return &*leaves_[index.value];
}

const ParentNode* RatchetTree::parent_node(NodeIndex node) const noexcept {
  const std::size_t slot = parent_slot(node);
  if (is_leaf(node) || slot >= parents_.size() || !parents_[slot]) return nullptr;
  return &*parents_[slot];
}

const Hash& RatchetTree::subtree_hash(NodeIndex node) const {
  expects(node.value < hashes_.size());
  return hashes_[node.value];
}

std::uint32_t RatchetTree::members_below(NodeIndex node) const noexcept {
  return node.value < members_.size() ? members_[node.value] : 0;
}

bool RatchetTree::has_encryption_key(ByteView key) const { return encryption_keys_.contains(key); }
bool RatchetTree::has_signature_key(ByteView key) const { return signature_keys_.contains(key); }

std::optional<LeafIndex> RatchetTree::find_signature_key(ByteView key) const {
  const auto found = signature_keys_.find(key);
  if (found == signature_keys_.end()) return std::nullopt;
  return found->second;
}

std::optional<LeafIndex> RatchetTree::find_leaf(const LeafNode& wanted) const {
  const auto index = find_signature_key(wanted.signature_key);
  if (!index || *leaf(*index) != wanted) return std::nullopt;
  return index;
}

void RatchetTree::apply(TreeChanges&& changes) {
  // Old keys leave the index before new ones enter it: a key may move from one leaf to another.
  for (const auto& [index, ignored] : changes.leaves) {
    if (const LeafNode* old = leaf(index)) {
      encryption_keys_.erase(old->encryption_key);
      signature_keys_.erase(old->signature_key);
    }
  }
  for (const auto& [node, ignored] : changes.parents) {
    if (const ParentNode* old = parent_node(node)) encryption_keys_.erase(old->encryption_key);
  }

  resize(changes.leaf_count);
  for (auto& [index, leaf] : changes.leaves) {
    if (leaf) {
      expects(index.value < leaves_.size());
      expects(encryption_keys_.insert(leaf->encryption_key).second);
      expects(signature_keys_.emplace(leaf->signature_key, index).second);
    }
    if (index.value < leaves_.size()) leaves_[index.value] = std::move(leaf);
  }
  for (auto& [node, parent] : changes.parents) {
    const std::size_t slot = parent_slot(node);
    if (parent) {
      expects(slot < parents_.size());
      expects(encryption_keys_.insert(parent->encryption_key).second);
    }
    if (slot < parents_.size()) parents_[slot] = std::move(parent);
  }
  for (const TreeChanges::Summary& summary : changes.summaries) {
    expects(summary.node.value < hashes_.size());
    hashes_[summary.node.value] = summary.hash;
    members_[summary.node.value] = summary.members_below;
  }
}

void RatchetTree::resize(LeafCount leaves) {
  leaf_count_ = leaves;
  leaves_.resize(leaves.value);
  parents_.resize(leaves.value - 1);
  hashes_.resize(node_count(leaves));
  members_.resize(node_count(leaves));
}

// Puts all keys into the index; refuses a key that is there already (RFC 9420 §7.3).
Status RatchetTree::index_keys() {
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (!leaves_[i]) continue;
    if (!encryption_keys_.insert(leaves_[i]->encryption_key).second) {
      return fail(MlsErrc::duplicate_encryption_key);
    }
    const LeafIndex index{static_cast<std::uint32_t>(i)};
    if (!signature_keys_.emplace(leaves_[i]->signature_key, index).second) {
      return fail(MlsErrc::duplicate_signature_key);
    }
  }
  for (const auto& parent : parents_) {
    if (parent && !encryption_keys_.insert(parent->encryption_key).second) {
      return fail(MlsErrc::duplicate_encryption_key);
    }
  }
  return {};
}

// Hash and member count of one node, from those of its children.
void RatchetTree::summarise(NodeIndex node) {
  if (is_leaf(node)) {
    const LeafNode* member = leaf(to_leaf(node));
    hashes_[node.value] = leaf_node_hash(to_leaf(node), member);
    members_[node.value] = member == nullptr ? 0 : 1;
    return;
  }
  const std::uint32_t a = left(node).value;
  const std::uint32_t b = right(node).value;
  hashes_[node.value] = parent_node_hash(parent_node(node), hashes_[a], hashes_[b]);
  members_[node.value] = members_[a] + members_[b];
}

}  // namespace hearth::mls
