// What people do with the floor of a meeting, done by real clients.
#include <algorithm>

#include "tests/scenarios/item.h"
#include "tests/scenarios/plan.h"
#include "tests/scenarios/stage.h"

namespace hearth::test {
namespace {

using json::Value;
using Names = std::vector<std::string>;

Names hands_in(const Value& floor) {
  Names names;
  for (const Value& person : floor.find("hands")->as_array()) {
    names.push_back(text_of(person, "name"));
  }
  return names;
}

std::string in_words(const Names& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "nobody" : out;
}

bool is_hand_up(const Value& event, const std::string& name) {
  return is_about(event, "hand_changed", name) && event.find("up")->as_bool();
}

}  // namespace

// --- Acts

// By the plan of the meeting: who begins its first item has read it, who goes on need not have.
void Stage::next_item(const ScenarioLine& line) {
  must_be_staff(line.who);
  const auto item = item_of(line.text);
  if (!item) throw PlayFailed("this names no way to speak: " + line.text);
  if (story_.floor.item == 0) {
    Value set = command("set_agenda");
    set.set("path", plan_.string());
    set.set("template", kPlanTemplate);
    cast_.ask(line.who, set);
  }
  const Marks before = marks();
  cast_.ask(line.who, command("next_item"));
  all_see(before, "item_began", line.who, [&](const Value& event) {
    return text_of(event, "prompt") == line.text && text_of(event, "mode") == item->mode &&
           *event.find("number") == Value(std::uint64_t{story_.floor.item + 1});
  });
  all_see(before, "mode_changed", line.who, [&](const Value& event) {
    return text_of(event, "mode") == item->mode &&
           *event.find("seconds") == Value(item->turn_seconds);
  });
  Story::Floor& floor = story_.floor;
  ++floor.item;
  floor.prompt = line.text;
  floor.mode = item->mode;
  floor.turn_seconds = item->turn_seconds;
  floor.turn.reset();
  floor.had.clear();
  if (floor.mode == "round") floor.hands.clear();  // The other modes of items keep them.
  ++audited_["set the floor to "];
  check_floor();
}

// Whoever raises a hand next waits for the server's answer to this one, and for nobody to see it.
void Stage::raise_hand(const ScenarioLine& line) {
  const Marks before = marks();
  on_floor(line, "raise");
  story_.floor.hands.push_back({line.who, before});
}

void Stage::call_on(const ScenarioLine& line) {
  must_be_staff(line.who);
  const std::string& to = line.to.front();
  inside(to);
  const Marks before = marks();
  Value call = command("call_on");
  call.set("who", to);
  cast_.ask(line.who, call);
  Story::Floor& floor = story_.floor;
  all_hear(before, "turn_began", to,
           [&](const Value& event) { return *event.find("seconds") == Value(floor.turn_seconds); });
  std::erase_if(floor.hands, [&](const Story::Hand& hand) { return hand.name == to; });
  floor.turn = to;
  floor.had.insert(to);
  ++audited_["gave the turn to "];
  check_floor();
}

void Stage::done(const ScenarioLine& line) {
  const Marks before = marks();
  on_floor(line, "done");
  all_hear(before, "turn_ended", line.who);
  story_.floor.turn.reset();
  check_floor();
}

// In a round.
void Stage::pass(const ScenarioLine& line) {
  if (story_.floor.mode != "round") throw PlayFailed("no round is under way");
  const Marks before = marks();
  on_floor(line, "pass");
  all_hear(before, "turn_passed", line.who);
  story_.floor.had.insert(line.who);
  check_floor();
  must_have_had(line.who);
}

// What is typed, or where nothing is, the command of that name; nobody may hear it as a line.
void Stage::on_floor(const ScenarioLine& line, std::string_view name) {
  inside(line.who);
  Value asked = command(line.text.empty() ? name : "say");
  if (!line.text.empty()) asked.set("text", line.text);
  const Value answer = cast_.ask(line.who, asked);
  if (is_event(answer, "done")) return;
  throw PlayFailed(line.who + " could not " + std::string(name) + ": " + json::to_text(answer));
}

// A line of a guest in a round took the turn, and gave it back unless more is to follow.
void Stage::spoke_in_round(const ScenarioLine& line, const Marks& before) {
  Story::Floor& floor = story_.floor;
  floor.had.insert(line.who);
  if (line.text.ends_with("...")) {
    floor.turn = line.who;
    return;
  }
  all_hear(before, "turn_ended", line.who);
  floor.turn.reset();
  must_have_had(line.who);
}

// Whoever is gone has no hand and no turn.
void Stage::off_the_floor(const std::string& name) {
  Story::Floor& floor = story_.floor;
  std::erase_if(floor.hands, [&](const Story::Hand& hand) { return hand.name == name; });
  if (floor.turn == name) floor.turn.reset();
  floor.had.erase(name);
}

void Stage::must_have_had(const std::string& who) {
  const auto reason = speak(who, own_line());
  if (reason == "turn_had") return;
  throw PlayFailed(who + " had a turn in this round, and of a second it is said: " +
                   reason.value_or("nothing, it was heard"));
}

// --- What can be seen

Value Stage::floor_of(const std::string& name) { return cast_.ask(name, command("floor")); }

// Whoever came in later has not seen them go up.
void Stage::all_see_hands() {
  for (const Story::Hand& hand : story_.floor.hands) {
    for (const std::string& member : present()) {
      const auto mark = hand.before.find(member);
      if (mark == hand.before.end()) continue;
      cast_.wait_event(member, mark->second, "to see the hand of " + hand.name,
                       [&](const Value& event) { return is_hand_up(event, hand.name); });
    }
  }
}

void Stage::check_floor() {
  all_see_hands();
  const Story::Floor& floor = story_.floor;
  Names hands;
  for (const Story::Hand& hand : floor.hands) hands.push_back(hand.name);
  for (const std::string& name : present()) {
    const Value shown = floor_of(name);
    const Value* const turn = shown.find("turn");
    const Value* const left = shown.find("left_seconds");
    const bool timed = floor.turn && floor.turn_seconds > 0;
    const bool holds =
        text_of(shown, "mode") == floor.mode && hands_in(shown) == hands &&
        (turn ? text_of(*turn, "name") : "") == floor.turn.value_or("") &&
        text_of(*shown.find("lead"), "name") == lead_ && (left != nullptr) == timed &&
        (!timed ||
         (left->as_i64() > 0 && static_cast<std::uint64_t>(left->as_i64()) <= floor.turn_seconds));
    if (holds) continue;
    throw PlayFailed("the floor is " + floor.mode + ", the turn is with " +
                     floor.turn.value_or("nobody") + ", hands: " + in_words(hands) +
                     "; and the client of " + name + " shows: " + json::to_text(shown));
  }
}

// The order by the places that each client told when the hands went up, and by what it shows now.
void Stage::check_hands(const Names& names) {
  all_see_hands();
  for (const std::string& name : present()) {
    Names seen;
    for (const Story::Hand& hand : story_.floor.hands) {
      const auto mark = hand.before.find(name);
      if (mark == hand.before.end()) continue;
      const auto& events = cast_.events(name);
      const auto raised =
          std::find_if(events.begin() + static_cast<std::ptrdiff_t>(mark->second), events.end(),
                       [&](const Value& event) { return is_hand_up(event, hand.name); });
      const std::uint64_t place = raised->find("place")->as_u64();
      if (seen.size() < place) seen.resize(place);
      if (place > 0) seen[place - 1] = hand.name;
    }
    const Names shown = hands_in(floor_of(name));
    for (const Names& order : {seen, shown}) {
      if (order == names) continue;
      throw PlayFailed("on the client of " + name + " the order of hands is: " + in_words(order));
    }
  }
}

// Nobody knows who is first; everybody has to know the same.
void Stage::race_of_hands(const Names& names) {
  std::vector<Story::Hand>& hands = story_.floor.hands;
  for (const std::string& name : names) cast_.ask(name, command("lower"));
  const Marks before = marks();
  for (const std::string& name : names) cast_.client(name).send(command("raise"));
  hands.clear();
  for (const std::string& name : names) hands.push_back({name, before});
  all_see_hands();
  const Names order = hands_in(floor_of(lead_));
  options_.say("     (all at once: " + in_words(order) + ", on every client)");
  check_hands(order);
  for (const std::string& name : names) cast_.ask(name, command("lower"));
  hands.clear();
  for (const std::string& name : names) {
    const Marks mark = marks();
    cast_.ask(name, command("raise"));
    hands.push_back({name, mark});
  }
  check_hands(names);
}

}  // namespace hearth::test
