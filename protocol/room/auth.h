// What is signed to open a connection, by either end.
#pragma once

#include "protocol/room/ids.h"

namespace hearth::room {

// 32 bytes of the TLS exporter "EXPORTER-Channel-Binding"; zeros on a plain listener.
using ChannelBinding = Bytes32;

// "hearth greeting" | version u16 | nonce32 | channel binding, signed by server_id.
Bytes greeting_bytes(std::uint16_t version, const Bytes32& nonce, const ChannelBinding& binding);
// "hearth auth" | room_id | role u8 | nonce32 | channel binding, signed by the role's key.
Bytes auth_bytes(const RoomId& room, Role role, const Bytes32& nonce,
                 const ChannelBinding& binding);
// "hearth create" | room_id | nonce32 | channel binding, signed by a founder's staff_server.
Bytes create_bytes(const RoomId& room, const Bytes32& nonce, const ChannelBinding& binding);
// "hearth put door" | room_id | nonce32 | H(sealed card), signed by staff_server.
Bytes put_door_bytes(const RoomId& room, const Bytes32& nonce, ByteView sealed_card);

}  // namespace hearth::room
