// The leaf extension: how a leaf of the MLS tree belongs to this room.
#pragma once

#include "protocol/room/ids.h"

namespace hearth::room {

inline constexpr std::uint16_t kLeafExtensionType = 0xF002;
inline constexpr std::size_t kDisplayNameSizeMax = 64;

// 1..64 bytes of UTF-8 without control characters. What looks alike is the client's affair.
Status check_display_name(std::string_view name) noexcept;

// staff_id public key32 | Sign(staff_id, "hearth staff leaf" | room_id | leaf signature key)
struct StaffCertificate {
  PublicKey staff_id;
  Signature signature;

  static StaffCertificate make(const RoomId& room, ByteView leaf_signature_key,
                               const crypto::SignatureKey& staff_id);
  Status verify(const RoomId& room, ByteView leaf_signature_key) const;
  static Result<StaffCertificate> decode(Reader& reader);
  friend bool operator==(const StaffCertificate&, const StaffCertificate&) = default;
};
void encode(Writer& writer, const StaffCertificate& certificate);

// version u16 | delivery32 | direct32 | possession64 | name<V> | optional StaffCertificate
// possession = Sign(delivery, "hearth pop" | room_id | leaf signature key).
struct LeafExtension {
  static constexpr std::uint16_t kVersion = 1;

  std::uint16_t version = kVersion;
  PublicKey delivery;
  DeskKey direct;
  Signature possession;
  std::string name;
  std::optional<StaffCertificate> staff;

  // Signs for this leaf key; made anew whenever the leaf key changes.
  static LeafExtension make(const RoomId& room, ByteView leaf_signature_key,
                            const crypto::SignatureKey& delivery, const DeskKey& direct,
                            std::string name, const crypto::SignatureKey* staff_id = nullptr);
  // possession_invalid, name_invalid or staff_certificate_invalid. Whether staff_id is staff today
  // is for the caller (StaffList::find).
  Status verify(const RoomId& room, ByteView leaf_signature_key) const;
  Handle handle(const RoomId& room) const noexcept { return handle_of(room, delivery); }

  static Result<LeafExtension> decode(Reader& reader);
  friend bool operator==(const LeafExtension&, const LeafExtension&) = default;
};
void encode(Writer& writer, const LeafExtension& extension);

}  // namespace hearth::room
