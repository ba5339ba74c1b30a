// A gate: the key inside one invitation.
#pragma once

#include "protocol/crypto/random.h"
#include "protocol/room/ids.h"

namespace hearth::room {

// Ed25519 of the seed HKDF(gate_seed, "gate", room_id).
crypto::SignatureKey gate_key(const RoomId& room, const Secret16& gate_seed);

// K_door = HKDF(s_door, "door", room_id): opens the door card and knocks, nothing else.
Secret32 door_key(const RoomId& room, const Secret16& s_door) noexcept;

}  // namespace hearth::room
