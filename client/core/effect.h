// Effects: what the core asks its owner to do.
#pragma once

#include "client/core/event.h"
#include "protocol/bytes/secret.h"

namespace hearth::client {

// Opens a connection to this host, after dropping the one there is. Answered by Connected or
// ConnectionLost, once.
struct Connect {
  std::string host;  // HOST or HOST:PORT.
};
// Ends the connection after what was sent; nothing more is heard of it.
struct Disconnect {};
// One record; the owner cuts it into frames (wire::frames_of).
struct Send {
  Bytes record;
};
// To be kept in a vault before any of the effects after it is carried out; where that fails, none
// of them may be. At most one in each update, and the first. Replaces what was kept before.
struct Keep {
  SecretBytes stay;
};
// Asks for TimePassed at this time, in place of what was asked for before.
struct SetTimer {
  Instant at{};
};
struct Show {
  Event event;
  std::uint64_t tag = 0;  // Of the command that this answers; 0: of none.
};
// The core is at its end; it may be dropped.
struct Finish {};

using Effect = std::variant<Connect, Disconnect, Send, Keep, SetTimer, Show, Finish>;
using Effects = std::vector<Effect>;

}  // namespace hearth::client
