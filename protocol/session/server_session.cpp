// The server's end of a connection.
#include "protocol/session/server_session.h"

#include <algorithm>

#include "protocol/defence.h"

namespace hearth::session {

using room::Role;
using wire::RecordType;
using wire::WireErrc;

ServerSession::ServerSession(const crypto::SignatureKey& server_id, const Bytes32& nonce,
                             const room::ChannelBinding& binding)
    : server_id_(server_id), nonce_(nonce), binding_(binding) {}

Result<ServerEvent> ServerSession::on_record(ByteView record) {
  if (stage_ == Stage::closed) return wire::fail(WireErrc::out_of_turn);
  auto message = wire::decode_client_message(record);
  if (!message) return refuse_record(static_cast<WireErrc>(message.error().code));
  if (!allowed(wire::type_of(*message))) return refuse_record(WireErrc::out_of_turn);
  if (auto* hello = std::get_if<wire::Hello>(&*message)) return on_hello(*hello);
  if (auto* auth = std::get_if<wire::Auth>(&*message)) return on_auth(std::move(*auth));
  if (auto* create = std::get_if<wire::CreateRoom>(&*message)) {
    return on_create(std::move(*create));
  }
  if (std::holds_alternative<wire::Bye>(*message)) {
    say_goodbye(wire::GoodbyeReason::asked, 0);
  } else if (std::holds_alternative<wire::Resume>(*message)) {
    resumed_ = true;
  }
  return Request{std::move(*message)};
}

bool ServerSession::allowed(RecordType type) const noexcept {
  if (type == RecordType::bye) return true;
  // Asked by who may have no key here at all: outside the order of everything else.
  if (type == RecordType::check_tag) return stage_ != Stage::start && stage_ != Stage::closed;
  switch (stage_) {
    case Stage::start: return type == RecordType::hello;
    case Stage::greeted: return type == RecordType::auth || type == RecordType::create_room;
    case Stage::deciding:
    case Stage::closed: return false;
    case Stage::ready: break;
  }
  const bool inside = role_ == Role::member || role_ == Role::staff;
  const bool helps = role_ == Role::supporter;
  switch (type) {
    case RecordType::auth:
    case RecordType::get_door:
    case RecordType::note:
    case RecordType::get_checkpoint: return true;
    case RecordType::knock: return !helps;
    case RecordType::append: return inside || helps;
    case RecordType::deny: return inside;
    case RecordType::resume: return (inside || helps) && !resumed_;
    case RecordType::get_welcome: return role_ == Role::member;
    case RecordType::put_door: return role_ == Role::staff;
    default: return false;
  }
}

Result<ServerEvent> ServerSession::on_hello(const wire::Hello& hello) {
  if (std::ranges::find(hello.versions, wire::kVersion) == hello.versions.end()) {
    records_.push_back(wire::record_of(wire::VersionUnsupported{{wire::kVersion}}));
    stage_ = Stage::closed;
    return wire::fail(WireErrc::version_unsupported);
  }
  wire::Greeting greeting;
  greeting.server_id = room::public_key_of(server_id_);
  greeting.nonce = nonce_;
  greeting.signature =
      room::sign(server_id_, room::greeting_bytes(wire::kVersion, nonce_, binding_));
  records_.push_back(wire::record_of(greeting));
  stage_ = Stage::greeted;
  return Nothing{};
}

Result<ServerEvent> ServerSession::on_auth(wire::Auth auth) {
  // One connection serves one room.
  const bool another = room_ && *room_ != auth.room;
  if (another && stands(Defence::one_room)) return refuse_record(WireErrc::out_of_turn);
  asked_room_ = auth.room;
  asked_key_ = auth.key;
  asked_role_ = auth.role;
  asked_signature_ = auth.signature;
  stage_ = Stage::deciding;
  return AuthAsked{std::move(auth)};
}

Result<ServerEvent> ServerSession::on_create(wire::CreateRoom request) {
  asked_room_ = room::room_id_of(crypto::sha256(request.server_part), request.member_part_hash);
  asked_key_ = request.key;
  const Bytes bytes = room::create_bytes(asked_room_, nonce_, binding_);
  const bool holds = room::verify(request.key, bytes, request.signature).has_value();
  stage_ = Stage::deciding;
  return CreateAsked{std::move(request), asked_room_, holds};
}

bool ServerSession::decide(bool known) {
  expects(stage_ == Stage::deciding);
  const bool wanted = known || stands(Defence::whole_proof);
  const Bytes bytes = room::auth_bytes(asked_room_, asked_role_, nonce_, binding_);
  if (wanted && room::verify(asked_key_, bytes, asked_signature_) && known) return true;
  records_.push_back(wire::record_of(wire::AuthRefused{}));
  stage_ = Stage::closed;
  return false;
}

void ServerSession::grant(const wire::AuthOk& answer) {
  expects(stage_ == Stage::deciding);
  stage_ = Stage::ready;
  room_ = asked_room_;
  role_ = answer.role;
  key_ = asked_key_;
  records_.push_back(wire::record_of(answer));
}

void ServerSession::created() {
  expects(stage_ == Stage::deciding);
  stage_ = Stage::ready;
  room_ = asked_room_;
  role_ = Role::staff;
  key_ = asked_key_;
  records_.push_back(wire::record_of(wire::Created{asked_room_}));
}

void ServerSession::create_refused(wire::CreateRefusal reason) {
  expects(stage_ == Stage::deciding);
  stage_ = Stage::greeted;
  records_.push_back(wire::record_of(wire::CreateRefused{reason}));
}

void ServerSession::fail_with(WireErrc code) {
  if (stage_ == Stage::closed) return;
  records_.push_back(wire::record_of(wire::ErrorRecord{code}));
  stage_ = Stage::closed;
}

void ServerSession::say_goodbye(wire::GoodbyeReason reason, std::uint32_t retry_after_ms) {
  if (stage_ == Stage::closed) return;
  records_.push_back(wire::record_of(wire::Goodbye{reason, retry_after_ms}));
  stage_ = Stage::closed;
}

Result<ServerEvent> ServerSession::refuse_record(WireErrc code) {
  fail_with(code);
  return wire::fail(code);
}

}  // namespace hearth::session
