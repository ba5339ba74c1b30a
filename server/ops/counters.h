// How often what happened, under the names that the code uses.
#pragma once

#include <map>
#include <string_view>

#include "server/ops/trace.h"

namespace hearth::server {

// Names are literals of ours. Touched on the thread of the rooms.
class Counters final : public RoomTrace {
 public:
  explicit Counters(Trace& trace) : trace_(trace) {}

  void count(std::string_view event) override { ++counts_[event]; }
  void room_failed(const Error& error) override {
    count("room_failed");
    trace_.line(TraceLevel::error, "room failed", {Field(error)});
  }
  const std::map<std::string_view, std::uint64_t>& counts() const noexcept { return counts_; }

 private:
  Trace& trace_;
  std::map<std::string_view, std::uint64_t> counts_;
};

}  // namespace hearth::server
