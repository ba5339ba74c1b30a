// The clauses, and how each is checked.
#include "tests/scenarios/expectations.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>

namespace hearth::test {
namespace {

using json::Value;
using Names = std::vector<std::string>;

std::string joined(const Names& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "nobody" : out;
}

std::size_t times_on_screen(const Stage& stage, const std::string& name, const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(stage.screen(name), text));
}

std::span<const Value> events_since(Stage& stage, const std::string& name, std::size_t mark) {
  return std::span(stage.cast().events(name)).subspan(mark);
}

// --- The floor

void hand_order(Stage& stage, std::size_t, const Names& names) {
  if (names.size() < 2) throw PlayFailed("one hand has no order");
  stage.check_hands(names);
  stage.race_of_hands(names);
}

// Because somebody else has the turn, and for no other reason.
const Story::Refused& out_of_turn(Stage& stage, const std::string& name) {
  const auto& refused = stage.story().refused;
  if (!refused) throw PlayFailed("no line was refused");
  if (refused->by != name || refused->reason != "out_of_turn") {
    throw PlayFailed("the line that was refused is by " + refused->by + ": " + refused->reason);
  }
  return *refused;
}

void not_delivered(Stage& stage, std::size_t line, const Names& names) {
  const auto nobody_has_it = [&stage, text = out_of_turn(stage, names.front()).text] {
    for (const std::string& name : stage.cast().names()) {
      if (times_on_screen(stage, name, text) > 0) {
        throw PlayFailed(name + " has the line that was out of turn");
      }
    }
  };
  stage.story().refused->expected = true;
  nobody_has_it();
  stage.keep_asking(line, nobody_has_it);
}

// In the words of the console, which every event carries: who is sharing, and the sign to type.
void told_kindly(Stage& stage, std::size_t, const Names& names) {
  const Value& told = out_of_turn(stage, names.front()).told;
  const Value* const turn = told.find("turn");
  const std::string words = text_of(told, "line");
  const std::string sharing = "\u2068" + names.at(1) + "\u2069 is sharing now.";
  if (!turn || text_of(*turn, "name") != names.at(1) || words.find(sharing) == std::string::npos ||
      words.find("You are welcome to share too: type ! to raise your hand.") == std::string::npos) {
    throw PlayFailed(names.front() + " is told: " + json::to_text(told));
  }
  stage.check_floor();
}

// --- The late joiner

const Story::Arrival& late(Stage& stage) {
  const auto& arrival = stage.story().arrival;
  const Names present = stage.present();
  if (!arrival || !arrival->late || std::ranges::find(present, arrival->name) == present.end()) {
    throw PlayFailed("nobody has come in late");
  }
  if (arrival->heard_from == 0)
    throw PlayFailed("nothing had been said when " + arrival->name +
                     " came in: there is nothing to be kept from them");
  return *arrival;
}

// Not as a message; and handed each of them sealed, which a server might do, they open none. That
// handing works so is seen at a ban.
void late_has_none_of_the_earlier(Stage& stage, std::size_t, const Names&) {
  const Story::Arrival& arrival = late(stage);
  const std::uint64_t last = stage.story().spoken[arrival.heard_from - 1].seq;
  for (const Value& event : stage.cast().events(arrival.name)) {
    if (is_event(event, "message") && event.find("seq")->as_u64() <= last) {
      throw PlayFailed(arrival.name + " got what was said before: " + text_of(event, "text"));
    }
  }
  std::size_t handed = 0;
  for (const Value& entry : stage.sealed_after(0)) {
    if (entry.find("seq")->as_u64() > last) break;
    ++handed;
    if (stage.opens(arrival.name, entry)) {
      throw PlayFailed(arrival.name + " can open what was said before");
    }
  }
  if (handed == 0) throw PlayFailed("no earlier line was seen sealed: it shows nothing");
}

// The card comes by itself: what is asked, how much time is left, and for how long it has been so.
void late_is_shown_the_item(Stage& stage) {
  const Story::Arrival& arrival = late(stage);
  const Value& card =
      stage.cast().wait_event(arrival.name, 0, "the late card",
                              [](const Value& event) { return is_event(event, "item_began"); });
  if (text_of(card, "prompt") != stage.story().floor.prompt) {
    throw PlayFailed(arrival.name + " is shown another item: " + json::to_text(card));
  }
  if (card.find("since_seconds")->as_u64() == 0 || card.find("left_seconds")->as_i64() <= 0) {
    throw PlayFailed(arrival.name + " is not shown the time: " + json::to_text(card));
  }
}

// The floor's half of the card, to whoever looks: how one speaks, who does, whose hands are up, and
// how to raise one's own. What is left of a turn is checked at each turn, on every client.
void late_is_shown_the_floor(Stage& stage) {
  const Story::Arrival& arrival = late(stage);
  if (stage.story().floor.mode != "queue") {
    throw PlayFailed("no hands are raised when " + arrival.name + " comes in: nothing to be told");
  }
  stage.check_floor();
  const std::string words = text_of(stage.floor_of(arrival.name), "line");
  if (!words.ends_with(" Type ! to raise your hand.")) {
    throw PlayFailed(arrival.name + " is not told how to raise a hand: " + words);
  }
}

void late_card(Stage& stage, std::size_t line, const Names& names) {
  late_has_none_of_the_earlier(stage, line, names);
  late_is_shown_the_item(stage);
  late_is_shown_the_floor(stage);
}

// Since the knock, ordinary members saw that somebody came in and what was said, nothing else.
void room_not_interrupted(Stage& stage, std::size_t, const Names&) {
  const Story::Arrival& arrival = late(stage);
  std::size_t looked_at = 0;
  for (const std::string& name : stage.present()) {
    if (name == arrival.name || stage.is_staff(name)) continue;
    ++looked_at;
    for (const Value& event : events_since(stage, name, arrival.knocked.at(name))) {
      if (is_event(event, "message") || is_about(event, "joined", arrival.name)) continue;
      if (event.find("id")) continue;  // Answers to this runner's own questions.
      throw PlayFailed(name + " was interrupted: " + json::to_text(event));
    }
  }
  if (looked_at == 0) throw PlayFailed("there is no room that could have been interrupted");
}

// --- The pause

// The same had been said once before, and was heard.
void second_advert_refused(Stage& stage, std::size_t line, const Names&) {
  auto& refused = stage.story().refused;
  if (!refused) throw PlayFailed("no line was refused");
  const auto delivered = static_cast<std::size_t>(
      std::ranges::count_if(stage.story().spoken, [&](const Story::Spoken& spoken) {
        return spoken.by == refused->by && spoken.text == refused->text;
      }));
  if (delivered != 1) throw PlayFailed("the line refused is not the second of its kind");
  refused->expected = true;
  const auto nobody_has_it = [&stage, text = refused->text, delivered] {
    for (const std::string& name : stage.cast().names()) {
      if (times_on_screen(stage, name, text) > delivered) {
        throw PlayFailed(name + " has the line that was refused");
      }
    }
  };
  nobody_has_it();
  stage.keep_asking(line, nobody_has_it);
}

// Everybody tries.
void only_they_can_write(Stage& stage, std::size_t, const Names& names) {
  Names wrote;
  for (const std::string& name : stage.present()) {
    if (!stage.speak(name, stage.own_line())) wrote.push_back(name);
  }
  if (std::set(wrote.begin(), wrote.end()) != std::set(names.begin(), names.end())) {
    throw PlayFailed("these can write: " + joined(wrote));
  }
}

// --- The removal

const Story::Removal& removal(Stage& stage) {
  if (!stage.story().removal) throw PlayFailed("nobody was removed");
  return *stage.story().removal;
}

// It keeps the keys it had, is handed whatever is said from now on, and opens none of it. That it
// could open what was said just before was seen at the ban.
void removed_reads_nothing(Stage& stage, std::size_t line, const Names&) {
  const Story::Removal gone = removal(stage);
  stage.keep_asking(line, [&stage, gone] {
    const auto sealed = stage.sealed_after(gone.seq);
    if (sealed.empty()) throw PlayFailed("nothing was said after the removal: it shows nothing");
    for (const Value& entry : sealed) {
      if (stage.opens(gone.name, entry)) {
        throw PlayFailed(gone.name + " can open what was said after the removal");
      }
    }
    for (const Value& event : stage.cast().events(gone.name)) {
      if (is_event(event, "message") && event.find("seq")->as_u64() > gone.seq) {
        throw PlayFailed(gone.name + " was told what was said after the removal");
      }
    }
  });
}

// What was reported.
void advert_gone(Stage& stage, std::size_t line, const Names&) {
  const auto advert = stage.story().reported;
  if (!advert) throw PlayFailed("no advert was reported");
  const auto gone = [&stage, text = advert->text] {
    for (const std::string& name : stage.cast().names()) {
      if (times_on_screen(stage, name, text) > 0) {
        throw PlayFailed("the advert stands on the screen of " + name);
      }
    }
  };
  gone();
  stage.keep_asking(line, gone);
}

// A flag at the knock of whoever knocked last.
void only_they_see_the_flag(Stage& stage, std::size_t line, const Names& names) {
  removal(stage);
  const std::string guest = stage.story().last_knock;
  const auto seen = [&stage, guest, names] {
    Names see;
    for (const std::string& name : stage.cast().names()) {
      const bool told = std::ranges::any_of(stage.cast().events(name), [&](const Value& event) {
        return is_event(event, "knock_waiting") && text_of(event, "name") == guest &&
               event.find("tainted")->as_bool();
      });
      if (told) see.push_back(name);
    }
    if (std::set(see.begin(), see.end()) != std::set(names.begin(), names.end())) {
      throw PlayFailed("these see the flag at the knock of " + guest + ": " + joined(see));
    }
  };
  seen();
  stage.keep_asking(line, seen);
}

// --- The return

// In order, once, and without being seen to come in anew.
void returned_gets_what_was_missed(Stage& stage) {
  const auto& homecoming = stage.story().homecoming;
  if (!homecoming || homecoming->missed_until == 0) throw PlayFailed("nobody has come back");
  if (homecoming->missed_until == homecoming->missed_from) {
    throw PlayFailed("nothing was missed: it shows nothing");
  }
  Names missed;
  for (std::size_t i = homecoming->missed_from; i < homecoming->missed_until; ++i) {
    missed.push_back(stage.story().spoken[i].text);
  }
  Names got;
  stage.cast().wait(homecoming->name, "for the lines that were missed", [&] {
    got.clear();
    for (const Value& event :
         events_since(stage, homecoming->name, homecoming->left.at(homecoming->name))) {
      if (is_event(event, "message")) got.push_back(text_of(event, "text"));
    }
    return got.size() >= missed.size();
  });
  if (got != missed) throw PlayFailed(homecoming->name + " got other lines: " + joined(got));
  for (const std::string& name : stage.present()) {
    if (name == homecoming->name) continue;
    for (const Value& event : events_since(stage, name, homecoming->left.at(name))) {
      if (is_about(event, "joined", homecoming->name) ||
          is_about(event, "left", homecoming->name)) {
        throw PlayFailed(name + " saw " + homecoming->name + " go or come");
      }
    }
  }
}

// Whoever had no turn before they went has it still, and takes it; whoever had it gets no second.
void returned_keeps_the_place(Stage& stage, std::size_t line) {
  const Story::Return home = *stage.story().homecoming;
  const Story::Floor& floor = stage.story().floor;
  if (floor.mode != "round") throw PlayFailed("no round is under way: there is no place to keep");
  stage.check_floor();
  for (const std::string& name : stage.present()) {
    for (const Value& event : events_since(stage, name, home.left.at(name))) {
      for (const char* what : {"turn_began", "turn_ended", "turn_passed", "hand_changed"}) {
        if (!is_about(event, what, home.name)) continue;
        throw PlayFailed(name + " was told of the absent: " + json::to_text(event));
      }
    }
  }
  if (home.had_turn) return stage.must_have_had(home.name);
  stage.keep_asking(line, [&stage, home, item = floor.item] {
    const auto& spoken = stage.story().spoken;
    const auto from = spoken.begin() + static_cast<std::ptrdiff_t>(home.missed_until);
    if (std::none_of(from, spoken.end(), [&](const Story::Spoken& said) {
          return said.by == home.name && said.item == item;
        })) {
      throw PlayFailed(home.name + " said nothing more in the round: it shows nothing");
    }
  });
}

void returned(Stage& stage, std::size_t line, const Names&) {
  returned_gets_what_was_missed(stage);
  returned_keeps_the_place(stage, line);
}

// --- The server

void nothing_is_left(Stage& stage, std::size_t line, const Names&) {
  if (!stage.story().closed) throw PlayFailed("the room is still open");
  const auto searched = [&stage] {
    if (const auto found = stage.search_server()) throw PlayFailed(*found);
  };
  searched();
  stage.keep_asking(line, searched);
}

// --- The table

constexpr std::array kClauses{
    Clause{"Hand order is {} on every client", hand_order, ""},
    Clause{"{}'s line is not delivered to the room", not_delivered, ""},
    Clause{"{} is told kindly that {} is sharing and how to raise a hand", told_kindly, ""},
    Clause{"The late joiner gets the late card (item, time left, how to raise a hand) and none of "
           "the earlier shares",
           late_card, ""},
    Clause{"the room is not interrupted", room_not_interrupted, ""},
    Clause{"Only {} are alerted", nullptr, "reach-out"},
    Clause{"no other client receives any sign of it", nullptr, "reach-out"},
    Clause{"The second advert is refused", second_advert_refused, ""},
    Clause{"only {} can write", only_they_can_write, ""},
    Clause{"The removed client can read nothing sent from now on", removed_reads_nothing, ""},
    Clause{"the advert is gone from every screen", advert_gone, ""},
    Clause{"Only {} see in the lobby: same invite as a removed person", only_they_see_the_flag, ""},
    Clause{"The reconnected member keeps the place in the round and gets the lines missed while "
           "away",
           returned, ""},
    Clause{"Totals of five answers are shown to all", nullptr, "polls"},
    Clause{"nobody, the server included, can tell who answered what", nullptr, "polls"},
    Clause{"No message, name or room title is left on the server's disk or in its log",
           nothing_is_left, ""},
};

// "A", "A and B", "A, B and C".
void add_names(std::string_view text, Names& names) {
  for (const std::string_view comma : {std::string_view(", "), std::string_view(" and ")}) {
    if (const std::size_t at = text.find(comma); at != std::string_view::npos) {
      add_names(text.substr(0, at), names);
      return add_names(text.substr(at + comma.size()), names);
    }
  }
  names.emplace_back(text);
}

// The names where `words` has {}, or nothing when `text` is another clause.
std::optional<Names> matched(std::string_view words, std::string_view text) {
  Names names;
  for (;;) {
    const std::size_t gap = words.find("{}");
    if (gap == std::string_view::npos) {
      return words == text ? std::optional(names) : std::nullopt;
    }
    if (!text.starts_with(words.substr(0, gap))) return std::nullopt;
    text.remove_prefix(gap);
    words.remove_prefix(gap + 2);
    const std::string_view next = words.substr(0, words.find("{}"));
    const std::size_t end = next.empty() ? text.size() : text.find(next);
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    add_names(text.substr(0, end), names);
    text.remove_prefix(end);
  }
}

}  // namespace

std::vector<Expected> expected_of(const ScenarioLine& line) {
  std::vector<Expected> found;
  std::string_view text = line.text;
  if (text.ends_with('.')) text.remove_suffix(1);
  for (;;) {
    const std::size_t end = text.find("; ");
    const std::string_view words = text.substr(0, end);
    const std::size_t before = found.size();
    for (const Clause& clause : kClauses) {
      if (auto names = matched(clause.words, words)) {
        found.push_back({&clause, std::string(words), *std::move(names)});
        break;
      }
    }
    if (found.size() == before) {
      throw ScenarioBroken(line.number, "nobody can check: " + std::string(words));
    }
    if (end == std::string_view::npos) return found;
    text.remove_prefix(end + 2);
  }
}

}  // namespace hearth::test
