// The floor of a meeting: mode, hands, the turn and the lead, as the log tells them.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "protocol/room/chain.h"
#include "protocol/room/floor_ops.h"
#include "protocol/room/refusal.h"

namespace hearth::meeting {

struct Turn {
  room::Handle who;
  std::uint16_t seconds = 0;  // Given so far; 0: no end is suggested.
  room::Seq since;            // The entry that gave it. Each client counts from when it read that.
  friend bool operator==(const Turn&, const Turn&) = default;
};

// A pure fold, like the RoomState that owns it, and a value. It knows handles and no members: its
// owner tells it who may not speak any more (`drop`), who is gone (`forget`) and who has another
// handle now (`rename`), so that hands and turn are always of members who are neither muted nor in
// the lobby.
//
// `may_...` judges an operation's sense: mode_wrong, hand_up, hand_down, turn_taken, turn_had,
// out_of_turn, lead_other. `apply` makes an operation true at `seq`, when it has been judged.
class Floor final {
 public:
  room::Mode mode() const noexcept { return mode_; }
  bool passes_on() const noexcept { return (flags_ & room::ModeOp::kPassesOn) != 0; }
  bool fair() const noexcept { return (flags_ & room::ModeOp::kFair) != 0; }
  std::uint16_t turn_seconds() const noexcept { return turn_seconds_; }
  const std::optional<Turn>& turn() const noexcept { return turn_; }
  bool holds_turn(const room::Handle& who) const noexcept { return turn_ && turn_->who == who; }
  // Hands in the order in which they get the turn: that of the log, or the fair one.
  std::vector<room::Handle> hands() const;
  bool hand_is_up(const room::Handle& who) const noexcept;
  // Whether they have had a turn, or passed, in this item.
  bool had(const room::Handle& who) const noexcept { return had_.contains(who); }
  // Who leads the meeting (a staff_server key), and who led it first; none while it is closed.
  const std::optional<room::PublicKey>& lead() const noexcept { return lead_; }
  const std::optional<room::PublicKey>& first_lead() const noexcept { return first_lead_; }

  // Whether a member may write now; staff always may.
  bool may_speak(const room::Handle& who) const noexcept;

  // --- By a member about themselves ---
  room::Judgement may_raise(const room::Handle& who) const noexcept;
  room::Judgement may_lower(const room::Handle& who) const noexcept;
  room::Judgement may_take(const room::Handle& who) const noexcept;
  room::Judgement may_end_turn(const room::Handle& who) const noexcept;  // done, skip, grant
  room::Judgement may_pass(const room::Handle& who) const noexcept;
  void raise(const room::Handle& who, room::Seq seq);
  void lower(const room::Handle& who);
  void take(const room::Handle& who, room::Seq seq);
  void end_turn(room::Seq seq);
  void pass(const room::Handle& who, room::Seq seq);

  // --- By staff ---
  room::Judgement may_call_on() const noexcept;
  room::Judgement may_lead(const room::PublicKey& who, const room::PublicKey& replaces) const;
  void set_mode(const room::ModeOp& op, room::Seq seq);
  void call_on(const room::CallOnOp& op, room::Seq seq);
  void grant(std::uint16_t seconds);
  void set_lead(const room::PublicKey& who) { lead_ = who; }

  // --- What happens around it ---
  void begin(const room::PublicKey& lead);  // A meeting opens.
  void drop(const room::Handle& who, room::Seq seq);
  void forget(const room::Handle& who, room::Seq seq);
  void rename(const room::Handle& from, const room::Handle& to);

  friend bool operator==(const Floor&, const Floor&) = default;

 private:
  friend class RoomState;  // The canonical form (state_codec.cpp).

  bool takes_hands() const noexcept;
  // What every fold keeps: each hand once, none of the holder, hands and turns where the mode has
  // them. A decoded floor is checked for it.
  bool is_sound() const;
  void give(const room::Handle& who, std::uint16_t seconds, room::Seq seq);
  void pass_on(room::Seq seq);

  room::Mode mode_ = room::Mode::free;
  std::uint8_t flags_ = 0;  // ModeOp's.
  std::uint16_t turn_seconds_ = 0;
  std::optional<Turn> turn_;
  std::vector<room::Handle> hands_;  // As raised.
  std::set<room::Handle> had_;
  std::optional<room::PublicKey> lead_;
  std::optional<room::PublicKey> first_lead_;
};

}  // namespace hearth::meeting
