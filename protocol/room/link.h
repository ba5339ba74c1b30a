// The invitation link: where the room is, and two secrets that open its door.
#pragma once

#include "protocol/room/ids.h"

namespace hearth::room {

// u8 version | u8 flags | room_id16 | s_door16 | gate_seed16 | first 2 bytes of H(all before), as
// base64url: 70 characters in the fragment of https://HOST/j#...
struct Link {
  static constexpr std::uint8_t kVersion = 1;
  static constexpr std::size_t kTextSize = 70;
  // The room was open to all when this link was made: knock under K_door, so that any member's
  // client can admit. Without it, and where it is wrong by now, staff open the door.
  static constexpr std::uint8_t kOpenDoor = 1;

  std::string host;        // HOST or HOST:PORT, without a scheme.
  std::uint8_t flags = 0;  // Unknown ones are kept and ignored.
  RoomId room;
  Secret16 s_door;
  Secret16 gate_seed;
  // Of a link that a member passes on: "." and the sealed Referral as base64url behind the rest.
  Bytes referral{};

  // The whole link. It is a secret: it belongs into a prompt, never into argv, logs or history.
  std::string text() const;
  // Takes a whole link or the 70 characters alone (then `host` is empty). Says what is wrong:
  // link_invalid, link_checksum, version_unsupported.
  static Result<Link> parse(std::string_view text);
};

}  // namespace hearth::room
