// What the log says of the floor: who has the turn, who waits for it, who leads.
#include <algorithm>

#include "client/core/log_reader.h"

namespace hearth::client {

std::vector<Person> LogReader::hands() const {
  std::vector<Person> people;
  if (!state_) return people;
  for (const room::Handle& who : state_->floor().hands()) people.push_back(person(who));
  return people;
}

Person LogReader::lead() const {
  const auto& lead = state_->floor().lead();
  const room::StaffEntry* entry =
      lead && conversation_ ? conversation_->policy().staff.find_server(*lead) : nullptr;
  return entry ? staff_person(entry->staff_id) : Person{};
}

// What the act itself says, and then what became of the turn by it: it may have passed on, or ended
// with somebody's stay.
void LogReader::show_floor(const meeting::Floor& before, const room::Control& control,
                           Reading& reading) const {
  const auto show = [&](Event event) { reading.events.push_back(std::move(event)); };
  const meeting::Floor& floor = state_->floor();
  const Person by = actor(control);
  const auto& was = before.turn();
  const auto& is = floor.turn();
  const bool same = was && is && was->since == is->since;

  const auto* mode = std::get_if<room::ModeOp>(&control.args);
  if (mode) {
    show(FloorModeChanged{mode->mode, mode->turn_seconds, floor.passes_on(), floor.fair(), by});
  }
  if (std::holds_alternative<room::PassOp>(control.args)) show(TurnPassed{by});
  if (std::holds_alternative<room::HeardOp>(control.args)) show(HeardYou{by});
  if (std::holds_alternative<room::LeadOp>(control.args)) show(LeadChanged{by});
  if (was && !same && !mode && control.op() != room::Op::close) show(TurnEnded{person(was->who)});
  if (std::holds_alternative<room::RaiseOp>(control.args) && floor.hand_is_up(by.handle)) {
    const std::vector<room::Handle> hands = floor.hands();
    const auto place = std::ranges::find(hands, by.handle) - hands.begin();
    show(HandChanged{by, true, static_cast<std::size_t>(place) + 1});
  }
  if (std::holds_alternative<room::LowerOp>(control.args)) show(HandChanged{by, false, 0});
  if (is && !same) show(TurnBegan{person(is->who), is->seconds});
  if (same && was->seconds != is->seconds) show(TurnExtended{person(is->who), is->seconds, by});
}

}  // namespace hearth::client
