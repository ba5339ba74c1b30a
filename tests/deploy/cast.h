// The people of a play at their clients: who is asked, who is waited for, what each was told.
#pragma once

#include <chrono>
#include <functional>
#include <map>

#include "tests/deploy/client_process.h"

namespace hearth::test {

// Owns one client process per person, by name. Whatever it waits for has a deadline, so that a play
// that hangs names who waited for what. Failures are PlayFailed.
class Cast final {
 public:
  using Events = std::vector<json::Value>;
  using Wanted = std::function<bool(const json::Value& event)>;

  // `patience`: how long one step may take; enough for a machine under load.
  Cast(std::filesystem::path hearth, std::chrono::seconds patience);

  // A client for somebody new. With `sealed_entries` it also tells each entry as it was served.
  ClientProcess& start(const std::string& name, bool sealed_entries = false);
  bool knows(const std::string& name) const { return clients_.contains(name); }
  ClientProcess& client(const std::string& name);
  const Events& events(const std::string& name) const;
  // Everybody, in the order of their coming.
  const std::vector<std::string>& names() const noexcept { return names_; }

  // The answer to `command`, a refusal among them.
  json::Value answer(const std::string& who, json::Value command);
  // The same, where a refusal is a failure.
  json::Value ask(const std::string& who, json::Value command);
  // Waits until `done` says so; `what` is for the report when it does not.
  void wait(const std::string& who, const std::string& what, const std::function<bool()>& done);
  // Waits for an event among those from the place `from` on.
  const json::Value& wait_event(const std::string& who, std::size_t from, const std::string& what,
                                const Wanted& wanted);
  // Reads from everybody, for at most so long.
  void listen(std::chrono::milliseconds at_most);

  // What `name` was told, as plain lines; answers to its own questions are no part of it.
  std::vector<std::string> view(const std::string& name) const;

 private:
  std::filesystem::path hearth_;
  std::chrono::seconds patience_;
  std::map<std::string, ClientProcess> clients_;
  std::vector<std::string> names_;
  std::uint64_t next_id_ = 1;
};

// {"cmd": NAME}.
json::Value command(std::string_view name);
// Whether this is the event NAME about the person `who`.
bool is_about(const json::Value& event, std::string_view name, const std::string& who);

}  // namespace hearth::test
