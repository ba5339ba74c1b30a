// Parent hashes: which bytes go in, and which trees they refuse.
#include "protocol/mls/tree/parent_hash.h"

#include <gtest/gtest.h>

#include "protocol/mls/tree/tree_validation.h"
#include "tests/unit/protocol/mls/tree/tree_group.h"

namespace hearth::mls {
namespace {

LeafNode& leaf_at(WireTree& wire, std::size_t node) { return std::get<LeafNode>(wire[node]->body); }
ParentNode& parent_at(WireTree& wire, std::size_t node) {
  return std::get<ParentNode>(wire[node]->body);
}
Error validation_error(const WireTree& wire) {
  const auto tree = RatchetTree::from_wire(wire);
  const Status status = validate_tree(*tree, crypto::kDefaultSuite);
  return status ? Error{} : status.error();
}

const Error kInvalid = make_error(MlsErrc::parent_hash_invalid);

TEST(ParentHash, HashesItsInputAsWritten) {
  const Bytes key{1, 2};
  const Bytes above{3};
  const Hash sibling = crypto::sha256(ByteView{});

  EXPECT_EQ(parent_hash(key, above, sibling),
            crypto::sha256(concat({Bytes{2, 1, 2, 1, 3, 32}, sibling})));
}

// mls-rs #352: the original hash of a sibling must be computed anew below *blank* nodes, too.
TEST(ParentHash, RecomputesTheSiblingUnderBlankAncestors) {
  TreeGroup group = TreeGroup::fresh(1, 8);
  group.commit({.committer = {0}, .removes = {{6}}});
  ASSERT_EQ(group.tree().parent_node({11}), nullptr);
  ASSERT_EQ(group.tree().parent_node({13}), nullptr);
  const Hash before = group.tree().subtree_hash({11});

  group.commit({.committer = {0}, .adds = 1, .path = false});  // Validates the tree.

  EXPECT_EQ(group.tree().parent_node({7})->unmerged_leaves, (std::vector<LeafIndex>{{6}}));
  EXPECT_NE(group.tree().subtree_hash({11}), before);
  const std::vector<LeafIndex> newcomer{{6}};
  EXPECT_EQ(original_tree_hash(group.tree(), {11}, newcomer), before);
}

// RFC 9420 §7.9: stripped from the lists inside the sibling as well.
TEST(ParentHash, StripsUnmergedLeavesInsideTheSibling) {
  TreeGroup group = TreeGroup::dense(1, 8);
  group.commit({.committer = {4}, .removes = {{6}}});
  group.commit({.committer = {0}});
  ASSERT_NE(group.tree().parent_node({11}), nullptr);
  const Hash before = group.tree().subtree_hash({11});

  group.commit({.committer = {0}, .adds = 1, .path = false});

  EXPECT_EQ(group.tree().parent_node({11})->unmerged_leaves, (std::vector<LeafIndex>{{6}}));
  const std::vector<LeafIndex> newcomer{{6}};
  EXPECT_EQ(original_tree_hash(group.tree(), {11}, newcomer), before);
}

// mlspp #430: nobody in the left half, so the root stays blank and a subtree below it is the top.
TEST(ParentHash, HoldsWhenTheLeftHalfIsEmpty) {
  TreeGroup group = TreeGroup::dense(1, 4);

  group.commit({.committer = {2}, .removes = {{0}, {1}}});

  EXPECT_EQ(group.tree().parent_node({3}), nullptr);
  EXPECT_TRUE(group.tree().parent_node({5})->parent_hash.empty());
}

TEST(ParentHash, IsCheckedOfEveryParent) {
  TreeGroup group = TreeGroup::dense(1, 8);
  const WireTree good = group.tree().to_wire();
  ASSERT_EQ(validation_error(good), Error{});

  for (std::size_t node = 1; node < good.size(); node += 2) {
    WireTree bad = good;
    parent_at(bad, node).encryption_key = group.newcomer().leaf_key.public_key;
    EXPECT_EQ(validation_error(bad), kInvalid) << "key of node " << node;
    bad = good;
    parent_at(bad, node).parent_hash.assign(kHashSize, 7);
    EXPECT_EQ(validation_error(bad), kInvalid) << "parent hash of node " << node;
  }
}

// A leaf of the path loses, changes or shortens its parent hash: the chain to it is broken.
TEST(ParentHash, ChainsBackToALeaf) {
  TreeGroup group = TreeGroup::fresh(1, 4);
  group.commit({.committer = {2}});
  const WireTree good = group.tree().to_wire();

  WireTree bad = good;
  leaf_at(bad, 4).parent_hash.clear();
  EXPECT_EQ(validation_error(bad), kInvalid);
  bad = good;
  leaf_at(bad, 4).parent_hash.pop_back();
  EXPECT_EQ(validation_error(bad), kInvalid);
  bad = good;
  leaf_at(bad, 4).parent_hash[0] ^= 1;
  EXPECT_EQ(validation_error(bad), kInvalid);
  bad = good;
  leaf_at(bad, 4).source = LeafNodeSource::update;
  EXPECT_EQ(validation_error(bad), kInvalid);
}

TEST(ParentHash, OfTheRootItselfIsEmpty) {
  TreeGroup group = TreeGroup::fresh(1, 2);
  group.commit({.committer = {0}});
  WireTree bad = group.tree().to_wire();

  // The whole chain is recomputed over the wrong value: only the rule for the root is broken.
  auto& top = parent_at(bad, 1);
  top.parent_hash.assign(kHashSize, 1);
  const Hash hash =
      parent_hash(top.encryption_key, top.parent_hash, group.tree().subtree_hash({2}));
  leaf_at(bad, 0).parent_hash.assign(hash.begin(), hash.end());

  EXPECT_EQ(validation_error(bad), kInvalid);
}

// RFC 9420 §7.9.2, third criterion: a leaf below the child that the parent does not know of would
// be left out of its key.
TEST(ParentHash, NeedsUnmergedLeavesToBeTheRestOfTheResolution) {
  TreeGroup group = TreeGroup::fresh(1, 4);
  group.commit({.committer = {0}});
  WireTree bad = group.tree().to_wire();
  const LeafNode added = group.newcomer().leaf;

  // Leaf 1 is replaced behind the back of the parents, and node 1 blanked: the resolution of the
  // root's left child is now {0, 1}, where the root's list is empty.
  auto& top = parent_at(bad, 3);
  const Hash hash =
      parent_hash(top.encryption_key, top.parent_hash, group.tree().subtree_hash({5}));
  leaf_at(bad, 0).parent_hash.assign(hash.begin(), hash.end());
  bad[1].reset();
  leaf_at(bad, 2) = added;
  EXPECT_EQ(validation_error(bad), kInvalid);

  // Listed as unmerged it would be in order.
  top.unmerged_leaves = {{1}};
  EXPECT_EQ(validation_error(bad), Error{});
}

TEST(ParentHash, IsRefusedOfAParentThatNobodyMade) {
  TreeGroup group = TreeGroup::fresh(1, 2);
  WireTree bad = group.tree().to_wire();
  bad[1] = WireNode{ParentNode{group.newcomer().leaf_key.public_key, {}, {}}};

  EXPECT_EQ(validation_error(bad), kInvalid);
}

}  // namespace
}  // namespace hearth::mls
