// The client's end of one connection: handshake, following the log, and everything else passed on.
#pragma once

#include <utility>

#include "protocol/wire/message.h"

namespace hearth::session {

// The greeting holds: authenticate or create next.
struct Greeted {
  room::PublicKey server_id;
};
struct Authenticated {
  wire::AuthOk answer;
};
struct AuthenticationRefused {};
struct RoomCreated {
  room::RoomId room;
};
struct RoomRefused {
  wire::CreateRefusal reason;
};
// The next record of the log, already in the chain. `lost`: so many entries that we had seen were
// lost by the restart that this is.
struct Followed {
  room::LogRecord record;
  std::uint32_t lost = 0;
  std::optional<Bytes32> tag;  // The server's, for reports.
};
// We hold what the server's log holds; what follows is live.
struct CaughtUpWith {
  room::Anchor head;
};
struct VersionRefused {
  std::vector<std::uint16_t> versions;  // What the server speaks.
};
// Everything that is no part of handshake or reading: door, knocks, answers to appends, the end.
struct Passed {
  wire::ServerMessage message;
};
using ClientEvent = std::variant<Greeted, Authenticated, AuthenticationRefused, RoomCreated,
                                 RoomRefused, Followed, CaughtUpWith, VersionRefused, Passed>;

// ClientSession checks what every client must: the greeting's signature (and, once the room is
// known, that it is the room's server), each record against the chain, each checkpoint against
// server_id and the chain. An error means: stop talking to this server; a broken chain is a hard
// stop for the room. Owned by one connection; the Chain outlives it through take_chain.
class ClientSession final {
 public:
  // `server_id`: pinned by the room's server part, where it is known already.
  explicit ClientSession(const room::ChannelBinding& binding,
                         std::optional<room::PublicKey> server_id = std::nullopt);

  Result<ClientEvent> on_record(ByteView record);

  // After Greeted; again to go from gate to member.
  void authenticate(const room::RoomId& room, room::Role role, const crypto::SignatureKey& key);
  // After Greeted, in place of authenticate. `request` without key and signature.
  void create(wire::CreateRoom request, const room::RoomId& room,
              const crypto::SignatureKey& staff_server);
  // As member or staff: reads on after the chain's head.
  void follow(room::Chain chain);
  // Signs the card for this connection.
  void put_door(Bytes sealed_card, const crypto::SignatureKey& staff_server);
  // Any other message, when the handshake allows it.
  void send(const wire::ClientMessage& message) { records_.push_back(wire::record_of(message)); }

  std::vector<Bytes> take_records() noexcept { return std::exchange(records_, {}); }

  // The room's server part came with the door: from here on only its server will do.
  Status pin(const room::PublicKey& server_id);
  const std::optional<room::PublicKey>& server_id() const noexcept { return server_id_; }
  const room::Chain* chain() const noexcept { return chain_ ? &*chain_ : nullptr; }
  std::optional<room::Chain> take_chain() noexcept { return std::exchange(chain_, {}); }
  bool caught_up() const noexcept { return caught_up_; }
  // Authenticated, and nothing is being decided: any message of the role is in order.
  bool ready() const noexcept { return stage_ == Stage::ready; }
  const std::optional<room::Role>& role() const noexcept { return role_; }

 private:
  enum class Stage : std::uint8_t { hello_sent, greeted, deciding, ready, closed };

  Result<ClientEvent> on_message(wire::ServerMessage message);
  Result<ClientEvent> on_greeting(const wire::Greeting& greeting);
  Result<ClientEvent> on_auth_ok(const wire::AuthOk& answer);
  Result<ClientEvent> on_entry(wire::EntryRecord entry);
  Result<ClientEvent> on_caught_up(const room::Checkpoint& checkpoint);
  // Signed by this server and, where we remember that place, equal to our chain.
  Status check(const room::Checkpoint& checkpoint) const;

  room::ChannelBinding binding_;
  std::optional<room::PublicKey> server_id_;
  Bytes32 nonce_{};
  Stage stage_ = Stage::hello_sent;
  std::optional<room::RoomId> room_;
  std::optional<room::Role> role_;
  room::Role asked_role_ = room::Role::gate;
  std::optional<room::Chain> chain_;
  bool caught_up_ = false;
  std::vector<Bytes> records_;
};

}  // namespace hearth::session
