// Counting a turn.
#include "client/core/turn_clock.h"

namespace hearth::client {

void TurnClock::follow(const meeting::Floor& floor, Instant now) {
  const auto& turn = floor.turn();
  if (turn == turn_) return;
  const bool same = turn && turn_ && turn->since == turn_->since;
  turn_ = turn;
  if (!same) began_ = now;
  // More time was given, or another turn began. A short one has no last minute to speak of.
  if (turn_) {
    warned_ = end() - kWarning <= now;
    over_ = turn_->seconds == 0 || end() <= now;
  }
}

std::optional<Duration> TurnClock::take(Instant now) {
  if (!turn_ || over_) return std::nullopt;
  if (now >= end()) {
    warned_ = over_ = true;
    return end() - now;
  }
  if (warned_ || now < end() - kWarning) return std::nullopt;
  warned_ = true;
  return end() - now;
}

std::optional<Duration> TurnClock::left(Instant now) const {
  if (!turn_ || turn_->seconds == 0) return std::nullopt;
  return end() - now;
}

std::optional<Instant> TurnClock::due() const {
  if (!turn_ || over_) return std::nullopt;
  return warned_ ? end() : end() - kWarning;
}

}  // namespace hearth::client
