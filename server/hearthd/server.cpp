// Building the parts, top to bottom; taking them apart in the opposite order.
#include "server/hearthd/server.h"

#include <csignal>
#include <cstdio>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include "server/limits.h"
#include "server/log/memory/memory_log.h"
#include "server/log/sqlite/sqlite_log.h"
#include "server/ops/counters.h"
#include "server/ops/identity.h"
#include "server/transport/connection.h"
#include "server/transport/listener.h"
#include "server/transport/race.h"

namespace hearth::server {

Result<std::unique_ptr<RoomLog>> open_log(const Config& config) {
  if (config.storage == StorageKind::memory) return std::make_unique<MemoryLog>();
  HEARTH_TRY(auto log, SqliteLog::open({config.folder / "rooms.db", "", true}));
  return std::unique_ptr<RoomLog>(std::move(log));
}

namespace {

Instant clock_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

// A core file would hold keys, so there is none, and no other process of this user may look in.
void close_the_curtains() {
  umask(0077);  // Whatever is made from here on is this user's alone.
  prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

using SignalSet = asio::basic_signal_set<Executor>;

// Everything that lives while the server does. Members are built in this order and go in reverse.
class Server final {
 public:
  Server(const Config& config, std::unique_ptr<RoomLog> log, crypto::SignatureKey identity,
         TlsContextPtr tls, TcpAcceptor acceptor, asio::io_context& context, Trace& trace)
      : context_(context),
        trace_(trace),
        counters_(trace),
        identity_(std::move(identity)),
        directory_({*log, identity_,
                    [&context](std::move_only_function<void()> task) {
                      asio::post(context, std::move(task));
                    },
                    clock_now, counters_, tag_key_}),
        log_(std::move(log)),
        acceptor_(std::move(acceptor)),
        services_{directory_, identity_, random_, clock_now, counters_, std::move(tls)},
        signals_(context.get_executor(), SIGTERM, SIGINT),
        connections_(context.get_executor(), [this](std::exception_ptr) {
          counters_.count("connection_failed");
          trace_.line(TraceLevel::error, "a connection ended in a bug");
        }) {
    scheme_ = config.tls() ? "wss" : "ws";
  }

  Task<void> run() {
    co_await load_rooms();
    if (failed_) co_return;
    const auto endpoint = acceptor_.local_endpoint();
    const std::string host = endpoint.address().is_v6() ? "[" + endpoint.address().to_string() + "]"
                                                        : endpoint.address().to_string();
    std::printf("hearthd: listening on %s://%s:%u\n", scheme_, host.c_str(),
                static_cast<unsigned>(endpoint.port()));
    std::fflush(stdout);
    trace_.line(TraceLevel::info, "ready", {{"rooms", directory_.size()}});

    co_await race(context_.get_executor(),
                  accept_loop(acceptor_, connections_,
                              [this](TcpSocket socket) {
                                return serve_connection(std::move(socket), services_);
                              }),
                  tick_loop(), wait_for_signal());

    // Stop accepting; let rooms say goodbye and leave a clean end; join the connections.
    trace_.line(TraceLevel::info, "stopping");
    services_.stopping = true;
    acceptor_.close();
    co_await stop_rooms();
    co_await race(context_.get_executor(), connections_.join(), sleep_for(limits::kDrainTimeMax));
    connections_.cancel();
    co_await connections_.join();
    for (const auto& [name, count] : counters_.counts()) write_counter(name, count);
    trace_.line(TraceLevel::info, "stopped");
  }

  // The log's thread ends here, and with it all completions; before the rooms they come back to.
  void close_log() { log_.reset(); }
  bool failed() const noexcept { return failed_; }

 private:
  Task<void> load_rooms() {
    Timer loaded(context_.get_executor(), std::chrono::steady_clock::time_point::max());
    bool done = false;
    directory_.load_all([&](Status status) {
      if (!status) {
        trace_.line(TraceLevel::error, "the rooms cannot be read", {Field(status.error())});
        failed_ = true;
      }
      done = true;
      loaded.cancel();
    });
    while (!done) co_await loaded.async_wait(as_result);
  }

  Task<void> stop_rooms() {
    Timer stopped(context_.get_executor(), std::chrono::steady_clock::time_point::max());
    bool done = false;
    directory_.stop([&] {
      done = true;
      stopped.cancel();
    });
    while (!done) co_await stopped.async_wait(as_result);
  }

  Task<void> tick_loop() {
    for (;;) {
      co_await sleep_for(limits::kTick);
      directory_.tick(clock_now());
      tag_key_.tick(clock_now());
    }
  }

  Task<void> wait_for_signal() { co_await signals_.async_wait(as_result); }

  // The names are literals of ours, so they may be written; the trace itself takes words only.
  static void write_counter(std::string_view name, std::uint64_t count) {
    std::fprintf(stderr, "hearthd count %.*s=%llu\n", static_cast<int>(name.size()), name.data(),
                 static_cast<unsigned long long>(count));
  }

  asio::io_context& context_;
  Trace& trace_;
  Counters counters_;
  crypto::SystemRandom random_;
  crypto::SignatureKey identity_;
  TagKey tag_key_{random_};
  Directory directory_;
  std::unique_ptr<RoomLog> log_;
  TcpAcceptor acceptor_;
  ConnectionServices services_;
  SignalSet signals_;
  const char* scheme_ = "ws";
  bool failed_ = false;
  TaskGroup connections_;  // Last: its tasks use all of the above.
};

ExitCode explain(Trace& trace, Word what, const Error& error, ExitCode code) {
  trace.line(TraceLevel::error, what, {Field(error)});
  return code;
}

}  // namespace

ExitCode run_server(const Config& config, const OpenLog& open) {
  close_the_curtains();
  Trace trace(config.trace);
  crypto::SystemRandom random;
  auto identity = load_or_make_identity(config.folder, random);
  if (!identity)
    return explain(trace, "the identity key cannot be used; see storage.folder", identity.error(),
                   ExitCode::identity_failed);
  TlsContextPtr tls;
  if (config.tls()) {
    auto loaded = load_tls(config.certificate, config.private_key);
    if (!loaded)
      return explain(trace, "the certificate cannot be used; see [tls]", loaded.error(),
                     ExitCode::tls_failed);
    tls = std::move(*loaded);
  }
  auto log = open(config);
  if (!log && log.error() == make_error(LogErrc::in_use))
    return explain(trace, "another hearthd uses this storage.folder; end it first", log.error(),
                   ExitCode::storage_failed);
  if (!log)
    return explain(trace, "the room log cannot be opened; see storage.folder", log.error(),
                   ExitCode::storage_failed);

  asio::io_context context(1);
  auto acceptor = open_listener(context.get_executor(), config.listen);
  if (!acceptor)
    return explain(trace, "cannot listen; see listen.address", acceptor.error(),
                   ExitCode::listen_failed);
  Server server(config, std::move(*log), std::move(*identity), std::move(tls), std::move(*acceptor),
                context, trace);
  std::exception_ptr failure;
  asio::co_spawn(context, server.run(), [&](std::exception_ptr ended) { failure = ended; });
  context.run();  // Returns because nothing is left to do.
  server.close_log();
  if (failure) {
    trace.line(TraceLevel::error, "the server ended in a bug");
    return ExitCode::internal;
  }
  return server.failed() ? ExitCode::storage_failed : ExitCode::clean;
}

}  // namespace hearth::server
