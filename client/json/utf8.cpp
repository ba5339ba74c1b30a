// Decoding and encoding of one character.
#include "client/json/utf8.h"

namespace hearth::json {
namespace {

constexpr bool within(std::uint32_t c, std::uint32_t first, std::uint32_t last) noexcept {
  return c >= first && c <= last;
}

}  // namespace

bool is_harmful(std::uint32_t c) noexcept {
  return c < 0x20 || within(c, 0x7F, 0x9F)             // C0, DEL, C1
         || c == 0x061C || within(c, 0x200E, 0x200F)   // Bidi marks
         || within(c, 0x202A, 0x202E)                  // Embeddings and overrides
         || within(c, 0x2066, 0x206F)                  // Isolates, deprecated controls
         || c == 0x200B || c == 0x2060 || c == 0xFEFF  // Zero-width spaces
         || within(c, 0xFFF9, 0xFFFB)                  // Interlinear annotation
         || within(c, 0xE0000, 0xE0FFF);               // Tags
}

std::optional<Utf8Character> first_character(std::string_view text) noexcept {
  if (text.empty()) return std::nullopt;
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return Utf8Character{lead, 1};

  std::size_t size = 0;
  std::uint32_t code_point = 0;
  std::uint32_t least = 0;  // What is smaller has a shorter form.
  if ((lead & 0xe0) == 0xc0) {
    size = 2, code_point = lead & 0x1f, least = 0x80;
  } else if ((lead & 0xf0) == 0xe0) {
    size = 3, code_point = lead & 0x0f, least = 0x800;
  } else if ((lead & 0xf8) == 0xf0) {
    size = 4, code_point = lead & 0x07, least = 0x10000;
  } else {
    return std::nullopt;
  }
  if (text.size() < size) return std::nullopt;
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return std::nullopt;
    code_point = (code_point << 6) | (next & 0x3f);
  }
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (code_point < least || code_point > 0x10ffff || surrogate) return std::nullopt;
  return Utf8Character{code_point, size};
}

void append_utf8(std::string& target, std::uint32_t code_point) {
  const auto tail = [&](unsigned shift) {
    target.push_back(static_cast<char>(0x80 | ((code_point >> shift) & 0x3f)));
  };
  if (code_point < 0x80) {
    target.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    target.push_back(static_cast<char>(0xc0 | (code_point >> 6)));
    tail(0);
  } else if (code_point < 0x10000) {
    target.push_back(static_cast<char>(0xe0 | (code_point >> 12)));
    tail(6);
    tail(0);
  } else {
    target.push_back(static_cast<char>(0xf0 | (code_point >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace hearth::json
