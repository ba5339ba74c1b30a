// UpdatePaths: who can open them, and what a changed one is refused for.
#include "protocol/mls/tree/update_path.h"

#include <gtest/gtest.h>

#include "protocol/crypto/labels.h"
#include "tests/unit/protocol/mls/tree/tree_group.h"

namespace hearth::mls {
namespace {

// A filled parent above an unmerged leaf: its own leaf stands after the parent in the resolution.
// The first entry is not the receiver's (a known defect elsewhere locks such members out).
TEST(UpdatePath, ReachesAnUnmergedLeafBelowAFilledParent) {
  TreeGroup group = TreeGroup::dense(1, 8);
  group.commit({.committer = {4}, .removes = {{6}}});
  group.commit({.committer = {4}, .adds = 1, .path = false});
  ASSERT_EQ(group.tree().resolution({11}), (std::vector<NodeIndex>{{11}, {12}}));
  ASSERT_EQ(group.keys({6}).find({11}), nullptr);

  group.commit({.committer = {0}});  // Everybody opens it, leaf 6 by its own key.

  EXPECT_NE(group.keys({6}).find({7}), nullptr);
  EXPECT_EQ(group.keys({6}).find({11}), nullptr);
}

TEST(UpdatePath, IsOpenedWithTheKeyThatTheSameCommitUpdated) {
  TreeGroup group = TreeGroup::dense(1, 4);
  group.commit({.committer = {0}, .updates = {{1}, {3}}});
  EXPECT_NE(group.keys({3}).find({3}), nullptr);
}

class OpenPath : public testing::Test {
 protected:
  OpenPath() {
    TreeDiff sent(group_.tree());
    path_ = group_.path_of(sent, {0});
    EXPECT_TRUE(diff_.apply_path(group_.suite(), {0}, path_));
    context_ = test_context(diff_);
  }
  Result<OpenedPath> open(LeafIndex by) {
    return open_path(group_.suite(), group_.keys(by), {}, diff_, {0}, path_, context_);
  }

  TreeGroup group_ = TreeGroup::dense(2, 8);
  TreeDiff diff_{group_.tree()};
  UpdatePath path_;
  Bytes context_;
};

TEST_F(OpenPath, GivesTheKeysFromTheCommonAncestorUp) {
  const auto opened = open({3});

  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->keys.size(), 2u);
  EXPECT_TRUE(opened->keys.contains({3}));
  EXPECT_TRUE(opened->keys.contains({7}));
}

TEST_F(OpenPath, RefusesAChangedCiphertext) {
  path_.nodes[1].encrypted_path_secret[0].ciphertext.back() ^= 1;

  EXPECT_EQ(open({3}).error(), make_error(MlsErrc::path_decrypt_failed));
  EXPECT_TRUE(open({1}));  // Not its ciphertext.
}

TEST_F(OpenPath, RefusesAChangedKemOutput) {
  path_.nodes[2].encrypted_path_secret[0].kem_output.clear();
  EXPECT_EQ(open({7}).error(), make_error(MlsErrc::path_decrypt_failed));
}

TEST_F(OpenPath, RefusesAnotherGroupContext) {
  context_.push_back(0);
  EXPECT_EQ(open({3}).error(), make_error(MlsErrc::path_decrypt_failed));
}

// RFC 9420 §7.5: from the decrypted node to the root, every derived key is compared.
TEST_F(OpenPath, RefusesAKeyThatIsNotTheDerivedOne) {
  path_.nodes[2].encryption_key = group_.newcomer().leaf_key.public_key;
  for (const std::uint32_t member : {1u, 2u, 7u}) {
    EXPECT_EQ(open({member}).error(), make_error(MlsErrc::path_key_mismatch)) << member;
  }
}

// A committer who encrypts another secret than its keys come from is found by those it cheats.
TEST_F(OpenPath, RefusesASecretThatDoesNotYieldTheKeys) {
  const Secret32 wrong = group_.random().secret<32>();
  const auto sealed =
      crypto::encrypt_with_label(group_.suite(), diff_.encryption_key({5}), "UpdatePathNode",
                                 context_, wrong.view(), group_.random());
  path_.nodes[1].encrypted_path_secret[0] = {sealed->kem_output, sealed->ciphertext};

  EXPECT_EQ(open({2}).error(), make_error(MlsErrc::path_key_mismatch));
  EXPECT_TRUE(open({1}));
}

TEST_F(OpenPath, RefusesASecretOfTheWrongLength) {
  const auto sealed =
      crypto::encrypt_with_label(group_.suite(), diff_.encryption_key({5}), "UpdatePathNode",
                                 context_, Bytes(31, 1), group_.random());
  path_.nodes[1].encrypted_path_secret[0] = {sealed->kem_output, sealed->ciphertext};

  EXPECT_EQ(open({2}).error(), make_error(MlsErrc::path_decrypt_failed));
}

TEST_F(OpenPath, IsNotForItsSender) {
  EXPECT_EQ(open({0}).error(), make_error(MlsErrc::path_not_for_us));
}

TEST_F(OpenPath, IsNotForSomeoneWithoutTheKeys) {
  const TreeGroup strangers = TreeGroup::dense(77, 8);
  EXPECT_EQ(open_path(group_.suite(), strangers.keys({3}), {}, diff_, {0}, path_, context_).error(),
            make_error(MlsErrc::path_not_for_us));
}

TEST(OwnPath, DrawsFreshSecretsEachTime) {
  TreeGroup group = TreeGroup::dense(2, 4);
  TreeDiff first(group.tree());
  TreeDiff second(group.tree());

  const UpdatePath a = group.path_of(first, {0});
  const UpdatePath b = group.path_of(second, {0});

  EXPECT_NE(a.leaf_node.encryption_key, b.leaf_node.encryption_key);
  EXPECT_NE(a.nodes[0].encryption_key, b.nodes[0].encryption_key);
}

TEST(OwnPath, SignsItsLeafForItsPlace) {
  TreeGroup group = TreeGroup::dense(2, 4);
  TreeDiff diff(group.tree());

  const UpdatePath path = group.path_of(diff, {2});

  const ByteView group_id = view_of(TreeGroup::kGroupId);
  EXPECT_TRUE(verify_signature(path.leaf_node, group.suite(), {group_id, {2}}));
  EXPECT_FALSE(verify_signature(path.leaf_node, group.suite(), {group_id, {1}}));
  EXPECT_EQ(*diff.leaf({2}), path.leaf_node);
}

}  // namespace
}  // namespace hearth::mls
