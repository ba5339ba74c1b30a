// TreeHashInput, built in one buffer and hashed.
#include "protocol/mls/tree/tree_hash.h"

namespace hearth::mls {
namespace {

enum class NodeType : std::uint8_t { leaf = 1, parent = 2 };

// Enough for a leaf with a basic credential, and for a parent with few unmerged leaves.
constexpr std::size_t kUsualSize = 512;

}  // namespace

Hash leaf_node_hash(LeafIndex index, const LeafNode* leaf) {
  Writer writer;
  writer.reserve(kUsualSize);
  writer.u8(static_cast<std::uint8_t>(NodeType::leaf)).u32(index.value).presence(leaf != nullptr);
  if (leaf != nullptr) encode(writer, *leaf);
  return crypto::sha256(writer.bytes());
}

Hash parent_node_hash(const ParentNode* parent, const Hash& left, const Hash& right) {
  Writer writer;
  writer.reserve(kUsualSize);
  writer.u8(static_cast<std::uint8_t>(NodeType::parent)).presence(parent != nullptr);
  if (parent != nullptr) encode(writer, *parent);
  writer.vector(left).vector(right);
  return crypto::sha256(writer.bytes());
}

}  // namespace hearth::mls
