// What one member knows of the tree: keys from its leaf up, and no others.
#include "protocol/mls/tree/tree_private.h"

#include <gtest/gtest.h>

#include "tests/unit/protocol/mls/tree/tree_group.h"

namespace hearth::mls {
namespace {

crypto::KemKeyPair copy_of(const crypto::KemKeyPair& key) {
  return {key.private_key.clone(), key.public_key};
}

// Someone is added with a path: what its Welcome would carry, and what it makes of it.
class JoinByPathSecret : public testing::Test {
 protected:
  JoinByPathSecret() {
    TreeDiff diff(group_.tree());
    leaf_ = diff.add(joiner_.leaf).value();
    auto own = OwnPath::make(group_.suite(), diff, {1}, *diff.leaf({1}), group_.signature_key({1}),
                             view_of(TreeGroup::kGroupId), group_.random());
    path_secret_ = own->path_secret_for(leaf_)->clone();
    group_.tree().apply(std::move(diff).take_changes());
  }
  Result<PrivateTree> join(LeafIndex signer, const Secret32* secret) {
    return PrivateTree::join(group_.suite(), group_.tree(), leaf_, copy_of(joiner_.leaf_key),
                             signer, secret);
  }

  TreeGroup group_ = TreeGroup::dense(3, 6);
  Joiner joiner_ = group_.newcomer();
  LeafIndex leaf_;
  Secret32 path_secret_;
};

TEST_F(JoinByPathSecret, HoldsTheKeysFromTheCommonAncestorUp) {
  const auto keys = join({1}, &path_secret_);

  ASSERT_TRUE(keys);
  ASSERT_EQ(leaf_, LeafIndex{6});
  EXPECT_EQ(keys->size(), 2u);  // Its leaf and the root.
  EXPECT_EQ(keys->find({7})->public_key, group_.tree().parent_node({7})->encryption_key);
}

TEST_F(JoinByPathSecret, HoldsItsLeafAloneWithoutOne) {
  const auto keys = join({1}, nullptr);

  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), 1u);
}

TEST_F(JoinByPathSecret, RefusesAnotherSecret) {
  path_secret_.mutable_view()[0] ^= 1;
  EXPECT_EQ(join({1}, &path_secret_).error(), make_error(MlsErrc::path_key_mismatch));
}

TEST_F(JoinByPathSecret, RefusesASecretForABlankNode) {
  group_.tree() = TreeGroup::fresh(3, 6).tree();
  TreeDiff diff(group_.tree());
  ASSERT_EQ(diff.add(joiner_.leaf), leaf_);
  group_.tree().apply(std::move(diff).take_changes());

  EXPECT_EQ(join({1}, &path_secret_).error(), make_error(MlsErrc::path_key_mismatch));
}

TEST_F(JoinByPathSecret, RefusesASignerWhoIsBlankOrItself) {
  EXPECT_EQ(join({7}, &path_secret_).error(), make_error(MlsErrc::group_info_signer_invalid));
  EXPECT_EQ(join({70}, &path_secret_).error(), make_error(MlsErrc::group_info_signer_invalid));
  EXPECT_EQ(join(leaf_, &path_secret_).error(), make_error(MlsErrc::group_info_signer_invalid));
}

TEST_F(JoinByPathSecret, RefusesALeafKeyThatIsNotInTheTree) {
  joiner_.leaf_key = group_.newcomer().leaf_key;
  EXPECT_EQ(join({1}, &path_secret_).error(), make_error(MlsErrc::leaf_key_invalid));
}

TEST(PrivateTree, ForgetsTheKeysOfBlankedNodes) {
  TreeGroup group = TreeGroup::dense(3, 4);
  ASSERT_NE(group.keys({0}).find({1}), nullptr);

  group.commit({.committer = {2}, .removes = {{1}}});

  EXPECT_EQ(group.keys({0}).find({1}), nullptr);
  EXPECT_NE(group.keys({0}).find({3}), nullptr);
}

TEST(PrivateTree, SurvivesASnapshot) {
  TreeGroup group = TreeGroup::dense(3, 8);
  const PrivateTree& keys = group.keys({5});

  const SecretBytes bytes = keys.encode_secret();
  const auto restored = PrivateTree::decode_secret(bytes.view());

  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->leaf(), LeafIndex{5});
  EXPECT_EQ(restored->size(), 4u);
  for (const std::uint32_t node : {10u, 9u, 11u, 7u}) {
    ASSERT_NE(restored->find({node}), nullptr);
    EXPECT_EQ(restored->find({node})->private_key, keys.find({node})->private_key);
    EXPECT_EQ(restored->find({node})->public_key, keys.find({node})->public_key);
  }
}

TEST(PrivateTree, RefusesABrokenSnapshot) {
  TreeGroup group = TreeGroup::dense(3, 8);
  const SecretBytes bytes = group.keys({5}).encode_secret();

  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(PrivateTree::decode_secret(bytes.view().first(size)));
  }
  Bytes other(bytes.view().begin(), bytes.view().end());
  other[3] = 4;  // Leaf 4, with the keys of leaf 5.
  EXPECT_EQ(PrivateTree::decode_secret(other).error(), make_error(MlsErrc::snapshot_invalid));
  other[3] = 5;
  other.push_back(0);
  EXPECT_FALSE(PrivateTree::decode_secret(other));
}

}  // namespace
}  // namespace hearth::mls
