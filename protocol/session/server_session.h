// The server's end of one connection: handshake, roles, and which message may come when.
#pragma once

#include <utility>

#include "protocol/wire/message.h"

namespace hearth::session {

// What the owner has to do next. `Nothing`: the session has answered by itself, or waits.
struct Nothing {};
// Look up whether this key is known in this room in this role, and call decide.
struct AuthAsked {
  wire::Auth auth;
};
// Make the room or not, then call created or create_refused. The signature is checked already.
struct CreateAsked {
  wire::CreateRoom request;
  room::RoomId room;  // What the two parts give.
  bool signature_holds = false;
};
// A message that the connection's role allows at this point: get_door to bye, note; or check_tag,
// also before there is a role.
struct Request {
  wire::ClientMessage message;
};
using ServerEvent = std::variant<Nothing, AuthAsked, CreateAsked, Request>;

// ServerSession moves no bytes and knows no room: it takes records, yields events, and leaves
// records to send. Owned by one connection.
//
//   start ── hello ──► greeted ── auth ─────────► deciding ── grant ──► ready (gate|member|staff)
//                         ├────── create_room ──► deciding ── created ──► ready (staff)
//                         │                           └─ create_refused ──► greeted
//                         └─────── decide: no ──► closed
//
// In ready `auth` may come again, for the same room: a guest who was admitted becomes a member.
//   any role   auth, get_door, knock, note, get_checkpoint, bye
//   member     append, resume (once a connection), get_welcome, deny
//   staff      append, resume (once a connection), deny, put_door
//
// check_tag may come at any time after hello. Any other order is out_of_turn; while deciding only
// bye is in order besides. After an error the session is closed: send what take_records() holds,
// and close.
class ServerSession final {
 public:
  ServerSession(const crypto::SignatureKey& server_id, const Bytes32& nonce,
                const room::ChannelBinding& binding);

  // The error has been put into the outgoing records too (but for refused versions, which have a
  // record of their own).
  Result<ServerEvent> on_record(ByteView record);

  // Whether the proof asked about is accepted: the key is `known`, and it made the signature. If
  // so, call grant; if not, auth_refused has been said and the session is closed. The signature is
  // verified whatever is known, so that the time of a refusal does not tell which part was wrong.
  bool decide(bool known);
  void grant(const wire::AuthOk& answer);  // After decide has said yes.
  void created();
  void create_refused(wire::CreateRefusal reason);  // The connection may try again.
  // Ends the session from this side: error or goodbye.
  void fail_with(wire::WireErrc code);
  void say_goodbye(wire::GoodbyeReason reason, std::uint32_t retry_after_ms);

  // Records to send before anything else, in order.
  std::vector<Bytes> take_records() noexcept { return std::exchange(records_, {}); }

  bool closed() const noexcept { return stage_ == Stage::closed; }
  bool authenticated() const noexcept { return role_.has_value(); }
  std::optional<room::Role> role() const noexcept { return role_; }
  const std::optional<room::RoomId>& room() const noexcept { return room_; }
  const room::PublicKey& key() const noexcept { return key_; }  // Of the last grant.
  const Bytes32& nonce() const noexcept { return nonce_; }      // What put_door signs too.

 private:
  enum class Stage : std::uint8_t { start, greeted, deciding, ready, closed };

  Result<ServerEvent> refuse_record(wire::WireErrc code);
  Result<ServerEvent> on_hello(const wire::Hello& hello);
  Result<ServerEvent> on_auth(wire::Auth auth);
  Result<ServerEvent> on_create(wire::CreateRoom request);
  bool allowed(wire::RecordType type) const noexcept;

  const crypto::SignatureKey& server_id_;
  Bytes32 nonce_;
  room::ChannelBinding binding_;
  Stage stage_ = Stage::start;
  std::optional<room::RoomId> room_;
  std::optional<room::Role> role_;
  room::PublicKey key_;
  room::RoomId asked_room_;  // While deciding.
  room::PublicKey asked_key_;
  room::Role asked_role_ = room::Role::gate;
  room::Signature asked_signature_;
  bool resumed_ = false;
  std::vector<Bytes> records_;
};

}  // namespace hearth::session
