// hearthd as one object: built from a configuration, run until a signal, taken apart in order.
#pragma once

#include <functional>
#include <memory>

#include "server/log/room_log.h"
#include "server/ops/config.h"

namespace hearth::server {

// What the process says when it ends; documented in deploy/README.md.
enum class ExitCode : int {
  clean = 0,
  internal = 1,  // A bug: please report the last line of the trace.
  usage = 2,
  config_invalid = 3,
  listen_failed = 4,
  storage_failed = 5,
  identity_failed = 6,
  tls_failed = 7,
};

// Opens the log that the configuration names. Tests hand in another one, to fail where a disk
// would.
using OpenLog = std::function<Result<std::unique_ptr<RoomLog>>(const Config& config)>;
Result<std::unique_ptr<RoomLog>> open_log(const Config& config);

// Serves until SIGTERM or SIGINT. Says on standard output where it listens, once it does:
// "hearthd: listening on ws://127.0.0.1:8460".
ExitCode run_server(const Config& config, const OpenLog& open);

// The command line of hearthd: --config FILE, --check-config, --version, --help.
int hearthd_main(int argc, char** argv, const OpenLog& open);

}  // namespace hearth::server
