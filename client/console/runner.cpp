// One connection, one timer, one input; and the order in which the core hears of them.
#include "client/console/runner.h"

#include <algorithm>
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

constexpr Byte kVaultPlain = 1;  // The server speaks without TLS.

// A core that has a stay takes no other one.
bool begins(const Action& action) {
  const auto* const asked = std::get_if<Command>(&action);
  return asked && (std::holds_alternative<CreateRoom>(asked->body) ||
                   std::holds_alternative<KnockAtDoor>(asked->body));
}

Status in_use() { return hearth::fail(Error{"console", 1, kVaultInUse}); }

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
      idle_timer_(context.get_executor(), Timer::time_point::max()),
      signals_(context.get_executor(), SIGINT, SIGTERM),
      input_(context.get_executor()) {}

Task<void> Runner::run() {
  take(face_.begin());
  co_await race(context_.get_executor(), wait_for_end(), keep_connected(), keep_time(),
                read_input(), watch_signals(), watch_idleness());
}

// --- The core
// -------------------------------------------------------------------------------------

void Runner::feed(Action action) {
  happened_.push_back(std::move(action));
  if (feeding_) return;  // A face that answers an event with a command: after this event's effects.
  feeding_ = true;
  while (!happened_.empty()) {
    begun_ |= begins(happened_.front());
    Effects effects = core_.update(std::move(happened_.front()), clock_now());
    happened_.pop_front();
    for (Effect& effect : effects) {
      if (const auto* const kept = std::get_if<Keep>(&effect); kept && !keep(*kept)) {
        happened_.clear();
        break;
      }
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

void Runner::carry_out(Show& effect) {
  if (!locking_) take(face_.on_event(effect.event, effect.tag));
}

void Runner::carry_out(Finish&) {
  if (!locking_ && face_.ends_with_core()) end_bell_.ring();
}

void Runner::take(Step step) {
  if (step.secret) input_.show_typing(false);  // Before anybody is asked for it.
  if (!step.text.empty()) {
    std::fwrite(step.text.data(), 1, step.text.size(), stdout);
    // Nobody listens any more: nothing is left to do here.
    if (std::fflush(stdout) != 0) step.quit = true;
  }
  for (Command& command : step.commands) feed(std::move(command));
  if (step.vault) ask_vault(*step.vault);
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

// --- The vault ----------------------------------------------------------------------------------

// In the vault: u8 flags | the stay as the core hands it out.
bool Runner::keep(const Keep& effect) {
  static_assert(Core::kKeptMax < VaultFile::kContentMax);
  if (!vault_) return true;
  SecretBytes content(1 + effect.stay.size());
  content.mutable_view()[0] = options_.tls ? Byte{0} : kVaultPlain;
  std::ranges::copy(effect.stay.view(), content.mutable_view().begin() + 1);
  if (vault_->save(content.view(), random_)) return true;
  // What depends on it stays here. The file opens with what it held before.
  vault_.reset();
  quitting_ = true;
  outgoing_ = {};
  outgoing_.ending = true;
  wanted_.reset();
  write_bell_.ring();
  end_bell_.ring();
  take(face_.on_vault({VaultNews::What::failed, kVaultUnwritable}));
  return false;
}

void Runner::ask_vault(const VaultAsk& ask) {
  if (ask.what == VaultAsk::What::lock) {
    if (vault_) return lock_vault(false, ask.tag);
    return take(face_.on_vault({VaultNews::What::failed, kVaultNone, false, ask.tag}));
  }
  const bool creates = ask.what == VaultAsk::What::create;
  const Status status = creates ? create_vault(ask) : open_vault(ask);
  if (!status) {
    return take(face_.on_vault({VaultNews::What::failed, status.error().name, false, ask.tag}));
  }
  take(face_.on_vault(
      {creates ? VaultNews::What::created : VaultNews::What::opened, {}, false, ask.tag}));
  if (quitting_) return;
  feed(creates ? Command{KeepStay{}} : Command{ComeBack{}});
}

Status Runner::create_vault(const VaultAsk& ask) {
  if (vault_) return in_use();
  HEARTH_TRY(vault_, VaultFile::create(ask.path, ask.passphrase.view(), random_));
  return {};
}

Status Runner::open_vault(const VaultAsk& ask) {
  if (vault_ || begun_) return in_use();
  HEARTH_TRY(VaultFile::Opened opened, VaultFile::open(ask.path, ask.passphrase.view()));
  const ByteView content = opened.content.view();
  if (content.empty()) return hearth::fail(Error{"console", 2, kVaultEmpty});
  HEARTH_TRY(Core core, Core::resume(random_, content.subspan(1)));
  core_ = std::move(core);
  options_.tls = (content[0] & kVaultPlain) == 0;
  vault_ = std::move(opened.vault);
  begun_ = true;
  return {};
}

// The core says goodbye and is kept for the last time; then it goes, and the keys of the vault with
// it.
void Runner::lock_vault(bool by_itself, std::uint64_t tag) {
  expects(!feeding_);
  locking_ = true;
  feed(Command{Quit{}});
  locking_ = false;
  if (quitting_) return;  // It could not be kept.
  core_ = Core(random_);
  vault_.reset();
  begun_ = false;
  timer_.expires_at(Timer::time_point::max());
  take(face_.on_vault({VaultNews::What::locked, {}, by_itself, tag}));
}

Task<void> Runner::watch_idleness() {
  for (;;) {
    auto [ec] = co_await idle_timer_.async_wait(as_result);
    if (ec) continue;  // Something was typed; if it was a stop, the next wait says so.
    idle_timer_.expires_at(Timer::time_point::max());
    if (vault_ && !quitting_) lock_vault(true, 0);
  }
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
    if (options_.lock_after.count() > 0) idle_timer_.expires_after(options_.lock_after);
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
