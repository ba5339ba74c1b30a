// When the knocks that wait are admitted: at once in a quiet time, many by one commit in a storm.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "protocol/room/control_ops.h"
#include "protocol/time.h"

namespace hearth::client {

// Every commit of an admission is work for everybody inside, and of one handle the server takes few
// in a minute. So after an admission, whoever's it was, knocks gather before the next, also those
// that a person says yes to one by one; but nobody at a quiet door waits for that, and a full
// bundle waits for nothing.
//
// N knocks in a time T are admitted by at most 2 + T/kEvery + N/kAdmitMax commits, fewer if they
// come evenly: 200 in ten seconds by five.
//
// Owned by the model. Admissions are counted by the log, so that admitters who take turns keep one
// pace together; who has waited is of one connection.
class AdmissionPace final {
 public:
  // People who come together come within this.
  static constexpr auto kGather = std::chrono::milliseconds(100);
  // Shorter than the time after which the server asks another admitter (three seconds), with half a
  // second for the commit to get there.
  static constexpr auto kEvery = std::chrono::milliseconds(2500);

  // An admission was read in the log.
  void on_admission(Instant now) noexcept { admitted_ = now; }

  // Whether it is time to admit the `approved` people who wait; if so, the next wait begins.
  // `asked`: a person said so, and what came together came together.
  bool due(std::size_t approved, bool asked, Instant now) noexcept {
    if (approved == 0) {
      since_.reset();
      return false;
    }
    if (!since_) since_ = now;
    if (asked) since_ = std::min(*since_, now - kGather);
    if (now < *at() && approved < room::kAdmitMax) return false;
    since_.reset();
    return true;
  }
  // When to ask again; nothing while nobody waits.
  std::optional<Instant> at() const noexcept {
    if (!since_) return std::nullopt;
    const Instant gathered = *since_ + kGather;
    return admitted_ ? std::max(gathered, *admitted_ + kEvery) : gathered;
  }
  void forget_waiting() noexcept { since_.reset(); }

 private:
  std::optional<Instant> since_;  // Somebody waits, who may be admitted.
  std::optional<Instant> admitted_;
};

}  // namespace hearth::client
