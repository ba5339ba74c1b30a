// Text that crosses the wire: UTF-8 within a limit.
#pragma once

#include "protocol/bytes/codec.h"

namespace hearth::room {

// Well-formed UTF-8 (RFC 3629): no overlong forms, surrogates or values beyond U+10FFFF.
bool is_utf8(std::string_view text) noexcept;
// opaque<V> of at most `size_max` bytes of UTF-8.
Result<std::string> decode_text(Reader& reader, std::size_t size_max);

}  // namespace hearth::room
