// Where the meeting is, in English.
#include "client/console/agenda_words.h"

#include "client/console/spoken.h"

namespace hearth::client {

std::string line(const ItemBegan& e) {
  std::string out;
  for (const std::string& one : agenda::lines_of(e.card)) out += (out.empty() ? "" : " ") + one;
  return out;
}
std::string line(const ItemOver& e) {
  std::string out = "The time of item " + std::to_string(e.number) + ", " + isolated(e.name) +
                    ", is over. /next goes on.";
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(e.meeting_left);
  if (left.count() > 0) out += " " + spoken(left) + " of the meeting are left.";
  return out;
}
std::string line(const AgendaShown& e) {
  std::string out = isolated(e.plan.title) + ":";
  for (std::size_t i = 0; i < e.plan.items.size(); ++i) {
    const agenda::Item& item = e.plan.items[i];
    out += (i == 0 ? " " : ", ") + std::to_string(i + 1) + " " + isolated(item.name) + " (" +
           std::to_string(item.minutes) + " min" + (e.current == i ? ", now" : "") + ")";
  }
  out += ".";
  if (!e.current) return out + " Not begun: /next begins it.";
  const auto spoken_left = [](Duration left) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    return seconds.count() > 0 ? spoken(seconds) + " left" : std::string("time over");
  };
  out += " This item: " + spoken_left(e.timing.item_left) +
         ". The meeting: " + spoken_left(e.timing.meeting_left) + ".";
  if (e.timing.overrun >= std::chrono::minutes(1)) {
    out += " As it goes it will end " +
           spoken(std::chrono::duration_cast<std::chrono::seconds>(e.timing.overrun)) + " late.";
  }
  return out;
}

}  // namespace hearth::client
