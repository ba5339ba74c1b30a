// Byte strings, views of them, and their text forms.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;            // Owned, public data. Secrets live in Secret<N>.
using ByteView = std::span<const Byte>;     // Borrowed; valid as long as its owner.

template <std::size_t N>
using ByteArray = std::array<Byte, N>;
using Bytes16 = ByteArray<16>;
using Bytes32 = ByteArray<32>;

inline ByteView view_of(std::string_view text) noexcept {
  return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }
inline Bytes to_bytes(std::string_view text) { return to_bytes(view_of(text)); }

// Public-data comparison; not constant time. Secrets use equal_constant_time (secret.h).
bool equal(ByteView a, ByteView b) noexcept;

void append(Bytes& target, ByteView source);

// Joins the parts in order.
Bytes concat(std::initializer_list<ByteView> parts);

// Copies a view of exactly N bytes; nothing when the length differs.
template <std::size_t N>
std::optional<ByteArray<N>> to_array(ByteView view) noexcept {
  if (view.size() != N) return std::nullopt;
  ByteArray<N> array;
  for (std::size_t i = 0; i < N; ++i) array[i] = view[i];
  return array;
}

// Lower-case hexadecimal. from_hex takes either case and refuses odd lengths and other characters.
std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);

// base64url without padding (RFC 4648 §5). Decoding is strict: canonical bits, no padding, no
// spaces.
std::string to_base64url(ByteView bytes);
std::optional<Bytes> from_base64url(std::string_view text);

// Hash for unordered containers over public byte strings (FNV-1a folded).
struct BytesHash {
  using is_transparent = void;
  std::size_t operator()(ByteView view) const noexcept;
  std::size_t operator()(const Bytes& b) const noexcept { return (*this)(ByteView(b)); }
};
struct BytesEqual {
  using is_transparent = void;
  bool operator()(ByteView a, ByteView b) const noexcept { return equal(a, b); }
};

}  // namespace hearth
