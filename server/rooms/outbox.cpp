// From records to frames that may be shared.
#include "server/rooms/outbox.h"

#include "protocol/wire/frame.h"

namespace hearth::server {

std::vector<Frame> frames_for(ByteView record) {
  std::vector<Frame> frames;
  for (Bytes& frame : wire::frames_of(record))
    frames.push_back(std::make_shared<const Bytes>(std::move(frame)));
  return frames;
}

void push_record(Outbox& outbox, ByteView record) {
  for (Frame& frame : frames_for(record)) outbox.push(std::move(frame));
}

}  // namespace hearth::server
