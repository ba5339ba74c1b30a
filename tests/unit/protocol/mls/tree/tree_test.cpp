// The public tree on the wire: what it survives and what it refuses.
#include "protocol/mls/tree/tree.h"

#include <gtest/gtest.h>

#include "tests/unit/protocol/mls/tree/tree_group.h"

namespace hearth::mls {
namespace {

MlsErrc reason(const auto& result) {
  return result ? MlsErrc{} : static_cast<MlsErrc>(result.error().code);
}

TEST(RatchetTree, SurvivesItsWireForm) {
  const TreeGroup group = TreeGroup::dense(1, 6);

  const Bytes bytes = group.tree().encode();
  const auto tree = RatchetTree::decode(bytes);

  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->leaf_count().value, 8u);
  EXPECT_EQ(tree->member_count(), 6u);
  EXPECT_EQ(tree->encode(), bytes);
  EXPECT_EQ(group.tree().to_wire().size(), 11u);  // Nothing blank on the right.
}

TEST(RatchetTree, RefusesAnEmptyWireForm) {
  EXPECT_EQ(reason(RatchetTree::from_wire({})), MlsErrc::tree_malformed);
}

TEST(RatchetTree, RefusesAnEvenNumberOfNodes) {
  WireTree wire = TreeGroup::dense(1, 3).tree().to_wire();
  wire.pop_back();
  ASSERT_TRUE(wire.back());

  EXPECT_EQ(reason(RatchetTree::from_wire(std::move(wire))), MlsErrc::tree_malformed);
}

TEST(RatchetTree, RefusesABlankLastNode) {
  WireTree wire = TreeGroup::dense(1, 3).tree().to_wire();
  wire.resize(7);

  EXPECT_EQ(reason(RatchetTree::from_wire(std::move(wire))), MlsErrc::tree_malformed);
}

// One byte on the wire must not become hundreds in memory, as often as somebody likes.
TEST(RatchetTree, RefusesAFloodOfBlankNodes) {
  Bytes nodes(kWireTreeNodesMax + 1, 0);
  EXPECT_EQ(reason(RatchetTree::decode(Writer().vector(nodes).bytes())), MlsErrc::tree_too_large);

  nodes.pop_back();
  EXPECT_EQ(reason(RatchetTree::decode(Writer().vector(nodes).bytes())), MlsErrc::tree_malformed);
}

TEST(RatchetTree, RefusesNodesInTheWrongPlace) {
  WireTree wire = TreeGroup::dense(1, 4).tree().to_wire();
  std::swap(wire[0], wire[1]);

  EXPECT_EQ(reason(RatchetTree::from_wire(std::move(wire))), MlsErrc::tree_malformed);
}

TEST(RatchetTree, RefusesKeysThatOccurTwice) {
  const WireTree good = TreeGroup::dense(1, 4).tree().to_wire();
  auto leaf = [](WireTree& wire, int i) -> LeafNode& { return std::get<LeafNode>(wire[i]->body); };
  auto parent = [](WireTree& wire, int i) -> ParentNode& {
    return std::get<ParentNode>(wire[i]->body);
  };

  WireTree leaves = good;
  leaf(leaves, 2).encryption_key = leaf(leaves, 0).encryption_key;
  WireTree parents = good;
  parent(parents, 1).encryption_key = parent(parents, 5).encryption_key;
  WireTree mixed = good;
  parent(mixed, 3).encryption_key = leaf(mixed, 6).encryption_key;
  WireTree signatures = good;
  leaf(signatures, 2).signature_key = leaf(signatures, 0).signature_key;

  EXPECT_EQ(reason(RatchetTree::from_wire(leaves)), MlsErrc::duplicate_encryption_key);
  EXPECT_EQ(reason(RatchetTree::from_wire(parents)), MlsErrc::duplicate_encryption_key);
  EXPECT_EQ(reason(RatchetTree::from_wire(mixed)), MlsErrc::duplicate_encryption_key);
  EXPECT_EQ(reason(RatchetTree::from_wire(signatures)), MlsErrc::duplicate_signature_key);
  EXPECT_TRUE(RatchetTree::from_wire(good));
}

TEST(RatchetTree, FindsItsLeaves) {
  const TreeGroup group = TreeGroup::fresh(1, 5);
  LeafNode third = *group.tree().leaf({3});

  EXPECT_EQ(group.tree().find_leaf(third), LeafIndex{3});
  EXPECT_EQ(group.tree().find_signature_key(third.signature_key), LeafIndex{3});
  third.lifetime.not_after -= 1;
  EXPECT_EQ(group.tree().find_leaf(third), std::nullopt);
}

// mls-implementations #91: the leaf index is hashed, and so blank leaves differ too.
TEST(RatchetTree, HashesTheLeafIndex) {
  const TreeGroup group = TreeGroup::fresh(1, 5);

  EXPECT_NE(group.tree().subtree_hash({12}), group.tree().subtree_hash({14}));
  EXPECT_EQ(group.tree().subtree_hash({14}), crypto::sha256(from_hex("010000000700").value()));
}

// RFC 9420 §4.1.1, figure 10: X[B] above A and B, blank above C and a blank leaf.
TEST(RatchetTree, ResolvesANodeThenItsUnmergedLeaves) {
  TreeGroup group = TreeGroup::fresh(1, 4);
  group.commit({.committer = {0}});
  group.commit({.committer = {0}, .removes = {{1}, {3}}});
  group.commit({.committer = {0}, .adds = 1, .path = false});

  const RatchetTree& tree = group.tree();
  EXPECT_EQ(tree.resolution({5}), (std::vector<NodeIndex>{{4}}));
  EXPECT_EQ(tree.resolution({3}), (std::vector<NodeIndex>{{3}, {2}}));
  EXPECT_EQ(tree.resolution({1}), (std::vector<NodeIndex>{{0}, {2}}));
  EXPECT_EQ(tree.resolution({6}), (std::vector<NodeIndex>{}));
  const std::vector<LeafIndex> newcomers{{1}};
  EXPECT_EQ(tree.resolution({3}, newcomers), (std::vector<NodeIndex>{{3}}));
}

TEST(RatchetTree, FiltersWhatHasNobodyOnItsCopath) {
  TreeGroup group = TreeGroup::fresh(1, 5);

  const std::vector<PathStep> steps = group.tree().filtered_direct_path({4});

  EXPECT_EQ(steps, (std::vector<PathStep>{{{7}, {3}}}));
  EXPECT_EQ(group.tree().direct_path({4}), (std::vector<NodeIndex>{{9}, {11}, {7}}));
}

}  // namespace
}  // namespace hearth::mls
