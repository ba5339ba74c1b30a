// What a member signs about themselves.
#pragma once

#include "client/core/conversation.h"
#include "protocol/meeting/room_state.h"
#include "protocol/wire/appending.h"

namespace hearth::client {

// A control entry at the present head, signed by our delivery key. `place`: how many of ours stand
// before it in its bundle.
Result<wire::Append::Item> own_act(const Conversation& conversation,
                                   const meeting::RoomState& state, const room::Anchor& head,
                                   room::OpArgs args, std::uint64_t place = 0);

}  // namespace hearth::client
