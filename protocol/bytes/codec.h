// Reader and Writer: the TLS presentation language of RFC 9420 §2, bounded and exact.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "protocol/bytes/bytes.h"
#include "protocol/error.h"

namespace hearth {

enum class CodecErrc : std::uint32_t {
  truncated = 1,     // The input ends before the value does.
  trailing_bytes,    // The value ends before the input does.
  varint_invalid,    // Not the minimal form, or the prefix 11 (RFC 9420 §2.1.2).
  length_invalid,    // A vector longer than allowed, or not a whole number of elements.
  optional_invalid,  // A presence byte other than 0 or 1 (RFC 9420 §2.1.1).
  enum_invalid,      // A selector that this structure does not define.
  value_invalid,     // A value outside its range.
};
Error make_error(CodecErrc code) noexcept;

// Reads from a borrowed view. Every method either yields a value and moves on, or fails and leaves
// the Reader unusable for anything but being dropped. It never allocates more than the input holds.
class Reader final {
 public:
  explicit Reader(ByteView input) noexcept : rest_(input) {}

  Result<std::uint8_t> u8() noexcept;
  Result<std::uint16_t> u16() noexcept;
  Result<std::uint32_t> u32() noexcept;
  Result<std::uint64_t> u64() noexcept;
  Result<bool> presence() noexcept;               // optional<T>: 0 or 1.
  Result<std::uint32_t> varint() noexcept;        // RFC 9420 §2.1.2, at most 2^30 - 1.
  Result<ByteView> take(std::size_t size) noexcept;      // Borrowed from the input.
  Result<ByteView> vector_view() noexcept;               // opaque<V>, borrowed.
  Result<Bytes> vector();                                // opaque<V>, owned.
  // opaque<V> of at most `max` bytes, owned.
  Result<Bytes> vector(std::size_t size_max);

  template <std::size_t N>
  Result<ByteArray<N>> array() noexcept {
    HEARTH_TRY(ByteView bytes, take(N));
    return *to_array<N>(bytes);
  }

  // T items<V>: `decode` reads one item from the inner Reader; called until the vector is used up.
  // Each call must consume input, or the vector is refused.
  template <class T, class Decode>
  Result<std::vector<T>> vector_of(Decode&& decode) {
    HEARTH_TRY(ByteView body, vector_view());
    Reader inner(body);
    std::vector<T> items;
    while (!inner.done()) {
      const std::size_t before = inner.rest_.size();
      HEARTH_TRY(T item, decode(inner));
      if (inner.rest_.size() == before) return fail(make_error(CodecErrc::length_invalid));
      items.push_back(std::move(item));
    }
    return items;
  }
  // optional<T>.
  template <class T, class Decode>
  Result<std::optional<T>> optional_of(Decode&& decode) {
    HEARTH_TRY(const bool present, presence());
    if (!present) return std::optional<T>{};
    HEARTH_TRY(T value, decode(*this));
    return std::optional<T>(std::move(value));
  }

  bool done() const noexcept { return rest_.empty(); }
  ByteView rest() const noexcept { return rest_; }
  Status finish() const noexcept;  // Fails with trailing_bytes unless done().

 private:
  ByteView rest_;
};

// Appends to a growing public buffer. Never fails for what fits: a vector beyond 2^30 - 1 bytes is
// a bug of the caller (`expects`).
class Writer final {
 public:
  Writer() = default;

  Writer& u8(std::uint8_t value);
  Writer& u16(std::uint16_t value);
  Writer& u32(std::uint32_t value);
  Writer& u64(std::uint64_t value);
  Writer& varint(std::size_t value);
  Writer& raw(ByteView bytes);
  Writer& vector(ByteView bytes);     // opaque<V>.
  Writer& presence(bool present);

  // T items<V>: `encode(Writer&, const T&)` writes one item.
  template <class Range, class Encode>
  Writer& vector_of(const Range& items, Encode&& encode) {
    Writer inner;
    for (const auto& item : items) encode(inner, item);
    return vector(inner.buffer_);
  }
  template <class T, class Encode>
  Writer& optional_of(const std::optional<T>& value, Encode&& encode) {
    presence(value.has_value());
    if (value) encode(*this, *value);
    return *this;
  }

  const Bytes& bytes() const noexcept { return buffer_; }
  Bytes take() noexcept { return std::move(buffer_); }
  std::size_t size() const noexcept { return buffer_.size(); }
  void reserve(std::size_t size) { buffer_.reserve(size); }

 private:
  Bytes buffer_;
};

// Convention for every wire structure T of the project, found by argument-dependent lookup:
//   void encode(Writer&, const T&);
//   static Result<T> T::decode(Reader&);
template <class T>
concept Encodable = requires(Writer& writer, const T& value) { encode(writer, value); };
template <class T>
concept Decodable = requires(Reader& reader) {
  { T::decode(reader) } -> std::same_as<Result<T>>;
};

template <Encodable T>
Bytes encoded(const T& value) {
  Writer writer;
  encode(writer, value);
  return writer.take();
}

// Decodes exactly one T: trailing bytes are an error.
template <Decodable T>
Result<T> decode_exact(ByteView bytes) {
  Reader reader(bytes);
  HEARTH_TRY(T value, T::decode(reader));
  HEARTH_CHECK(reader.finish());
  return value;
}

}  // namespace hearth
