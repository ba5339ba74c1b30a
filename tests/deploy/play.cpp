// The steps of a play.
#include "tests/deploy/play.h"

#include <algorithm>
#include <fstream>

namespace hearth::test {

using json::Value;

Play::Play(PlayOptions options)
    : options_(std::move(options)), cast_(options_.hearth, options_.patience) {}

Play::Actor& Play::actor(const std::string& name) {
  const auto found = actors_.find(name);
  if (found == actors_.end()) throw PlayFailed("the script knows nobody called " + name);
  return found->second;
}

std::vector<std::string> Play::inside(bool with_away) const {
  std::vector<std::string> names;
  for (const std::string& name : cast_.names()) {
    const Actor& who = actors_.at(name);
    if (who.inside && (with_away || !who.away)) names.push_back(name);
  }
  return names;
}

// --- The script
// -----------------------------------------------------------------------------------

void Play::run() {
  std::ifstream script(options_.script);
  if (!script) throw PlayFailed("the script cannot be read: " + options_.script.string());
  for (std::string text; std::getline(script, text);) {
    auto line = json::parse(text);
    if (!line || !line->is_object()) throw PlayFailed("a line of the script is no JSON: " + text);
    act(*line);
  }
}

void Play::act(const Value& line) {
  const std::string who = text_of(line, "who");
  const std::string action = text_of(line, "action");
  const std::string text = text_of(line, "text");
  const std::string to = text_of(line, "to");
  if (action == "open_room") {
    open_room(who, text);
  } else if (action == "knock") {
    knock(who, text, link_);
  } else if (action == "admit") {
    admit(who, to);
  } else if (action == "say") {
    say(who, text);
  } else if (action == "disconnect") {
    disconnect(who);
  } else if (action == "reconnect") {
    reconnect(who);
  } else if (action == "remove" && who == host_) {
    remove(to);
  } else {
    throw PlayFailed("the script asks " + who + " for what cannot be played: " + action);
  }
}

void Play::open_room(const std::string& who, const std::string& title) {
  options_.say(who + " opens the room: " + title);
  host_ = who;
  cast_.start(who, true);
  Value create = command("create");
  create.set("host", options_.server);
  create.set("title", title);
  create.set("name", who);
  if (options_.staff_min > 1) create.set("staff_min", options_.staff_min);
  create.set("agreement", "What is shared here stays here. Share no full names and no places.");
  cast_.client(who).send(create);
  cast_.wait_event(who, 0, "for the meeting to be open",
                   [](const Value& event) { return is_event(event, "opened"); });
  actors_[who].inside = true;
  link_ = invitation(50, 2);
}

std::string Play::invitation(unsigned uses, unsigned hours) {
  Value invite = command("invite");
  invite.set("uses", uses);
  invite.set("hours", hours);
  return text_of(cast_.ask(host_, invite), "link");
}

void Play::knock(const std::string& who, const std::string& greeting, const std::string& link) {
  options_.say(who + " knocks" + (greeting.empty() ? "" : ": " + greeting));
  const std::size_t from = cast_.events(host_).size();
  Value knock = command("knock");
  knock.set("link", link);
  knock.set("name", who);
  knock.set("greeting", greeting);
  actors_[who];
  cast_.start(who).send(knock);
  cast_.wait_event(who, 0, "for the knock to be taken",
                   [](const Value& event) { return is_event(event, "knocking"); });
  cast_.wait_event(host_, from, "for the knock of " + who, [&](const Value& event) {
    return is_event(event, "knock_waiting") && text_of(event, "name") == who;
  });
}

void Play::admit(const std::string& by, const std::string& whom) {
  options_.say(by + " opens the door for " + (whom == "*" ? "everybody who waits" : whom));
  std::vector<std::string> waiting;
  for (const std::string& name : cast_.names()) {
    const Actor& who = actors_.at(name);
    if (!who.inside && !who.gone && (whom == "*" || whom == name)) waiting.push_back(name);
  }
  Value admit = command("admit_all");
  if (whom != "*") {
    const Value& shown =
        cast_.wait_event(by, 0, "for the knock of " + whom, [&](const Value& event) {
          return is_event(event, "knock_waiting") && text_of(event, "name") == whom;
        });
    admit = command("admit");
    admit.set("slot", *shown.find("slot"));
  }
  for (const std::string& name : waiting) {
    cast_.wait_event(by, 0, "for the knock of " + name, [&](const Value& event) {
      return is_event(event, "knock_waiting") && text_of(event, "name") == name;
    });
  }
  cast_.ask(by, admit);
  const auto seen_by = inside(false);
  for (const std::string& name : waiting) {
    cast_.wait_event(name, 0, "to be let in",
                     [](const Value& event) { return is_event(event, "entered"); });
    for (const std::string& member : seen_by) {
      cast_.wait_event(member, 0, "to see " + name + " come in",
                       [&](const Value& event) { return is_about(event, "joined", name); });
    }
  }
  for (const std::string& name : waiting) {
    actor(name).inside = true;
    actor(name).heard_from = said_.size();
  }
}

void Play::say(const std::string& who, const std::string& text) {
  options_.say(who + ": " + text);
  std::map<std::string, std::size_t> from;
  for (const std::string& name : inside(false)) from[name] = cast_.events(name).size();
  Value say = command("say");
  say.set("text", text);
  cast_.client(who).send(say);
  for (const auto& [name, begin] : from) {
    cast_.wait_event(name, begin, "for the line of " + who, [&](const Value& event) {
      return is_event(event, "message") && text_of(event, "text") == text;
    });
  }
  said_.push_back({who, text});
  for (const auto& [name, seq] : removed_at_) {
    if (!actor(name).gone) hand_over(name);
  }
}

void Play::disconnect(const std::string& who) {
  options_.say(who + " loses the connection");
  cast_.ask(who, command("disconnect"));
  actor(who).away = true;
}

void Play::reconnect(const std::string& who) {
  options_.say(who + " is back");
  const std::size_t from = cast_.events(who).size();
  cast_.ask(who, command("connect"));
  cast_.wait_event(who, from, "to be connected again",
                   [](const Value& event) { return is_event(event, "online"); });
  actor(who).away = false;
}

void Play::remove(const std::string& whom) {
  options_.say(host_ + " removes " + whom);
  cast_.ask(whom, command("disconnect"));
  Actor& target = actor(whom);
  target.away = true;
  target.inside = false;
  Value remove = command("remove");
  remove.set("who", whom);
  cast_.ask(host_, remove);
  for (const std::string& name : inside(false)) {
    const Value& seen =
        cast_.wait_event(name, 0, "to see " + whom + " removed",
                         [&](const Value& event) { return is_about(event, "removed", whom); });
    removed_at_[whom] = seen.find("seq")->as_u64();
  }
}

// The next message after the removal, as the server hands it out, for a client that still has the
// keys of before.
void Play::hand_over(const std::string& whom) {
  const auto sealed = sealed_after(removed_at_.at(whom));
  if (!sealed) throw PlayFailed("the message after the removal was not seen sealed");
  Value open = command("open_raw");
  for (const char* key : {"seq", "kind", "generation", "body"}) open.set(key, *sealed->find(key));
  const Value answer = cast_.ask(whom, open);
  if (answer.find("opened")->as_bool()) {
    throw PlayFailed(whom + " could open a message from after the removal");
  }
  options_.say("(" + whom +
               " is handed the sealed message with its old keys, and cannot open it: " +
               text_of(answer, "reason") + ")");
  actor(whom).gone = true;
  turn_away(whom);
}

// It comes back, finds that it is out, and knocks like anybody else; the host says no.
void Play::turn_away(const std::string& whom) {
  const std::size_t from = cast_.events(whom).size();
  const std::size_t host_from = cast_.events(host_).size();
  cast_.client(whom).send(command("connect"));
  const Value& shown =
      cast_.wait_event(host_, host_from, "for the removed to knock again", [&](const Value& event) {
        return is_event(event, "knock_waiting") && text_of(event, "name") == whom;
      });
  options_.say(whom + " is out, and knocks again; " + host_ + " does not open");
  Value deny = command("deny");
  deny.set("slot", *shown.find("slot"));
  deny.set("text", "Not this time.");
  cast_.ask(host_, deny);
  cast_.wait_event(whom, from, "to be told that the door stays shut",
                   [](const Value& event) { return is_event(event, "ended"); });
}

std::optional<Value> Play::sealed_after(std::uint64_t seq) const {
  for (const Value& event : cast_.events(host_)) {
    if (is_event(event, "sealed_entry") && text_of(event, "kind") == "app" &&
        event.find("seq")->as_u64() > seq && event.find("body")) {
      return event;
    }
  }
  return std::nullopt;
}

// --- Afterwards
// -----------------------------------------------------------------------------------

void Play::close_the_room() {
  options_.say(host_ + " closes the room");
  cast_.client(host_).send(command("close"));
  for (const std::string& name : cast_.names())
    if (actor(name).inside && !actor(name).away)
      cast_.wait_event(name, 0, "for the meeting to close",
                       [](const Value& event) { return is_event(event, "closed"); });
}

void Play::empty_the_room() {
  for (const std::string& name : cast_.names()) {
    if (name == host_) continue;
    Actor& who = actor(name);
    if (who.inside && !who.away) {
      cast_.client(name).send(command("leave"));
      cast_.wait_event(name, 0, "to leave",
                       [](const Value& event) { return is_event(event, "ended"); });
    }
    who.inside = false;
    if (cast_.client(name).finish() != 0)
      throw PlayFailed("the client of " + name + " did not end well");
  }
}

void Play::stay() {
  std::size_t next = cast_.events(host_).size();
  for (;;) {
    cast_.listen(std::chrono::hours(1));
    const Events& events = cast_.events(host_);
    for (; next < events.size(); ++next) {
      const Value& event = events[next];
      if (is_event(event, "knock_waiting")) {
        Value admit = command("admit");
        admit.set("slot", *event.find("slot"));
        cast_.client(host_).send(admit);
      } else if (is_event(event, "joined")) {
        Value say = command("say");
        say.set("text", "Welcome. This room is yours to try; what you say comes back to me alone.");
        cast_.client(host_).send(say);
      }
    }
  }
}

}  // namespace hearth::test
