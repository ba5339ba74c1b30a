// Telling the messages of each direction apart.
#include "protocol/wire/message.h"

namespace hearth::wire {
namespace {

// Tries the alternatives of the variant `Message` one after the other by their type.
template <class Message, std::size_t I = 0>
Result<Message> decode_as(RecordType type, ByteView body) {
  if constexpr (I == std::variant_size_v<Message>) {
    return fail(WireErrc::record_unknown);
  } else {
    using M = std::variant_alternative_t<I, Message>;
    if (type != M::kType) return decode_as<Message, I + 1>(type, body);
    Result<M> message = decode_exact<M>(body);
    if (!message) return fail(WireErrc::record_malformed);
    return Message(std::move(*message));
  }
}

template <class Message>
Result<Message> decode_message(ByteView record) {
  if (record.empty()) return fail(WireErrc::record_malformed);
  return decode_as<Message>(static_cast<RecordType>(record[0]), record.subspan(1));
}

}  // namespace

std::string_view name_of(RecordType type) noexcept {
  switch (type) {
    case RecordType::hello: return "hello";
    case RecordType::auth: return "auth";
    case RecordType::create_room: return "create_room";
    case RecordType::get_door: return "get_door";
    case RecordType::put_door: return "put_door";
    case RecordType::knock: return "knock";
    case RecordType::deny: return "deny";
    case RecordType::append: return "append";
    case RecordType::resume: return "resume";
    case RecordType::get_welcome: return "get_welcome";
    case RecordType::get_checkpoint: return "get_checkpoint";
    case RecordType::bye: return "bye";
    case RecordType::note: return "note";
    case RecordType::check_tag: return "check_tag";
    case RecordType::greeting: return "greeting";
    case RecordType::version_unsupported: return "version_unsupported";
    case RecordType::auth_ok: return "auth_ok";
    case RecordType::auth_refused: return "auth_refused";
    case RecordType::created: return "created";
    case RecordType::create_refused: return "create_refused";
    case RecordType::door: return "door";
    case RecordType::door_put: return "door_put";
    case RecordType::door_refused: return "door_refused";
    case RecordType::knock_waiting: return "knock_waiting";
    case RecordType::knock_refused: return "knock_refused";
    case RecordType::knock_shown: return "knock_shown";
    case RecordType::knock_gone: return "knock_gone";
    case RecordType::knock_denied: return "knock_denied";
    case RecordType::admitted: return "admitted";
    case RecordType::appended: return "appended";
    case RecordType::append_refused: return "append_refused";
    case RecordType::entry: return "entry";
    case RecordType::caught_up: return "caught_up";
    case RecordType::welcome: return "welcome";
    case RecordType::checkpoint: return "checkpoint";
    case RecordType::error: return "error";
    case RecordType::goodbye: return "goodbye";
    case RecordType::note_shown: return "note_shown";
    case RecordType::note_sent: return "note_sent";
    case RecordType::note_refused: return "note_refused";
    case RecordType::tag_checked: return "tag_checked";
    case RecordType::lead_line: return "lead_line";
  }
  return {};
}

Result<ClientMessage> decode_client_message(ByteView record) {
  return decode_message<ClientMessage>(record);
}
Result<ServerMessage> decode_server_message(ByteView record) {
  return decode_message<ServerMessage>(record);
}

Bytes record_of(const ClientMessage& message) {
  return std::visit([](const auto& m) { return record_of(m); }, message);
}
Bytes record_of(const ServerMessage& message) {
  return std::visit([](const auto& m) { return record_of(m); }, message);
}

RecordType type_of(const ClientMessage& message) noexcept {
  return std::visit([](const auto& m) { return m.kType; }, message);
}
RecordType type_of(const ServerMessage& message) noexcept {
  return std::visit([](const auto& m) { return m.kType; }, message);
}

}  // namespace hearth::wire
