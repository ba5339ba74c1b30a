// What people do in a scenario, done by real clients.
#include <algorithm>
#include <cmath>

#include "tests/scenarios/stage.h"

namespace hearth::test {
namespace {

using json::Value;

constexpr std::string_view kUntilTheEnd = "; until the end of this meeting";
constexpr unsigned kUses = 50;  // Of the invitation that everybody shares.
constexpr unsigned kHours = 2;

bool is_by(const Value& event, const std::string& name) {
  const Value* const by = event.find("by");
  return by && text_of(*by, "name") == name;
}

// Whether a list of persons holds `name`.
bool names_person(const Value& event, const char* key, const std::string& name) {
  const Value* const persons = event.find(key);
  return persons && persons->is_array() &&
         std::ranges::any_of(persons->as_array(), [&](const Value& person) {
           const Value* const who = person.find("who");
           return text_of(who ? *who : person, "name") == name;
         });
}

std::vector<std::string> split(const std::string& text, const std::string& by) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find(by, begin)) != std::string::npos; begin = end + by.size())
    parts.push_back(text.substr(begin, end - begin));
  parts.push_back(text.substr(begin));
  return parts;
}

// "TITLE. TERM, TERM, ..., TERM."
struct Terms {
  std::string title;
  double minutes = 0;
  const char* admission = "open";
  const char* retention = "24h";
};
Terms terms_of(const std::string& text) {
  Terms terms;
  const std::size_t stop = text.find(". ");
  terms.title = text.substr(0, stop);
  if (stop == std::string::npos || !text.ends_with('.')) {
    throw PlayFailed("a room has a title and terms, each with a full stop");
  }
  for (const std::string& term : split(text.substr(stop + 2, text.size() - stop - 3), ", ")) {
    if (term.ends_with(" minutes")) {
      terms.minutes = std::strtod(term.c_str(), nullptr);
    } else if (term == "lobby on") {
      terms.admission = "lobby";
    } else if (term == "everything erased at close") {
      terms.retention = "live";
    } else if (term != "text only") {  // There is nothing else.
      throw PlayFailed("no room can be opened with the term: " + term);
    }
  }
  return terms;
}

}  // namespace

// --- What all acts share

Stage::Person& Stage::inside(const std::string& name) {
  const auto found = people_.find(name);
  if (found == people_.end() || !found->second.inside) throw PlayFailed(name + " is not inside");
  if (found->second.away) throw PlayFailed(name + " is not connected");
  return found->second;
}

void Stage::must_be_staff(const std::string& name) {
  if (!inside(name).staff) throw PlayFailed(name + " is not staff");
}

void Stage::all_see(const Marks& from, std::string_view name, const std::string& by,
                    const Cast::Wanted& more) {
  for (const std::string& member : present()) {
    const auto mark = from.find(member);
    cast_.wait_event(member, mark == from.end() ? 0 : mark->second,
                     "to see " + std::string(name) + " by " + by, [&](const Value& event) {
                       return is_event(event, name) && is_by(event, by) && more(event);
                     });
  }
}

void Stage::all_hear(const Marks& from, std::string_view name, const std::string& who,
                     const Cast::Wanted& more) {
  for (const std::string& member : present()) {
    const auto mark = from.find(member);
    cast_.wait_event(member, mark == from.end() ? 0 : mark->second,
                     "for " + std::string(name) + " of " + who,
                     [&](const Value& event) { return is_about(event, name, who) && more(event); });
  }
}

void Stage::words(const ScenarioLine& line) {
  if (line.text.empty()) return;
  if (const auto reason = speak(line.who, line.text)) {
    throw PlayFailed(line.who + " could not say it: " + *reason);
  }
}

// --- Opening and coming in

void Stage::open_room(const ScenarioLine& line) {
  if (!lead_.empty()) throw PlayFailed("a room is open already");
  const Terms terms = terms_of(line.text);
  needles_.add(terms.title);
  lead_ = line.who;
  length_minutes_ = terms.minutes;
  Value create = command("create");
  create.set("host", "127.0.0.1:" + std::to_string(server_.port()));
  create.set("title", terms.title);
  create.set("name", lead_);
  create.set("admission", terms.admission);
  create.set("retention", terms.retention);
  create.set("staff_min", 2);
  create.set("agreement", "What is shared here stays here. Share no full names and no places.");
  people_[lead_];
  cast_.start(lead_, true).send(create);
  cast_.wait_event(lead_, 0, "for the room to be open",
                   [](const Value& event) { return is_event(event, "opened"); });
  people_[lead_].inside = people_[lead_].staff = true;
  link_ = invitation(false);
}

std::string Stage::invitation(bool staff_pass) {
  Value invite = command("invite");
  invite.set("uses", staff_pass ? 1 : kUses);
  invite.set("hours", kHours);
  invite.set("staff_pass", staff_pass);
  return text_of(cast_.ask(lead_, invite), "link");
}

// `name` has been let in: everybody sees it.
void Stage::enter(const std::string& name) {
  cast_.wait_event(name, 0, "to be let in",
                   [](const Value& event) { return is_event(event, "entered"); });
  for (const std::string& member : present()) {
    cast_.wait_event(member, 0, "to see " + name + " come in",
                     [&](const Value& event) { return is_about(event, "joined", name); });
  }
}

// With a pass one is let in by the client of whoever made it.
void Stage::join(const ScenarioLine& line) {
  if (line.text != "Facilitator pass.") throw PlayFailed("nobody joins with: " + line.text);
  Value knock = command("knock");
  knock.set("link", invitation(true));
  knock.set("name", line.who);
  people_[line.who];
  cast_.start(line.who).send(knock);
  enter(line.who);
  people_[line.who].inside = true;
}

void Stage::knock(const ScenarioLine& line) {
  if (link_.empty()) throw PlayFailed("there is no door to knock at");
  const Marks before = marks();
  Value knock = command("knock");
  knock.set("link", link_);
  knock.set("name", line.who);
  knock.set("greeting", line.text);
  people_[line.who].waiting = true;
  cast_.start(line.who).send(knock);
  cast_.wait_event(line.who, 0, "for the knock to be taken",
                   [](const Value& event) { return is_event(event, "knocking"); });
  for (const std::string& member : present()) {
    if (!is_staff(member)) continue;
    cast_.wait_event(
        member, before.at(member), "for the knock of " + line.who, [&](const Value& event) {
          return is_event(event, "knock_waiting") && text_of(event, "name") == line.who &&
                 text_of(event, "greeting") == line.text;
        });
  }
  story_.last_knock = line.who;
  story_.arrival = {line.who, line.at_minute > 0, before, 0};
}

Value Stage::slot_of(const std::string& who, const std::string& by) {
  const auto found = people_.find(who);
  if (found == people_.end() || !found->second.waiting) {
    throw PlayFailed(who + " does not wait at the door");
  }
  return *cast_
              .wait_event(by, 0, "for the knock of " + who,
                          [&](const Value& event) {
                            return is_event(event, "knock_waiting") &&
                                   text_of(event, "name") == who;
                          })
              .find("slot");
}

// A private line: `to` alone has it. At the door one learns that staff speak, not who.
void Stage::lobby_message(const ScenarioLine& line) {
  must_be_staff(line.who);
  const std::string& to = line.to.front();
  const Marks before = marks();
  Value tell = command("line");
  tell.set("slot", slot_of(to, line.who));
  tell.set("text", line.text);
  cast_.ask(line.who, tell);
  const Value seen = cast_.wait_event(to, before.at(to), "for the private line",
                                      [](const Value& e) { return is_event(e, "lobby_line"); });
  if (text_of(seen, "text") != line.text || !seen.find("from")->find("staff")->as_bool()) {
    throw PlayFailed(to + " was told something else: " + json::to_text(seen));
  }
  keep_asking(line.number, [this, to, text = line.text] {
    for (const std::string& name : cast_.names()) {
      if (name == to) continue;
      for (const Value& event : cast_.events(name)) {
        if (is_event(event, "lobby_line") && text_of(event, "text") == text) {
          throw PlayFailed(name + " has the private line to " + to);
        }
      }
    }
  });
}

void Stage::admit(const ScenarioLine& line) {
  must_be_staff(line.who);
  std::vector<std::string> guests;
  for (const std::string& name : cast_.names()) {
    const bool meant = line.to.front() == "*" || std::ranges::find(line.to, name) != line.to.end();
    if (people_.at(name).waiting && meant) guests.push_back(name);
  }
  if (guests.empty())
    throw PlayFailed("nobody waits at the door whom " + line.who + " could let in");
  if (line.to.front() == "*") {
    for (const std::string& name : guests) slot_of(name, line.who);
    cast_.ask(line.who, command("admit_all"));
  } else {
    for (const std::string& name : line.to) {
      Value admit = command("admit");
      admit.set("slot", slot_of(name, line.who));
      cast_.ask(line.who, admit);
    }
  }
  for (const std::string& name : guests) enter(name);
  for (const std::string& name : guests) {
    Person& person = people_[name];
    person.waiting = false;
    person.inside = true;
    person.heard_from = story_.spoken.size();
    if (story_.arrival && story_.arrival->name == name) {
      story_.arrival->heard_from = story_.spoken.size();
    }
  }
}

void Stage::deny(const ScenarioLine& line) {
  must_be_staff(line.who);
  for (const std::string& name : line.to) {
    Value deny = command("deny");
    deny.set("slot", slot_of(name, line.who));
    deny.set("text", line.text);
    cast_.ask(line.who, deny);
    const Value& told =
        cast_.wait_event(name, 0, "to be told that the door stays shut",
                         [](const Value& event) { return is_event(event, "denied"); });
    if (text_of(told, "text") != line.text) throw PlayFailed(name + " was told other words");
    people_[name].waiting = false;
  }
}

// --- Staff

void Stage::appoint_cofacilitator(const ScenarioLine& line) { appoint(line, false); }
void Stage::appoint_supporter(const ScenarioLine& line) { appoint(line, true); }

// The appointed accepts, and everybody sees it.
void Stage::appoint(const ScenarioLine& line, bool supporter) {
  must_be_staff(line.who);
  const std::string& to = line.to.front();
  Person& chosen = inside(to);
  const bool keeper = line.text.find("keeps the lounge") != std::string::npos;
  const Marks before = marks();
  Value appoint = command(supporter ? "appoint_supporter" : "appoint");
  appoint.set("who", to);
  if (supporter) appoint.set("keeper", keeper);
  cast_.client(line.who).send(appoint);
  cast_.wait_event(to, before.at(to), "to be asked", [&](const Value& event) {
    return is_event(event, "appointment_offered") &&
           text_of(*event.find("from"), "name") == line.who &&
           event.find("supporter")->as_bool() == supporter;
  });
  cast_.ask(to, command("accept"));
  all_see(before, supporter ? "supporter_changed" : "staff_changed", line.who,
          [&](const Value& event) {
            return supporter
                       ? event.find("here")->as_bool() && event.find("keeper")->as_bool() == keeper
                       : names_person(event, "came", to);
          });
  (supporter ? chosen.supporter : chosen.staff) = true;
  words(line);
}

// --- Speaking

std::optional<std::string> Stage::speak(const std::string& who, const std::string& text) {
  inside(who);
  const Marks before = marks();
  Value say = command("say");
  say.set("text", text);
  cast_.client(who).send(say);
  const auto is_answer = [&](const Value& event) {
    return (is_event(event, "message") && text_of(event, "text") == text &&
            text_of(*event.find("from"), "name") == who) ||
           (is_event(event, "not_sent") && text_of(event, "text") == text);
  };
  const Value answer =
      cast_.wait_event(who, before.at(who), "for what became of the line", is_answer);
  if (is_event(answer, "not_sent")) return text_of(answer, "reason");
  for (const std::string& name : present()) {
    cast_.wait_event(name, before.at(name), "for the line of " + who, [&](const Value& event) {
      return is_event(event, "message") && *event.find("seq") == *answer.find("seq") &&
             text_of(event, "text") == text && text_of(*event.find("from"), "name") == who;
    });
  }
  story_.spoken.push_back({who, text, answer.find("seq")->as_u64(), story_.floor.item});
  return std::nullopt;
}

void Stage::say(const ScenarioLine& line) {
  const Marks before = marks();
  if (auto reason = speak(line.who, line.text)) {
    const Value& told =
        cast_.wait_event(line.who, before.at(line.who), "to be told so",
                         [](const Value& event) { return is_event(event, "not_sent"); });
    story_.refused = {line.number, line.who, line.text, *std::move(reason), told};
    return;
  }
  if (story_.floor.mode == "round" && !is_staff(line.who)) spoke_in_round(line, before);
}

// --- Keeping people safe

void Stage::report(const ScenarioLine& line) {
  inside(line.who);
  const std::string& to = line.to.front();
  const auto last = std::find_if(story_.spoken.rbegin(), story_.spoken.rend(),
                                 [&](const auto& spoken) { return spoken.by == to; });
  if (last == story_.spoken.rend()) throw PlayFailed(to + " has said nothing to be reported");
  const Marks before = marks();
  Value report = command("report");
  report.set("seq", last->seq);
  report.set("reason", line.text);
  cast_.ask(line.who, report);
  for (const std::string& name : present()) {
    if (!is_staff(name)) continue;
    const Value& seen =
        cast_.wait_event(name, before.at(name), "for the report", [&](const Value& event) {
          return is_event(event, "report_received") &&
                 text_of(*event.find("from"), "name") == line.who &&
                 text_of(event, "reason") == line.text;
        });
    const std::uint64_t which = seen.find("reported")->as_u64();
    const json::Array& items = seen.find("items")->as_array();
    const bool verified = which < items.size() && items[which].find("verified")->as_bool() &&
                          text_of(items[which], "text") == last->text &&
                          text_of(*items[which].find("sender"), "name") == to;
    if (!verified) throw PlayFailed(name + " cannot verify the report");
  }
  story_.reported = *last;
  // The room sees nothing of it.
  keep_asking(line.number, [this] {
    for (const std::string& name : cast_.names()) {
      if (people_.at(name).staff || people_.at(name).supporter) continue;
      for (const Value& event : cast_.events(name)) {
        if (is_event(event, "report_received")) throw PlayFailed(name + " has seen a report");
      }
    }
  });
}

void Stage::pause(const ScenarioLine& line) { change_pause(line, true); }
void Stage::resume(const ScenarioLine& line) { change_pause(line, false); }

void Stage::change_pause(const ScenarioLine& line, bool pause) {
  must_be_staff(line.who);
  const Marks before = marks();
  cast_.ask(line.who, command(pause ? "pause" : "unpause"));
  all_see(before, "pause_changed", line.who,
          [&](const Value& event) { return event.find("paused")->as_bool() == pause; });
  ++audited_[pause ? "paused the room" : "ended the pause"];
  words(line);
}

// Everything that somebody has said.
void Stage::erase(const ScenarioLine& line) {
  must_be_staff(line.who);
  const std::string& to = line.to.front();
  std::vector<std::uint64_t> seqs;
  for (const auto& spoken : story_.spoken) {
    if (spoken.by == to) seqs.push_back(spoken.seq);
  }
  if (seqs.empty()) throw PlayFailed(to + " has said nothing to be erased");
  const Marks before = marks();
  Value erase = command("erase_member");
  erase.set("who", to);
  cast_.ask(line.who, erase);
  all_see(before, "erased", line.who, [&](const Value& event) {
    const json::Array& gone = event.find("seqs")->as_array();
    return !event.find("undone")->as_bool() && std::ranges::all_of(seqs, [&](std::uint64_t seq) {
      return std::ranges::find(gone, Value(seq)) != gone.end();
    });
  });
  ++audited_["erased "];
}

// Whoever is banned has lost the connection just before, as somebody would who wants to keep the
// keys of before; what is said meanwhile they can open.
void Stage::ban(const ScenarioLine& line) {
  must_be_staff(line.who);
  const std::string& to = line.to.front();
  Person& target = inside(to);
  const double minutes = length_minutes_ - line.at_minute;
  if (!line.text.ends_with(kUntilTheEnd) || minutes <= 0) {
    throw PlayFailed("nobody can be banned for: " + line.text);
  }
  cast_.ask(to, command("disconnect"));
  target.away = true;
  const std::uint64_t last = story_.spoken.empty() ? 0 : story_.spoken.back().seq;
  if (const auto reason = speak(line.who, own_line())) {
    throw PlayFailed(line.who + " could not speak: " + *reason);
  }
  const auto sealed = sealed_after(last);
  if (sealed.size() != 1) throw PlayFailed("the line before the ban was not seen sealed");
  if (!opens(to, sealed.front())) {
    throw PlayFailed(to + " was inside and cannot open what was said: the check is void");
  }
  target.inside = false;
  const Marks before = marks();
  const auto seconds = static_cast<std::uint64_t>(std::ceil(minutes * 60));
  Value ban = command("ban");
  ban.set("who", to);
  ban.set("seconds", seconds);
  cast_.ask(line.who, ban);
  all_see(before, "removed", line.who, [&](const Value& event) {
    const Value* const length = event.find("ban_seconds");
    return is_about(event, "removed", to) && length && *length == Value(seconds);
  });
  const Value& seen = cast_.wait_event(lead_, before.at(lead_), "to see the ban",
                                       [&](const Value& e) { return is_about(e, "removed", to); });
  off_the_floor(to);
  story_.removal = {to, seen.find("seq")->as_u64()};
  ++audited_["not to come back for "];
}

// --- Going and coming back

void Stage::disconnect(const ScenarioLine& line) {
  Person& person = inside(line.who);
  if (line.who == lead_) throw PlayFailed("the lead cannot go: nobody else is listened to");
  story_.homecoming = {line.who, marks(), story_.spoken.size(), 0,
                       story_.floor.had.contains(line.who)};
  cast_.ask(line.who, command("disconnect"));
  person.away = true;
}

// If nobody has said anything meanwhile the lead says something, so that there is something missed.
void Stage::reconnect(const ScenarioLine& line) {
  Story::Return* const homecoming = story_.homecoming ? &*story_.homecoming : nullptr;
  if (!homecoming || homecoming->name != line.who || !people_.at(line.who).away) {
    throw PlayFailed(line.who + " has not gone");
  }
  if (story_.spoken.size() == homecoming->missed_from) {
    if (const auto reason = speak(lead_, own_line())) {
      throw PlayFailed(lead_ + " could not speak: " + *reason);
    }
  }
  homecoming->missed_until = story_.spoken.size();
  const std::size_t from = cast_.events(line.who).size();
  cast_.ask(line.who, command("connect"));
  cast_.wait_event(line.who, from, "to be connected again",
                   [](const Value& event) { return is_event(event, "online"); });
  people_.at(line.who).away = false;
}

// --- The end

void Stage::end_room(const ScenarioLine& line) {
  must_be_staff(line.who);
  words(line);
  on_closing();
  check_the_room();
  const Marks before = marks();
  cast_.ask(line.who, command("close"));
  all_see(before, "closed", line.who);
  story_.closed = true;
}

}  // namespace hearth::test
