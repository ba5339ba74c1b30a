// Each rule of RFC 9420 §7.3 and §7.9 that a received tree must pass, kept and broken.
#include "protocol/mls/tree/tree_validation.h"

#include <gtest/gtest.h>

#include "tests/unit/protocol/mls/tree/tree_group.h"

namespace hearth::mls {
namespace {

// Eight dense leaves, of which 3 and 6 were added without a path.
class UnmergedLeaves : public testing::Test {
 protected:
  UnmergedLeaves() {
    group_.commit({.committer = {0}, .removes = {{3}, {6}}});
    group_.commit({.committer = {5}});
    group_.commit({.committer = {0}, .adds = 2, .path = false});
    wire_ = group_.tree().to_wire();
  }
  ParentNode& parent_at(std::size_t node) { return std::get<ParentNode>(wire_[node]->body); }
  Error check() {
    const auto tree = RatchetTree::from_wire(wire_);
    const Status status = verify_unmerged_leaves(*tree);
    EXPECT_EQ(status.has_value(), validate_tree(*tree, group_.suite()).has_value());
    return status ? Error{} : status.error();
  }

  TreeGroup group_ = TreeGroup::dense(5, 8);
  WireTree wire_;
  const Error invalid_ = make_error(MlsErrc::unmerged_leaves_invalid);
};

TEST_F(UnmergedLeaves, AreInOrder) {
  ASSERT_EQ(parent_at(7).unmerged_leaves, (std::vector<LeafIndex>{{3}, {6}}));
  EXPECT_EQ(check(), Error{});
  parent_at(7).unmerged_leaves = {{6}, {3}};
  EXPECT_EQ(check(), invalid_);
}

TEST_F(UnmergedLeaves, OccurOnce) {
  parent_at(7).unmerged_leaves = {{3}, {3}, {6}};
  EXPECT_EQ(check(), invalid_);
}

TEST_F(UnmergedLeaves, AreDescendants) {
  ASSERT_EQ(parent_at(11).unmerged_leaves, (std::vector<LeafIndex>{{6}}));
  parent_at(11).unmerged_leaves = {{3}, {6}};
  EXPECT_EQ(check(), invalid_);
}

TEST_F(UnmergedLeaves, LieInsideTheTree) {
  parent_at(7).unmerged_leaves = {{3}, {6}, {9000}};
  EXPECT_EQ(check(), invalid_);
}

TEST_F(UnmergedLeaves, AreNotBlank) {
  wire_[6].reset();
  EXPECT_EQ(check(), invalid_);
}

TEST_F(UnmergedLeaves, AreKnownToTheNodesBetween) {
  parent_at(11).unmerged_leaves.clear();
  EXPECT_EQ(check(), invalid_);
}

TEST(TreeValidation, RefusesParentKeysOfTheWrongShape) {
  WireTree wire = TreeGroup::dense(1, 2).tree().to_wire();
  std::get<ParentNode>(wire[1]->body).encryption_key.pop_back();

  const auto tree = RatchetTree::from_wire(std::move(wire));
  ASSERT_TRUE(tree);

  EXPECT_EQ(validate_tree(*tree, crypto::kDefaultSuite).error(),
            crypto::make_error(crypto::CryptoErrc::key_invalid));
}

}  // namespace
}  // namespace hearth::mls
