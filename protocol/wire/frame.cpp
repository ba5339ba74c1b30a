// Cutting records into frames, and joining them.
#include "protocol/wire/frame.h"

#include <algorithm>

namespace hearth::wire {
namespace {

constexpr std::size_t kPartMax = kFrameSizeMax - 1;
constexpr Byte kLast = 0;
constexpr Byte kMore = 1;

}  // namespace

std::vector<Bytes> frames_of(ByteView record) {
  expects(!record.empty() && record.size() <= kRecordSizeMax);
  std::vector<Bytes> frames;
  while (!record.empty()) {
    const ByteView part = record.first(std::min(record.size(), kPartMax));
    record = record.subspan(part.size());
    const Byte more[1] = {record.empty() ? kLast : kMore};
    frames.push_back(concat({more, part}));
  }
  return frames;
}

Result<std::optional<Bytes>> FrameAssembler::on_frame(ByteView frame) {
  if (frame.size() < 2 || frame.size() > kFrameSizeMax || frame[0] > kMore) {
    return fail(WireErrc::frame_invalid);
  }
  const ByteView part = frame.subspan(1);
  if (part.size() > kRecordSizeMax - pending_.size()) return fail(WireErrc::record_too_large);
  append(pending_, part);
  if (frame[0] == kMore) return std::optional<Bytes>{};
  return std::optional<Bytes>(std::exchange(pending_, {}));
}

}  // namespace hearth::wire
