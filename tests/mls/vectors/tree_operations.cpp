// tree-operations: one proposal applied to a tree (RFC 9420 §12.1.1 to §12.1.3).
#include "protocol/mls/tree/tree_diff.h"
#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

Status stage(TreeDiff& diff, const Proposal& proposal, LeafIndex sender) {
  if (const Add* add = proposal.as<Add>()) {
    HEARTH_CHECK(verify_signature(add->key_package));
    HEARTH_TRY([[maybe_unused]] const LeafIndex added, diff.add(add->key_package.leaf_node));
    return {};
  }
  if (const Update* update = proposal.as<Update>()) {
    diff.update(sender, update->leaf_node);
    return {};
  }
  if (const Remove* remove = proposal.as<Remove>()) return diff.remove(remove->removed);
  return fail(MlsErrc::proposal_type_unsupported);
}

void run(Fields& fields) {
  const CipherSuite suite = fields.suite();
  const Bytes raw_proposal = fields.bytes("proposal");
  const LeafIndex sender{fields.number32("proposal_sender")};
  const Bytes before = fields.bytes("tree_before");
  const Bytes after = fields.bytes("tree_after");
  if (fields.failed()) return;

  const auto proposal = decode_exact<Proposal>(raw_proposal);
  auto tree = RatchetTree::decode(before);
  if (!fields.ok(proposal, "proposal") || !fields.ok(tree, "tree_before")) return;
  fields.same("proposal", encoded(*proposal));
  fields.same("tree_before", tree->encode());
  fields.same("tree_hash_before", tree->tree_hash());
  if (!fields.check(tree->leaf(sender) != nullptr, "proposal_sender: no member")) return;
  if (const Add* add = proposal->as<Add>()) {
    fields.check(add->key_package.cipher_suite == static_cast<std::uint16_t>(suite),
                 "proposal: another suite");
  }

  TreeDiff diff(*tree);
  if (!fields.ok(stage(diff, *proposal, sender), "proposal")) return;
  fields.ok(diff.check_unique_keys(), "tree_after");
  fields.same("tree_hash_after", diff.tree_hash());
  fields.check(equal(tree->encode(), before), "staging has changed the tree");

  tree->apply(std::move(diff).take_changes());
  fields.same("tree_after", tree->encode());
  fields.same("tree_hash_after", tree->tree_hash());
  const auto received = RatchetTree::decode(after);
  if (fields.ok(received, "tree_after")) fields.same("tree_hash_after", received->tree_hash());
}

std::optional<std::uint16_t> type_of_proposal(const json::Value& test_case) {
  const auto bytes = from_hex(test_case.find("proposal")->as_string());
  const auto proposal = decode_exact<Proposal>(bytes.value_or(Bytes{}));
  if (!proposal) return std::nullopt;
  return proposal->type();
}

constexpr Exemption kExemptions[] = {
    {"proposal_sender", "only an Update is about its sender",
     [](const json::Value& original, const json::Value&, const Flip&) {
       return type_of_proposal(original) != proposal_type::kUpdate;
     }},
    {"cipher_suite", "suites 1 and 3 have one hash; only an Add names its suite",
     [](const json::Value& original, const json::Value& flipped, const Flip&) {
       const std::uint64_t suite = flipped.find("cipher_suite")->as_u64();
       return suite >= 1 && suite <= 3 && type_of_proposal(original) != proposal_type::kAdd;
     }},
};

}  // namespace

Kind tree_operations() { return {"tree-operations", run, kExemptions}; }

}  // namespace hearth::mls::vectors
