// Naming refusals, and knowing which ones there are.
#include "tests/hostile/tally.h"

#include <algorithm>

namespace hearth::test {

void Tally::count(const std::string& name) {
  const std::lock_guard lock(mutex_);
  ++counts_[name];
}

void Tally::count(const wire::ServerMessage& message) {
  const auto named = [&](const char* kind, std::string_view reason) {
    count(std::string(kind) + "." + std::string(reason));
  };
  if (const auto* m = std::get_if<wire::ErrorRecord>(&message)) {
    named("error", wire::name_of(m->code));
  } else if (const auto* refused = std::get_if<wire::AppendRefused>(&message)) {
    named("append_refused", room::name_of(refused->refusal.reason));
  } else if (const auto* knock = std::get_if<wire::KnockRefused>(&message)) {
    named("knock_refused", wire::name_of(knock->reason));
  } else if (const auto* create = std::get_if<wire::CreateRefused>(&message)) {
    named("create_refused", wire::name_of(create->reason));
  } else if (const auto* door = std::get_if<wire::DoorRefused>(&message)) {
    named("door_refused", wire::name_of(door->reason));
  } else if (const auto* goodbye = std::get_if<wire::Goodbye>(&message)) {
    named("goodbye", wire::name_of(goodbye->reason));
  } else if (std::holds_alternative<wire::AuthRefused>(message)) {
    count("auth_refused");
  } else if (std::holds_alternative<wire::VersionUnsupported>(message)) {
    count("error.version_unsupported");
  } else {
    count("served." + std::string(wire::name_of(wire::type_of(message))));
  }
}

std::uint64_t Tally::of(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(name);
  return found == counts_.end() ? 0 : found->second;
}

std::map<std::string, std::uint64_t> Tally::all() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::vector<std::pair<std::string, std::string>> names_out_of_reach() {
  return {
      {"error.signature_invalid", "a client's word for a server that signs wrongly"},
      {"error.server_unexpected", "a client's word for another server than its room's"},
      {"error.outbox_full", "said as goodbye.outbox_full"},
      {"error.server_full", "the connection is dropped before it has a voice; see server_full"},
      {"error.shutting_down", "said as goodbye.shutting_down"},
      {"error.internal", "would be a bug of the server"},
      {"append_refused.log_unavailable", "needs a disk that refuses; tests/unit/server/rooms"},
      {"append_refused.erase_too_late", "needs ten minutes; tests/unit/server/rooms"},
      {"create_refused.rooms_full", "needs 10,000 rooms"},
      {"create_refused.log_unavailable", "needs a disk that refuses"},
      {"door_refused.log_unavailable", "needs a disk that refuses"},
      {"goodbye.shutting_down", "comes with the server's end; tests/unit/server"},
  };
}

std::vector<std::string> names_to_meet() {
  std::vector<std::string> names{"auth_refused"};
  const auto add = [&](const char* kind, auto name_of, auto first, auto last) {
    using Enum = decltype(first);
    for (auto n = static_cast<unsigned>(first); n <= static_cast<unsigned>(last); ++n)
      names.push_back(std::string(kind) + "." + std::string(name_of(static_cast<Enum>(n))));
  };
  add(
      "error", [](auto c) { return wire::name_of(c); }, wire::WireErrc::frame_invalid,
      wire::kWireErrcLast);
  add(
      "append_refused", [](auto c) { return room::name_of(c); }, room::AppendRefusal::conflict,
      room::kAppendRefusalLast);
  add(
      "knock_refused", [](auto c) { return wire::name_of(c); }, wire::KnockRefusal::size_invalid,
      wire::KnockRefusal::too_many);
  add(
      "create_refused", [](auto c) { return wire::name_of(c); }, wire::CreateRefusal::part_invalid,
      wire::CreateRefusal::log_unavailable);
  add(
      "door_refused", [](auto c) { return wire::name_of(c); }, wire::DoorRefusal::card_invalid,
      wire::DoorRefusal::log_unavailable);
  add(
      "goodbye", [](auto c) { return wire::name_of(c); }, wire::GoodbyeReason::shutting_down,
      wire::GoodbyeReason::asked);
  for (const auto& [name, reason] : names_out_of_reach())
    names.erase(std::remove(names.begin(), names.end(), name), names.end());
  return names;
}

}  // namespace hearth::test
