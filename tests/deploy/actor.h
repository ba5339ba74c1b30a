// One person in a test of the programs: a real client, and what it has said so far.
#pragma once

#include <functional>

#include <gtest/gtest.h>
#include <poll.h>

#include "tests/deploy/client_process.h"

namespace hearth::test {

// Killed at once when it goes.
class Actor final {
 public:
  explicit Actor(const std::vector<std::string>& arguments = {"--json", "--plain"})
      : client_(HEARTH_PROGRAM, arguments) {}

  void ask(const json::Value& command) { client_.send(command); }
  // The next event of this name (that is wanted), or null after too long.
  json::Value await(
      std::string_view name,
      const std::function<bool(const json::Value&)>& wanted = [](auto&) { return true; }) {
    for (;;) {
      while (seen_ < client_.events().size()) {
        const json::Value& event = client_.events()[seen_++];
        if (is_event(event, name) && wanted(event)) return event;
      }
      pollfd ready{client_.output(), POLLIN, 0};
      if (poll(&ready, 1, kPatienceMs) != 1 || !client_.read_available()) {
        ADD_FAILURE() << "no event " << name;
        return {};
      }
    }
  }
  // Reads what there is within this time.
  void listen(int milliseconds) {
    pollfd ready{client_.output(), POLLIN, 0};
    while (poll(&ready, 1, milliseconds) == 1 && client_.read_available()) milliseconds = 0;
  }
  std::size_t count(std::string_view name, const std::string& text = {}) const {
    std::size_t times = 0;
    for (const json::Value& event : client_.events()) {
      times += is_event(event, name) && (text.empty() || text_of(event, "text") == text);
    }
    return times;
  }
  int finish() { return client_.finish(); }
  pid_t pid() const noexcept { return client_.pid(); }

 private:
  static constexpr int kPatienceMs = 30000;

  ClientProcess client_;
  std::size_t seen_ = 0;
};

}  // namespace hearth::test
