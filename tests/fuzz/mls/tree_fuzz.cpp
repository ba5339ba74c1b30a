// Ratchet trees: what is taken is written back as it stood, and every question about it is
// answered.
#include "protocol/mls/tree/tree_diff.h"
#include "protocol/mls/tree/tree_validation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  using namespace hearth::mls;
  const ByteView input(data, size);
  const auto wire = decode_wire_tree(input);
  if (wire) expects(equal(encode_wire_tree(*wire), input));

  auto tree = RatchetTree::decode(input);
  if (!tree) return 0;
  expects(wire.has_value() && equal(tree->encode(), input));
  const bool valid = validate_tree(*tree, crypto::kDefaultSuite).has_value();
  static_cast<void>(tree->resolution(tree->root_node()));

  // Whoever can be removed is removed, and the tree stays one that can be read again.
  std::optional<LeafIndex> member;
  tree->for_each_member([&](LeafIndex index, const LeafNode&) { member = index; });
  if (!member || tree->member_count() < 2) return 0;
  TreeDiff diff(*tree);
  expects(diff.remove(*member).has_value());
  const Hash staged = diff.tree_hash();
  tree->apply(std::move(diff).take_changes());
  expects(tree->tree_hash() == staged);
  // Lists of unmerged leaves may name anything in a tree that no joiner would take.
  if (!valid) return 0;
  const auto again = RatchetTree::decode(tree->encode());
  expects(again.has_value() && again->tree_hash() == staged);
  return 0;
}
