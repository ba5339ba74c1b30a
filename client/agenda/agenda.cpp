// The course of a meeting.
#include "client/agenda/agenda.h"

#include <algorithm>

namespace hearth::agenda {
namespace {

using std::chrono::duration_cast;
using std::chrono::minutes;
using std::chrono::seconds;

std::uint32_t seconds_since(Instant begun, Instant now) {
  const auto passed = duration_cast<seconds>(now - begun).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(passed, 0, AgendaCard::kSecondsMax));
}

bool has_texts(const Item& item) {
  return !item.prompt.empty() || !item.reading.empty() || !item.questions.empty();
}

Item without_texts(const Item& item) {
  Item bare = item;
  bare.abridged = item.abridged || has_texts(item);
  bare.prompt.clear();
  bare.reading.clear();
  bare.questions.clear();
  return bare;
}

// Gives the coming items their texts, the next one first, while the card stays within kSizeAim:
// first what is asked, then what is read.
void fill(AgendaCard& card, const Plan& plan) {
  const auto fits_with = [&](std::size_t i, bool reading) {
    const Item& whole = plan.items[i];
    Item& item = card.plan.items[i];
    const Item before = item;
    item.prompt = whole.prompt;
    item.questions = whole.questions;
    if (reading) item.reading = whole.reading;
    item.abridged = whole.abridged || item.reading != whole.reading;
    if (encoded(card).size() <= AgendaCard::kSizeAim) return true;
    item = before;
    return false;
  };
  for (const bool reading : {false, true}) {
    for (std::size_t i = std::size_t{card.current} + 1; i < plan.items.size(); ++i) {
      if (!fits_with(i, reading)) return;
    }
  }
}

// Whether the two are the same course, whatever is said in it.
bool same_course(const Plan& a, const Plan& b) {
  const auto course = [](const Plan& plan) {
    Plan bare = plan;
    for (Item& item : bare.items) {
      item = without_texts(item);
      item.abridged = false;
    }
    return bare;
  };
  return course(a) == course(b);
}

}  // namespace

Agenda::Agenda(Plan plan) : plan_(std::move(plan)) { expects(is_sound(plan_)); }

Agenda Agenda::resume(const AgendaCard& card, Instant received) {
  Agenda agenda(card.plan);
  expects(card.current < card.plan.items.size());
  agenda.current_ = card.current;
  agenda.item_begun_ = received - seconds(card.item_seconds);
  if (card.meeting_seconds) agenda.meeting_begun_ = received - seconds(*card.meeting_seconds);
  return agenda;
}

std::optional<Posting> Agenda::next(Instant now) {
  return go_to(current_ ? *current_ + 1 : 0, now);
}

std::optional<Posting> Agenda::previous(Instant now) {
  if (!current_ || *current_ == 0) return std::nullopt;
  return go_to(*current_ - 1, now);
}

std::optional<Posting> Agenda::go_to(std::size_t index, Instant now) {
  if (index >= plan_.items.size()) return std::nullopt;
  current_ = index;
  item_begun_ = now;
  const Item& item = plan_.items[index];
  if (item.kind != ItemKind::lounge && !meeting_begun_) meeting_begun_ = now;
  return Posting{{item.mode, item.turn_seconds, item.flags}, *card(now)};
}

std::optional<AgendaCard> Agenda::card(Instant now) const {
  if (!current_) return std::nullopt;
  AgendaCard card;
  card.plan.title = plan_.title;
  for (const Item& item : plan_.items) card.plan.items.push_back(without_texts(item));
  card.plan.items[*current_] = plan_.items[*current_];
  card.current = static_cast<std::uint8_t>(*current_);
  card.item_seconds = seconds_since(item_begun_, now);
  if (meeting_begun_) {
    card.meeting_seconds = std::max(seconds_since(*meeting_begun_, now), card.item_seconds);
  }
  fill(card, plan_);
  return card;
}

Timing Agenda::timing(Instant now) const {
  const Span meeting = meeting_of(plan_);
  const minutes whole(minutes_of(plan_, meeting));
  if (!current_) return {.meeting_left = whole};

  Timing timing;
  timing.item_left = item_begun_ + minutes(plan_.items[*current_].minutes) - now;
  if (*current_ >= meeting.end) return timing;
  if (!meeting_begun_) {
    timing.meeting_left = whole;
    return timing;
  }
  const Instant end = *meeting_begun_ + whole;
  timing.meeting_left = end - now;
  const bool inside = *current_ >= meeting.first;
  const minutes coming(minutes_of(plan_, {inside ? *current_ + 1 : meeting.first, meeting.end}));
  const Duration rest = inside ? std::max(timing.item_left, Duration::zero()) : Duration::zero();
  timing.overrun = std::max<Duration>(now + rest + coming - end, Duration::zero());
  return timing;
}

bool Agenda::adopt(const Plan& whole) {
  if (!is_sound(whole) || !same_course(plan_, whole)) return false;
  plan_ = whole;
  return true;
}

void Agenda::complete(const Plan& held) {
  if (!is_sound(held) || !same_course(plan_, held)) return;
  for (std::size_t i = 0; i < plan_.items.size(); ++i) {
    if (plan_.items[i].abridged && !held.items[i].abridged) plan_.items[i] = held.items[i];
  }
}

}  // namespace hearth::agenda
