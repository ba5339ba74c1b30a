// The safety code: 25 digits that are equal on every honest client.
#pragma once

#include "protocol/room/ids.h"

namespace hearth::room {

// H("hearth code" | room_id | u64 epoch | epoch_authenticator | h), the first 16 bytes as a number
// modulo 10^25, as 25 digits. `h` is the chain's value at the commit that began the epoch (for the
// founder's epoch 0, at the `open` or `rebuild` entry).
std::string safety_code(const RoomId& room, std::uint64_t epoch, ByteView epoch_authenticator,
                        const Hash& h);

}  // namespace hearth::room
