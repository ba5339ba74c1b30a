// The silence of the staff in a live room: when to break it, and when to wonder about it.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "protocol/time.h"

namespace hearth::client {

// In a live room nothing is kept, so a server that holds entries back leaves no trace but silence.
// The lead's client therefore posts a beacon after a minute without any app entry of the staff, and
// everybody's client, the lead's too, says so when two and a half have passed without one.
//
// Owned by the model. Time in which there was no connection is no silence of the others.
class Watch final {
 public:
  static constexpr auto kBeaconAfter = std::chrono::seconds(60);
  static constexpr auto kWithheldAfter = std::chrono::seconds(150);

  // We are inside from now on, or the one who is to be heard has just come.
  void begin(Instant now) { heard(now); }
  void end() { *this = {}; }
  bool running() const noexcept { return heard_.has_value(); }
  void line_lost(Instant now) {
    if (!deaf_since_) deaf_since_ = now;
  }
  void line_back(Instant now) {
    if (deaf_since_) deaf_for_ += now - *deaf_since_;
    deaf_since_.reset();
  }
  // An app entry of the staff was read.
  void heard(Instant now) {
    heard_ = now;
    deaf_for_ = {};
    if (deaf_since_) deaf_since_ = now;  // Read while the line is coming back.
  }
  // A beacon of our own was posted. It is not heard until it is read.
  void posted(Instant now) { posted_ = now; }

  // Also while an earlier beacon is on its way: a server may have swallowed it.
  Instant beacon_at() const { return std::max(*heard_, posted_.value_or(*heard_)) + kBeaconAfter; }
  Instant withheld_at() const { return *heard_ + deaf_for_ + kWithheldAfter; }
  Duration silence(Instant now) const { return now - *heard_ - deaf_for_; }

 private:
  std::optional<Instant> heard_;
  std::optional<Instant> posted_;
  std::optional<Instant> deaf_since_;
  Duration deaf_for_{};  // Since `heard_`.
};

}  // namespace hearth::client
