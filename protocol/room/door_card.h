// The door card: what a guest may know before anybody lets them in.
#pragma once

#include "protocol/crypto/random.h"
#include "protocol/room/staff_list.h"

namespace hearth::room {

inline constexpr std::size_t kDoorTextSizeMax = 8192;

// DoorCard   version u16 | number u32 | MemberPart | staff lists<V> (from the founders' first to
//            today's, at most 64) | agreement<V> | schedule<V> | services<V>
// Signed by a staff_id of today's list over "hearth door" | room_id | DoorCard. On the server it is
// sealed under K_door as nonce24 | sealed pad(DoorCard | staff_id32 | signature64), aad
// "hearth door" | room_id, exactly a bucket.
struct DoorCard {
  static constexpr std::uint16_t kVersion = 1;

  std::uint16_t version = kVersion;
  std::uint32_t number = 1;  // Rises with each card of a room.
  MemberPart member_part;
  std::vector<StaffList> staff_lists;  // 1 to 64.
  std::string agreement;               // UTF-8, each at most 8 KiB.
  std::string schedule;
  std::string services;

  const StaffList& staff() const { return staff_lists.back(); }

  Result<Bytes> seal(const RoomId& room, const Secret32& k_door,
                     const crypto::SignatureKey& staff_id, crypto::RandomSource& random) const;
  // Opens and checks everything a guest must check: the room id, the staff chain from the founders,
  // and the signature by one of today's staff.
  static Result<DoorCard> open(const RoomId& room, const Secret32& k_door,
                               const ServerPart& server_part, ByteView sealed);

  static Result<DoorCard> decode(Reader& reader);
  friend bool operator==(const DoorCard&, const DoorCard&) = default;
};
void encode(Writer& writer, const DoorCard& card);

}  // namespace hearth::room
