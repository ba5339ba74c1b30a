// The signed list of a room's staff, chained from the founders.
#pragma once

#include "protocol/room/genesis.h"

namespace hearth::room {

struct StaffEntry {
  PublicKey staff_id;
  PublicKey staff_server;
  DeskKey desk;

  static Result<StaffEntry> decode(Reader& reader);
  friend bool operator==(const StaffEntry&, const StaffEntry&) = default;
};
void encode(Writer& writer, const StaffEntry& entry);

// StaffList   number u32 | previous hash32 | entries<V> | signatures<V>{staff_id32, signature64}
// Each signature covers "hearth staff list" | room_id | everything before the signatures. The first
// list has number 1, previous zero, lists exactly the founders, and is signed by each of them.
struct StaffList {
  struct Signed {
    PublicKey staff_id;
    Signature signature;
    friend bool operator==(const Signed&, const Signed&) = default;
  };

  std::uint32_t number = 1;
  Hash previous{};
  std::vector<StaffEntry> entries;
  std::vector<Signed> signatures;

  // Adds this founder's signature.
  void sign(const RoomId& room, const crypto::SignatureKey& staff_id);
  // SHA-256("hearth staff list" | everything before the signatures): the head of the chain.
  Hash hash() const;
  // Checks a first list against the parts that the room id commits to.
  Status check_first(const RoomId& room, const ServerPart& server_part,
                     const MemberPart& member_part) const;
  const StaffEntry* find(const PublicKey& staff_id) const noexcept;

  static Result<StaffList> decode(Reader& reader);
  friend bool operator==(const StaffList&, const StaffList&) = default;
};
void encode(Writer& writer, const StaffList& list);

}  // namespace hearth::room
