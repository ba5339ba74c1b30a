// What a room needs of a connection: somewhere to put frames.
#pragma once

#include <memory>

#include "protocol/bytes/bytes.h"
#include "protocol/wire/ending.h"

namespace hearth::server {

// A finished frame, shared by all who get it.
using Frame = std::shared_ptr<const Bytes>;

// The way out to one connection: bounded, in order, never blocking. Rooms define it, the transport
// fills it; both are used on one thread.
class Outbox {
 public:
  virtual ~Outbox() = default;

  // Whether the reader keeps up. While it does not, log entries are not pushed: they are read from
  // the log again once `Seat::on_drained` says that there is room.
  virtual bool has_room() const noexcept = 0;
  // Takes a frame. What is pushed without room counts against a hard bound, beyond which the
  // connection ends with outbox_full.
  virtual void push(Frame frame) = 0;
  // After what was pushed: goodbye, and the connection ends.
  virtual void end(wire::GoodbyeReason reason) = 0;
};

// The frames of a record, ready to be pushed.
std::vector<Frame> frames_for(ByteView record);
void push_record(Outbox& outbox, ByteView record);

}  // namespace hearth::server
