// How long to wait before an Append that was refused is made again.
#pragma once

#include <optional>

#include "protocol/meeting/room_state.h"

namespace hearth::client {

// A refusal comes ahead of the entry that caused it, which may still be on its way to the disk: to
// try again at once would be refused again. A Hold waits for that commit to be read, or for a time.
class Hold final {
 public:
  // Whether an Append refused for this reason may be taken when it is made again. If so, holds.
  bool on_refused(const room::Refusal& refusal, Instant now);
  void until(Instant at) { until_ = at; }
  void release() { *this = {}; }

  bool over(const meeting::RoomState& state, Instant now) const noexcept;
  // When to ask again, if time alone decides.
  const std::optional<Instant>& due() const noexcept { return until_; }

 private:
  std::optional<room::Seq> commit_;
  std::optional<Instant> until_;
};

}  // namespace hearth::client
