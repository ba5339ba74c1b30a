// A token bucket over time that is handed in.
#pragma once

#include <algorithm>
#include <chrono>

#include "protocol/time.h"

namespace hearth::server {

// Fills at `per_second` up to `burst`, starts full. A value; says how long to wait when empty.
class Quota final {
 public:
  Quota(double per_second, double burst) noexcept
      : per_second_(per_second), burst_(burst), tokens_(burst) {}

  // Takes one token, or says in how long there will be one.
  Duration take(Instant now) noexcept {
    if (now > filled_at_) {
      const std::chrono::duration<double> passed = now - filled_at_;
      tokens_ = std::min(burst_, tokens_ + passed.count() * per_second_);
      filled_at_ = now;
    }
    if (tokens_ >= 1) {
      tokens_ -= 1;
      return Duration::zero();
    }
    const double seconds = (1 - tokens_) / per_second_;
    return Duration(static_cast<Duration::rep>(seconds * 1000) + 1);
  }

 private:
  double per_second_;
  double burst_;
  double tokens_;
  Instant filled_at_{};
};

}  // namespace hearth::server
