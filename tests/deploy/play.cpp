// The steps of a play.
#include "tests/deploy/play.h"

#include <algorithm>
#include <fstream>

#include <poll.h>

namespace hearth::test {
namespace {

using Clock = std::chrono::steady_clock;
using json::object;
using json::Value;

bool is_about(const Value& event, std::string_view name, const std::string& who) {
  if (!is_event(event, name)) return false;
  const Value* const person = event.find("who");
  return person && text_of(*person, "name") == who;
}

}  // namespace

Play::Play(PlayOptions options) : options_(std::move(options)) {}

Value Play::command(std::string_view name) { return object({{"cmd", Value(name)}}); }

// --- Waiting
// --------------------------------------------------------------------------------------

void Play::listen(std::chrono::milliseconds at_most) {
  std::vector<pollfd> ready;
  std::vector<Actor*> whose;
  for (auto& [name, actor] : actors_) {
    if (actor.process.pid() <= 0) continue;
    ready.push_back({actor.process.output(), POLLIN, 0});
    whose.push_back(&actor);
  }
  if (poll(ready.data(), ready.size(), static_cast<int>(at_most.count())) <= 0) return;
  for (std::size_t i = 0; i < ready.size(); ++i) {
    if (ready[i].revents == 0) continue;
    if (!whose[i]->process.read_available()) throw PlayFailed("a client has ended by itself");
  }
}

void Play::wait(const std::string& who, const std::string& what,
                const std::function<bool()>& done) {
  const auto deadline = Clock::now() + options_.patience;
  while (!done()) {
    if (Clock::now() >= deadline) {
      const auto lines = view(who);
      throw PlayFailed(who + " waited too long " + what +
                       (lines.empty() ? "" : "; the last that was heard: " + lines.back()));
    }
    listen(std::chrono::milliseconds(100));
  }
}

const Value& Play::wait_event(const std::string& who, std::size_t from, const std::string& what,
                              const Wanted& wanted) {
  const Events& events = actor(who).process.events();
  const auto begin = static_cast<std::ptrdiff_t>(from);
  auto found = events.end();
  wait(who, what, [&] {
    found = std::find_if(events.begin() + begin, events.end(), wanted);
    return found != events.end();
  });
  return *found;
}

Value Play::ask(const std::string& who, Value asked) {
  const std::string name = text_of(asked, "cmd");
  const std::uint64_t id = next_id_++;
  asked.set("id", id);
  ClientProcess& process = actor(who).process;
  const std::size_t from = process.events().size();
  process.send(asked);
  const Value answer = wait_event(who, from, "for an answer to " + name, [id](const Value& event) {
    const Value* const of = event.find("id");
    return of && of->is_u64() && of->as_u64() == id;
  });
  if (is_event(answer, "refused") || is_event(answer, "error")) {
    throw PlayFailed(who + " was refused " + name + ": " + text_of(answer, "reason") + " " +
                     text_of(answer, "line"));
  }
  return answer;
}

Play::Actor& Play::actor(const std::string& name) {
  const auto found = actors_.find(name);
  if (found == actors_.end()) throw PlayFailed("the script knows nobody called " + name);
  return found->second;
}

Play::Actor& Play::start(const std::string& name) {
  std::vector<std::string> arguments{"--json", "--plain"};
  if (host_ == name) arguments.emplace_back("--sealed-entries");
  order_.push_back(name);
  const auto [at, fresh] = actors_.emplace(name, Actor{ClientProcess(options_.hearth, arguments)});
  if (!fresh) throw PlayFailed(name + " is here already");
  return at->second;
}

std::vector<std::string> Play::inside(bool with_away) const {
  std::vector<std::string> names;
  for (const std::string& name : order_) {
    const Actor& who = actors_.at(name);
    if (who.inside && (with_away || !who.away)) names.push_back(name);
  }
  return names;
}

pid_t Play::host_pid() const { return actors_.at(host_).process.pid(); }

std::vector<std::string> Play::view(const std::string& name) const {
  std::vector<std::string> lines;
  for (const Value& event : actors_.at(name).process.events()) {
    // Answers to our own questions are no part of what somebody sees.
    const bool asked =
        event.find("id") && !is_event(event, "entered") && !is_event(event, "message");
    const std::string line = text_of(event, "line");
    if (!line.empty() && !asked) lines.push_back(line);
  }
  return lines;
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
  Actor& host = start(who);
  Value create = command("create");
  create.set("host", options_.server);
  create.set("title", title);
  create.set("name", who);
  if (options_.staff_min > 1) create.set("staff_min", options_.staff_min);
  create.set("agreement", "What is shared here stays here. Share no full names and no places.");
  host.process.send(create);
  wait_event(who, 0, "for the meeting to be open",
             [](const Value& event) { return is_event(event, "opened"); });
  host.inside = true;
  link_ = invitation(50, 2);
}

std::string Play::invitation(unsigned uses, unsigned hours) {
  Value invite = command("invite");
  invite.set("uses", uses);
  invite.set("hours", hours);
  return text_of(ask(host_, invite), "link");
}

void Play::knock(const std::string& who, const std::string& greeting, const std::string& link) {
  options_.say(who + " knocks" + (greeting.empty() ? "" : ": " + greeting));
  const std::size_t from = actor(host_).process.events().size();
  Value knock = command("knock");
  knock.set("link", link);
  knock.set("name", who);
  knock.set("greeting", greeting);
  start(who).process.send(knock);
  wait_event(who, 0, "for the knock to be taken",
             [](const Value& event) { return is_event(event, "knocking"); });
  wait_event(host_, from, "for the knock of " + who, [&](const Value& event) {
    return is_event(event, "knock_waiting") && text_of(event, "name") == who;
  });
}

void Play::admit(const std::string& by, const std::string& whom) {
  options_.say(by + " opens the door for " + (whom == "*" ? "everybody who waits" : whom));
  std::vector<std::string> waiting;
  for (const std::string& name : order_) {
    const Actor& who = actors_.at(name);
    if (!who.inside && !who.gone && (whom == "*" || whom == name)) waiting.push_back(name);
  }
  Value admit = command("admit_all");
  if (whom != "*") {
    const Value& shown = wait_event(by, 0, "for the knock of " + whom, [&](const Value& event) {
      return is_event(event, "knock_waiting") && text_of(event, "name") == whom;
    });
    admit = command("admit");
    admit.set("slot", *shown.find("slot"));
  }
  for (const std::string& name : waiting) {
    wait_event(by, 0, "for the knock of " + name, [&](const Value& event) {
      return is_event(event, "knock_waiting") && text_of(event, "name") == name;
    });
  }
  ask(by, admit);
  const auto seen_by = inside(false);
  for (const std::string& name : waiting) {
    wait_event(name, 0, "to be let in",
               [](const Value& event) { return is_event(event, "entered"); });
    for (const std::string& member : seen_by) {
      wait_event(member, 0, "to see " + name + " come in",
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
  for (const std::string& name : inside(false)) from[name] = actor(name).process.events().size();
  Value say = command("say");
  say.set("text", text);
  actor(who).process.send(say);
  for (const auto& [name, begin] : from) {
    wait_event(name, begin, "for the line of " + who, [&](const Value& event) {
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
  ask(who, command("disconnect"));
  actor(who).away = true;
}

void Play::reconnect(const std::string& who) {
  options_.say(who + " is back");
  const std::size_t from = actor(who).process.events().size();
  ask(who, command("connect"));
  wait_event(who, from, "to be connected again",
             [](const Value& event) { return is_event(event, "online"); });
  actor(who).away = false;
}

void Play::remove(const std::string& whom) {
  options_.say(host_ + " removes " + whom);
  ask(whom, command("disconnect"));
  Actor& target = actor(whom);
  target.away = true;
  target.inside = false;
  Value remove = command("remove");
  remove.set("who", whom);
  ask(host_, remove);
  for (const std::string& name : inside(false)) {
    const Value& seen = wait_event(name, 0, "to see " + whom + " removed", [&](const Value& event) {
      return is_about(event, "removed", whom);
    });
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
  const Value answer = ask(whom, open);
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
  const std::size_t from = actor(whom).process.events().size();
  const std::size_t host_from = actor(host_).process.events().size();
  actor(whom).process.send(command("connect"));
  const Value& shown =
      wait_event(host_, host_from, "for the removed to knock again", [&](const Value& event) {
        return is_event(event, "knock_waiting") && text_of(event, "name") == whom;
      });
  options_.say(whom + " is out, and knocks again; " + host_ + " does not open");
  Value deny = command("deny");
  deny.set("slot", *shown.find("slot"));
  deny.set("text", "Not this time.");
  ask(host_, deny);
  wait_event(whom, from, "to be told that the door stays shut",
             [](const Value& event) { return is_event(event, "ended"); });
}

std::optional<Value> Play::sealed_after(std::uint64_t seq) const {
  for (const Value& event : actors_.at(host_).process.events()) {
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
  actor(host_).process.send(command("close"));
  for (const std::string& name : order_)
    if (actor(name).inside && !actor(name).away)
      wait_event(name, 0, "for the meeting to close",
                 [](const Value& event) { return is_event(event, "closed"); });
}

void Play::empty_the_room() {
  for (const std::string& name : order_) {
    if (name == host_) continue;
    Actor& who = actor(name);
    if (who.inside && !who.away) {
      who.process.send(command("leave"));
      wait_event(name, 0, "to leave", [](const Value& event) { return is_event(event, "ended"); });
    }
    who.inside = false;
    if (who.process.finish() != 0) throw PlayFailed("the client of " + name + " did not end well");
  }
}

void Play::stay() {
  std::size_t next = actor(host_).process.events().size();
  for (;;) {
    listen(std::chrono::hours(1));
    const Events& events = actor(host_).process.events();
    for (; next < events.size(); ++next) {
      const Value& event = events[next];
      if (is_event(event, "knock_waiting")) {
        Value admit = command("admit");
        admit.set("slot", *event.find("slot"));
        actor(host_).process.send(admit);
      } else if (is_event(event, "joined")) {
        Value say = command("say");
        say.set("text", "Welcome. This room is yours to try; what you say comes back to me alone.");
        actor(host_).process.send(say);
      }
    }
  }
}

}  // namespace hearth::test
