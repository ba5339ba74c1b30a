// The keys of one person in one room. Used nowhere else, so nothing links two rooms.
#pragma once

#include "client/core/kept_bytes.h"
#include "protocol/mls/group/key_package.h"
#include "protocol/room/gate.h"
#include "protocol/room/leaf_extension.h"
#include "protocol/room/staff_list.h"

namespace hearth::client {

inline constexpr crypto::CipherSuite kSuite = crypto::kDefaultSuite;

// A staff person's keys, as long as the room lives: longer than a process, so staff keep a vault.
struct StaffKeys {
  crypto::SignatureKey server;  // Signs commands that the server obeys.
  crypto::SignatureKey id;      // Certifies the leaf and the door card.
  crypto::KemKeyPair desk;      // Opens knocks.

  static Result<StaffKeys> generate(crypto::RandomSource& random);
  room::StaffEntry entry(std::uint8_t flags = 0) const;

  void keep(KeptWriter& out) const;
  static Result<StaffKeys> resume(Reader& in);
};

// The keys of one stay. A new stay (a new meeting, a return after a fault) has new ones.
struct StayKeys {
  std::string name;
  crypto::SignatureKey delivery;  // The server knows its hash, the handle.
  crypto::KemKeyPair direct;      // Opens answers of the desk.
  crypto::SignatureKey leaf;      // Signs inside MLS.

  // name_invalid unless the name may stand in a leaf.
  static Result<StayKeys> generate(std::string_view name, crypto::RandomSource& random);
  // The same person in the same stay for a new group: the delivery key stays, so the handle does.
  Result<StayKeys> renewed(crypto::RandomSource& random) const;
  room::Handle handle(const room::RoomId& room) const;

  void keep(KeptWriter& out) const;
  static Result<StayKeys> resume(Reader& in);

  // The leaf of this stay; with a certificate where `staff_id` is given.
  mls::Identity identity(const room::RoomId& room, const crypto::SignatureKey* staff_id) const {
    return identity(room, staff_id, leaf.clone());
  }
  // The same with another leaf key.
  mls::Identity identity(const room::RoomId& room, const crypto::SignatureKey* staff_id,
                         crypto::SignatureKey leaf_key) const;
};

// What a link gives.
struct DoorKeys {
  Secret16 s_door;
  crypto::SignatureKey gate;
  bool open_door = false;  // The link says that any member's client may admit.
};

}  // namespace hearth::client
