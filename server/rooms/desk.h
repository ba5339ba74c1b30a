// The desk: hands notes on to who is connected, and keeps none.
#pragma once

#include <expected>
#include <map>

#include "protocol/wire/noting.h"
#include "server/rooms/lobby.h"

namespace hearth::server {

using Seats = std::map<std::uint64_t, Seat*>;

// Hands `note` to whom it is for, and says to how many connections; or why it may not be sent. The
// desk is every staff connection but the sender's own. A guest writes while a knock of theirs
// waits, guests and members to the desk alone. A reader who is behind is passed over: a note is
// repeated until somebody answers it, and must not cost anybody their connection.
//
// Holds nothing: a note that reaches nobody is gone.
std::expected<std::uint16_t, wire::NoteRefusal> hand_over(Seat& from, const wire::Note& note,
                                                          const Seats& seats, const Lobby& lobby,
                                                          const meeting::RoomState& state,
                                                          Instant now);

}  // namespace hearth::server
