// A real client as a process of its own, spoken to by JSON lines.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/types.h>

#include "client/json/json.h"

namespace hearth::test {

// The play cannot go on: who waited for what. Caught in main, or by a test.
struct PlayFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One `hearth --json`. What it says is kept, in order. Killed and reaped at the end.
class ClientProcess final {
 public:
  ClientProcess(const std::filesystem::path& hearth, const std::vector<std::string>& arguments);
  ~ClientProcess();
  ClientProcess(ClientProcess&& other) noexcept;
  ClientProcess& operator=(ClientProcess&&) = delete;

  void send(const json::Value& command);
  // Reads what is there; false at the end of its output.
  bool read_available();
  // Ends its input, and waits until it has ended: its exit code, or -1 when a signal ended it.
  int finish();

  int output() const noexcept { return output_; }
  pid_t pid() const noexcept { return pid_; }
  const std::vector<json::Value>& events() const noexcept { return events_; }

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string unread_;
  std::vector<json::Value> events_;
};

// The string member `key`, or nothing in it.
std::string text_of(const json::Value& object, std::string_view key);
// Whether this is the event NAME.
bool is_event(const json::Value& event, std::string_view name);

}  // namespace hearth::test
