// What a hostile run has met, by the names that the protocol gives it.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "protocol/wire/message.h"

namespace hearth::test {

// Counts names. Any thread may count.
class Tally final {
 public:
  void count(const std::string& name);
  // What a record of the server says, if it refuses or ends something: "append_refused.muted".
  void count(const wire::ServerMessage& message);
  std::uint64_t of(const std::string& name) const;
  std::map<std::string, std::uint64_t> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> counts_;
};

// Every name that must be met, and those that nobody outside can meet, with the reason.
std::vector<std::string> names_to_meet();
std::vector<std::pair<std::string, std::string>> names_out_of_reach();

}  // namespace hearth::test
