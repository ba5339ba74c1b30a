// Cutting texts into pieces, and looking for all of them at once.
#include "tests/blind/needles.h"

#include <algorithm>
#include <cstring>

namespace hearth::tests {

namespace {

std::uint64_t number_of(const Byte* bytes, std::size_t length) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes, length);
  return number;
}

std::string base64(ByteView bytes, const char* last_two) {
  std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  alphabet += last_two;
  std::string text;
  for (std::size_t i = 0; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t bits =
        (std::uint32_t{bytes[i]} << 16) | (std::uint32_t{bytes[i + 1]} << 8) | bytes[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6)
      text += alphabet[(bits >> static_cast<unsigned>(shift)) & 63u];
  }
  return text;  // Whole groups only: the rest depends on what follows the text.
}

}  // namespace

void Needles::add(const std::string& text) {
  const ByteView bytes = view_of(text);
  texts_.push_back(text);
  add_encoded(text);
  std::string hex = to_hex(bytes);
  add_encoded(hex);
  std::ranges::transform(hex, hex.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  add_encoded(hex);
  // What stands before the text decides its alignment, so its first bytes are left out.
  for (std::size_t skip = 0; skip < 3 && skip < bytes.size(); ++skip) {
    add_encoded(base64(bytes.subspan(skip), "+/"));
    add_encoded(base64(bytes.subspan(skip), "-_"));
  }
}

void Needles::add_encoded(const std::string& encoded) {
  const std::size_t place = texts_.size() - 1;
  const auto* bytes = reinterpret_cast<const Byte*>(encoded.data());
  if (encoded.size() < kShortest) return;
  if (encoded.size() < kPiece) {
    pieces_[encoded.size()].emplace(number_of(bytes, encoded.size()), place);
    return;
  }
  for (std::size_t i = 0; i + kPiece <= encoded.size(); ++i)
    pieces_[kPiece].emplace(number_of(bytes + i, kPiece), place);
}

template <class Found>
void Needles::scan(ByteView haystack, Found&& found) const {
  for (const auto& [length, pieces] : pieces_) {
    // Most positions are dismissed by one bit, without a look into the table.
    std::vector<bool> maybe(1u << 20);
    const auto slot = [&](std::uint64_t number) { return (number * 0x9e3779b97f4a7c15ull) >> 44; };
    for (const auto& [number, text] : pieces) maybe[slot(number)] = true;
    for (std::size_t i = 0; i + length <= haystack.size(); ++i) {
      const std::uint64_t number = number_of(haystack.data() + i, length);
      if (!maybe[slot(number)]) continue;
      const auto piece = pieces.find(number);
      if (piece != pieces.end() && !found(i, length, *piece)) return;
    }
  }
}

std::size_t Needles::forget_found_in(ByteView haystack) {
  std::map<std::size_t, std::vector<std::uint64_t>> known;
  scan(haystack, [&](std::size_t, std::size_t length, const auto& piece) {
    known[length].push_back(piece.first);
    return true;
  });
  std::size_t forgotten = 0;
  for (const auto& [length, numbers] : known)
    for (const std::uint64_t number : numbers) forgotten += pieces_[length].erase(number);
  return forgotten;
}

std::vector<Needles::Hit> Needles::find_in(ByteView haystack, std::size_t hits_max) const {
  std::vector<Hit> hits;
  scan(haystack, [&](std::size_t offset, std::size_t length, const auto& piece) {
    hits.push_back(
        {offset, std::string(text_of(haystack.subspan(offset, length))), texts_[piece.second]});
    return hits.size() < hits_max;
  });
  return hits;
}

std::size_t Needles::size() const noexcept {
  std::size_t size = 0;
  for (const auto& [length, pieces] : pieces_) size += pieces.size();
  return size;
}

}  // namespace hearth::tests
