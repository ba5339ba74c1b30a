// The runner: carries out what the core asks for, and feeds it what happens.
#pragma once

#include <deque>
#include <optional>

#include <boost/asio/signal_set.hpp>

#include "client/console/asio.h"
#include "client/console/face.h"
#include "client/console/input.h"
#include "client/console/websocket.h"
#include "client/core/core.h"
#include "client/vault/vault_file.h"
#include "protocol/crypto/random.h"

namespace hearth::client {

struct RunnerOptions {
  bool tls = true;
  TrustPtr trust;
  // A vault is locked when nothing was typed for so long; zero: never.
  Duration lock_after{0};
};

// Owns a core and everything at its edge: one connection at a time, one timer, standard input, the
// signals. It decides nothing: when to connect again, what to send and what to show come from the
// core; what it reads and prints, from the face (borrowed).
//
// Where the user has a vault, what the core wants kept is on the disk before anything after it
// leaves; if it cannot be, nothing leaves and the process ends.
//
// `run` ends when the face quits, when the core has ended and the face ends with it, or at the
// second SIGINT or SIGTERM; the first one says goodbye.
class Runner final {
 public:
  Runner(asio::io_context& context, Face& face, RunnerOptions options);
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  Task<void> run();

 private:
  // A connection's frames on their way out. One that ends takes no more, writes the rest and goes.
  struct Outgoing {
    std::deque<Bytes> frames;
    bool ending = false;
  };
  using Signals = asio::basic_signal_set<Executor>;

  void feed(Action action);
  // Whether the effects after it may be carried out.
  bool keep(const Keep& effect);
  void carry_out(Connect& effect);
  void carry_out(Disconnect&);
  void carry_out(Send& effect);
  void carry_out(Keep&) {}  // See `keep`.
  void carry_out(SetTimer& effect);
  void carry_out(Show& effect);
  void carry_out(Finish&);
  void take(Step step);
  void ask_vault(const VaultAsk& ask);
  Status create_vault(const VaultAsk& ask);
  Status open_vault(const VaultAsk& ask);
  void lock_vault(bool by_itself, std::uint64_t tag);

  Task<void> keep_connected();
  // Moves frames until one side ends; why, if it was not we.
  Task<std::optional<Ending>> serve(WebSocket& socket);
  Task<void> read_frames(WebSocket& socket, std::optional<Ending>& broken);
  Task<void> write_frames(WebSocket& socket, std::optional<Ending>& broken);
  Task<void> keep_time();
  Task<void> read_input();
  Task<void> watch_signals();
  Task<void> watch_idleness();
  Task<void> wait_for_end();
  Task<void> open(const std::string& host, std::expected<std::unique_ptr<WebSocket>, Ending>& made);
  void quit();

  asio::io_context& context_;
  Face& face_;
  RunnerOptions options_;
  crypto::SystemRandom random_;
  Core core_;
  std::optional<VaultFile> vault_;     // Open, and written to.
  std::optional<std::string> wanted_;  // The host of a Connect that has not been begun.
  Outgoing outgoing_;
  Bell connect_bell_;
  Bell write_bell_;
  Bell end_bell_;
  Bell gone_bell_;
  Timer timer_;
  Timer idle_timer_;
  Signals signals_;
  LineInput input_;
  std::deque<Action> happened_;  // What the core is still to be told.
  bool feeding_ = false;
  bool connected_ = false;  // Or being connected.
  bool quitting_ = false;
  bool begun_ = false;    // The core has been given a stay.
  bool locking_ = false;  // What the core shows and ends is of no interest.
};

}  // namespace hearth::client
