// Records in binary WebSocket messages: cut into frames, and put together again.
#pragma once

#include <optional>
#include <utility>

#include "protocol/bytes/bytes.h"
#include "protocol/wire/error.h"

namespace hearth::wire {

inline constexpr std::size_t kFrameSizeMax = 80 * 1024;
inline constexpr std::size_t kRecordSizeMax = 320 * 1024;

// frame = u8 more (0 | 1) | part of the record; one binary WebSocket message each. A part is never
// empty.
std::vector<Bytes> frames_of(ByteView record);

// Puts records together. Holds at most one unfinished record; after an error it is unusable.
class FrameAssembler final {
 public:
  // The record that this frame completes, or nothing yet. frame_invalid, record_too_large.
  Result<std::optional<Bytes>> on_frame(ByteView frame);
  bool idle() const noexcept { return pending_.empty(); }

 private:
  Bytes pending_;
};

}  // namespace hearth::wire
