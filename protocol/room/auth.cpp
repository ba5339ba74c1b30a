// The bytes that either end signs when a connection opens.
#include "protocol/room/auth.h"

namespace hearth::room {

Bytes greeting_bytes(std::uint16_t version, const Bytes32& nonce, const ChannelBinding& binding) {
  Writer writer;
  writer.raw(view_of("hearth greeting")).u16(version).raw(nonce).raw(binding);
  return writer.take();
}

Bytes auth_bytes(const RoomId& room, Role role, const Bytes32& nonce,
                 const ChannelBinding& binding) {
  Writer writer;
  writer.raw(view_of("hearth auth")).raw(room.bytes).u8(static_cast<std::uint8_t>(role));
  writer.raw(nonce).raw(binding);
  return writer.take();
}

Bytes create_bytes(const RoomId& room, const Bytes32& nonce, const ChannelBinding& binding) {
  return concat({view_of("hearth create"), room.bytes, nonce, binding});
}

Bytes put_door_bytes(const RoomId& room, const Bytes32& nonce, ByteView sealed_card) {
  return concat({view_of("hearth put door"), room.bytes, nonce, crypto::sha256(sealed_card)});
}

}  // namespace hearth::room
