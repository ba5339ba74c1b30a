// The messages about making a room and its door, as bytes.
#include "protocol/wire/door.h"

#include <array>

#include "protocol/wire/field.h"

namespace hearth::wire {

Result<CreateRoom> CreateRoom::decode(Reader& reader) {
  CreateRoom message;
  HEARTH_TRY(message.server_part, reader.vector(room::kBodySizeMax));
  HEARTH_TRY(message.member_part_hash, reader.array<32>());
  HEARTH_TRY(message.door_card, reader.vector(room::kBodySizeMax));
  HEARTH_TRY(message.key, room::PublicKey::decode(reader));
  HEARTH_TRY(message.signature, room::Signature::decode(reader));
  return message;
}
void encode(Writer& writer, const CreateRoom& message) {
  writer.vector(message.server_part).raw(message.member_part_hash).vector(message.door_card);
  writer.raw(message.key.bytes).raw(message.signature.bytes);
}

Result<Created> Created::decode(Reader& reader) {
  HEARTH_TRY(const room::RoomId room, room::RoomId::decode(reader));
  return Created{room};
}
void encode(Writer& writer, const Created& message) { encode(writer, message.room); }

std::string_view name_of(CreateRefusal reason) noexcept {
  constexpr std::array<std::string_view, 7> kNames{"unknown",        "part_invalid", "card_invalid",
                                                   "not_a_founder",  "room_exists",  "rooms_full",
                                                   "log_unavailable"};
  const auto number = static_cast<std::size_t>(reason);
  return kNames[number < kNames.size() ? number : 0];
}

Result<CreateRefused> CreateRefused::decode(Reader& reader) {
  HEARTH_TRY(const auto reason, field::enum16(reader, CreateRefusal::log_unavailable));
  return CreateRefused{reason};
}
void encode(Writer& writer, const CreateRefused& message) {
  writer.u16(static_cast<std::uint16_t>(message.reason));
}

Result<GetDoor> GetDoor::decode(Reader&) { return GetDoor{}; }
void encode(Writer&, const GetDoor&) {}

Result<Door> Door::decode(Reader& reader) {
  Door message;
  HEARTH_TRY(message.server_part, reader.vector(room::kBodySizeMax));
  HEARTH_TRY(message.member_part_hash, reader.array<32>());
  HEARTH_TRY(message.door_card, reader.vector(room::kBodySizeMax));
  HEARTH_TRY(message.locked, reader.presence());
  HEARTH_TRY(message.desk_present, reader.presence());
  return message;
}
void encode(Writer& writer, const Door& message) {
  writer.vector(message.server_part).raw(message.member_part_hash).vector(message.door_card);
  writer.presence(message.locked).presence(message.desk_present);
}

Result<PutDoor> PutDoor::decode(Reader& reader) {
  PutDoor message;
  HEARTH_TRY(message.door_card, reader.vector(room::kBodySizeMax));
  HEARTH_TRY(message.key, room::PublicKey::decode(reader));
  HEARTH_TRY(message.signature, room::Signature::decode(reader));
  return message;
}
void encode(Writer& writer, const PutDoor& message) {
  writer.vector(message.door_card).raw(message.key.bytes).raw(message.signature.bytes);
}

Result<DoorPut> DoorPut::decode(Reader&) { return DoorPut{}; }
void encode(Writer&, const DoorPut&) {}

std::string_view name_of(DoorRefusal reason) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"unknown", "card_invalid", "not_staff",
                                                   "log_unavailable"};
  const auto number = static_cast<std::size_t>(reason);
  return kNames[number < kNames.size() ? number : 0];
}

Result<DoorRefused> DoorRefused::decode(Reader& reader) {
  HEARTH_TRY(const auto reason, field::enum16(reader, DoorRefusal::log_unavailable));
  return DoorRefused{reason};
}
void encode(Writer& writer, const DoorRefused& message) {
  writer.u16(static_cast<std::uint16_t>(message.reason));
}

}  // namespace hearth::wire
