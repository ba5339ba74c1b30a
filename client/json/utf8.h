// UTF-8 (RFC 3629), one character at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hearth::json {

struct Utf8Character {
  std::uint32_t code_point;
  std::size_t size;  // Bytes taken, 1 to 4.
};

// The first character of `text`; nothing when it is empty or not well formed (overlong, surrogate,
// beyond U+10FFFF, cut off).
std::optional<Utf8Character> first_character(std::string_view text) noexcept;

// Characters that change what stands around them, or that nobody sees: control characters, bidi
// controls, zero-width spaces, tags. The two joiners U+200C and U+200D are none: scripts need them.
bool is_harmful(std::uint32_t code_point) noexcept;

// `code_point` is a Unicode scalar value.
void append_utf8(std::string& target, std::uint32_t code_point);

}  // namespace hearth::json
