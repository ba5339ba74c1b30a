// One connection, one timer, one input; and the order in which the core hears of them.
#include "client/console/runner.h"

#include <csignal>
#include <cstdio>

#include "protocol/wire/frame.h"
#include "protocol/wire/message.h"

namespace hearth::client {
namespace {

using namespace std::chrono_literals;

constexpr auto kGoodbyeTimeMax = 2s;
constexpr Duration kTimerMax =
    std::chrono::hours(24);  // The core is woken early, which is no harm.

Instant clock_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Task<bool> asked_to_stop() {
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() != asio::cancellation_type::none;
}

}  // namespace

Runner::Runner(asio::io_context& context, Face& face, RunnerOptions options)
    : context_(context),
      face_(face),
      options_(std::move(options)),
      core_(random_),
      connect_bell_(context.get_executor()),
      write_bell_(context.get_executor()),
      end_bell_(context.get_executor()),
      gone_bell_(context.get_executor()),
      timer_(context.get_executor(), Timer::time_point::max()),
      signals_(context.get_executor(), SIGINT, SIGTERM),
      input_(context.get_executor()) {}

Task<void> Runner::run() {
  take(face_.begin());
  co_await race(context_.get_executor(), wait_for_end(), keep_connected(), keep_time(),
                read_input(), watch_signals());
}

// --- The core
// -------------------------------------------------------------------------------------

void Runner::feed(Action action) {
  happened_.push_back(std::move(action));
  if (feeding_) return;  // A face that answers an event with a command: after this event's effects.
  feeding_ = true;
  while (!happened_.empty()) {
    Effects effects = core_.update(std::move(happened_.front()), clock_now());
    happened_.pop_front();
    for (Effect& effect : effects) {
      std::visit([this](auto& asked) { carry_out(asked); }, effect);
    }
  }
  feeding_ = false;
}

void Runner::carry_out(Connect& effect) {
  wanted_ = std::move(effect.host);
  outgoing_.ending = true;  // Whatever stands now.
  write_bell_.ring();
  connect_bell_.ring();
}

void Runner::carry_out(Disconnect&) {
  wanted_.reset();
  outgoing_.ending = true;
  write_bell_.ring();
  connect_bell_.ring();
}

// The core bounds what it sends, so the queue needs no bound of its own.
void Runner::carry_out(Send& effect) {
  if (outgoing_.ending) return;
  for (Bytes& frame : wire::frames_of(effect.record)) outgoing_.frames.push_back(std::move(frame));
  write_bell_.ring();
}

void Runner::carry_out(SetTimer& effect) {
  timer_.expires_after(std::clamp(effect.at - clock_now(), Duration::zero(), kTimerMax));
}

void Runner::carry_out(Show& effect) { take(face_.on_event(effect.event, effect.tag)); }

void Runner::carry_out(Finish&) {
  if (face_.ends_with_core()) end_bell_.ring();
}

void Runner::take(Step step) {
  if (!step.text.empty()) {
    std::fwrite(step.text.data(), 1, step.text.size(), stdout);
    // Nobody listens any more: nothing is left to do here.
    if (std::fflush(stdout) != 0) step.quit = true;
  }
  if (step.secret) input_.show_typing(false);
  for (Command& command : step.commands) feed(std::move(command));
  if (step.file) take(face_.on_file(*step.file, write_new_file(*step.file)));
  if (step.quit) quit();
}

void Runner::quit() {
  if (std::exchange(quitting_, true)) return;
  feed(Command{Quit{}});
  outgoing_.ending = true;
  write_bell_.ring();
  end_bell_.ring();
}

// The goodbye is written, within a short time; then everything else is stopped.
Task<void> Runner::wait_for_end() {
  co_await end_bell_.wait();
  if (connected_) {
    co_await race(context_.get_executor(), gone_bell_.wait(), sleep_for(kGoodbyeTimeMax));
  }
}

// --- The connection
// -------------------------------------------------------------------------------

Task<void> Runner::open(const std::string& host,
                        std::expected<std::unique_ptr<WebSocket>, Ending>& made) {
  auto address = address_of(host, options_.tls);
  if (!address) {
    made = std::unexpected(Ending::name_unknown);
    co_return;
  }
  made = co_await open_websocket(*std::move(address), options_.trust);
}

Task<void> Runner::keep_connected() {
  for (;;) {
    co_await connect_bell_.wait();
    while (wanted_) {
      const std::string host = *std::exchange(wanted_, {});
      outgoing_ = {};
      connect_bell_.hush();
      connected_ = true;
      std::expected<std::unique_ptr<WebSocket>, Ending> made = std::unexpected(Ending::cancelled);
      co_await race(context_.get_executor(), open(host, made), connect_bell_.wait());
      std::optional<Ending> broken;
      if (made && !outgoing_.ending) {
        feed(Connected{(*made)->channel_binding()});
        broken = co_await serve(**made);
      } else if (!made) {
        broken = made.error();
      }
      if (co_await asked_to_stop()) co_return;
      if (made && broken != Ending::lost) co_await (*made)->close();
      connected_ = false;
      gone_bell_.ring();
      // What the core has ended itself it need not be told of.
      if (!outgoing_.ending) {
        outgoing_.ending = true;
        if (broken) take(face_.on_trouble(*broken));
        feed(ConnectionLost{});
      }
    }
  }
}

Task<std::optional<Ending>> Runner::serve(WebSocket& socket) {
  std::optional<Ending> broken;
  co_await race(context_.get_executor(), read_frames(socket, broken), write_frames(socket, broken));
  co_return broken;
}

Task<void> Runner::read_frames(WebSocket& socket, std::optional<Ending>& broken) {
  wire::FrameAssembler assembler;
  for (;;) {
    const auto frame = co_await socket.read();
    if (!frame) {
      broken = frame.error();
      co_return;
    }
    auto record = assembler.on_frame(*frame);
    if (!record) {
      broken = Ending::message_invalid;
      co_return;
    }
    if (!*record || outgoing_.ending) continue;
    if (face_.wants_sealed_entries()) {
      const auto message = wire::decode_server_message(**record);
      const auto* const entry = message ? std::get_if<wire::EntryRecord>(&*message) : nullptr;
      if (entry) take(face_.on_sealed_entry(entry->record));
    }
    feed(RecordReceived{*std::move(*record)});
  }
}

Task<void> Runner::write_frames(WebSocket& socket, std::optional<Ending>& broken) {
  for (;;) {
    while (!outgoing_.frames.empty()) {
      const Bytes frame = std::move(outgoing_.frames.front());
      outgoing_.frames.pop_front();
      if (const auto written = co_await socket.write(frame); !written) {
        broken = written.error();
        co_return;
      }
    }
    if (outgoing_.ending) co_return;
    co_await write_bell_.wait();
  }
}

// --- Time, input, signals
// -------------------------------------------------------------------------

Task<void> Runner::keep_time() {
  for (;;) {
    auto [ec] = co_await timer_.async_wait(as_result);
    if (ec) continue;  // Set anew; if it was a stop, the next wait says so.
    timer_.expires_at(Timer::time_point::max());
    feed(TimePassed{});
  }
}

Task<void> Runner::read_input() {
  while (auto line = co_await input_.next()) {
    input_.show_typing(true);
    take(line->too_long ? face_.on_long_line() : face_.on_line(line->text));
    wipe(line->text.data(), line->text.size());
  }
  if (co_await asked_to_stop()) co_return;
  take(face_.on_end_of_input());
  Bell never(context_.get_executor());
  co_await never.wait();
}

Task<void> Runner::watch_signals() {
  co_await signals_.async_wait(as_result);
  quit();
  co_await signals_.async_wait(as_result);
}

}  // namespace hearth::client
