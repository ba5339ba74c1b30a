// The client's end of a connection.
#include "protocol/session/client_session.h"

#include "protocol/defence.h"
#include "protocol/room/error.h"

namespace hearth::session {

using wire::WireErrc;

ClientSession::ClientSession(const room::ChannelBinding& binding,
                             std::optional<room::PublicKey> server_id)
    : binding_(binding), server_id_(server_id) {
  records_.push_back(wire::record_of(wire::Hello{{wire::kVersion}}));
}

Result<ClientEvent> ClientSession::on_record(ByteView record) {
  if (stage_ == Stage::closed) return wire::fail(WireErrc::out_of_turn);
  auto message = wire::decode_server_message(record);
  Result<ClientEvent> event =
      message ? on_message(std::move(*message)) : std::unexpected(message.error());
  if (!event) stage_ = Stage::closed;
  return event;
}

Result<ClientEvent> ClientSession::on_message(wire::ServerMessage message) {
  // The end may come at any time.
  if (std::holds_alternative<wire::ErrorRecord>(message) ||
      std::holds_alternative<wire::Goodbye>(message)) {
    stage_ = Stage::closed;
    return Passed{std::move(message)};
  }
  if (std::holds_alternative<wire::TagChecked>(message)) {
    if (stage_ == Stage::hello_sent) return wire::fail(WireErrc::out_of_turn);
    return Passed{std::move(message)};
  }
  switch (stage_) {
    case Stage::hello_sent:
      if (auto* greeting = std::get_if<wire::Greeting>(&message)) return on_greeting(*greeting);
      if (auto* refused = std::get_if<wire::VersionUnsupported>(&message)) {
        stage_ = Stage::closed;
        return VersionRefused{std::move(refused->versions)};
      }
      return wire::fail(WireErrc::out_of_turn);
    case Stage::greeted:
    case Stage::closed: return wire::fail(WireErrc::out_of_turn);
    case Stage::deciding:
      if (auto* ok = std::get_if<wire::AuthOk>(&message)) return on_auth_ok(*ok);
      if (std::holds_alternative<wire::AuthRefused>(message)) {
        stage_ = Stage::closed;
        return AuthenticationRefused{};
      }
      if (auto* created = std::get_if<wire::Created>(&message)) {
        if (created->room != room_) return room::fail(room::RoomErrc::room_id_mismatch);
        stage_ = Stage::ready;
        role_ = room::Role::staff;
        return RoomCreated{created->room};
      }
      if (auto* refused = std::get_if<wire::CreateRefused>(&message)) {
        stage_ = Stage::greeted;
        return RoomRefused{refused->reason};
      }
      // A second auth does not stop what the first role hears.
      if (!role_) return wire::fail(WireErrc::out_of_turn);
      break;
    case Stage::ready: break;
  }
  if (auto* entry = std::get_if<wire::EntryRecord>(&message)) {
    return on_entry(std::move(*entry));
  }
  if (auto* caught_up = std::get_if<wire::CaughtUp>(&message)) {
    return on_caught_up(caught_up->checkpoint);
  }
  if (auto* checkpoint = std::get_if<wire::CheckpointRecord>(&message)) {
    HEARTH_CHECK(check(checkpoint->checkpoint));
  }
  const bool handshake = std::holds_alternative<wire::Greeting>(message) ||
                         std::holds_alternative<wire::VersionUnsupported>(message) ||
                         std::holds_alternative<wire::AuthOk>(message) ||
                         std::holds_alternative<wire::AuthRefused>(message) ||
                         std::holds_alternative<wire::Created>(message) ||
                         std::holds_alternative<wire::CreateRefused>(message);
  if (handshake) return wire::fail(WireErrc::out_of_turn);
  return Passed{std::move(message)};
}

Result<ClientEvent> ClientSession::on_greeting(const wire::Greeting& greeting) {
  if (greeting.version != wire::kVersion) return wire::fail(WireErrc::version_unsupported);
  const Bytes bytes = room::greeting_bytes(greeting.version, greeting.nonce, binding_);
  if (!room::verify(greeting.server_id, bytes, greeting.signature)) {
    return wire::fail(WireErrc::signature_invalid);
  }
  HEARTH_CHECK(pin(greeting.server_id));
  nonce_ = greeting.nonce;
  stage_ = Stage::greeted;
  return Greeted{greeting.server_id};
}

Status ClientSession::pin(const room::PublicKey& server_id) {
  if (server_id_ && *server_id_ != server_id) return wire::fail(WireErrc::server_unexpected);
  server_id_ = server_id;
  return {};
}

Result<ClientEvent> ClientSession::on_auth_ok(const wire::AuthOk& answer) {
  if (answer.role != asked_role_) return wire::fail(WireErrc::out_of_turn);
  HEARTH_CHECK(check(answer.head));
  role_ = answer.role;
  stage_ = Stage::ready;
  return Authenticated{answer};
}

Result<ClientEvent> ClientSession::on_entry(wire::EntryRecord entry) {
  if (!chain_) return wire::fail(WireErrc::out_of_turn);
  HEARTH_TRY(const std::uint32_t lost, chain_->accept(entry.record));
  return Followed{std::move(entry.record), lost, entry.tag};
}

Result<ClientEvent> ClientSession::on_caught_up(const room::Checkpoint& checkpoint) {
  if (!chain_ || caught_up_) return wire::fail(WireErrc::out_of_turn);
  HEARTH_CHECK(check(checkpoint));
  // It claims to have sent all: what it signs must not lie beyond what we hold.
  const bool beyond = checkpoint.head.seq > chain_->seq();
  if (beyond && stands(Defence::chain)) return room::fail(room::RoomErrc::chain_gap);
  caught_up_ = true;
  return CaughtUpWith{chain_->head()};
}

Status ClientSession::check(const room::Checkpoint& checkpoint) const {
  if (!room_ || !server_id_) return wire::fail(WireErrc::out_of_turn);
  if (!checkpoint.verify(*room_, *server_id_)) return wire::fail(WireErrc::signature_invalid);
  if (!chain_ || !stands(Defence::chain)) return {};
  const auto held = chain_->at(checkpoint.head.seq);
  if (held && *held != checkpoint.head.h) return room::fail(room::RoomErrc::chain_broken);
  return {};
}

void ClientSession::authenticate(const room::RoomId& room, room::Role role,
                                 const crypto::SignatureKey& key) {
  expects(stage_ == Stage::greeted || stage_ == Stage::ready);
  expects(!room_ || !role_ || *room_ == room);
  room_ = room;
  asked_role_ = role;
  wire::Auth auth{room, role, room::public_key_of(key), {}};
  auth.signature = room::sign(key, room::auth_bytes(room, role, nonce_, binding_));
  records_.push_back(wire::record_of(auth));
  stage_ = Stage::deciding;
}

void ClientSession::create(wire::CreateRoom request, const room::RoomId& room,
                           const crypto::SignatureKey& staff_server) {
  expects(stage_ == Stage::greeted);
  room_ = room;
  request.key = room::public_key_of(staff_server);
  request.signature = room::sign(staff_server, room::create_bytes(room, nonce_, binding_));
  records_.push_back(wire::record_of(request));
  stage_ = Stage::deciding;
}

void ClientSession::follow(room::Chain chain) {
  expects(stage_ == Stage::ready && !chain_ && chain.room() == *room_);
  records_.push_back(wire::record_of(wire::Resume{chain.seq()}));
  chain_ = std::move(chain);
}

void ClientSession::put_door(Bytes sealed_card, const crypto::SignatureKey& staff_server) {
  expects(stage_ == Stage::ready);
  wire::PutDoor message;
  message.key = room::public_key_of(staff_server);
  message.signature = room::sign(staff_server, room::put_door_bytes(*room_, nonce_, sealed_card));
  message.door_card = std::move(sealed_card);
  records_.push_back(wire::record_of(message));
}

}  // namespace hearth::session
