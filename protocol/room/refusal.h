// Why the server does not take an Append: reasons that the sender can act on.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "protocol/bytes/codec.h"

namespace hearth::room {

// An enumerator's name is the trace word and the counter label.
enum class AppendRefusal : std::uint16_t {
  conflict = 1,  // expect_commit_seq is not the last commit's seq; detail: that seq.
  not_admitted,  // This connection's key is not in the room (any more).
  room_closed,
  room_open,  // `open` of a room that is open.
  muted,
  paused,               // Only staff may write.
  generation_old,       // Seal it again under the room's generation; detail: that generation.
  generation_ahead,     // detail: the room's generation.
  kind_forbidden,       // This role may not append such an entry, or not in such a bundle.
  body_size_invalid,    // Not a bucket.
  expectation_missing,  // A commit without expect_commit_seq.
  bundle_invalid,       // No entry, more than 8, two commits, or an admit or remove that does not
                        // follow a commit in its bundle.
  control_invalid,      // The body holds no well-formed Control.
  control_signature_invalid,
  wrong_room,
  counter_replayed,  // detail: the last counter of this key.
  base_seq_old,      // Read on and sign again; detail: the last control seq.
  base_seq_ahead,    // detail: the head.
  not_staff,
  op_reserved,          // An operation of a later release.
  admission_forbidden,  // A member may admit in an open room, or a knock by staff.
  handle_unknown,
  handle_present,
  gate_unknown,
  gate_present,
  gate_expired,
  gate_spent,
  gates_full,
  room_full,
  seq_unknown,       // An erase or its undoing names what it cannot.
  state_differs,     // `state` is not the server's own fold.
  generation_wrong,  // A new generation that is not the next one.
  // The server's own, beside the fold:
  knock_not_waiting,   // `admit` lists a handle for which no knock waits.
  welcome_invalid,     // A Welcome for a handle that this bundle does not admit, or none for one.
  rate_limited,        // 6 commits a minute and handle; slow mode; detail: milliseconds to wait.
  too_large,           // More than 256 KiB.
  erase_too_late,      // The body is deleted already.
  log_unavailable,     // The disk refused; nothing was appended.
  idempotency_reused,  // The same key with other bytes.
  // Of the fold again:
  staff_too_few,  // Nobody is admitted by an invitation before staff_min of the staff are named.
  staff_invalid,  // A change of staff or supporters against its rules; detail: the list's number.
  in_lobby,       // This member waits in the lobby: it may do nothing but leave.
  // Of the floor:
  out_of_turn,  // Somebody else holds the turn, or nobody; detail: the mode (room::Mode).
  mode_wrong,   // Not in this mode; detail: the mode.
  hand_up,      // It is up already.
  hand_down,    // It is not up.
  turn_taken,   // Somebody holds the turn.
  turn_had,     // In this round already.
  lead_other,   // Somebody else leads than the entry names.
};
std::string_view name_of(AppendRefusal reason) noexcept;
// The last enumerator, for tables and tests.
inline constexpr AppendRefusal kAppendRefusalLast = AppendRefusal::lead_other;

struct Refusal {
  AppendRefusal reason{};
  std::uint64_t detail = 0;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};
template <class T>
using Judged = std::expected<T, Refusal>;
using Judgement = std::expected<void, Refusal>;
inline std::unexpected<Refusal> refuse(AppendRefusal reason, std::uint64_t detail = 0) noexcept {
  return std::unexpected<Refusal>(Refusal{reason, detail});
}
// As an Error of the domain "append", for whoever reads a log that breaks the rules.
Error make_error(AppendRefusal reason) noexcept;

}  // namespace hearth::room
