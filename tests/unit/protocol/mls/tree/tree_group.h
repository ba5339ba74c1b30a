// Members who share one ratchet tree and nothing else: a whole TreeKEM group for tests.
#pragma once

#include <map>

#include "protocol/mls/tree/tree_diff.h"
#include "protocol/mls/tree/tree_private.h"
#include "protocol/mls/tree/update_path.h"

namespace hearth::mls {

struct Joiner {
  crypto::SignatureKey signature_key;
  crypto::KemKeyPair leaf_key;
  LeafNode leaf;
};

// What one commit of the test does, in the order of RFC 9420 §12.3.
struct Plan {
  LeafIndex committer;
  std::vector<LeafIndex> updates = {};
  std::vector<LeafIndex> removes = {};
  std::size_t adds = 0;
  bool path = true;
};

// Plays commits with real keys: the committer's diff and the receivers' are staged apart, everybody
// opens the path, newcomers join by path secret. Each commit checks that all agree on tree hash and
// commit secret, that the merged tree equals one rebuilt from its wire form in every hash and
// count, and that everybody's private keys belong to the public ones.
class TreeGroup {
 public:
  explicit TreeGroup(std::uint64_t seed, CipherSuite suite = crypto::kDefaultSuite);
  // A group of `members` who were added in one commit without a path: all parents blank.
  static TreeGroup fresh(std::uint64_t seed, std::size_t members);
  // The same, after each member in turn has committed a path: all parents filled.
  static TreeGroup dense(std::uint64_t seed, std::size_t members);

  void commit(const Plan& plan);
  Joiner newcomer(LeafNodeSource source = LeafNodeSource::key_package);
  // A path of `sender` over `diff`, ready to be applied to another diff.
  UpdatePath path_of(TreeDiff& diff, LeafIndex sender);

  CipherSuite suite() const { return suite_; }
  const RatchetTree& tree() const { return tree_; }
  RatchetTree& tree() { return tree_; }
  const PrivateTree& keys(LeafIndex member) const { return members_.at(member).keys; }
  const crypto::SignatureKey& signature_key(LeafIndex member) const {
    return members_.at(member).signature_key;
  }
  std::vector<LeafIndex> members() const;
  crypto::SeededRandom& random() { return random_; }
  std::uint32_t below(std::uint32_t bound);  // A random number.

  static constexpr std::string_view kGroupId = "group";

 private:
  struct Member {
    crypto::SignatureKey signature_key;
    PrivateTree keys;
  };
  TreeGroup(std::uint64_t seed, CipherSuite suite, Joiner founder);
  static Joiner make_joiner(CipherSuite suite, crypto::RandomSource& random, std::uint32_t number,
                            LeafNodeSource source);
  static Joiner make_founder(CipherSuite suite, std::uint64_t seed);
  void check() const;

  CipherSuite suite_;
  crypto::SeededRandom random_;
  std::uint32_t born_ = 0;
  RatchetTree tree_;
  std::map<LeafIndex, Member> members_;
};

// Stands for the provisional GroupContext: bound to the tree hash, as the real one is.
Bytes test_context(const TreeView& tree);

}  // namespace hearth::mls
