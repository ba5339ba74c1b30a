// The bytes of a stay that is kept: written without leaving secrets behind, read with suspicion.
#pragma once

#include "client/core/error.h"
#include "protocol/bytes/codec.h"
#include "protocol/bytes/secret.h"
#include "protocol/crypto/suite.h"

namespace hearth::client {

// Collects the bytes in memory that is wiped when it grows and when it goes. A field is its length
// (u32) and its bytes.
class KeptWriter final {
 public:
  KeptWriter& u8(std::uint8_t value);
  KeptWriter& u16(std::uint16_t value);
  KeptWriter& u32(std::uint32_t value);
  KeptWriter& u64(std::uint64_t value);
  KeptWriter& raw(ByteView bytes);
  KeptWriter& field(ByteView bytes);
  KeptWriter& text(std::string_view text) { return field(view_of(text)); }
  // Whether the value comes next.
  template <class T>
  KeptWriter& presence(const T& value) {
    return u8(value ? 1 : 0);
  }
  // A public structure of the protocol, as a field.
  template <Encodable T>
  KeptWriter& value(const T& value) {
    return field(encoded(value));
  }
  template <Encodable T>
  KeptWriter& optional(const std::optional<T>& value) {
    presence(value);
    return value ? this->value(*value) : *this;
  }
  KeptWriter& key(const crypto::SignatureKey& key) { return raw(key.private_key()); }
  KeptWriter& key(const crypto::KemKeyPair& key) { return raw(key.private_key.view()); }

  std::size_t size() const noexcept { return size_; }
  SecretBytes take() const { return SecretBytes(bytes_.view().first(size_)); }

 private:
  SecretBytes bytes_;
  std::size_t size_ = 0;
};

// What a Reader yields of it. All fail with a CodecErrc or kept_invalid, and none yields more than
// it was asked for.
Result<ByteView> read_field(Reader& reader, std::size_t size_max);
Result<std::string> read_text(Reader& reader, std::size_t size_max);
// A number of things to come.
Result<std::size_t> read_count(Reader& reader, std::size_t count_max);
Result<crypto::SignatureKey> read_signature_key(Reader& reader);
Result<crypto::KemKeyPair> read_kem_key(Reader& reader);
template <Decodable T>
Result<T> read_value(Reader& reader, std::size_t size_max) {
  HEARTH_TRY(const ByteView bytes, read_field(reader, size_max));
  return decode_exact<T>(bytes);
}
template <Decodable T>
Result<std::optional<T>> read_optional(Reader& reader, std::size_t size_max) {
  return reader.optional_of<T>([&](Reader& inner) { return read_value<T>(inner, size_max); });
}

}  // namespace hearth::client
