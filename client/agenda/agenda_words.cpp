// What a card says in English.
#include "client/agenda/agenda.h"

namespace hearth::agenda {
namespace {

using std::chrono::minutes;

// Words of others stand between U+2068 and U+2069, so that a right-to-left name leaves the line
// around it alone (UAX #9). They hold no controls of their own: no sound plan does.
std::string isolated(std::string_view text) { return "\u2068" + std::string(text) + "\u2069"; }

std::string minutes_said(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " minute" : " minutes");
}
std::string turn_said(const Item& item) {
  if (item.turn_seconds == 0) return {};
  const unsigned s = item.turn_seconds;
  if (s % 60 == 0) return " A turn is about " + minutes_said(s / 60) + ".";
  return " A turn is about " + std::to_string(s) + " seconds.";
}

std::string how_to_speak(const Item& item) {
  using enum room::Mode;
  switch (item.mode) {
    case free: return "Everybody may write; nobody has to.";
    case queue:
      return "One speaks at a time: type ! to raise your hand, done when you have finished." +
             turn_said(item);
    case round:
      return "Each in turn, one line or more (end a line with ... to go on); pass is fine." +
             turn_said(item);
    case respond: return "Everybody may answer; nobody has to.";
    case staff_only: return "The floor is with the staff for now." + turn_said(item);
  }
  return {};
}

// Minutes are given as people count them: a begun one is one.
std::string time_said(const Timing& timing) {
  std::string said;
  const auto left = std::chrono::ceil<minutes>(timing.item_left).count();
  if (left > 0) {
    said = minutes_said(left) + " left for this.";
  } else if (const auto over = std::chrono::floor<minutes>(-timing.item_left).count(); over > 0) {
    said = "The time for this is over since " + minutes_said(over) + ".";
  } else {
    said = "The time for this is over.";
  }
  const auto late = std::chrono::floor<minutes>(timing.overrun).count();
  if (late > 0) said += " The meeting is " + minutes_said(late) + " behind its plan.";
  return said;
}

void add_paragraphs(std::vector<std::string>& lines, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (const auto line = text.substr(0, end); !line.empty()) lines.push_back(isolated(line));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace

std::vector<std::string> lines_of(const AgendaCard& card, Duration since) {
  const Agenda agenda = Agenda::resume(card, Instant{});
  const Item& item = card.item();
  std::vector<std::string> lines;
  lines.push_back(isolated(card.plan.title) + ", " + std::to_string(card.current + 1) + " of " +
                  std::to_string(card.plan.items.size()) + ": " + isolated(item.name) + ".");
  add_paragraphs(lines, item.reading);
  add_paragraphs(lines, item.prompt);
  for (const std::string& question : item.questions) lines.push_back(isolated(question));
  lines.push_back(time_said(agenda.timing(Instant{} + since)));
  lines.push_back(how_to_speak(item));
  return lines;
}

}  // namespace hearth::agenda
