// What each operation does to the floor, and when it may.
#include "protocol/meeting/floor.h"

#include <algorithm>

namespace hearth::meeting {

using room::AppendRefusal;
using room::Handle;
using room::Judgement;
using room::Mode;
using room::refuse;

namespace {

Judgement mode_wrong(Mode mode) noexcept {
  return refuse(AppendRefusal::mode_wrong, static_cast<std::uint64_t>(mode));
}

}  // namespace

std::vector<Handle> Floor::hands() const {
  if (!fair()) return hands_;
  std::vector<Handle> order;
  for (const bool later : {false, true}) {
    for (const Handle& who : hands_) {
      if (had(who) == later) order.push_back(who);
    }
  }
  return order;
}

bool Floor::hand_is_up(const Handle& who) const noexcept {
  return std::ranges::find(hands_, who) != hands_.end();
}

bool Floor::may_speak(const Handle& who) const noexcept {
  switch (mode_) {
    case Mode::free:
    case Mode::respond: return true;
    case Mode::queue:
    case Mode::round:
    case Mode::staff_only: return holds_turn(who);
  }
  return false;
}

bool Floor::takes_hands() const noexcept {
  return mode_ == Mode::queue || mode_ == Mode::respond || mode_ == Mode::staff_only;
}

Judgement Floor::may_raise(const Handle& who) const noexcept {
  if (!takes_hands()) return mode_wrong(mode_);
  if (holds_turn(who)) return refuse(AppendRefusal::turn_taken);
  if (hand_is_up(who)) return refuse(AppendRefusal::hand_up);
  return {};
}

Judgement Floor::may_lower(const Handle& who) const noexcept {
  if (!hand_is_up(who)) return refuse(AppendRefusal::hand_down);
  return {};
}

Judgement Floor::may_take(const Handle& who) const noexcept {
  if (mode_ != Mode::round) return mode_wrong(mode_);
  if (turn_) return refuse(AppendRefusal::turn_taken);
  if (had(who)) return refuse(AppendRefusal::turn_had);
  return {};
}

Judgement Floor::may_end_turn(const Handle& who) const noexcept {
  if (!holds_turn(who)) return refuse(AppendRefusal::out_of_turn);
  return {};
}

Judgement Floor::may_pass(const Handle& who) const noexcept {
  if (holds_turn(who)) return {};
  if (mode_ == Mode::round) {
    if (had(who)) return refuse(AppendRefusal::turn_had);
    return {};
  }
  return may_lower(who);
}

Judgement Floor::may_call_on() const noexcept {
  if (mode_ == Mode::free || mode_ == Mode::respond) return mode_wrong(mode_);
  if (turn_) return refuse(AppendRefusal::turn_taken);
  return {};
}

Judgement Floor::may_lead(const room::PublicKey& who, const room::PublicKey& replaces) const {
  const bool there = lead_ && *lead_ == replaces && who != replaces;
  const bool reclaims = first_lead_ == who && lead_ != who;
  if (!there && !reclaims) return refuse(AppendRefusal::lead_other);
  return {};
}

void Floor::raise(const Handle& who, room::Seq seq) {
  hands_.push_back(who);
  if (mode_ == Mode::queue && !turn_) pass_on(seq);
}

void Floor::lower(const Handle& who) { std::erase(hands_, who); }

void Floor::take(const Handle& who, room::Seq seq) { give(who, turn_seconds_, seq); }

void Floor::end_turn(room::Seq seq) {
  turn_.reset();
  pass_on(seq);
}

void Floor::pass(const Handle& who, room::Seq seq) {
  had_.insert(who);
  const bool held = holds_turn(who);
  if (held) turn_.reset();
  lower(who);
  if (takes_hands()) hands_.push_back(who);
  // Alone in the queue, whoever passes is not given the turn back at once.
  if (held && hands_.size() > 1) pass_on(seq);
}

void Floor::set_mode(const room::ModeOp& op, room::Seq seq) {
  mode_ = op.mode;
  flags_ = op.flags;
  turn_seconds_ = op.turn_seconds;
  turn_.reset();
  had_.clear();
  if (!takes_hands()) hands_.clear();
  pass_on(seq);
}

void Floor::call_on(const room::CallOnOp& op, room::Seq seq) {
  give(op.handle, op.seconds > 0 ? op.seconds : turn_seconds_, seq);
}

void Floor::grant(std::uint16_t seconds) {
  const auto sum = static_cast<unsigned>(turn_->seconds) + seconds;
  turn_->seconds = static_cast<std::uint16_t>(std::min<unsigned>(sum, room::kTurnSecondsMax));
}

void Floor::begin(const room::PublicKey& lead) {
  *this = {};
  lead_ = first_lead_ = lead;
}

void Floor::drop(const Handle& who, room::Seq seq) {
  lower(who);
  if (holds_turn(who)) end_turn(seq);
}

void Floor::forget(const Handle& who, room::Seq seq) {
  drop(who, seq);
  had_.erase(who);
}

void Floor::rename(const Handle& from, const Handle& to) {
  std::ranges::replace(hands_, from, to);
  if (had_.erase(from) > 0) had_.insert(to);
  if (holds_turn(from)) turn_->who = to;
}

bool Floor::is_sound() const {
  const std::set<Handle> distinct(hands_.begin(), hands_.end());
  if (distinct.size() != hands_.size() || (!hands_.empty() && !takes_hands())) return false;
  if (flags_ > (room::ModeOp::kPassesOn | room::ModeOp::kFair)) return false;
  if (turn_seconds_ > room::kTurnSecondsMax) return false;
  if (!turn_) return true;
  const bool has_turns = mode_ != Mode::free && mode_ != Mode::respond;
  return has_turns && had(turn_->who) && !hand_is_up(turn_->who) &&
         turn_->seconds <= room::kTurnSecondsMax;
}

void Floor::give(const Handle& who, std::uint16_t seconds, room::Seq seq) {
  lower(who);
  had_.insert(who);
  turn_ = Turn{who, seconds, seq};
}

void Floor::pass_on(room::Seq seq) {
  if (!passes_on() || mode_ != Mode::queue || hands_.empty()) return;
  give(hands().front(), turn_seconds_, seq);
}

}  // namespace hearth::meeting
