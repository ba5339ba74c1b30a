// The room's policy: a GroupContext extension that every member's client enforces.
#pragma once

#include "protocol/room/genesis.h"

namespace hearth::room {

inline constexpr std::uint16_t kPolicyExtensionType = 0xF001;
inline constexpr std::size_t kStewardsMax = 64;

// version u16 | room_id16 | staff_chain_head32 | stewards: staff_id keys<V> | admission u8 |
// Limits | generation u16
struct Policy {
  static constexpr std::uint16_t kVersion = 1;

  std::uint16_t version = kVersion;
  RoomId room;
  Hash staff_head{};                // StaffList::hash of today's list.
  std::vector<PublicKey> stewards;  // Who may commit with a path: 1..64, ascending, each once.
  Admission admission = Admission::lobby;
  Limits limits;
  Generation generation = 1;  // Of the epoch that this GroupContext describes.

  bool is_steward(const PublicKey& staff_id) const noexcept;
  static Result<Policy> decode(Reader& reader);
  friend bool operator==(const Policy&, const Policy&) = default;
};
void encode(Writer& writer, const Policy& policy);

}  // namespace hearth::room
