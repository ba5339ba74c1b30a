// Playing commits among members who hold real keys.
#include "tests/unit/protocol/mls/tree/tree_group.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/mls/tree/tree_validation.h"

namespace hearth::mls {

Bytes test_context(const TreeView& tree) {
  const Hash& hash = tree.tree_hash();
  return concat({view_of("context"), hash});
}

TreeGroup::TreeGroup(std::uint64_t seed, CipherSuite suite)
    : TreeGroup(seed, suite, make_founder(suite, seed)) {}

TreeGroup::TreeGroup(std::uint64_t seed, CipherSuite suite, Joiner founder)
    : suite_(suite), random_(seed), tree_(founder.leaf) {
  members_.emplace(LeafIndex{0}, Member{std::move(founder.signature_key),
                                        PrivateTree({0}, std::move(founder.leaf_key))});
}

TreeGroup TreeGroup::fresh(std::uint64_t seed, std::size_t members) {
  TreeGroup group(seed);
  group.commit({.committer = {0}, .adds = members - 1, .path = false});
  return group;
}

TreeGroup TreeGroup::dense(std::uint64_t seed, std::size_t members) {
  TreeGroup group = fresh(seed, members);
  for (std::uint32_t i = 0; i < members; ++i) group.commit({.committer = {i}});
  return group;
}

Joiner TreeGroup::make_joiner(CipherSuite suite, crypto::RandomSource& random, std::uint32_t number,
                              LeafNodeSource source) {
  auto signature_key = crypto::SignatureKey::generate(suite, random).value();
  auto leaf_key = crypto::kem_generate(suite, random).value();
  LeafNode leaf;
  leaf.encryption_key = leaf_key.public_key;
  leaf.signature_key = signature_key.public_key();
  leaf.credential = basic_credential(Writer().u32(number).bytes());
  leaf.capabilities.versions = {kProtocolVersion};
  leaf.capabilities.cipher_suites = {static_cast<std::uint16_t>(suite)};
  leaf.capabilities.credentials = {1};
  leaf.source = source;
  if (source == LeafNodeSource::key_package) leaf.lifetime = {0, ~0ull};
  EXPECT_TRUE(sign(leaf, signature_key, {view_of(kGroupId), {0}}));
  return {std::move(signature_key), std::move(leaf_key), std::move(leaf)};
}

Joiner TreeGroup::make_founder(CipherSuite suite, std::uint64_t seed) {
  crypto::SeededRandom random(~seed);
  return make_joiner(suite, random, 0, LeafNodeSource::key_package);
}

Joiner TreeGroup::newcomer(LeafNodeSource source) {
  return make_joiner(suite_, random_, ++born_, source);
}

std::vector<LeafIndex> TreeGroup::members() const {
  std::vector<LeafIndex> list;
  for (const auto& [index, member] : members_) list.push_back(index);
  return list;
}

std::uint32_t TreeGroup::below(std::uint32_t bound) {
  const auto bytes = random_.array<4>();
  return (bytes[0] | bytes[1] << 8 | bytes[2] << 16) % bound;
}

UpdatePath TreeGroup::path_of(TreeDiff& diff, LeafIndex sender) {
  auto own = OwnPath::make(suite_, diff, sender, *tree_.leaf(sender), signature_key(sender),
                           view_of(kGroupId), random_);
  return own->encrypt(diff, test_context(diff), random_).value();
}

void TreeGroup::commit(const Plan& plan) {
  TreeDiff sent(tree_);
  TreeDiff received(tree_);
  std::map<LeafIndex, PrivateKeys> pending;
  std::map<LeafIndex, Joiner> updated;
  std::map<LeafIndex, Joiner> joiners;

  for (const LeafIndex index : plan.updates) {
    Joiner update = newcomer(LeafNodeSource::update);
    sent.update(index, update.leaf);
    received.update(index, update.leaf);
    pending[index].emplace(to_node(index), std::move(update.leaf_key));
    updated.emplace(index, std::move(update));
  }
  for (const LeafIndex index : plan.removes) {
    ASSERT_TRUE(sent.remove(index));
    ASSERT_TRUE(received.remove(index));
    members_.erase(index);
  }
  for (std::size_t i = 0; i < plan.adds; ++i) {
    Joiner joiner = newcomer();
    const auto index = sent.add(joiner.leaf);
    ASSERT_TRUE(index);
    ASSERT_EQ(index, received.add(joiner.leaf));
    joiners.emplace(*index, std::move(joiner));
  }
  ASSERT_TRUE(sent.check_unique_keys());
  for (auto& [index, update] : updated) {
    members_.at(index).signature_key = std::move(update.signature_key);
  }

  std::map<LeafIndex, PrivateKeys> fresh;
  std::map<LeafIndex, Secret32> path_secrets;
  if (plan.path) {
    auto own = OwnPath::make(suite_, sent, plan.committer, *sent.leaf(plan.committer),
                             signature_key(plan.committer), view_of(kGroupId), random_);
    ASSERT_TRUE(own);
    const auto path = own->encrypt(sent, test_context(sent), random_);
    ASSERT_TRUE(path);
    const Status applied = received.apply_path(suite_, plan.committer, *path);
    ASSERT_TRUE(applied) << applied.error().name;
    ASSERT_EQ(sent.tree_hash(), received.tree_hash());

    for (const auto& [index, member] : members_) {
      if (index == plan.committer) continue;
      auto opened = open_path(suite_, member.keys, pending[index], received, plan.committer, *path,
                              test_context(received));
      ASSERT_TRUE(opened) << opened.error().name << " at leaf " << index.value;
      ASSERT_EQ(opened->commit_secret, own->commit_secret());
      fresh[index] = std::move(opened->keys);
    }
    for (const auto& [index, joiner] : joiners) {
      const Secret32* secret = own->path_secret_for(index);
      ASSERT_NE(secret, nullptr);
      path_secrets.emplace(index, secret->clone());
    }
    fresh[plan.committer] = std::move(*own).take_keys();
  }

  tree_.apply(std::move(received).take_changes());
  for (auto& [index, member] : members_) {
    PrivateKeys keys = std::move(fresh[index]);
    keys.merge(pending[index]);  // The path's leaf key goes before the update's.
    member.keys.apply(std::move(keys), tree_);
  }
  for (auto& [index, joiner] : joiners) {
    const auto secret = path_secrets.find(index);
    auto keys = PrivateTree::join(suite_, tree_, index, std::move(joiner.leaf_key), plan.committer,
                                  secret == path_secrets.end() ? nullptr : &secret->second);
    ASSERT_TRUE(keys) << keys.error().name;
    members_.emplace(index, Member{std::move(joiner.signature_key), *std::move(keys)});
  }
  check();
}

void TreeGroup::check() const {
  const auto rebuilt = RatchetTree::decode(tree_.encode());
  ASSERT_TRUE(rebuilt);
  ASSERT_EQ(rebuilt->leaf_count(), tree_.leaf_count());
  for (std::uint32_t i = 0; i < node_count(tree_.leaf_count()); ++i) {
    ASSERT_EQ(rebuilt->subtree_hash({i}), tree_.subtree_hash({i})) << "node " << i;
    ASSERT_EQ(rebuilt->members_below({i}), tree_.members_below({i})) << "node " << i;
  }
  ASSERT_EQ(tree_.member_count(), members_.size());
  const Status valid = validate_tree(*rebuilt, suite_);
  ASSERT_TRUE(valid) << valid.error().name;

  for (const auto& [index, member] : members_) {
    ASSERT_NE(member.keys.find(to_node(index)), nullptr);
    for (const NodeIndex node : tree_.direct_path(index)) {
      const ParentNode* parent = tree_.parent_node(node);
      const crypto::KemKeyPair* key = member.keys.find(node);
      if (key != nullptr) {
        ASSERT_NE(parent, nullptr);
        ASSERT_EQ(key->public_key, parent->encryption_key);
        ASSERT_EQ(crypto::kem_public_key(suite_, key->private_key).value(), key->public_key);
      }
      // The tree invariant (RFC 9420 §4.2): who is below and not unmerged holds the key.
      const bool due =
          parent != nullptr && !std::ranges::binary_search(parent->unmerged_leaves, index);
      ASSERT_EQ(due, key != nullptr) << "leaf " << index.value << ", node " << node.value;
    }
  }
}

}  // namespace hearth::mls
