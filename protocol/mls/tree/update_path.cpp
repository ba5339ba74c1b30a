// TreeKEM: path secrets upwards, ciphertexts sideways.
#include "protocol/mls/tree/update_path.h"

#include "protocol/crypto/labels.h"

namespace hearth::mls {
namespace {

constexpr std::string_view kLabel = "UpdatePathNode";  // RFC 9420 §7.6

// The key pair we hold for `node` as it stands in `tree`; null if none.
const crypto::KemKeyPair* held_key(const PrivateTree& own, const PrivateKeys& pending,
                                   const TreeView& tree, NodeIndex node) {
  const auto fresh = pending.find(node);
  const crypto::KemKeyPair* key = fresh == pending.end() ? own.find(node) : &fresh->second;
  if (key == nullptr || !equal(key->public_key, tree.encryption_key(node))) return nullptr;
  return key;
}

}  // namespace

Result<OwnPath> OwnPath::make(CipherSuite suite, TreeDiff& diff, LeafIndex sender, LeafNode leaf,
                              const crypto::SignatureKey& key, ByteView group_id,
                              crypto::RandomSource& random) {
  OwnPath own;
  own.suite_ = suite;
  own.sender_ = sender;
  HEARTH_TRY(own.leaf_key_, crypto::kem_generate(suite, random));

  std::vector<Bytes> public_keys;
  Secret32 secret = random.secret<32>();
  for (const PathStep& step : diff.filtered_direct_path(sender)) {
    HEARTH_TRY(crypto::KemKeyPair node_key, derive_node_key(suite, secret));
    Secret32 next = next_path_secret(secret);
    public_keys.push_back(node_key.public_key);
    own.nodes_.push_back({step, std::move(secret), std::move(node_key)});
    secret = std::move(next);
  }
  // In a group of one there is no path; what was drawn serves as its commit secret.
  own.commit_secret_ = std::move(secret);

  leaf.source = LeafNodeSource::commit;
  leaf.lifetime = {};
  leaf.encryption_key = own.leaf_key_.public_key;
  leaf.parent_hash = diff.set_path_keys(sender, public_keys);
  HEARTH_CHECK(sign(leaf, key, LeafPlace{group_id, sender}));
  own.leaf_ = leaf;
  diff.set_path_leaf(sender, std::move(leaf));
  return own;
}

Result<UpdatePath> OwnPath::encrypt(const TreeDiff& diff, ByteView group_context,
                                    crypto::RandomSource& random) const {
  const crypto::HpkeInfo context = crypto::encrypt_context(suite_, kLabel, group_context);
  UpdatePath path{leaf_, {}};
  path.nodes.reserve(nodes_.size());
  for (const Node& node : nodes_) {
    UpdatePathNode sealed{node.key.public_key, {}};
    for (const NodeIndex recipient : diff.path_recipients(node.step.copath)) {
      HEARTH_TRY(crypto::HpkeSealed ciphertext,
                 crypto::encrypt_with_label(context, diff.encryption_key(recipient),
                                            node.path_secret.view(), random));
      sealed.encrypted_path_secret.push_back(
          {std::move(ciphertext.kem_output), std::move(ciphertext.ciphertext)});
    }
    path.nodes.push_back(std::move(sealed));
  }
  return path;
}

const Secret32* OwnPath::path_secret_for(LeafIndex joiner) const {
  const NodeIndex shared = common_ancestor(to_node(sender_), to_node(joiner));
  for (const Node& node : nodes_) {
    if (node.step.node == shared) return &node.path_secret;
  }
  return nullptr;
}

PrivateKeys OwnPath::take_keys() && {
  PrivateKeys keys;
  keys.emplace(to_node(sender_), std::move(leaf_key_));
  for (Node& node : nodes_) keys.emplace(node.step.node, std::move(node.key));
  return keys;
}

Result<OpenedPath> open_path(CipherSuite suite, const PrivateTree& own, const PrivateKeys& pending,
                             const TreeDiff& diff, LeafIndex sender, const UpdatePath& path,
                             ByteView group_context) {
  const std::vector<PathStep> steps = diff.filtered_direct_path(sender);
  expects(path.nodes.size() == steps.size());

  // The step whose copath child is above us.
  std::size_t step = 0;
  while (step < steps.size() && !in_subtree(to_node(own.leaf()), steps[step].copath)) ++step;
  if (step == steps.size()) return fail(MlsErrc::path_not_for_us);

  // An unmerged leaf is listed after a parent whose key it lacks, so all of the list is searched.
  const std::vector<NodeIndex> recipients = diff.path_recipients(steps[step].copath);
  std::size_t position = 0;
  const crypto::KemKeyPair* key = nullptr;
  for (; position < recipients.size(); ++position) {
    key = held_key(own, pending, diff, recipients[position]);
    if (key != nullptr) break;
  }
  if (key == nullptr) return fail(MlsErrc::path_not_for_us);

  const HpkeCiphertext& sealed = path.nodes[step].encrypted_path_secret[position];
  const auto opened =
      crypto::decrypt_with_label(suite, key->private_key, key->public_key, kLabel, group_context,
                                 sealed.kem_output, sealed.ciphertext);
  if (!opened || opened->size() != Secret32::kSize) return fail(MlsErrc::path_decrypt_failed);

  OpenedPath result;
  Secret32 secret = Secret32::from(opened->view());
  for (; step < steps.size(); ++step) {
    HEARTH_TRY(crypto::KemKeyPair node_key, derive_node_key(suite, secret));
    if (!equal(node_key.public_key, path.nodes[step].encryption_key)) {
      return fail(MlsErrc::path_key_mismatch);
    }
    result.keys.emplace(steps[step].node, std::move(node_key));
    secret = next_path_secret(secret);
  }
  result.commit_secret = std::move(secret);
  return result;
}

}  // namespace hearth::mls
