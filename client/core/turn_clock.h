// The gentle clock of a turn: a word a minute before its time is over, and a word then.
#pragma once

#include <optional>

#include "protocol/meeting/floor.h"
#include "protocol/time.h"

namespace hearth::client {

// Each client counts by its own clock from when it read that the turn began; nothing ends by it.
//
// Owned by the model.
class TurnClock final {
 public:
  static constexpr Duration kWarning = std::chrono::minutes(1);

  // The floor may have changed.
  void follow(const meeting::Floor& floor, Instant now);
  // Time has passed: whether a word is due now, and if so what is left of the turn.
  std::optional<Duration> take(Instant now);
  // What is left; negative when it is over; nothing without a turn that has an end.
  std::optional<Duration> left(Instant now) const;
  std::optional<Instant> due() const;

 private:
  Instant end() const { return began_ + std::chrono::seconds(turn_->seconds); }

  std::optional<meeting::Turn> turn_;
  Instant began_{};
  bool warned_ = false;
  bool over_ = false;
};

}  // namespace hearth::client
