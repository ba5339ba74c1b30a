// What makes a plan sound, and its sums.
#include "client/agenda/plan.h"

#include <algorithm>

#include "client/json/utf8.h"

namespace hearth::agenda {
namespace {

bool is_clean(std::string_view text, bool line_ends) noexcept {
  while (!text.empty()) {
    const auto character = json::first_character(text);
    if (!character) return false;
    const std::uint32_t c = character->code_point;
    const bool separator = c == 0x2028 || c == 0x2029;
    if ((json::is_harmful(c) || separator) && !(c == '\n' && line_ends)) return false;
    text.remove_prefix(character->size);
  }
  return true;
}

bool is_name(std::string_view text, std::size_t size_max) noexcept {
  return !text.empty() && is_line(text, size_max);
}

bool takes_turns(room::Mode mode) noexcept {
  return mode == room::Mode::queue || mode == room::Mode::round || mode == room::Mode::staff_only;
}

bool has_sound_questions(const Item& item) noexcept {
  const bool poll = item.kind == ItemKind::poll;
  if (item.questions.empty()) return !poll || item.abridged;
  return poll && item.questions.size() <= kQuestionsMax &&
         std::ranges::all_of(item.questions,
                             [](const auto& text) { return is_name(text, kQuestionSizeMax); });
}

}  // namespace

bool is_line(std::string_view text, std::size_t size_max) noexcept {
  return text.size() <= size_max && is_clean(text, false);
}
bool is_text(std::string_view text, std::size_t size_max) noexcept {
  return text.size() <= size_max && is_clean(text, true);
}

bool is_sound(const Item& item) noexcept {
  const auto mode = static_cast<std::uint8_t>(item.mode);
  const auto kind = static_cast<std::uint8_t>(item.kind);
  if (kind < 1 || kind > 3 || mode < 1 || mode > 5) return false;
  if (item.minutes < 1 || item.minutes > kItemMinutesMax) return false;
  if (item.turn_seconds > room::kTurnSecondsMax) return false;
  if (item.turn_seconds > 0 && !takes_turns(item.mode)) return false;
  if (item.flags > (room::ModeOp::kPassesOn | room::ModeOp::kFair)) return false;
  if (item.flags > 0 && item.mode != room::Mode::queue) return false;
  return is_name(item.name, kNameSizeMax) && is_line(item.prompt, kPromptSizeMax) &&
         is_text(item.reading, kReadingSizeMax) && has_sound_questions(item);
}

bool is_sound(const Plan& plan) noexcept {
  return is_name(plan.title, kTitleSizeMax) && !plan.items.empty() &&
         plan.items.size() <= kItemsMax &&
         std::ranges::all_of(plan.items, [](const Item& item) { return is_sound(item); });
}

Span meeting_of(const Plan& plan) noexcept {
  const auto is_lounge = [](const Item& item) { return item.kind == ItemKind::lounge; };
  Span span{0, plan.items.size()};
  while (span.first < span.end && is_lounge(plan.items[span.first])) ++span.first;
  while (span.end > span.first && is_lounge(plan.items[span.end - 1])) --span.end;
  return span;
}

unsigned minutes_of(const Plan& plan, Span span) noexcept {
  unsigned minutes = 0;
  for (std::size_t i = span.first; i < span.end; ++i) minutes += plan.items[i].minutes;
  return minutes;
}

}  // namespace hearth::agenda
