// How long to wait before connecting again.
#pragma once

#include <algorithm>

#include "protocol/crypto/random.h"
#include "protocol/time.h"

namespace hearth::client {

// One second, doubled up to a minute, each time spread over its second half: a hall of clients that
// lost the same server does not come back in one step.
class Backoff final {
 public:
  static constexpr Duration kFirst = std::chrono::seconds(1);
  static constexpr Duration kMax = std::chrono::seconds(60);

  Duration next(crypto::RandomSource& random) {
    const Duration base = next_;
    next_ = std::min(next_ * 2, kMax);
    const auto byte = random.array<1>()[0];
    return base / 2 + base * byte / 512;
  }
  void reset() noexcept { next_ = kFirst; }

 private:
  Duration next_ = kFirst;
};

}  // namespace hearth::client
