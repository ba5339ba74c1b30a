// tree-math: node arithmetic of full trees (RFC 9420 Appendix C).
#include "protocol/mls/tree/tree_math.h"

#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {
namespace {

// The list `name` holds what `relative` says of each node: another node, or null for none.
template <class Relative>
void check_relatives(Fields& fields, std::string_view name, std::uint32_t nodes,
                     Relative&& relative) {
  const json::Array& list = fields.items(name);
  if (!fields.check(list.size() == nodes, std::string(name) + ": wrong length")) return;
  for (std::uint32_t i = 0; i < nodes; ++i) {
    const std::optional<NodeIndex> expected = relative(NodeIndex{i});
    const bool same =
        expected ? list[i].is_u64() && list[i].as_u64() == expected->value : list[i].is_null();
    if (!fields.check(same, std::string(name) + '[' + std::to_string(i) + "]: differs")) return;
  }
}

void run(Fields& fields) {
  const std::uint32_t leaf_count = fields.number32("n_leaves");
  const std::uint32_t nodes = fields.number32("n_nodes");
  const std::uint32_t top = fields.number32("root");
  if (fields.failed()) return;
  if (!fields.check(std::has_single_bit(leaf_count) && leaf_count <= kLeafCountMax,
                    "n_leaves: not a full tree")) {
    return;
  }

  const LeafCount leaves{leaf_count};
  fields.check(node_count(leaves) == nodes, "n_nodes: differs");
  fields.check(root(leaves).value == top, "root: differs");
  using Maybe = std::optional<NodeIndex>;
  check_relatives(fields, "left", nodes,
                  [](NodeIndex n) { return is_leaf(n) ? Maybe{} : Maybe{left(n)}; });
  check_relatives(fields, "right", nodes,
                  [](NodeIndex n) { return is_leaf(n) ? Maybe{} : Maybe{right(n)}; });
  check_relatives(fields, "parent", nodes,
                  [&](NodeIndex n) { return n == root(leaves) ? Maybe{} : Maybe{parent(n)}; });
  check_relatives(fields, "sibling", nodes,
                  [&](NodeIndex n) { return n == root(leaves) ? Maybe{} : Maybe{sibling(n)}; });
}

}  // namespace

Kind tree_math() { return {"tree-math", run}; }

}  // namespace hearth::mls::vectors
