// Which refusals are for now, and which for good.
#include "client/core/hold.h"

#include <algorithm>

namespace hearth::client {

bool Hold::on_refused(const room::Refusal& refusal, Instant now) {
  using room::AppendRefusal;
  constexpr auto kEntryOnItsWay = std::chrono::milliseconds(500);
  constexpr auto kCommitOnItsWay = std::chrono::seconds(5);
  constexpr std::uint64_t kRateWaitMax = 60'000;
  switch (refusal.reason) {
    case AppendRefusal::conflict:
      commit_ = room::Seq{refusal.detail};
      until_ = now + kCommitOnItsWay;  // Should its write have failed, it never comes.
      return true;
    case AppendRefusal::generation_old:
    case AppendRefusal::generation_wrong:
    case AppendRefusal::base_seq_old:
    case AppendRefusal::counter_replayed:
    case AppendRefusal::state_differs: until_ = now + kEntryOnItsWay; return true;
    case AppendRefusal::rate_limited:
      until_ = now + Duration(static_cast<Duration::rep>(std::min(refusal.detail, kRateWaitMax)));
      return true;
    case AppendRefusal::log_unavailable: until_ = now + std::chrono::seconds(2); return true;
    default: return false;
  }
}

bool Hold::over(const meeting::RoomState& state, Instant now) const noexcept {
  if (commit_ && state.last_commit_seq() >= *commit_) return true;
  return !until_ || now >= *until_;
}

}  // namespace hearth::client
