// Growing without a trace, and the bounds of what is read.
#include "client/core/kept_bytes.h"

#include <algorithm>

#include "client/core/keyring.h"
#include "protocol/room/text.h"

namespace hearth::client {

KeptWriter& KeptWriter::raw(ByteView bytes) {
  if (size_ + bytes.size() > bytes_.size()) {
    SecretBytes larger(std::max(2 * bytes_.size(), size_ + bytes.size() + 4096));
    std::ranges::copy(bytes_.view().first(size_), larger.mutable_view().begin());
    bytes_ = std::move(larger);
  }
  std::ranges::copy(bytes, bytes_.mutable_view().subspan(size_).begin());
  size_ += bytes.size();
  return *this;
}

KeptWriter& KeptWriter::u8(std::uint8_t value) { return raw(ByteView(&value, 1)); }
KeptWriter& KeptWriter::u16(std::uint16_t value) { return raw(Writer().u16(value).bytes()); }
KeptWriter& KeptWriter::u32(std::uint32_t value) { return raw(Writer().u32(value).bytes()); }
KeptWriter& KeptWriter::u64(std::uint64_t value) { return raw(Writer().u64(value).bytes()); }

KeptWriter& KeptWriter::field(ByteView bytes) {
  return u32(static_cast<std::uint32_t>(bytes.size())).raw(bytes);
}

Result<ByteView> read_field(Reader& reader, std::size_t size_max) {
  HEARTH_TRY(const std::uint32_t size, reader.u32());
  if (size > size_max) return fail(ClientErrc::kept_invalid);
  return reader.take(size);
}

Result<std::string> read_text(Reader& reader, std::size_t size_max) {
  HEARTH_TRY(const ByteView bytes, read_field(reader, size_max));
  std::string text(text_of(bytes));
  if (!room::is_utf8(text)) return fail(ClientErrc::kept_invalid);
  return text;
}

Result<std::size_t> read_count(Reader& reader, std::size_t count_max) {
  HEARTH_TRY(const std::uint32_t count, reader.u32());
  if (count > count_max) return fail(ClientErrc::kept_invalid);
  return static_cast<std::size_t>(count);
}

Result<crypto::SignatureKey> read_signature_key(Reader& reader) {
  HEARTH_TRY(const ByteView bytes, reader.take(32));
  return crypto::SignatureKey::from_private(kSuite, bytes);
}

Result<crypto::KemKeyPair> read_kem_key(Reader& reader) {
  HEARTH_TRY(const ByteView bytes, reader.take(Secret32::kSize));
  Secret32 private_key = Secret32::from(bytes);
  HEARTH_TRY(Bytes public_key, crypto::kem_public_key(kSuite, private_key));
  return crypto::KemKeyPair{std::move(private_key), std::move(public_key)};
}

}  // namespace hearth::client
