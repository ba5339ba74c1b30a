// Remembering admissions and sayings.
#include "client/core/chronicle.h"

#include <algorithm>

namespace hearth::client {

Chronicle::Stay& Chronicle::stay(const room::Handle& who) {
  const auto found = stays_.find(who);
  if (found != stays_.end()) return found->second;
  if (stays_.size() >= kStaysMax) {
    stays_.erase(
        std::ranges::min_element(stays_, {}, [](const auto& entry) { return entry.second.came; }));
  }
  return stays_[who];
}

void Chronicle::on_admit(const room::AdmitOp& op, room::Seq seq, std::optional<Instant> at) {
  for (const room::AdmitOp::Newcomer& newcomer : op.newcomers) {
    if (newcomer.role == room::Role::member) {
      // The same person: they came when they first came.
      auto old = stays_.extract(room::Handle{newcomer.ref});
      if (old.empty()) continue;
      old.key() = newcomer.handle;
      stays_.insert(std::move(old));
      continue;
    }
    Stay& entered = stay(newcomer.handle);
    entered.came = seq;
    entered.at = at;
  }
}

void Chronicle::on_said(const room::Handle& who, room::Seq seq) {
  std::deque<room::Seq>& said = stay(who).said;
  said.push_back(seq);
  if (said.size() > kSaidMax) said.pop_front();
}

void Chronicle::on_lost(room::Seq after) {
  for (auto& [handle, stay] : stays_) {
    while (!stay.said.empty() && stay.said.back() > after) stay.said.pop_back();
  }
}

std::vector<room::Seq> Chronicle::said_by(const room::Handle& who) const {
  const auto found = stays_.find(who);
  if (found == stays_.end()) return {};
  return {found->second.said.begin(), found->second.said.end()};
}

std::vector<room::Handle> Chronicle::came_after(room::Seq seq) const {
  std::vector<room::Handle> found;
  for (const auto& [handle, stay] : stays_) {
    if (stay.came > seq) found.push_back(handle);
  }
  return found;
}

std::vector<room::Handle> Chronicle::came_since(Instant at) const {
  std::vector<room::Handle> found;
  for (const auto& [handle, stay] : stays_) {
    if (stay.at && *stay.at >= at) found.push_back(handle);
  }
  return found;
}

}  // namespace hearth::client
