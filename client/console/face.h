// A face: how a core is shown to its user, and how the user speaks to it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/console/files.h"
#include "client/console/websocket.h"
#include "client/core/action.h"
#include "client/core/event.h"
#include "protocol/bytes/secret.h"
#include "protocol/room/entry.h"

namespace hearth::client {

// What a face asks about the vault. A passphrase comes from a prompt or a pipe, never from the
// arguments or the environment.
struct VaultAsk {
  enum class What : std::uint8_t {
    create,  // A new file; the stay is kept in it from here on.
    open,    // Goes on with the stay in it.
    lock,    // Puts the stay away: keys are wiped, the connection ends. `open` goes on.
  };
  What what = What::create;
  std::string path{};
  SecretBytes passphrase{};
  std::uint64_t tag = 0;
};
// What became of it, or of the vault by itself.
struct VaultNews {
  enum class What : std::uint8_t { created, opened, locked, failed };
  What what = What::failed;
  std::string_view reason{};  // Of `failed`: the name of an error of vault, client or this folder.
  bool by_itself = false;     // Of `locked`: nothing was typed for a while.
  std::uint64_t tag = 0;
};
inline constexpr std::string_view kVaultEmpty = "vault_empty";   // Nothing was kept in it yet.
inline constexpr std::string_view kVaultInUse = "vault_in_use";  // This process has one already.
inline constexpr std::string_view kVaultNone = "vault_none";     // It has none.
inline constexpr std::string_view kVaultUnwritable = "vault_unwritable";

// What a face wants done: text on standard output (whole lines), and commands for the core.
struct Step {
  std::string text;
  std::vector<Command> commands;
  bool quit = false;                 // The user is done: say goodbye to the server and end.
  bool secret = false;               // The next line is a secret: a terminal shall not show it.
  std::optional<NewFile> file = {};  // To be written; `on_file` is told how that went.
  std::optional<VaultAsk> vault = {};  // `on_vault` is told how that went.

  static Step say(std::string line) { return Step{line + "\n", {}, false, false, {}, {}}; }
  static Step tell(CommandBody body, std::uint64_t tag = 0) {
    Step step;
    step.commands.push_back({std::move(body), tag});
    return step;
  }
  static Step write(NewFile file) {
    Step step;
    step.file = std::move(file);
    return step;
  }
};

// A face decides nothing about the room and touches no file: lines and events in, steps out. Owned
// by one Runner.
class Face {
 public:
  virtual ~Face() = default;

  virtual Step begin() = 0;
  // One line of standard input, without its end.
  virtual Step on_line(std::string_view line) = 0;
  // A line beyond the bound of LineInput; none of it is known.
  virtual Step on_long_line() = 0;
  virtual Step on_end_of_input() = 0;
  virtual Step on_event(const Event& event, std::uint64_t tag) = 0;
  // A connection could not be made or was lost, and why; Offline follows.
  virtual Step on_trouble(Ending ending) = 0;
  // A file that a step asked for; `problem` is empty when it is there.
  virtual Step on_file(const NewFile& file, const std::string& problem) = 0;
  // Where it was locked, the face forgets the room and clears the screen.
  virtual Step on_vault(const VaultNews& news) = 0;
  // An entry of the log as it came from the server, for faces that asked for it.
  virtual Step on_sealed_entry(const room::LogRecord&) { return {}; }
  virtual bool wants_sealed_entries() const noexcept { return false; }
  // Whether the process ends when the core has come to its end.
  virtual bool ends_with_core() const noexcept = 0;
};

}  // namespace hearth::client
