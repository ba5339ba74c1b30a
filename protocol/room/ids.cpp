// Handles, signatures and the one key derivation that everything outside MLS uses.
#include "protocol/room/ids.h"

#include "protocol/room/error.h"

namespace hearth::room {
namespace {

// One byte that must be 1..last of an enumeration without holes.
template <class Enum>
Result<Enum> decode_enum(Reader& reader, Enum last) noexcept {
  HEARTH_TRY(const std::uint8_t value, reader.u8());
  if (value < 1 || value > static_cast<std::uint8_t>(last)) {
    return hearth::fail(make_error(CodecErrc::enum_invalid));
  }
  return static_cast<Enum>(value);
}

}  // namespace

Handle handle_of(const RoomId& room, const PublicKey& delivery) noexcept {
  return Handle{crypto::sha256({view_of("hearth handle"), room.bytes, delivery.bytes})};
}

GateRef gate_ref_of(const PublicKey& gate) noexcept { return GateRef{crypto::sha256(gate.bytes)}; }

PublicKey public_key_of(const crypto::SignatureKey& key) {
  const auto id = PublicKey::from(key.public_key());
  expects(key.suite() == crypto::kDefaultSuite && id.has_value());
  return *id;
}

Signature sign(const crypto::SignatureKey& key, ByteView message) {
  expects(key.suite() == crypto::kDefaultSuite);
  const Result<Bytes> signature = key.sign(message);
  expects(signature.has_value());
  const auto id = Signature::from(*signature);
  expects(id.has_value());
  return *id;
}

Status verify(const PublicKey& key, ByteView message, const Signature& signature) {
  if (!crypto::verify(crypto::kDefaultSuite, key.bytes, message, signature.bytes)) {
    return fail(RoomErrc::signature_invalid);
  }
  return {};
}

Result<EntryKind> decode_entry_kind(Reader& reader) noexcept {
  return decode_enum(reader, EntryKind::control);
}
Result<Role> decode_role(Reader& reader) noexcept { return decode_enum(reader, Role::supporter); }
Result<Role> decode_voucher(Reader& reader) noexcept { return decode_enum(reader, Role::staff); }
Result<Admission> decode_admission(Reader& reader) noexcept {
  return decode_enum(reader, Admission::locked);
}
Result<Retention> decode_retention(Reader& reader) noexcept {
  return decode_enum(reader, Retention::week);
}

Secret32 hkdf(ByteView secret, std::string_view label, ByteView context) noexcept {
  const Secret32 prk = crypto::hkdf_extract(view_of("hearth"), secret);
  const Byte zero[1] = {0};
  Secret32 out;
  crypto::hkdf_expand(prk.view(), concat({view_of(label), zero, context}), out.mutable_view());
  return out;
}

}  // namespace hearth::room
