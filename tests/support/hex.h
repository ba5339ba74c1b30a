// Bytes written as hexadecimal in a test.
#pragma once

#include <string_view>

#include "protocol/bytes/bytes.h"
#include "protocol/error.h"

namespace hearth::test {

// A bug of the test when `text` is not hexadecimal.
inline Bytes hex(std::string_view text) {
  auto bytes = from_hex(text);
  expects(bytes.has_value());
  return *std::move(bytes);
}

}  // namespace hearth::test
