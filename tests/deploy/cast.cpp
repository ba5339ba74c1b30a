// Asking, waiting, listening.
#include "tests/deploy/cast.h"

#include <algorithm>

#include <poll.h>

namespace hearth::test {

using Clock = std::chrono::steady_clock;
using json::object;
using json::Value;

Cast::Cast(std::filesystem::path hearth, std::chrono::seconds patience)
    : hearth_(std::move(hearth)), patience_(patience) {}

ClientProcess& Cast::start(const std::string& name, bool sealed_entries) {
  std::vector<std::string> arguments{"--json", "--plain"};
  if (sealed_entries) arguments.emplace_back("--sealed-entries");
  if (knows(name)) throw PlayFailed(name + " is here already");
  names_.push_back(name);
  return clients_.emplace(name, ClientProcess(hearth_, arguments)).first->second;
}

ClientProcess& Cast::client(const std::string& name) {
  const auto found = clients_.find(name);
  if (found == clients_.end()) throw PlayFailed("the script knows nobody called " + name);
  return found->second;
}

const Cast::Events& Cast::events(const std::string& name) const {
  const auto found = clients_.find(name);
  if (found == clients_.end()) throw PlayFailed("the script knows nobody called " + name);
  return found->second.events();
}

void Cast::listen(std::chrono::milliseconds at_most) {
  std::vector<pollfd> ready;
  std::vector<ClientProcess*> whose;
  for (auto& [name, client] : clients_) {
    if (client.pid() <= 0) continue;
    ready.push_back({client.output(), POLLIN, 0});
    whose.push_back(&client);
  }
  if (poll(ready.data(), ready.size(), static_cast<int>(at_most.count())) <= 0) return;
  for (std::size_t i = 0; i < ready.size(); ++i) {
    if (ready[i].revents == 0) continue;
    if (!whose[i]->read_available()) throw PlayFailed("a client has ended by itself");
  }
}

void Cast::wait(const std::string& who, const std::string& what,
                const std::function<bool()>& done) {
  const auto deadline = Clock::now() + patience_;
  while (!done()) {
    if (Clock::now() >= deadline) {
      const auto lines = view(who);
      throw PlayFailed(who + " waited too long " + what +
                       (lines.empty() ? "" : "; the last that was heard: " + lines.back()));
    }
    listen(std::chrono::milliseconds(100));
  }
}

const Value& Cast::wait_event(const std::string& who, std::size_t from, const std::string& what,
                              const Wanted& wanted) {
  const Events& events = client(who).events();
  const auto begin = static_cast<std::ptrdiff_t>(from);
  auto found = events.end();
  wait(who, what, [&] {
    found = std::find_if(events.begin() + begin, events.end(), wanted);
    return found != events.end();
  });
  return *found;
}

Value Cast::answer(const std::string& who, Value asked) {
  const std::string name = text_of(asked, "cmd");
  const std::uint64_t id = next_id_++;
  asked.set("id", id);
  ClientProcess& process = client(who);
  const std::size_t from = process.events().size();
  process.send(asked);
  return wait_event(who, from, "for an answer to " + name, [id](const Value& event) {
    const Value* const of = event.find("id");
    return of && of->is_u64() && of->as_u64() == id;
  });
}

Value Cast::ask(const std::string& who, Value asked) {
  const std::string name = text_of(asked, "cmd");
  Value answered = answer(who, std::move(asked));
  if (is_event(answered, "refused") || is_event(answered, "error")) {
    throw PlayFailed(who + " was refused " + name + ": " + text_of(answered, "reason") + " " +
                     text_of(answered, "line"));
  }
  return answered;
}

std::vector<std::string> Cast::view(const std::string& name) const {
  std::vector<std::string> lines;
  for (const Value& event : events(name)) {
    const bool asked =
        event.find("id") && !is_event(event, "entered") && !is_event(event, "message");
    const std::string line = text_of(event, "line");
    if (!line.empty() && !asked) lines.push_back(line);
  }
  return lines;
}

Value command(std::string_view name) { return object({{"cmd", Value(name)}}); }

bool is_about(const Value& event, std::string_view name, const std::string& who) {
  if (!is_event(event, name)) return false;
  const Value* const person = event.find("who");
  return person && text_of(*person, "name") == who;
}

}  // namespace hearth::test
