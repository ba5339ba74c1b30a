// The names of the reasons for which an Append is refused.
#include "protocol/room/refusal.h"

#include <array>

namespace hearth::room {
namespace {

constexpr std::array<std::string_view, 50> kNames{
    "unknown",
    "conflict",
    "not_admitted",
    "room_closed",
    "room_open",
    "muted",
    "paused",
    "generation_old",
    "generation_ahead",
    "kind_forbidden",
    "body_size_invalid",
    "expectation_missing",
    "bundle_invalid",
    "control_invalid",
    "control_signature_invalid",
    "wrong_room",
    "counter_replayed",
    "base_seq_old",
    "base_seq_ahead",
    "not_staff",
    "op_reserved",
    "admission_forbidden",
    "handle_unknown",
    "handle_present",
    "gate_unknown",
    "gate_present",
    "gate_expired",
    "gate_spent",
    "gates_full",
    "room_full",
    "seq_unknown",
    "state_differs",
    "generation_wrong",
    "knock_not_waiting",
    "welcome_invalid",
    "rate_limited",
    "too_large",
    "erase_too_late",
    "log_unavailable",
    "idempotency_reused",
    "staff_too_few",
    "staff_invalid",
    "in_lobby",
    "out_of_turn",
    "mode_wrong",
    "hand_up",
    "hand_down",
    "turn_taken",
    "turn_had",
    "lead_other",
};
static_assert(static_cast<std::size_t>(kAppendRefusalLast) + 1 == kNames.size());

}  // namespace

std::string_view name_of(AppendRefusal reason) noexcept {
  const auto number = static_cast<std::size_t>(reason);
  return kNames[number < kNames.size() ? number : 0];
}

Error make_error(AppendRefusal reason) noexcept {
  return Error{"append", static_cast<std::uint32_t>(reason), name_of(reason)};
}

}  // namespace hearth::room
