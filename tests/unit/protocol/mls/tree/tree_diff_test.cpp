// Staged trees: the base stays as it was, and random histories keep everybody in agreement.
#include "protocol/mls/tree/tree_diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "tests/unit/protocol/mls/tree/tree_group.h"

namespace hearth::mls {
namespace {

MlsErrc reason(const auto& result) {
  return result ? MlsErrc{} : static_cast<MlsErrc>(result.error().code);
}

// The heart of these tests: random histories, each step checked by TreeGroup::commit.
void play(std::uint64_t seed, CipherSuite suite, int steps, std::size_t members_max) {
  TreeGroup group(seed, suite);
  for (int step = 0; step < steps && !testing::Test::HasFatalFailure(); ++step) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
    std::vector<LeafIndex> others = group.members();
    const auto take = [&] {
      const auto at = others.begin() + group.below(static_cast<std::uint32_t>(others.size()));
      const LeafIndex taken = *at;
      others.erase(at);
      return taken;
    };
    Plan plan{.committer = take()};
    while (!others.empty() && group.below(3) == 0) plan.updates.push_back(take());
    const std::uint32_t removing = group.below(8) == 0 ? 1 : 3;  // Now and then most of them.
    while (!others.empty() && group.below(removing + 1) == 0) plan.removes.push_back(take());
    if (group.members().size() < members_max) plan.adds = group.below(5);
    const bool needs_path = !plan.updates.empty() || !plan.removes.empty() || plan.adds == 0;
    plan.path = needs_path || group.below(2) == 0;
    group.commit(plan);
  }
}

class RandomHistory : public testing::TestWithParam<std::uint64_t> {};
TEST_P(RandomHistory, KeepsEverybodyInAgreement) {
  play(GetParam(), crypto::kDefaultSuite, 40, 24);
}
INSTANTIATE_TEST_SUITE_P(Seeds, RandomHistory, testing::Range<std::uint64_t>(1, 13));

TEST(RandomHistory, HoldsForEverySuite) {
  for (const CipherSuite suite :
       {CipherSuite::x25519_aes128gcm_sha256_ed25519, CipherSuite::p256_aes128gcm_sha256_p256}) {
    if (crypto::supported(suite)) play(99, suite, 15, 12);
  }
}

TEST(TreeDiff, NeverTouchesItsBase) {
  TreeGroup group = TreeGroup::dense(1, 5);
  const Bytes before = group.tree().encode();
  const Hash hash = group.tree().tree_hash();

  TreeDiff diff(group.tree());
  ASSERT_TRUE(diff.remove({4}));
  ASSERT_TRUE(diff.add(group.newcomer().leaf));
  diff.update({2}, group.newcomer(LeafNodeSource::update).leaf);
  group.path_of(diff, {0});

  EXPECT_NE(diff.tree_hash(), hash);
  EXPECT_EQ(group.tree().tree_hash(), hash);
  EXPECT_EQ(group.tree().encode(), before);
}

TEST(TreeDiff, AddsAtTheLeftmostBlankLeafAndMarksItUnmerged) {
  TreeGroup group = TreeGroup::dense(1, 8);
  TreeDiff diff(group.tree());
  ASSERT_TRUE(diff.remove({5}));
  ASSERT_TRUE(diff.remove({2}));

  EXPECT_EQ(diff.add(group.newcomer().leaf), LeafIndex{2});
  EXPECT_EQ(diff.add(group.newcomer().leaf), LeafIndex{5});
  EXPECT_EQ(diff.add(group.newcomer().leaf), LeafIndex{8});

  EXPECT_EQ(diff.leaf_count().value, 16u);
  EXPECT_EQ(diff.parent_node({7}), nullptr);  // Blanked by the removes.
  EXPECT_NE(diff.parent_node({1}), nullptr);
  EXPECT_EQ(std::vector<LeafIndex>(diff.added_leaves().begin(), diff.added_leaves().end()),
            (std::vector<LeafIndex>{{2}, {5}, {8}}));
}

TEST(TreeDiff, ListsUnmergedLeavesInOrderWithoutRepetition) {
  TreeGroup group = TreeGroup::dense(1, 8);
  group.commit({.committer = {0}, .removes = {{6}, {3}}});
  ASSERT_NE(group.tree().parent_node({7}), nullptr);

  group.commit({.committer = {0}, .adds = 2, .path = false});

  EXPECT_EQ(group.tree().parent_node({7})->unmerged_leaves, (std::vector<LeafIndex>{{3}, {6}}));
  EXPECT_EQ(group.tree().parent_node({3})->unmerged_leaves, (std::vector<LeafIndex>{{3}}));
}

TEST(TreeDiff, TruncatesAfterARemoveAndExtendsAgain) {
  TreeGroup group = TreeGroup::dense(1, 9);
  ASSERT_EQ(group.tree().leaf_count().value, 16u);

  TreeDiff diff(group.tree());
  ASSERT_TRUE(diff.remove({8}));
  EXPECT_EQ(diff.leaf_count().value, 8u);
  const Hash small = diff.tree_hash();
  EXPECT_EQ(diff.add(group.newcomer().leaf), LeafIndex{8});
  EXPECT_EQ(diff.leaf_count().value, 16u);
  EXPECT_EQ(diff.member_count(), 9u);
  ASSERT_TRUE(diff.remove({8}));
  EXPECT_EQ(diff.tree_hash(), small);
  ASSERT_TRUE(diff.add(group.newcomer().leaf));
  const Hash large = diff.tree_hash();

  group.tree().apply(std::move(diff).take_changes());
  const auto rebuilt = RatchetTree::decode(group.tree().encode());
  ASSERT_TRUE(rebuilt);
  EXPECT_EQ(rebuilt->tree_hash(), large);
  EXPECT_EQ(group.tree().tree_hash(), large);
}

// RFC 9420 §7.7: halved as often as the right half is blank, also over blanks made before.
TEST(TreeDiff, TruncatesThroughManyLevelsAtOnce) {
  TreeGroup group = TreeGroup::dense(1, 10);
  TreeDiff diff(group.tree());
  for (std::uint32_t i = 2; i < 9; ++i) ASSERT_TRUE(diff.remove({i}));
  ASSERT_EQ(diff.leaf_count().value, 16u);

  ASSERT_TRUE(diff.remove({9}));

  EXPECT_EQ(diff.leaf_count().value, 2u);
  group.tree().apply(std::move(diff).take_changes());
  EXPECT_EQ(group.tree().member_count(), 2u);
  EXPECT_EQ(RatchetTree::decode(group.tree().encode())->tree_hash(), group.tree().tree_hash());
}

// Only a hostile tree has a parent with nobody on one side; members of it must not be stranded.
class LopsidedTree : public testing::Test {
 protected:
  // Leaves 0, 1 and 4; node 3 is filled although leaves 2 and 3 are blank.
  LopsidedTree() {
    WireTree wire(9);
    for (const std::size_t node : {0, 2, 8}) wire[node] = WireNode{group_.newcomer().leaf};
    wire[3] = WireNode{ParentNode{key_, {}, {}}};
    tree_.emplace(RatchetTree::from_wire(std::move(wire)).value());
  }
  void expect_consistent() {
    const auto rebuilt = RatchetTree::decode(tree_->encode());
    ASSERT_TRUE(rebuilt);
    EXPECT_EQ(rebuilt->tree_hash(), tree_->tree_hash());
    EXPECT_FALSE(tree_->has_encryption_key(key_));
  }

  TreeGroup group_{1};
  Bytes key_ = group_.newcomer().leaf_key.public_key;
  std::optional<RatchetTree> tree_;
};

TEST_F(LopsidedTree, FreesTheKeysOfDiscardedRoots) {
  TreeDiff diff(*tree_);
  ASSERT_TRUE(diff.remove({4}));

  EXPECT_EQ(diff.leaf_count().value, 2u);
  EXPECT_FALSE(diff.has_encryption_key(key_));
  tree_->apply(std::move(diff).take_changes());
  expect_consistent();
}

TEST_F(LopsidedTree, IsBlankedOffTheFilteredPath) {
  TreeDiff diff(*tree_);
  const Bytes keys[] = {group_.newcomer().leaf_key.public_key,
                        group_.newcomer().leaf_key.public_key};
  diff.set_path_keys({0}, keys);

  EXPECT_EQ(diff.parent_node({3}), nullptr);
  EXPECT_NE(diff.parent_node({7}), nullptr);
  tree_->apply(std::move(diff).take_changes());
  expect_consistent();
}

TEST(TreeDiff, HasAnEnd) {
  WireTree wire(kWireTreeNodesMax);
  for (std::uint32_t i = 0; i < wire.size(); i += 2) {
    LeafNode leaf;
    leaf.encryption_key = leaf.signature_key = Writer().u32(i).take();
    wire[i] = WireNode{std::move(leaf)};
  }
  const auto tree = RatchetTree::from_wire(std::move(wire));
  ASSERT_TRUE(tree);
  TreeDiff diff(*tree);

  EXPECT_EQ(reason(diff.add({})), MlsErrc::tree_too_large);
  EXPECT_EQ(reason(diff.reserve_leaf()), MlsErrc::tree_too_large);
  ASSERT_TRUE(diff.remove({7}));
  EXPECT_EQ(diff.reserve_leaf(), LeafIndex{7});
}

TEST(TreeDiff, RefusesToRemoveABlankLeaf) {
  TreeGroup group = TreeGroup::fresh(1, 5);
  TreeDiff diff(group.tree());

  EXPECT_EQ(reason(diff.remove({6})), MlsErrc::remove_blank_leaf);
  EXPECT_EQ(reason(diff.remove({600})), MlsErrc::remove_blank_leaf);
}

TEST(TreeDiff, ReservesALeafForAnExternalCommitter) {
  TreeGroup group = TreeGroup::dense(1, 4);
  TreeDiff sent(group.tree());
  TreeDiff received(group.tree());
  Joiner joiner = group.newcomer();

  ASSERT_EQ(sent.reserve_leaf(), LeafIndex{4});
  ASSERT_EQ(received.reserve_leaf(), LeafIndex{4});
  auto own = OwnPath::make(group.suite(), sent, {4}, joiner.leaf, joiner.signature_key,
                           view_of(TreeGroup::kGroupId), group.random());
  ASSERT_TRUE(own);
  const auto path = own->encrypt(sent, test_context(sent), group.random());
  ASSERT_TRUE(received.apply_path(group.suite(), {4}, *path));

  EXPECT_EQ(received.tree_hash(), sent.tree_hash());
  const auto opened =
      open_path(group.suite(), group.keys({2}), {}, received, {4}, *path, test_context(received));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->commit_secret, own->commit_secret());
}

// A member that comes back under its own removal, alone in the group or not.
TEST(TreeDiff, MakesRoomWhenTheOnlyMemberRejoins) {
  TreeGroup group(1);
  TreeDiff diff(group.tree());
  const LeafNode old = *group.tree().leaf({0});

  ASSERT_TRUE(diff.remove({0}));
  EXPECT_FALSE(diff.has_signature_key(old.signature_key));
  EXPECT_EQ(diff.reserve_leaf(), LeafIndex{0});
  diff.set_path_leaf({0}, old);

  EXPECT_TRUE(diff.check_unique_keys());
  group.tree().apply(std::move(diff).take_changes());
  EXPECT_EQ(group.tree().find_leaf(old), LeafIndex{0});
}

TEST(TreeDiff, FindsKeysThatOccurTwice) {
  TreeGroup group = TreeGroup::dense(1, 4);
  const LeafNode& present = *group.tree().leaf({2});

  TreeDiff encryption(group.tree());
  Joiner joiner = group.newcomer();
  joiner.leaf.encryption_key = present.encryption_key;
  ASSERT_TRUE(encryption.add(joiner.leaf));
  TreeDiff signature(group.tree());
  joiner = group.newcomer();
  joiner.leaf.signature_key = present.signature_key;
  ASSERT_TRUE(signature.add(joiner.leaf));
  TreeDiff parent(group.tree());
  joiner = group.newcomer();
  joiner.leaf.encryption_key = group.tree().parent_node({5})->encryption_key;
  ASSERT_TRUE(parent.add(joiner.leaf));
  TreeDiff twice(group.tree());
  joiner = group.newcomer();
  ASSERT_TRUE(twice.add(joiner.leaf));
  ASSERT_TRUE(twice.add(joiner.leaf));

  EXPECT_EQ(reason(encryption.check_unique_keys()), MlsErrc::duplicate_encryption_key);
  EXPECT_EQ(reason(signature.check_unique_keys()), MlsErrc::duplicate_signature_key);
  EXPECT_EQ(reason(parent.check_unique_keys()), MlsErrc::duplicate_encryption_key);
  EXPECT_EQ(reason(twice.check_unique_keys()), MlsErrc::duplicate_encryption_key);
}

TEST(TreeDiff, LetsAKeyReturnAfterItsRemoval) {
  TreeGroup group = TreeGroup::dense(1, 4);
  const LeafNode leaf = *group.tree().leaf({2});
  TreeDiff diff(group.tree());

  ASSERT_TRUE(diff.add(leaf));
  EXPECT_FALSE(diff.check_unique_keys());
  ASSERT_TRUE(diff.remove({2}));
  EXPECT_TRUE(diff.check_unique_keys());

  group.tree().apply(std::move(diff).take_changes());
  EXPECT_EQ(group.tree().find_leaf(leaf), LeafIndex{4});
}

// --- Paths that must be refused
// -------------------------------------------------------------------

class PathRefusal : public testing::Test {
 protected:
  PathRefusal() {
    TreeDiff diff(group_.tree());
    path_ = group_.path_of(diff, {1});
  }
  MlsErrc apply() {
    TreeDiff diff(group_.tree());
    return reason(diff.apply_path(group_.suite(), {1}, path_));
  }

  TreeGroup group_ = TreeGroup::dense(7, 6);
  UpdatePath path_;
};

TEST_F(PathRefusal, DoesNotStrikeTheGenuineOne) { EXPECT_EQ(apply(), MlsErrc{}); }

TEST_F(PathRefusal, OfALeafThatIsNotFromACommit) {
  path_.leaf_node.source = LeafNodeSource::update;
  EXPECT_EQ(apply(), MlsErrc::leaf_source_wrong);
}

TEST_F(PathRefusal, OfAPathTooLongOrTooShort) {
  const UpdatePath good = path_;
  path_.nodes.pop_back();
  EXPECT_EQ(apply(), MlsErrc::path_length_wrong);
  path_ = good;
  path_.nodes.push_back(path_.nodes.back());
  EXPECT_EQ(apply(), MlsErrc::path_length_wrong);
  path_.nodes.clear();
  EXPECT_EQ(apply(), MlsErrc::path_length_wrong);
}

TEST_F(PathRefusal, OfTooManyOrTooFewCiphertexts) {
  for (std::size_t i = 0; i < path_.nodes.size(); ++i) {
    const UpdatePath good = path_;
    auto& sealed = path_.nodes[i].encrypted_path_secret;
    sealed.push_back(sealed.back());
    EXPECT_EQ(apply(), MlsErrc::path_length_wrong);
    sealed.clear();
    EXPECT_EQ(apply(), MlsErrc::path_length_wrong);
    path_ = good;
  }
}

TEST_F(PathRefusal, OfAnUnchangedLeafKey) {
  path_.leaf_node.encryption_key = group_.tree().leaf({1})->encryption_key;
  EXPECT_EQ(apply(), MlsErrc::update_key_unchanged);
}

TEST_F(PathRefusal, OfAKeyThatStandsInTheTree) {
  const UpdatePath good = path_;
  path_.leaf_node.encryption_key = group_.tree().leaf({4})->encryption_key;
  EXPECT_EQ(apply(), MlsErrc::path_key_reused);
  path_ = good;
  path_.nodes[0].encryption_key = group_.tree().leaf({4})->encryption_key;
  EXPECT_EQ(apply(), MlsErrc::path_key_reused);
  path_ = good;
  path_.nodes[1].encryption_key = group_.tree().parent_node({9})->encryption_key;
  EXPECT_EQ(apply(), MlsErrc::path_key_reused);
  path_ = good;  // The node's own old key, too.
  path_.nodes[1].encryption_key = group_.tree().parent_node({3})->encryption_key;
  EXPECT_EQ(apply(), MlsErrc::path_key_reused);
}

TEST_F(PathRefusal, OfAKeyTwiceInThePath) {
  const UpdatePath good = path_;
  path_.nodes[1].encryption_key = path_.nodes[0].encryption_key;
  EXPECT_EQ(apply(), MlsErrc::path_key_reused);
  path_ = good;
  path_.nodes[2].encryption_key = path_.leaf_node.encryption_key;
  EXPECT_EQ(apply(), MlsErrc::path_key_reused);
}

TEST_F(PathRefusal, OfAKeyOfTheWrongShape) {
  path_.nodes[1].encryption_key.push_back(0);
  TreeDiff diff(group_.tree());
  EXPECT_EQ(diff.apply_path(group_.suite(), {1}, path_).error(),
            crypto::make_error(crypto::CryptoErrc::key_invalid));
  path_.leaf_node.encryption_key.clear();
  EXPECT_EQ(apply(), MlsErrc::leaf_key_invalid);
}

TEST_F(PathRefusal, OfAnotherKeyThanTheParentHashCovers) {
  for (std::size_t i = 0; i < path_.nodes.size(); ++i) {
    const UpdatePath good = path_;
    path_.nodes[i].encryption_key = group_.newcomer().leaf_key.public_key;
    EXPECT_EQ(apply(), MlsErrc::parent_hash_invalid) << "node " << i;
    path_ = good;
  }
}

// mls-rs #360: no parent hash where one is due.
TEST_F(PathRefusal, OfANullParentHash) {
  path_.leaf_node.parent_hash.clear();
  EXPECT_EQ(apply(), MlsErrc::parent_hash_invalid);
}

TEST_F(PathRefusal, OfAShortenedParentHash) {
  path_.leaf_node.parent_hash.pop_back();
  EXPECT_EQ(apply(), MlsErrc::parent_hash_invalid);
}

TEST_F(PathRefusal, OfASenderOutsideTheTree) {
  TreeDiff diff(group_.tree());
  EXPECT_EQ(reason(diff.apply_path(group_.suite(), {8}, path_)), MlsErrc::sender_invalid);
}

TEST(TreeDiff, TakesAZeroLengthParentHashInAGroupOfOneAndNoOther) {
  TreeGroup group(3);
  TreeDiff sent(group.tree());
  UpdatePath path = group.path_of(sent, {0});
  EXPECT_TRUE(path.nodes.empty());
  EXPECT_TRUE(path.leaf_node.parent_hash.empty());

  TreeDiff received(group.tree());
  EXPECT_TRUE(received.apply_path(group.suite(), {0}, path));
  EXPECT_EQ(received.tree_hash(), sent.tree_hash());
  path.leaf_node.parent_hash.assign(kHashSize, 0);
  TreeDiff refused(group.tree());
  EXPECT_EQ(reason(refused.apply_path(group.suite(), {0}, path)), MlsErrc::parent_hash_invalid);
}

// Newcomers count as people on the copath, yet nothing is encrypted to them (RFC 9420 §7.5).
TEST(TreeDiff, ListsNewcomersOnThePathWithoutCiphertexts) {
  TreeGroup group(3);
  TreeDiff diff(group.tree());
  ASSERT_TRUE(diff.add(group.newcomer().leaf));

  UpdatePath path = group.path_of(diff, {0});

  ASSERT_EQ(path.nodes.size(), 1u);
  EXPECT_TRUE(path.nodes[0].encrypted_path_secret.empty());
}

}  // namespace
}  // namespace hearth::mls
