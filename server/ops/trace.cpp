// The trace's lines, and the only file that knows spdlog.
#include "server/ops/trace.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace hearth::server {

namespace {

constexpr Word kErrorField = "error";

spdlog::logger& sink() {
  static const auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("hearthd",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("hearthd %l: %v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

}  // namespace

Field::Field(const Error& error)
    : name_(kErrorField), value_(std::string(error.domain) + "." + std::string(error.name)) {}

Trace::Trace(TraceLevel least) : least_(least) {}

void Trace::line(TraceLevel level, Word what, std::initializer_list<Field> fields) {
  if (level < least_) return;
  std::string text(what.text());
  for (const Field& field : fields) {
    text += ' ';
    text += field.name();
    text += '=';
    text += field.value();
  }
  switch (level) {
    case TraceLevel::debug: sink().debug(text); break;
    case TraceLevel::info: sink().info(text); break;
    case TraceLevel::error: sink().error(text); break;
  }
}

}  // namespace hearth::server
