// A client of a running server: real keys, real signatures and the session's checks, no MLS.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "protocol/meeting/room_state.h"
#include "protocol/session/client_session.h"
#include "protocol/wire/frame.h"
#include "tests/support/websocket_by_hand.h"

namespace hearth::test {

// What a client knows of a room, and takes from one connection to the next.
struct RoomMemory {
  room::Chain chain;
  std::optional<meeting::RoomState> state;  // From the genesis on.
  std::vector<room::LogRecord> records;     // What the chain holds, in its order.
  std::uint32_t lost = 0;                   // Entries that restarts took away again.
  std::uint32_t restarts = 0;

  explicit RoomMemory(const room::RoomId& room) : chain(room) {}
};

// One connection. Blocking: it reads only inside `next` and what calls it. Checks greeting, chain
// and checkpoints through ClientSession, and folds what it follows; a check that fails is a hard
// stop.
class WireClient final {
 public:
  // Up to the greeting. Null: no server, or its greeting does not hold.
  static std::unique_ptr<WireClient> connect(std::uint16_t port,
                                             std::optional<room::PublicKey> server_id = {});

  bool authenticate(const room::RoomId& room, room::Role role, const crypto::SignatureKey& key);
  // Reads the log from where `memory` ends until it is caught up.
  bool follow(RoomMemory memory);
  // Called for each entry followed; `lost`: so many before it were taken away by this restart.
  std::function<void(const room::LogRecord& record, std::uint32_t lost)> on_entry;
  // Called for each entry that came with the server's tag.
  std::function<void(const room::LogRecord& record, const Bytes32& tag)> on_tag;
  RoomMemory& memory() { return *memory_; }
  const meeting::RoomState& state() const { return *memory_->state; }
  // What `follow` took, to be taken on; valid after the connection's end too.
  RoomMemory take_memory();

  template <class Message>
  bool send(const Message& message) {
    session_.send(message);
    return flush();
  }
  bool flush();
  // The next event. Nothing: the connection ended, or too late, or a hard stop.
  std::optional<session::ClientEvent> next(Patience patience = kPatience);
  // The next message of this type; entries that come before it are folded, other messages are set
  // aside for those who ask later.
  template <class Message>
  std::optional<Message> await(Patience patience = kPatience) {
    for (auto place = aside_.begin(); place != aside_.end(); ++place)
      if (auto* found = std::get_if<Message>(&*place)) {
        Message message = std::move(*found);
        aside_.erase(place);
        return message;
      }
    while (auto event = next(patience)) {
      auto* passed = std::get_if<session::Passed>(&*event);
      if (!passed) continue;
      if (auto* found = std::get_if<Message>(&passed->message)) return std::move(*found);
      aside_.push_back(std::move(passed->message));
    }
    return std::nullopt;
  }
  // Sends it and waits for its answer; entries before it are folded.
  std::variant<std::monostate, wire::Appended, wire::AppendRefused> append(wire::Append append);
  // Until the chain has reached `seq`.
  bool read_until(room::Seq seq, Patience patience = kPatience);

  session::ClientSession& session() noexcept { return session_; }
  WebSocketByHand& socket() noexcept { return socket_; }
  const room::PublicKey& server_id() const { return *session_.server_id(); }
  // A check of a client failed: this server would never be spoken to again.
  const std::optional<Error>& hard_stop() const noexcept { return hard_stop_; }

 private:
  WireClient(WebSocketByHand socket, std::optional<room::PublicKey> server_id)
      : socket_(std::move(socket)), session_(room::ChannelBinding{}, server_id) {}
  Status fold(const session::Followed& followed);

  WebSocketByHand socket_;
  session::ClientSession session_;
  wire::FrameAssembler assembler_;
  std::optional<RoomMemory> memory_;
  std::deque<wire::ServerMessage> aside_;
  std::optional<Error> hard_stop_;
};

}  // namespace hearth::test
