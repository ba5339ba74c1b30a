// Integers, variable-size lengths and vectors of the TLS presentation language.
#include "protocol/bytes/codec.h"

namespace hearth {
namespace {

constexpr std::size_t kVarintMax = (std::size_t{1} << 30) - 1;

std::uint64_t big_endian(ByteView bytes) noexcept {
  std::uint64_t value = 0;
  for (const Byte byte : bytes) value = (value << 8) | byte;
  return value;
}

void put_big_endian(Bytes& target, std::uint64_t value, unsigned size) {
  for (unsigned i = size; i-- > 0;) target.push_back(static_cast<Byte>(value >> (8 * i)));
}

std::string_view name_of(CodecErrc code) noexcept {
  switch (code) {
    case CodecErrc::truncated: return "truncated";
    case CodecErrc::trailing_bytes: return "trailing_bytes";
    case CodecErrc::varint_invalid: return "varint_invalid";
    case CodecErrc::length_invalid: return "length_invalid";
    case CodecErrc::optional_invalid: return "optional_invalid";
    case CodecErrc::enum_invalid: return "enum_invalid";
    case CodecErrc::value_invalid: return "value_invalid";
  }
  return "unknown";
}

}  // namespace

Error make_error(CodecErrc code) noexcept {
  return Error{"codec", static_cast<std::uint32_t>(code), name_of(code)};
}

Result<ByteView> Reader::take(std::size_t size) noexcept {
  if (size > rest_.size()) return fail(make_error(CodecErrc::truncated));
  const ByteView taken = rest_.first(size);
  rest_ = rest_.subspan(size);
  return taken;
}

Result<std::uint8_t> Reader::u8() noexcept {
  HEARTH_TRY(const ByteView bytes, take(1));
  return bytes[0];
}

Result<std::uint16_t> Reader::u16() noexcept {
  HEARTH_TRY(const ByteView bytes, take(2));
  return static_cast<std::uint16_t>(big_endian(bytes));
}

Result<std::uint32_t> Reader::u32() noexcept {
  HEARTH_TRY(const ByteView bytes, take(4));
  return static_cast<std::uint32_t>(big_endian(bytes));
}

Result<std::uint64_t> Reader::u64() noexcept {
  HEARTH_TRY(const ByteView bytes, take(8));
  return big_endian(bytes);
}

Result<bool> Reader::presence() noexcept {
  HEARTH_TRY(const std::uint8_t byte, u8());
  if (byte > 1) return fail(make_error(CodecErrc::optional_invalid));
  return byte == 1;
}

// The two top bits of the first byte say how many bytes follow: 00 none, 01 one, 10 three. Only the
// shortest form of a value is valid, so that equal structures have equal bytes.
Result<std::uint32_t> Reader::varint() noexcept {
  HEARTH_TRY(const std::uint8_t first, u8());
  const unsigned prefix = first >> 6;
  std::uint32_t value = first & 0x3f;
  if (prefix == 0) return value;
  if (prefix == 3) return fail(make_error(CodecErrc::varint_invalid));
  HEARTH_TRY(const ByteView more, take(prefix == 1 ? 1 : 3));
  for (const Byte byte : more) value = (value << 8) | byte;
  const std::uint32_t least = prefix == 1 ? 1u << 6 : 1u << 14;
  if (value < least) return fail(make_error(CodecErrc::varint_invalid));
  return value;
}

Result<ByteView> Reader::vector_view() noexcept {
  HEARTH_TRY(const std::uint32_t size, varint());
  return take(size);
}

Result<Bytes> Reader::vector() {
  HEARTH_TRY(const ByteView body, vector_view());
  return to_bytes(body);
}

Result<Bytes> Reader::vector(std::size_t size_max) {
  HEARTH_TRY(const ByteView body, vector_view());
  if (body.size() > size_max) return fail(make_error(CodecErrc::length_invalid));
  return to_bytes(body);
}

Status Reader::finish() const noexcept {
  if (!done()) return fail(make_error(CodecErrc::trailing_bytes));
  return {};
}

Writer& Writer::u8(std::uint8_t value) {
  buffer_.push_back(value);
  return *this;
}

Writer& Writer::u16(std::uint16_t value) {
  put_big_endian(buffer_, value, 2);
  return *this;
}

Writer& Writer::u32(std::uint32_t value) {
  put_big_endian(buffer_, value, 4);
  return *this;
}

Writer& Writer::u64(std::uint64_t value) {
  put_big_endian(buffer_, value, 8);
  return *this;
}

Writer& Writer::varint(std::size_t value) {
  expects(value <= kVarintMax);
  if (value < (1u << 6)) {
    put_big_endian(buffer_, value, 1);
  } else if (value < (1u << 14)) {
    put_big_endian(buffer_, value | (1u << 14), 2);
  } else {
    put_big_endian(buffer_, value | (2u << 30), 4);
  }
  return *this;
}

Writer& Writer::raw(ByteView bytes) {
  append(buffer_, bytes);
  return *this;
}

Writer& Writer::vector(ByteView bytes) { return varint(bytes.size()).raw(bytes); }

Writer& Writer::presence(bool present) { return u8(present ? 1 : 0); }

}  // namespace hearth
