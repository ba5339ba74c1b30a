// The room's policy: a GroupContext extension that every member's client enforces.
#pragma once

#include "protocol/room/staff_list.h"

namespace hearth::room {

inline constexpr std::uint16_t kPolicyExtensionType = 0xF001;

// version u16 | room_id16 | StaffList<V> | admission u8 | Limits | generation u16
// The whole signed list travels, so that everybody can check a change of it.
struct Policy {
  static constexpr std::uint16_t kVersion = 1;

  std::uint16_t version = kVersion;
  RoomId room;
  StaffList staff;  // Today's: these may commit with a path.
  Admission admission = Admission::lobby;
  Limits limits;
  Generation generation = 1;  // Of the epoch that this GroupContext describes.

  Hash staff_head() const { return staff.hash(); }
  // staff_id keys, ascending.
  std::vector<PublicKey> stewards() const { return staff.ids(); }
  bool is_steward(const PublicKey& staff_id) const noexcept { return staff.find(staff_id); }
  static Result<Policy> decode(Reader& reader);
  friend bool operator==(const Policy&, const Policy&) = default;
};
void encode(Writer& writer, const Policy& policy);

}  // namespace hearth::room
