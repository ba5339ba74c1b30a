// Inverses of acts.
#include "client/core/undo_list.h"

namespace hearth::client {
namespace {

// Those of them whose mute would change.
std::vector<room::Handle> with_mute(const std::vector<room::Handle>& handles, bool muted,
                                    const meeting::RoomState& state) {
  std::vector<room::Handle> found;
  for (const room::Handle& handle : handles) {
    const meeting::Member* member = state.member(handle);
    if (member && member->muted == muted) found.push_back(handle);
  }
  return found;
}

}  // namespace

std::optional<room::OpArgs> inverse_of(const room::OpArgs& act, const meeting::RoomState& state) {
  switch (room::op_of(act)) {
    case room::Op::mute: {
      auto changed = with_mute(std::get<room::MuteOp>(act).handles, false, state);
      if (changed.empty()) return std::nullopt;
      return room::UnmuteOp{std::move(changed)};
    }
    case room::Op::unmute: {
      auto changed = with_mute(std::get<room::UnmuteOp>(act).handles, true, state);
      if (changed.empty()) return std::nullopt;
      return room::MuteOp{std::move(changed)};
    }
    case room::Op::pause:
      if (state.paused()) return std::nullopt;
      return room::ResumeOp{};
    case room::Op::resume:
      if (!state.paused()) return std::nullopt;
      return room::PauseOp{};
    case room::Op::lock:
      if (state.locked()) return std::nullopt;
      return room::UnlockOp{};
    case room::Op::unlock:
      if (!state.locked()) return std::nullopt;
      return room::LockOp{};
    case room::Op::slow_mode: return room::SlowModeOp{state.slow_mode_seconds()};
    case room::Op::to_lobby: return room::CallBackOp{std::get<room::ToLobbyOp>(act).handles};
    case room::Op::erase: return room::UndoEraseOp{std::get<room::EraseOp>(act).seqs};
    default: return std::nullopt;
  }
}

void UndoList::push(Step step) {
  steps_.push_back(std::move(step));
  if (steps_.size() > kStepsMax) steps_.pop_front();
}

std::vector<UndoList::Step> UndoList::take() {
  std::vector<Step> taken;
  while (!steps_.empty() && (taken.empty() || steps_.back().act == taken.back().act)) {
    taken.push_back(std::move(steps_.back()));
    steps_.pop_back();
  }
  return taken;
}

}  // namespace hearth::client
