// The acts of this client that can be taken back, the newest last.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "protocol/meeting/room_state.h"

namespace hearth::client {

// What takes this act back in this state, before the act. Nothing: it cannot be, or there is
// nothing to take back.
std::optional<room::OpArgs> inverse_of(const room::OpArgs& act, const meeting::RoomState& state);

// Several control entries may be one act (an erasure of many). A removal stands in the list without
// an inverse: a new admission undoes it, and the client says so.
class UndoList final {
 public:
  static constexpr std::size_t kStepsMax = 64;

  struct Step {
    std::uint64_t act = 0;  // The same for all entries of one act.
    std::optional<room::OpArgs> inverse;
  };

  std::uint64_t next_act() noexcept { return ++last_act_; }
  void push(Step step);
  // All of the newest act; empty where there is none.
  std::vector<Step> take();
  void clear() { steps_.clear(); }

 private:
  std::deque<Step> steps_;
  std::uint64_t last_act_ = 0;
};

}  // namespace hearth::client
