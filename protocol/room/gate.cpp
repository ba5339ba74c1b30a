// The keys that an invitation link gives.
#include "protocol/room/gate.h"

namespace hearth::room {

crypto::SignatureKey gate_key(const RoomId& room, const Secret16& gate_seed) {
  const Secret32 seed = hkdf(gate_seed.view(), "gate", room.bytes);
  auto key = crypto::SignatureKey::from_private(crypto::kDefaultSuite, seed.view());
  expects(key.has_value());  // Every 32 bytes are an Ed25519 seed.
  return std::move(*key);
}

Secret32 door_key(const RoomId& room, const Secret16& s_door) noexcept {
  return hkdf(s_door.view(), "door", room.bytes);
}

}  // namespace hearth::room
