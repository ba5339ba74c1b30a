// The arithmetic of full binary trees, against the drawing and against itself.
#include "protocol/mls/tree/tree_math.h"

#include <gtest/gtest.h>

namespace hearth::mls {
namespace {

TEST(TreeMath, KnowsTheDrawnTreeOfEightLeaves) {
  EXPECT_EQ(root({8}), NodeIndex{7});
  EXPECT_EQ(node_count({8}), 15u);
  EXPECT_EQ(left({7}), NodeIndex{3});
  EXPECT_EQ(right({7}), NodeIndex{11});
  EXPECT_EQ(parent({13}), NodeIndex{11});
  EXPECT_EQ(sibling({12}), NodeIndex{14});
  EXPECT_EQ(sibling({3}), NodeIndex{11});
  EXPECT_EQ(common_ancestor({8}, {14}), NodeIndex{11});
  EXPECT_EQ(common_ancestor({0}, {14}), NodeIndex{7});
}

// Children, parents, siblings and subtrees agree with each other wherever one looks.
TEST(TreeMath, AgreesWithItself) {
  for (std::uint32_t i = 1; i < node_count({64}); i += 2) {
    const NodeIndex node{i};
    for (const NodeIndex child : {left(node), right(node)}) {
      EXPECT_EQ(parent(child), node);
      EXPECT_EQ(level(child) + 1, level(node));
      EXPECT_TRUE(in_subtree(child, node));
      EXPECT_FALSE(in_subtree(node, child));
      EXPECT_FALSE(in_subtree(sibling(child), child));
    }
    EXPECT_EQ(sibling(left(node)), right(node));
  }
}

TEST(TreeMath, RoundsUpToFullTrees) {
  EXPECT_EQ(full_tree_for(0).value, 1u);
  EXPECT_EQ(full_tree_for(1).value, 1u);
  EXPECT_EQ(full_tree_for(3).value, 4u);
  EXPECT_EQ(full_tree_for(4).value, 4u);
  EXPECT_EQ(full_tree_for(5).value, 8u);
}

}  // namespace
}  // namespace hearth::mls
