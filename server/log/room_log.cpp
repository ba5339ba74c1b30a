// Names of the log's errors, and its only notion of time.
#include "server/log/room_log.h"

namespace hearth::server {

Error make_error(LogErrc code) noexcept {
  const auto with_name = [code](std::string_view word) {
    return Error{"log", static_cast<std::uint32_t>(code), word};
  };
  switch (code) {
    case LogErrc::room_exists: return with_name("room_exists");
    case LogErrc::room_unknown: return with_name("room_unknown");
    case LogErrc::gap: return with_name("gap");
    case LogErrc::write_failed: return with_name("write_failed");
    case LogErrc::read_failed: return with_name("read_failed");
    case LogErrc::corrupt: return with_name("corrupt");
    case LogErrc::stopped: return with_name("stopped");
    case LogErrc::in_use: return with_name("in_use");
  }
  return with_name("unknown");
}

std::uint64_t time_bucket(Instant at) noexcept {
  constexpr std::uint64_t kBucketSeconds = 15 * 60;
  const std::uint64_t seconds = unix_seconds(at);
  return seconds - seconds % kBucketSeconds;
}

}  // namespace hearth::server
