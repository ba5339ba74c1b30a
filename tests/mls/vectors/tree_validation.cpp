// tree-validation: hashes, resolutions and parent hashes of a received tree, leaf signatures (§7).
#include "protocol/mls/tree/tree_validation.h"

#include "protocol/mls/tree/tree.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

bool same_nodes(const json::Value& recorded, const std::vector<NodeIndex>& computed) {
  if (!recorded.is_array() || recorded.as_array().size() != computed.size()) return false;
  for (std::size_t i = 0; i < computed.size(); ++i) {
    const json::Value& node = recorded.as_array()[i];
    if (!node.is_u64() || node.as_u64() != computed[i].value) return false;
  }
  return true;
}

void run(Fields& fields) {
  const CipherSuite suite = fields.suite();
  const Bytes bytes = fields.bytes("tree");
  const Bytes group_id = fields.bytes("group_id");
  const std::vector<Bytes> hashes = fields.bytes_list("tree_hashes");
  const json::Array& resolutions = fields.items("resolutions");
  const auto tree = RatchetTree::decode(bytes);
  if (!fields.ok(tree, "tree")) return;

  fields.same("tree", tree->encode());
  const std::uint32_t nodes = node_count(tree->leaf_count());
  if (!fields.check(hashes.size() == nodes, "tree_hashes: wrong length") ||
      !fields.check(resolutions.size() == nodes, "resolutions: wrong length")) {
    return;
  }
  for (NodeIndex node; node.value < nodes; ++node.value) {
    const std::string at = '[' + std::to_string(node.value) + "]: differs";
    fields.check(equal(tree->subtree_hash(node), hashes[node.value]), "tree_hashes" + at);
    fields.check(same_nodes(resolutions[node.value], tree->resolution(node)), "resolutions" + at);
  }
  fields.ok(validate_tree(*tree, suite), "tree");
  tree->for_each_member([&](LeafIndex index, const LeafNode& leaf) {
    fields.ok(verify_signature(leaf, suite, {group_id, index}), "leaf signature");
  });
}

constexpr Exemption kExemptions[] = {
    {"group_id", "signed only by leaves that have been updated",
     [](const json::Value& original, const json::Value&, const Flip&) {
       const auto bytes = from_hex(original.find("tree")->as_string());
       const auto tree = RatchetTree::decode(bytes.value_or(Bytes{}));
       bool is_signed = false;
       if (tree) {
         tree->for_each_member([&](LeafIndex, const LeafNode& leaf) {
           is_signed = is_signed || leaf.source != LeafNodeSource::key_package;
         });
       }
       return !is_signed;
     }},
    {"cipher_suite", "suites 1 and 3 have one hash and one signature",
     [](const json::Value& original, const json::Value& flipped, const Flip&) {
       const std::uint64_t suite = flipped.find("cipher_suite")->as_u64();
       return original.find("cipher_suite")->as_u64() != 2 && (suite == 1 || suite == 3);
     }},
};

}  // namespace

Kind tree_validation() { return {"tree-validation", run, kExemptions}; }

}  // namespace hearth::mls::vectors
