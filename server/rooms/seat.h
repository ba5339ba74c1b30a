// One connection's place in a room.
#pragma once

#include "protocol/meeting/room_state.h"
#include "server/limits.h"
#include "server/rooms/outbox.h"
#include "server/rooms/quota.h"

namespace hearth::server {

// A Seat is owned by its connection and known to its room from `enter` to `leave`. It holds what
// the room must remember of a connection, and nothing of a person.
struct Seat {
  // How the log reaches this reader.
  enum class Reading : std::uint8_t {
    none,    // It has not asked (a guest never does).
    refill,  // Behind: pages are read from the log, one whenever the outbox has drained.
    live,    // Every entry is pushed as it is delivered.
    lobby,   // Read up to where staff sent it back; goes on when it is called back.
  };

  explicit Seat(Outbox& out) : outbox(out) {}

  Outbox& outbox;
  meeting::Speaker speaker;
  room::Handle handle;  // Of a member; zero else.
  Reading reading = Reading::none;
  room::Seq cursor;          // The last entry pushed.
  bool page_coming = false;  // A page has been asked of the log.
  bool announced_caught_up = false;
  Quota notes{limits::kNotesPerSecond, limits::kNoteBurst};

  bool is_staff() const noexcept { return speaker.role == room::Role::staff; }
  // Whether notes to the desk come here.
  bool is_desk() const noexcept { return is_staff() || speaker.role == room::Role::supporter; }
};

}  // namespace hearth::server
