// treekem: paths of every member opened by all others, and ours (RFC 9420 §7.4 to §7.6).
#include <map>

#include "protocol/mls/tree/tree_validation.h"
#include "protocol/mls/tree/update_path.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

// One member with the keys that the case gives it.
struct PrivateLeaf {
  PrivateTree keys;
  crypto::SignatureKey signature_key;
};
using PrivateLeaves = std::map<LeafIndex, PrivateLeaf>;

Result<crypto::KemKeyPair> key_pair(CipherSuite suite, Secret32 private_key) {
  HEARTH_TRY(Bytes public_key, crypto::kem_public_key(suite, private_key));
  return crypto::KemKeyPair{std::move(private_key), std::move(public_key)};
}

void read_leaf(Fields& fields, CipherSuite suite, const RatchetTree& tree, PrivateLeaves& leaves) {
  const LeafIndex index{fields.number32("index")};
  auto leaf_key = key_pair(suite, fields.secret("encryption_priv"));
  auto signature_key = crypto::SignatureKey::from_private(suite, fields.bytes("signature_priv"));
  PrivateKeys path;
  fields.for_each("path_secrets", [&](Fields& item) {
    const NodeIndex node{item.number32("node")};
    auto key = derive_node_key(suite, item.secret("path_secret"));
    if (!item.ok(key, "path_secret")) return;
    const ParentNode* parent = tree.parent_node(node);
    item.check(parent != nullptr && in_subtree(to_node(index), node) &&
                   equal(parent->encryption_key, key->public_key),
               "path_secret: not that of the node");
    path.emplace(node, *std::move(key));
  });
  const LeafNode* leaf = tree.leaf(index);
  if (!fields.ok(leaf_key, "encryption_priv") || !fields.ok(signature_key, "signature_priv") ||
      !fields.check(leaf != nullptr, "index: no member")) {
    return;
  }
  fields.check(equal(leaf->encryption_key, leaf_key->public_key), "encryption_priv: differs");
  fields.check(equal(leaf->signature_key, signature_key->public_key()), "signature_priv: differs");

  PrivateTree keys(index, *std::move(leaf_key));
  keys.apply(std::move(path), tree);
  leaves.emplace(index, PrivateLeaf{std::move(keys), *std::move(signature_key)});
}

// The path of `sender` as all others see it. `expect` is told what each of them has opened.
template <class Expect>
void open_for_all(Fields& fields, const TreeDiff& diff, const PrivateLeaves& leaves,
                  LeafIndex sender, const UpdatePath& path, const GroupContext& context,
                  Expect&& expect) {
  const Bytes encoded_context = encoded(context);
  for (const auto& [index, leaf] : leaves) {
    if (index == sender) continue;
    const auto opened =
        open_path(context.cipher_suite, leaf.keys, {}, diff, sender, path, encoded_context);
    if (!fields.ok(opened, "update_path")) return;
    expect(index, *opened);
  }
}

void run_path(Fields& fields, const RatchetTree& tree, const PrivateLeaves& leaves,
              GroupContext context) {
  const LeafIndex sender{fields.number32("sender")};
  const Bytes bytes = fields.bytes("update_path");
  const Secret32 commit_secret = fields.secret("commit_secret");
  const json::Array& path_secrets = fields.items("path_secrets");
  const auto path = decode_exact<UpdatePath>(bytes);
  if (!fields.ok(path, "update_path")) return;
  fields.same("update_path", encoded(*path));
  fields.check(path_secrets.size() == tree.leaf_count().value, "path_secrets: wrong length");
  fields.check(tree.leaf(sender) != nullptr, "sender: no member");
  if (fields.failed()) return;

  const CipherSuite suite = context.cipher_suite;
  fields.ok(verify_signature(path->leaf_node, suite, {context.group_id, sender}), "path leaf");
  TreeDiff diff(tree);
  if (!fields.ok(diff.apply_path(suite, sender, *path), "update_path")) return;
  fields.same("tree_hash_after", diff.tree_hash());
  context.tree_hash = to_bytes(diff.tree_hash());
  for (LeafIndex i; i.value < path_secrets.size(); ++i.value) {
    const bool opens = i != sender && tree.leaf(i) != nullptr;
    fields.check(
        opens != path_secrets[i.value].is_null() && opens == (leaves.contains(i) && i != sender),
        "path_secrets: not those of the members");
  }
  if (fields.failed()) return;

  open_for_all(
      fields, diff, leaves, sender, *path, context, [&](LeafIndex index, const OpenedPath& opened) {
        fields.check(opened.commit_secret == commit_secret, "commit_secret: differs");
        const json::Value& text = path_secrets[index.value];
        const auto recorded = from_hex(text.is_string() ? text.as_string() : "-").value_or(Bytes{});
        if (!fields.check(recorded.size() == Secret32::kSize, "path_secrets: not 32 bytes")) return;
        const auto key = derive_node_key(suite, Secret32::from(recorded));
        const auto at = opened.keys.find(common_ancestor(to_node(sender), to_node(index)));
        fields.check(key && at != opened.keys.end() && at->second.public_key == key->public_key,
                     "path_secrets: differs");
      });
  RatchetTree merged = tree;
  merged.apply(std::move(diff).take_changes());
  fields.same("tree_hash_after", merged.tree_hash());
  fields.ok(validate_tree(merged, suite), "tree after");
}

// A path that we make from a member's keys is opened by all others.
void run_own_path(Fields& fields, const RatchetTree& tree, const PrivateLeaves& leaves,
                  LeafIndex sender, GroupContext context) {
  crypto::SystemRandom random;
  const CipherSuite suite = context.cipher_suite;
  TreeDiff diff(tree);
  const auto own = OwnPath::make(suite, diff, sender, *tree.leaf(sender),
                                 leaves.at(sender).signature_key, context.group_id, random);
  if (!fields.ok(own, "our path")) return;
  context.tree_hash = to_bytes(diff.tree_hash());
  const auto path = own->encrypt(diff, encoded(context), random);
  if (!fields.ok(path, "our path")) return;

  TreeDiff theirs(tree);
  if (!fields.ok(theirs.apply_path(suite, sender, *path), "our path")) return;
  fields.check(theirs.tree_hash() == diff.tree_hash(), "our path: another tree hash");
  open_for_all(fields, theirs, leaves, sender, *path, context,
               [&](LeafIndex, const OpenedPath& opened) {
                 fields.check(opened.commit_secret == own->commit_secret(),
                              "our path: another commit_secret");
               });
}

void run(Fields& fields) {
  GroupContext context;
  context.cipher_suite = fields.suite();
  context.group_id = fields.bytes("group_id");
  context.epoch = fields.number("epoch");
  context.confirmed_transcript_hash = fields.bytes("confirmed_transcript_hash");
  const auto tree = RatchetTree::decode(fields.bytes("ratchet_tree"));
  if (!fields.ok(tree, "ratchet_tree")) return;
  fields.same("ratchet_tree", tree->encode());
  fields.ok(validate_tree(*tree, context.cipher_suite), "ratchet_tree");
  tree->for_each_member([&](LeafIndex index, const LeafNode& leaf) {
    fields.ok(verify_signature(leaf, context.cipher_suite, {context.group_id, index}),
              "leaf signature");
  });

  PrivateLeaves leaves;
  fields.for_each("leaves_private",
                  [&](Fields& item) { read_leaf(item, context.cipher_suite, *tree, leaves); });
  fields.check(leaves.size() == tree->member_count(), "leaves_private: not all members");
  fields.for_each("update_paths", [&](Fields& item) { run_path(item, *tree, leaves, context); });
  for (const auto& [index, leaf] : leaves) {
    if (!fields.failed()) run_own_path(fields, *tree, leaves, index, context);
  }
}

constexpr Exemption kExemptions[] = {
    {"leaves_private[].encryption_priv", "X25519 overwrites five bits of a private key",
     is_clamped_bit},
};

}  // namespace

Kind treekem() { return {"treekem", run, kExemptions}; }

}  // namespace hearth::mls::vectors
