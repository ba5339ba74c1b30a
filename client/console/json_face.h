// JSON lines: the face for scripts, tests and bots. client/README.md lists commands and events.
#pragma once

#include <deque>
#include <optional>

#include "client/console/face.h"
#include "client/console/names.h"
#include "client/json/json.h"

namespace hearth::client {

// The command that a JSON object asks for; an error is a sentence for whoever wrote the script.
std::expected<CommandBody, std::string> command_of(const json::Value& object);
// {"event":NAME, ..., "line":TEXT}: the names and values of the event, and what the plain face
// says.
json::Value json_of(const Event& event);
// commit, proposal, app or control.
std::string_view name_of(room::EntryKind kind) noexcept;

// One object per line, in and out. A command may carry "id", any JSON value: every event that
// answers it carries the same. The process lives on after the core has ended, so that a script may
// ask what is left; it ends with "quit" or the end of input.
class JsonFace final : public Face {
 public:
  // `sealed_entries`: also shows each entry as the server hands it out, still sealed.
  explicit JsonFace(bool sealed_entries = false) : sealed_entries_(sealed_entries) {}

  Step begin() override { return {}; }
  Step on_line(std::string_view line) override;
  Step on_long_line() override;
  Step on_end_of_input() override;
  Step on_event(const Event& event, std::uint64_t tag) override;
  Step on_trouble(Ending ending) override;
  Step on_file(const NewFile& file, const std::string& problem) override;
  Step on_vault(const VaultNews& news) override;
  Step on_sealed_entry(const room::LogRecord& record) override;
  bool wants_sealed_entries() const noexcept override { return sealed_entries_; }
  bool ends_with_core() const noexcept override { return false; }

 private:
  // An event may answer a command long after it; so many ids are remembered, the oldest go.
  static constexpr std::size_t kIdsMax = 4096;

  std::uint64_t remember(const json::Value& id);
  json::Value answering(json::Value object, std::uint64_t tag) const;
  Step card(const json::Value& object, const json::Value* id);
  Step vault(VaultAsk::What what, const json::Value& object, const json::Value* id);

  bool sealed_entries_;
  NameWatch names_;
  std::optional<Invitation> invitation_;  // The newest, for a card.
  std::deque<json::Value> ids_;
  std::uint64_t first_tag_ = 1;  // Of ids_.front().
};

}  // namespace hearth::client
