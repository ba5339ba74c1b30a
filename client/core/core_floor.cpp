// The floor: asking for the turn, holding it, and giving it to somebody.
#include <algorithm>

#include "client/core/answer.h"

namespace hearth::client {

// --- Of everybody -------------------------------------------------------------------------------

Status Core::Model::Answer::own(room::OpArgs args) {
  HEARTH_CHECK(inside());
  return add({OwnErrand{std::move(args)}});
}

Status Core::Model::Answer::operator()(RaiseHand&) { return own(room::RaiseOp{}); }
Status Core::Model::Answer::operator()(LowerHand&) { return own(room::LowerOp{}); }
Status Core::Model::Answer::operator()(TakeTurn&) { return own(room::TakeOp{}); }
Status Core::Model::Answer::operator()(EndTurn&) { return own(room::DoneOp{}); }
Status Core::Model::Answer::operator()(PassTurn&) { return own(room::PassOp{}); }
Status Core::Model::Answer::operator()(Acknowledge&) { return own(room::HeardOp{}); }

// The words that such groups have used for long, where they have their meaning.
std::optional<room::OpArgs> Core::Model::Answer::floor_word(std::string_view text) const {
  if (!m.reader_ || !m.reader_->inside()) return std::nullopt;
  const meeting::Floor& floor = m.reader_->state().floor();
  const room::Handle self = m.reader_->conversation()->own_handle();
  if (text == "!" && floor.may_raise(self)) return room::RaiseOp{};
  if (text == "done" && floor.holds_turn(self)) return room::DoneOp{};
  if (text == "pass" && floor.mode() != room::Mode::free && floor.may_pass(self)) {
    return room::PassOp{};
  }
  return std::nullopt;
}

Status Core::Model::Answer::operator()(AskFloor&) {
  HEARTH_CHECK(inside());
  const meeting::Floor& floor = m.reader_->state().floor();
  FloorShown shown;
  shown.mode = floor.mode();
  if (floor.turn()) shown.turn = m.reader_->person(floor.turn()->who);
  shown.left = m.turn_clock_.left(m.now_);
  shown.hands = m.reader_->hands();
  shown.lead = m.reader_->lead();
  m.show(std::move(shown), tag);
  return {};
}

// --- Of staff -----------------------------------------------------------------------------------

Status Core::Model::Answer::operator()(SetMode& asked) {
  HEARTH_CHECK(inside());
  room::ModeOp op{asked.mode, asked.turn_seconds, 0};
  if (asked.passes_on) op.flags |= room::ModeOp::kPassesOn;
  if (asked.fair) op.flags |= room::ModeOp::kFair;
  if (op.turn_seconds > room::kTurnSecondsMax) return fail(ClientErrc::text_invalid);
  return act(op);
}

// Somebody by name, or whoever is next.
Status Core::Model::Answer::operator()(CallOn& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  if (asked.seconds > room::kTurnSecondsMax) return fail(ClientErrc::text_invalid);
  if (asked.who.empty()) {
    const std::vector<room::Handle> hands = m.reader_->state().floor().hands();
    if (hands.empty()) return fail(ClientErrc::no_hand);
    return act(room::CallOnOp{hands.front(), asked.seconds});
  }
  HEARTH_TRY(const room::Handle handle, m.reader_->find(asked.who));
  return act(room::CallOnOp{handle, asked.seconds});
}

Result<room::Handle> Core::Model::Answer::turn_holder() const {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  const auto& turn = m.reader_->state().floor().turn();
  if (!turn) return fail(ClientErrc::no_turn);
  return turn->who;
}

Status Core::Model::Answer::operator()(GrantTime& asked) {
  HEARTH_TRY(const room::Handle who, turn_holder());
  if (asked.seconds == 0 || asked.seconds > room::kTurnSecondsMax) {
    return fail(ClientErrc::text_invalid);
  }
  return act(room::GrantOp{who, asked.seconds});
}

Status Core::Model::Answer::operator()(SkipTurn&) {
  HEARTH_TRY(const room::Handle who, turn_holder());
  return act(room::SkipOp{who});
}

Status Core::Model::Answer::operator()(TakeLead&) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  return act(room::LeadOp{m.reader_->state().floor().lead().value_or(room::PublicKey{})});
}

// Whom the server says to be missed must be who leads, and not ourselves.
void Core::Model::offer_lead() {
  const auto& lead = reader_->state().floor().lead();
  if (lead_down_ != lead) lead_down_.reset();  // That was about another one's time.
  const bool applies = house_->staff && reader_->inside() && lead && lead_down_ == lead &&
                       *lead != room::public_key_of(house_->staff->server);
  if (applies && !lead_offered_) show(LeadOffered{reader_->lead()});
  if (!applies && lead_offered_ && lead_offered_ == lead) show(LeadWithdrawn{reader_->lead()});
  lead_offered_ = applies ? lead : std::nullopt;
}

// --- A line that it does not take ---------------------------------------------------------------

NotSent Core::Model::not_sent(std::string text, room::AppendRefusal reason) const {
  NotSent told{std::move(text), room::name_of(reason)};
  const bool waits_for_others =
      reason == room::AppendRefusal::out_of_turn || reason == room::AppendRefusal::turn_taken;
  if (!waits_for_others || !reader_->inside()) return told;
  const meeting::Floor& floor = reader_->state().floor();
  const room::Handle self = reader_->conversation()->own_handle();
  told.mode = floor.mode();
  if (floor.turn() && !floor.holds_turn(self)) told.turn = reader_->person(floor.turn()->who);
  const std::vector<room::Handle> hands = floor.hands();
  if (const auto own = std::ranges::find(hands, self); own != hands.end()) {
    told.place = static_cast<std::size_t>(own - hands.begin()) + 1;
  }
  return told;
}

// --- Its clock ----------------------------------------------------------------------------------

// Whoever holds the turn and the staff are told that its time is near, and that it has come.
void Core::Model::watch_turn() {
  if (!reader_->inside()) return turn_clock_.follow({}, now_);
  const meeting::Floor& floor = reader_->state().floor();
  turn_clock_.follow(floor, now_);
  const auto left = turn_clock_.take(now_);
  if (!left) return;
  const Person who = reader_->person(floor.turn()->who);
  if (who.own || house_->staff) show(TurnSignal{who, *left <= Duration::zero()});
}

}  // namespace hearth::client
