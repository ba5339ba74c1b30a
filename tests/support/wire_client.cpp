// Moving records between a socket and a ClientSession.
#include "tests/support/wire_client.h"

namespace hearth::test {

std::unique_ptr<WireClient> WireClient::connect(std::uint16_t port,
                                                std::optional<room::PublicKey> server_id) {
  auto socket = WebSocketByHand::open(port);
  if (!socket) return nullptr;
  std::unique_ptr<WireClient> client(new WireClient(std::move(*socket), server_id));
  if (!client->flush()) return nullptr;
  const auto event = client->next();
  if (!event || !std::holds_alternative<session::Greeted>(*event)) return nullptr;
  return client;
}

bool WireClient::flush() {
  for (const Bytes& record : session_.take_records())
    for (const Bytes& frame : wire::frames_of(record))
      if (!socket_.send(frame)) return false;
  return true;
}

std::optional<session::ClientEvent> WireClient::next(Patience patience) {
  for (;;) {
    auto message = socket_.receive(patience);
    if (!message || message->opcode == Opcode::close) return std::nullopt;
    if (message->opcode == Opcode::ping)
      socket_.tcp().send(websocket_frame(Opcode::pong, message->payload));
    if (message->opcode != Opcode::binary) continue;
    auto record = assembler_.on_frame(message->payload);
    if (record && !*record) continue;
    auto event = record ? session_.on_record(**record) : std::unexpected(record.error());
    Status held = event ? Status{} : Status(std::unexpected(event.error()));
    if (const auto* followed = event ? std::get_if<session::Followed>(&*event) : nullptr)
      held = fold(*followed);
    if (held) return std::move(*event);
    hard_stop_ = held.error();
    return std::nullopt;
  }
}

Status WireClient::fold(const session::Followed& followed) {
  const room::LogRecord& record = followed.record;
  if (record.seq.count() == 1) {
    if (!record.body()) return fail(Error{"test", 1, "genesis_missing"});
    HEARTH_TRY(auto part, room::decode_genesis(*record.body()));
    memory_->state.emplace(memory_->chain.room(), std::move(part));
  } else {
    HEARTH_CHECK(memory_->state->apply(record));
  }
  if (record.seq.run() > 0 && !memory_->records.empty() &&
      record.seq.run() > memory_->records.back().seq.run())
    ++memory_->restarts;
  memory_->records.resize(memory_->records.size() - followed.lost);
  memory_->records.push_back(record);
  memory_->lost += followed.lost;
  if (on_tag && followed.tag) on_tag(record, *followed.tag);
  if (on_entry) on_entry(record, followed.lost);
  return {};
}

bool WireClient::authenticate(const room::RoomId& room, room::Role role,
                              const crypto::SignatureKey& key) {
  session_.authenticate(room, role, key);
  if (!flush()) return false;
  while (const auto event = next()) {
    if (std::holds_alternative<session::Authenticated>(*event)) return true;
    if (std::holds_alternative<session::AuthenticationRefused>(*event)) return false;
    if (const auto* passed = std::get_if<session::Passed>(&*event))
      aside_.push_back(passed->message);
  }
  return false;
}

bool WireClient::follow(RoomMemory memory) {
  memory_ = std::move(memory);
  session_.follow(memory_->chain);
  if (!flush()) return false;
  while (const auto event = next()) {
    if (std::holds_alternative<session::CaughtUpWith>(*event)) return true;
    if (const auto* passed = std::get_if<session::Passed>(&*event))
      aside_.push_back(passed->message);
  }
  return false;
}

RoomMemory WireClient::take_memory() {
  if (auto chain = session_.take_chain()) memory_->chain = std::move(*chain);
  return std::move(*memory_);
}

std::variant<std::monostate, wire::Appended, wire::AppendRefused> WireClient::append(
    wire::Append append) {
  const Bytes16 key = append.idempotency;
  if (!send(std::move(append))) return {};
  while (const auto event = next()) {
    const auto* passed = std::get_if<session::Passed>(&*event);
    if (!passed) continue;
    const auto* taken = std::get_if<wire::Appended>(&passed->message);
    if (taken && taken->idempotency == key) return *taken;
    const auto* refused = std::get_if<wire::AppendRefused>(&passed->message);
    if (refused && refused->idempotency == key) return *refused;
    aside_.push_back(passed->message);
  }
  return {};
}

bool WireClient::read_until(room::Seq seq, Patience patience) {
  while (session_.chain() && session_.chain()->seq() < seq) {
    auto event = next(patience);
    if (!event) return false;
    if (auto* passed = std::get_if<session::Passed>(&*event))
      aside_.push_back(std::move(passed->message));
  }
  return session_.chain() != nullptr;
}

}  // namespace hearth::test
