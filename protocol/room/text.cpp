// UTF-8, checked byte by byte.
#include "protocol/room/text.h"

namespace hearth::room {
namespace {

// The code point that starts at text[at], or nothing; moves `at` behind it.
std::optional<std::uint32_t> next_code_point(std::string_view text, std::size_t& at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(at);
  if (first < 0x80) return ++at, first;
  const std::size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  if (first < 0xc2 || first > 0xf4 || text.size() - at <= more) return std::nullopt;
  std::uint32_t value = first & (0x3fu >> more);
  for (std::size_t i = 1; i <= more; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return std::nullopt;
    value = (value << 6) | (byte(at + i) & 0x3fu);
  }
  constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < kLeast[more] || surrogate || value > 0x10ffff) return std::nullopt;
  at += more + 1;
  return value;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    if (!next_code_point(text, at)) return false;
  }
  return true;
}

Result<std::string> decode_text(Reader& reader, std::size_t size_max) {
  HEARTH_TRY(const ByteView bytes, reader.vector_view());
  if (bytes.size() > size_max) return hearth::fail(make_error(CodecErrc::length_invalid));
  if (!is_utf8(text_of(bytes))) return hearth::fail(make_error(CodecErrc::value_invalid));
  return std::string(text_of(bytes));
}

}  // namespace hearth::room
