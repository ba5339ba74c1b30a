// Choosing a field and a bit of it.
#include "tests/mls/vectors/flip.h"

#include <bit>

namespace hearth::mls::vectors {
namespace {

struct Leaf {
  json::Value* value;
  Flip place;
};

// All texts and numbers of a case that hold at least one bit.
void collect(json::Value& value, const Flip& place, bool below_list, std::vector<Leaf>& leaves) {
  if (value.is_object()) {
    for (json::Member& member : value.as_object()) {
      Flip inner = place;
      const std::string dot = place.field.empty() ? "" : ".";
      inner.field += dot + member.key;
      inner.path += dot + member.key;
      collect(member.value, inner, below_list, leaves);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
      Flip inner = place;
      inner.field += "[]";
      inner.path += '[' + std::to_string(i) + ']';
      if (!below_list) inner.item = i;
      collect(value.as_array()[i], inner, true, leaves);
    }
  } else if (value.is_u64() || (value.is_string() && !value.as_string().empty())) {
    leaves.push_back({&value, place});
  }
}

// Of a number, one of the bits it has, or the one above them.
std::size_t flip_number(json::Value& value, crypto::RandomSource& random) {
  const std::uint64_t number = value.as_u64();
  const auto width = static_cast<std::size_t>(std::bit_width(number)) + 1;
  const std::size_t bit = choose(width, random);
  value = json::Value(number ^ (std::uint64_t{1} << bit));
  return bit;
}

std::size_t flip_text(std::string& text, crypto::RandomSource& random) {
  if (std::optional<Bytes> bytes = from_hex(text)) {
    const std::size_t bit = choose(8 * bytes->size(), random);
    (*bytes)[bit / 8] ^= static_cast<Byte>(1u << (bit % 8));
    text = to_hex(*bytes);
    return bit;
  }
  const std::size_t bit = 8 * choose(text.size(), random) + choose(7, random);
  text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
  return bit;
}

}  // namespace

std::size_t choose(std::size_t count, crypto::RandomSource& random) {
  std::uint64_t drawn = 0;
  for (const Byte byte : random.array<8>()) drawn = (drawn << 8) | byte;
  return static_cast<std::size_t>(drawn % count);  // The bias is far below what a test can see.
}

std::optional<Flip> flip_one(json::Value& test_case, crypto::RandomSource& random) {
  std::vector<Leaf> leaves;
  collect(test_case, {}, false, leaves);
  if (leaves.empty()) return std::nullopt;
  Leaf& leaf = leaves[choose(leaves.size(), random)];
  leaf.place.bit = leaf.value->is_string() ? flip_text(leaf.value->as_string(), random)
                                           : flip_number(*leaf.value, random);
  return leaf.place;
}

const Exemption* find_exemption(const Kind& kind, const json::Value& original,
                                const json::Value& flipped, const Flip& flip) {
  for (const Exemption& exemption : kind.exemptions) {
    if (exemption.field != flip.field) continue;
    if (exemption.applies == nullptr || exemption.applies(original, flipped, flip)) {
      return &exemption;
    }
  }
  return nullptr;
}

}  // namespace hearth::mls::vectors
