// The agenda: where the meeting is in its plan, as staff post it and everybody follows.
#include "client/core/answer.h"

namespace hearth::client {

// --- Of staff -----------------------------------------------------------------------------------

// A plan with the course of the present meeting brings its texts; another one begins anew.
Status Core::Model::Answer::operator()(SetAgenda& asked) {
  HEARTH_CHECK(staff());
  if (!agenda::is_sound(asked.plan)) return fail(ClientErrc::agenda_invalid);
  const bool runs = m.agenda_ && m.agenda_->current();
  if (!runs || !m.agenda_->adopt(asked.plan)) {
    m.agenda_.emplace(std::move(asked.plan));
    m.item_over_at_.reset();
  }
  m.done(tag);
  return {};
}

// What is posted is true when it is read in the log: until then the agenda stays where it is.
Status Core::Model::Answer::move(
    const std::function<std::optional<agenda::Posting>(agenda::Agenda&)>& moving) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  if (!m.caught_up()) return fail(ClientErrc::not_now);  // Others may have gone on meanwhile.
  if (!m.agenda_) return fail(ClientErrc::no_agenda);
  if (m.outbox_.has(room::PayloadType::card)) return fail(ClientErrc::item_unsent);
  agenda::Agenda moved = *m.agenda_;
  const auto posting = moving(moved);
  if (!posting) return fail(ClientErrc::no_item);
  m.item_overtaken_ = false;
  return m.outbox_.post_item(posting->mode, encoded(posting->card), tag, m.random_);
}
Status Core::Model::Answer::operator()(NextItem&) {
  return move([&](agenda::Agenda& agenda) { return agenda.next(m.now_); });
}
Status Core::Model::Answer::operator()(PreviousItem&) {
  return move([&](agenda::Agenda& agenda) { return agenda.previous(m.now_); });
}
Status Core::Model::Answer::operator()(GoToItem& asked) {
  if (asked.number == 0) return fail(ClientErrc::no_item);
  return move([&](agenda::Agenda& agenda) { return agenda.go_to(asked.number - 1, m.now_); });
}

// --- Of everybody -------------------------------------------------------------------------------

Status Core::Model::Answer::operator()(AskAgenda&) {
  HEARTH_CHECK(inside());
  if (!m.agenda_) return fail(ClientErrc::no_agenda);
  m.show(AgendaShown{m.agenda_->plan(), m.agenda_->current(), m.agenda_->timing(m.now_)}, tag);
  return {};
}

// A card stands for itself. One that came before, posted again for somebody who came in late,
// interrupts nobody else.
void Core::Model::on_card(const agenda::AgendaCard& card, Person by, std::uint64_t tag) {
  agenda::Agenda now_at = agenda::Agenda::resume(card, now_);
  const bool again = card.item_seconds > 0 && agenda_ && agenda_->current() == card.current &&
                     agenda_->plan().title == card.plan.title &&
                     agenda_->plan().items.size() == card.plan.items.size();
  if (agenda_) now_at.complete(agenda_->plan());
  agenda_ = std::move(now_at);
  card_due_ = false;
  if (again) return;
  const agenda::Timing timing = agenda_->timing(now_);
  item_over_at_ = now_ + std::max(timing.item_left, Duration::zero());
  show(ItemBegan{card, timing, std::move(by)}, tag);
}

// Our posting was lost with the line, and somebody else has gone on since: sent again it would
// throw the meeting back. The log has been read to its end, so it was not taken.
void Core::Model::drop_overtaken_item() {
  if (!std::exchange(item_overtaken_, false)) return;
  const auto draft = outbox_.drop_item();
  if (!draft) return;
  if (draft->in_flight) (void)pending_.on_refused(*draft->in_flight);
  show(Refused{make_error(ClientErrc::item_overtaken).name}, draft->tag);
}

void Core::Model::plan_agenda() {
  if (!reader_->inside() || !agenda_ || !agenda_->current()) return;
  const room::Mode mode = agenda_->plan().items[*agenda_->current()].mode;
  if (card_due_ && leads() && mode == reader_->state().floor().mode() &&
      !outbox_.has(room::PayloadType::card)) {
    card_due_ = false;
    agenda::AgendaCard card = *agenda_->card(now_);
    card.item_seconds = std::max(card.item_seconds, 1u);  // Not a beginning.
    if (card.meeting_seconds) {
      card.meeting_seconds = std::max(*card.meeting_seconds, card.item_seconds);
    }
    (void)outbox_.post(room::PayloadType::card, encoded(card), 0, random_);
  }
  if (!item_over_at_ || now_ < *item_over_at_) return;
  item_over_at_.reset();
  const agenda::Item& item = agenda_->plan().items[*agenda_->current()];
  if (house_->staff && item.kind != agenda::ItemKind::lounge) {
    show(ItemOver{*agenda_->current() + 1, item.name, agenda_->timing(now_).meeting_left});
  }
}

}  // namespace hearth::client
