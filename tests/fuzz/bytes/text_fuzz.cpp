// Hexadecimal and base64url: what is read is written back as it stood (but for the case of hex),
// and what is written reads back.
#include <algorithm>

#include "protocol/bytes/bytes.h"
#include "protocol/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  const ByteView input(data, size);
  const std::string_view text = text_of(input);

  if (const auto bytes = from_base64url(text)) expects(to_base64url(*bytes) == text);
  if (const auto bytes = from_hex(text)) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
      return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    });
    expects(to_hex(*bytes) == lower);
  }
  expects(from_base64url(to_base64url(input)) == to_bytes(input));
  expects(from_hex(to_hex(input)) == to_bytes(input));
  return 0;
}
