// A control entry: one signed act, inside a padded body.
#pragma once

#include "protocol/room/control_ops.h"
#include "protocol/room/envelope.h"

namespace hearth::room {

enum class SignerRole : std::uint8_t {
  member = 1,     // The delivery key of a handle in the room.
  staff = 2,      // A staff_server key.
  server = 3,     // server_id: restart and pause only.
  supporter = 4,  // A keeper's staff_server key: close only.
};

// Control   room_id16 | signer_role u8 | signer_key32 | op u16 | args<V> | base_seq u64 |
//           counter u64
// body      u32 length | Control | signature64 | zeros, exactly a control bucket. `length` counts
//           Control and signature; the signature covers "hearth control" | Control.
struct Control {
  RoomId room;
  SignerRole role = SignerRole::staff;
  PublicKey signer;
  OpArgs args;
  Seq base_seq;  // The last entry the signer had accepted; for `state` the last control
                 // entry, which is the one that `state` describes.
  std::uint64_t counter = 0;  // Rises with each control entry of a key, from 1.

  Op op() const noexcept { return op_of(args); }
  static Result<Control> decode(Reader& reader);
  friend bool operator==(const Control&, const Control&) = default;
};
void encode(Writer& writer, const Control& control);

// The body of the entry. `key` must be the signer's.
Result<Bytes> seal_control(const Control& control, const crypto::SignatureKey& key);

// Decodes a body and checks padding and signature: control_invalid, padding_invalid, op_unknown,
// wrong codec errors, or signature_invalid. Whether the signer may is for RoomState.
Result<Control> open_control(ByteView body);
// The same without the signature, for a reader who only wants to know what it says.
Result<Control> peek_control(ByteView body);

}  // namespace hearth::room
