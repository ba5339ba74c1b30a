// The leaf extension, signed and checked.
#include "protocol/room/leaf_extension.h"

#include <algorithm>

#include "protocol/defence.h"
#include "protocol/room/error.h"
#include "protocol/room/text.h"

namespace hearth::room {
namespace {

Bytes possession_bytes(const RoomId& room, ByteView leaf_key) {
  return concat({view_of("hearth pop"), room.bytes, leaf_key});
}

Bytes certificate_bytes(const RoomId& room, ByteView leaf_key) {
  return concat({view_of("hearth staff leaf"), room.bytes, leaf_key});
}

}  // namespace

Status check_display_name(std::string_view name) noexcept {
  const auto is_control = [](char c) { return static_cast<Byte>(c) < 0x20 || c == 0x7f; };
  if (name.empty() || name.size() > kDisplayNameSizeMax || !is_utf8(name) ||
      std::ranges::any_of(name, is_control)) {
    return fail(RoomErrc::name_invalid);
  }
  return {};
}

StaffCertificate StaffCertificate::make(const RoomId& room, ByteView leaf_signature_key,
                                        const crypto::SignatureKey& staff_id) {
  return {public_key_of(staff_id), sign(staff_id, certificate_bytes(room, leaf_signature_key))};
}

Status StaffCertificate::verify(const RoomId& room, ByteView leaf_signature_key) const {
  if (!room::verify(staff_id, certificate_bytes(room, leaf_signature_key), signature)) {
    return fail(RoomErrc::staff_certificate_invalid);
  }
  return {};
}

Result<StaffCertificate> StaffCertificate::decode(Reader& reader) {
  StaffCertificate certificate;
  HEARTH_TRY(certificate.staff_id, PublicKey::decode(reader));
  HEARTH_TRY(certificate.signature, Signature::decode(reader));
  return certificate;
}

void encode(Writer& writer, const StaffCertificate& certificate) {
  encode(writer, certificate.staff_id);
  encode(writer, certificate.signature);
}

LeafExtension LeafExtension::make(const RoomId& room, ByteView leaf_signature_key,
                                  const crypto::SignatureKey& delivery, const DeskKey& direct,
                                  std::string name, const crypto::SignatureKey* staff_id) {
  LeafExtension extension;
  extension.delivery = public_key_of(delivery);
  extension.direct = direct;
  extension.possession = sign(delivery, possession_bytes(room, leaf_signature_key));
  extension.name = std::move(name);
  if (staff_id) extension.staff = StaffCertificate::make(room, leaf_signature_key, *staff_id);
  return extension;
}

Status LeafExtension::verify(const RoomId& room, ByteView leaf_signature_key) const {
  HEARTH_CHECK(check_display_name(name));
  const bool proved =
      room::verify(delivery, possession_bytes(room, leaf_signature_key), possession).has_value();
  if (!proved && stands(Defence::possession)) {
    return fail(RoomErrc::possession_invalid);
  }
  return staff ? staff->verify(room, leaf_signature_key) : Status{};
}

Result<LeafExtension> LeafExtension::decode(Reader& reader) {
  LeafExtension extension;
  HEARTH_TRY(extension.version, reader.u16());
  if (extension.version != kVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(extension.delivery, PublicKey::decode(reader));
  HEARTH_TRY(extension.direct, DeskKey::decode(reader));
  HEARTH_TRY(extension.possession, Signature::decode(reader));
  HEARTH_TRY(extension.name, decode_text(reader, kDisplayNameSizeMax));
  HEARTH_TRY(extension.staff, reader.optional_of<StaffCertificate>(
                                  [](Reader& r) { return StaffCertificate::decode(r); }));
  return extension;
}

void encode(Writer& writer, const LeafExtension& extension) {
  writer.u16(extension.version);
  encode(writer, extension.delivery);
  encode(writer, extension.direct);
  encode(writer, extension.possession);
  writer.vector(view_of(extension.name));
  writer.optional_of(extension.staff,
                     [](Writer& w, const StaffCertificate& staff) { encode(w, staff); });
}

}  // namespace hearth::room
