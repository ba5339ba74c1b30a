// Reading, answering, writing, and an orderly end.
#include "server/transport/connection.h"

#include "server/limits.h"
#include "server/transport/race.h"

namespace hearth::server {

namespace {

// When a room that is being read will be there again.
constexpr std::uint32_t kComeBackMs = 2000;

// Counts a connection among those that have shown no key yet, until it does.
class Stranger final {
 public:
  explicit Stranger(ConnectionServices& services) : services_(services) {
    ++services_.unauthenticated;
  }
  ~Stranger() { known(); }
  Stranger(const Stranger&) = delete;
  void known() noexcept {
    if (std::exchange(counted_, false)) --services_.unauthenticated;
  }

 private:
  ConnectionServices& services_;
  bool counted_ = true;
};

// A connection's state, alive exactly as long as its task. Its room knows the seat from `enter` on,
// and the destructor takes the seat away again.
class Connection final {
 public:
  Connection(WebSocket& socket, ConnectionServices& services, Stranger& stranger)
      : services_(services),
        socket_(socket),
        stranger_(stranger),
        queue_(socket.executor()),
        session_(services.server_id, services.random.array<32>(), socket.channel_binding()),
        seat_(queue_) {}
  ~Connection() {
    if (runner_) runner_->leave(seat_);
  }
  Connection(const Connection&) = delete;

  Task<void> run() {
    co_await race(socket_.executor(), read_frames(), write_frames(), expect_authentication());
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    queue_.close_after_rest();
    if (!lost_) co_await socket_.close(1000, "");
  }

 private:
  // An ending that the peer shall hear of is left to the writer: whoever ends the race stops the
  // others, and a frame stopped halfway is a frame lost.
  Task<void> read_frames() {
    co_await take_frames();
    queue_.close_after_rest();
    if (!lost_) co_await sleep_for(limits::kGoodbyeTimeMax);
  }

  Task<void> take_frames() {
    wire::FrameAssembler assembler;
    while (!queue_.closing()) {
      const auto frame = co_await socket_.read();
      if (!frame) {
        on_ending(frame.error());
        co_return;
      }
      auto record = assembler.on_frame(*frame);
      if (!record) {
        session_.fail_with(static_cast<wire::WireErrc>(record.error().code));
        services_.trace.count(record.error().name);
        flush();
        co_return;
      }
      if (*record && !on_record(**record)) co_return;
    }
  }

  void on_ending(Ending ending) {
    services_.trace.count(name(ending));
    // Bad frames get a reason; a peer that is gone gets none.
    if (ending == Ending::frame_too_large || ending == Ending::frame_not_binary) {
      session_.fail_with(wire::WireErrc::frame_invalid);
      flush();
    } else {
      lost_ = true;
    }
  }

  Task<void> write_frames() {
    for (;;) {
      co_await queue_.wait();
      if (queue_.empty() && queue_.closing()) co_return;  // All is written.
      if (queue_.empty()) continue;
      const Frame frame = queue_.take();
      const auto written = co_await write_in_time(frame);
      if (!written) {
        services_.trace.count(name(written.error()));
        lost_ = true;
        co_return;
      }
      if (queue_.empty() && queue_.closing()) co_return;
      if (runner_ && queue_.empty()) runner_->on_drained(seat_);
    }
  }

  Task<std::expected<void, Ending>> write_in_time(Frame frame) {
    std::expected<void, Ending> result = std::unexpected(Ending::write_timeout);
    co_await race(socket_.executor(), write_one(*frame, result), sleep_for(limits::kWriteTimeMax));
    co_return result;
  }
  Task<void> write_one(const Bytes& frame, std::expected<void, Ending>& result) {
    result = co_await socket_.write(frame);
  }

  Task<void> expect_authentication() {
    Timer deadline(socket_.executor(), limits::kAuthTimeMax);
    if (auto [stopped] = co_await deadline.async_wait(as_result); stopped) co_return;
    if (!session_.authenticated()) {
      services_.trace.count("idle");
      session_.fail_with(wire::WireErrc::idle);
      flush();
      co_await sleep_for(limits::kGoodbyeTimeMax);  // The writer ends before that.
      co_return;
    }
    deadline.expires_at(std::chrono::steady_clock::time_point::max());
    co_await deadline.async_wait(as_result);
  }

  void flush() {
    for (const Bytes& record : session_.take_records()) push_record(queue_, record);
    if (session_.closed()) queue_.close_after_rest();
  }

  // False when the session has ended.
  bool on_record(ByteView record) {
    if (records_.take(services_.now()) > Duration::zero()) {
      session_.fail_with(wire::WireErrc::too_many_requests);
      services_.trace.count(wire::name_of(wire::WireErrc::too_many_requests));
      flush();
      return false;
    }
    auto event = session_.on_record(record);
    if (!event) services_.trace.count(event.error().name);
    if (event) std::visit([this](auto& asked) { on(asked); }, *event);
    flush();
    return !session_.closed();
  }

  void on(session::Nothing&) {}

  void on(session::AuthAsked& asked) {
    RoomRunner* const runner =
        services_.rooms.find(asked.auth.room, asked.auth.role, asked.auth.key);
    if (services_.rooms.loading(asked.auth.room))
      return session_.say_goodbye(wire::GoodbyeReason::shutting_down, kComeBackMs);
    if (!session_.decide(runner != nullptr)) return services_.trace.count("auth_refused");
    session_.grant(runner->auth_answer(asked.auth.role));
    flush();
    take_seat(*runner, {asked.auth.role, asked.auth.key});
  }

  void on(session::CreateAsked& asked) {
    // The connection may be gone when the log answers.
    services_.rooms.create(asked, [alive = std::weak_ptr(alive_), this, key = asked.request.key](
                                      std::expected<RoomRunner*, wire::CreateRefusal> made) {
      if (alive.expired() || session_.closed()) return;
      if (!made) {
        session_.create_refused(made.error());
        return flush();
      }
      session_.created();
      flush();
      take_seat(**made, {room::Role::staff, key});
    });
  }

  void on(session::Request& request) {
    if (const auto* question = std::get_if<wire::CheckTag>(&request.message))
      return check(*question);
    if (!runner_) return;
    std::visit([this](auto& message) { answer(message); }, request.message);
  }

  void answer(wire::GetDoor&) { runner_->get_door(seat_); }
  void answer(wire::KnockRequest& message) { runner_->knock(seat_, std::move(message)); }
  void answer(wire::Deny& message) { runner_->deny(seat_, message); }
  void answer(wire::Append& message) { runner_->append(seat_, message); }
  void answer(wire::Resume& message) { runner_->resume(seat_, message.after); }
  void answer(wire::GetWelcome&) { runner_->get_welcome(seat_); }
  void answer(wire::GetCheckpoint&) { runner_->get_checkpoint(seat_); }
  void answer(wire::Bye&) { queue_.end(wire::GoodbyeReason::asked); }
  void answer(wire::PutDoor& message) {
    const bool holds = message.key == session_.key() &&
                       room::is_bucket(room::EntryKind::app, message.door_card.size());
    const auto signed_bytes =
        room::put_door_bytes(runner_->state().room(), session_.nonce(), message.door_card);
    if (!holds || !room::verify(message.key, signed_bytes, message.signature))
      return push_record(
          queue_, wire::record_of(wire::DoorRefused{holds ? wire::DoorRefusal::not_staff
                                                          : wire::DoorRefusal::card_invalid}));
    runner_->put_door(seat_, std::move(message.door_card));
  }
  void answer(wire::Note& message) { runner_->note(seat_, message); }
  void answer(wire::CheckTag&) {}
  void answer(wire::Hello&) {}  // The session answers these itself.
  void answer(wire::Auth&) {}
  void answer(wire::CreateRoom&) {}

  // Asked by whoever holds a report, with or without a key here.
  void check(const wire::CheckTag& question) {
    if (tag_checks_.take(services_.now()) > Duration::zero()) {
      services_.trace.count(wire::name_of(wire::WireErrc::too_many_requests));
      return session_.fail_with(wire::WireErrc::too_many_requests);
    }
    push_record(queue_, wire::record_of(wire::TagChecked{services_.rooms.check_tag(question)}));
  }

  void take_seat(RoomRunner& runner, const meeting::Speaker& speaker) {
    stranger_.known();
    runner_ = &runner;
    runner_->enter(seat_, speaker);
  }

  ConnectionServices& services_;
  WebSocket& socket_;
  Stranger& stranger_;
  FrameQueue queue_;
  session::ServerSession session_;
  Seat seat_;
  RoomRunner* runner_ = nullptr;
  Quota records_{limits::kRecordsPerSecond, limits::kRecordBurst};
  Quota tag_checks_{limits::kTagChecksPerMinute / 60, limits::kTagCheckBurst};
  bool lost_ = false;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace

Task<void> serve_connection(TcpSocket socket, ConnectionServices& services) {
  if (services.stopping || services.unauthenticated >= limits::kUnauthenticatedMax) {
    services.trace.count("server_full");
    co_return;
  }
  Stranger stranger(services);
  auto accepted = co_await accept_websocket(std::move(socket), services.tls);
  if (!accepted) {
    services.trace.count(name(accepted.error()));
    co_return;
  }
  Connection connection(**accepted, services, stranger);
  co_await connection.run();
}

}  // namespace hearth::server
