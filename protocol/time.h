// A point in time and a duration, always handed in from outside.
#pragma once

#include <chrono>
#include <cstdint>

namespace hearth {

// Wall-clock time with millisecond resolution. Nothing in protocol/ reads a clock: whoever owns the
// edge (a process, a test) passes the Instant in.
using Instant = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

// Seconds since 1970, as RFC 9420 lifetimes and the log's 15-minute buckets count them. An instant
// before 1970 counts as 0.
constexpr std::uint64_t unix_seconds(Instant at) noexcept {
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
  return s < 0 ? 0 : static_cast<std::uint64_t>(s);
}

constexpr Instant instant_from_unix(std::uint64_t seconds) noexcept {
  return Instant{std::chrono::seconds{static_cast<std::int64_t>(seconds)}};
}

}  // namespace hearth
