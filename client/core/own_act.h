// Control entries of ours, signed.
#pragma once

#include "client/core/conversation.h"
#include "protocol/meeting/room_state.h"
#include "protocol/wire/appending.h"

namespace hearth::client {

// A control entry with the key's next counter. `place`: how many of the same key stand before it in
// its bundle.
Result<wire::Append::Item> signed_act(const meeting::RoomState& state, room::SignerRole role,
                                      const crypto::SignatureKey& key, room::Seq base_seq,
                                      room::OpArgs args, std::uint64_t place);
// By our delivery key, as the member that we are, at the present head.
Result<wire::Append::Item> own_act(const Conversation& conversation,
                                   const meeting::RoomState& state, const room::Anchor& head,
                                   room::OpArgs args, std::uint64_t place = 0);

}  // namespace hearth::client
