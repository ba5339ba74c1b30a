// Write, lose the line, come back, read, resend.
#include "tests/crash/writer.h"

namespace hearth::test {

Writer::Writer(const WireRoom& room, room::Role role, crypto::SignatureKey key, Weather& weather,
               std::uint64_t seed)
    : keys_(room.keys),
      role_(role),
      key_(std::move(key)),
      weather_(weather),
      dice_(seed),
      memory_(room.keys.room) {
  ++weather_.writing;
  thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
  if (thread_.joinable()) thread_.join();
}

bool Writer::broken(std::string fault) {
  fault_ = std::move(fault);
  stopped_hard_ = true;
  return false;
}

void Writer::run() {
  while (fault_.empty()) {
    const unsigned start = weather_.starts;
    // Once nobody writes any more, one reading to the end is the last.
    const bool last = done_writing_ && weather_.writing == 0;
    const bool there = connect();
    if (there) {
      there_ = start;
      if (!done_writing_) write_on();
    }
    leave();
    if (there && last) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (!done_writing_) --weather_.writing;
}

void Writer::leave() {
  if (!client_) return;
  if (client_->hard_stop()) broken("a hard stop: " + std::string(client_->hard_stop()->name));
  if (client_->session().chain()) memory_ = client_->take_memory();
  client_.reset();
}

// True when all that the log holds has been read.
bool Writer::connect() {
  const std::uint16_t port = weather_.port;
  if (port == 0) return false;
  client_ = WireClient::connect(port, keys_.server_part.server_id);
  if (!client_) return false;
  client_->session().authenticate(keys_.room, role_, key_);
  client_->flush();
  const auto event = client_->next();
  if (event && std::holds_alternative<session::AuthenticationRefused>(*event))
    return broken("the server does not know us any more");
  if (!event || !std::holds_alternative<session::Authenticated>(*event)) return false;
  client_->on_entry = [this](const room::LogRecord& record, std::uint32_t lost) {
    if (lost > 0) {
      const auto& records = client_->memory().records;
      pending_.on_lost(records[records.size() - 2].seq);
    }
    pending_.on_record(record);
  };
  return client_->follow(memory_);
}

void Writer::write_on() {
  if (!resend()) return;
  while (!weather_.calm)
    if (!write_one()) return;
  done_writing_ = true;
  --weather_.writing;
}

bool Writer::resend() {
  for (const wire::Append& append : pending_.unread())
    if (!send(append)) return false;
  return true;
}

bool Writer::write_one() {
  wire::Append append = compose();
  pending_.sent(append);
  return send(append);
}

wire::Append Writer::compose() {
  const meeting::RoomState& state = client_->state();
  wire::Append append;
  append.idempotency = random_.array<16>();
  const auto dice = dice_() % 16;
  if (role_ == room::Role::staff && dice == 0) {
    append.entries.push_back(
        {room::EntryKind::commit, state.generation(), sealed_words(1024, random_)});
    append.expect_commit_seq = state.last_commit_seq();
  } else if (role_ == room::Role::staff && dice < 6) {
    room::Control control;
    control.room = keys_.room;
    control.signer = room::public_key_of(key_);
    control.args = room::SlowModeOp{0};
    control.base_seq = state.head();
    control.counter = state.counter(control.role, control.signer) + 1;
    append.entries.push_back(
        {room::EntryKind::control, state.generation(), *room::seal_control(control, key_)});
  } else {
    for (std::uint64_t i = 1 + dice_() % 3; i > 0; --i)
      append.entries.push_back(
          {room::EntryKind::app, state.generation(), sealed_words(512, random_)});
  }
  return append;
}

// Until it is answered, and read. False when the line is gone.
bool Writer::send(const wire::Append& append) {
  const auto answer = client_->append(append);
  if (const auto* refused = std::get_if<wire::AppendRefused>(&answer)) {
    if (refused->refusal.reason == room::AppendRefusal::rate_limited) {
      // Nobody waits for us; the next start of the server has forgotten how much we wrote.
      std::this_thread::sleep_for(std::chrono::milliseconds(refused->refusal.detail));
      return client_->next(Patience{1}) || client_->socket().tcp().timed_out() ? send(append)
                                                                               : false;
    }
    pending_.on_refused(append.idempotency);
    return true;
  }
  const auto* taken = std::get_if<wire::Appended>(&answer);
  if (!taken) return false;
  const bool live = keys_.server_part.retention == room::Retention::live;
  room::Seq seq = taken->first;
  for (const auto& item : append.entries) {
    if (!live || item.kind != room::EntryKind::app)
      promises_.push_back({seq, crypto::sha256(item.body)});
    seq = seq.next();
  }
  return client_->read_until(taken->first.next(taken->count - 1u));
}

}  // namespace hearth::test
