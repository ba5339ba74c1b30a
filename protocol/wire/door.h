// Making a room, and what stands at its door.
#pragma once

#include "protocol/room/genesis.h"
#include "protocol/wire/record.h"

namespace hearth::wire {

// C→S, in place of auth.   server_part<V> | member_part_hash32 | door_card<V> | key32 |
//                          signature64 over room::create_bytes by that founder's staff_server
// The genesis entry is made by the server. Afterwards the connection is authenticated as staff.
struct CreateRoom {
  static constexpr RecordType kType = RecordType::create_room;
  Bytes server_part;  // Encoded ServerPart; its server_id must be this server's.
  room::Hash member_part_hash{};
  Bytes door_card;  // Sealed; exactly a bucket.
  room::PublicKey key;
  room::Signature signature;
  static Result<CreateRoom> decode(Reader& reader);
  friend bool operator==(const CreateRoom&, const CreateRoom&) = default;
};
void encode(Writer& writer, const CreateRoom& message);

// S→C.   room_id16
struct Created {
  static constexpr RecordType kType = RecordType::created;
  room::RoomId room;
  static Result<Created> decode(Reader& reader);
  friend bool operator==(const Created&, const Created&) = default;
};
void encode(Writer& writer, const Created& message);

enum class CreateRefusal : std::uint16_t {
  part_invalid = 1,  // The server part does not decode, or names another server.
  card_invalid,      // Not a bucket.
  not_a_founder,     // The key is none of its founders', or the signature is wrong.
  room_exists,
  rooms_full,
  log_unavailable,
};
std::string_view name_of(CreateRefusal reason) noexcept;

// S→C.   reason u16
struct CreateRefused {
  static constexpr RecordType kType = RecordType::create_refused;
  CreateRefusal reason = CreateRefusal::part_invalid;
  static Result<CreateRefused> decode(Reader& reader);
  friend bool operator==(const CreateRefused&, const CreateRefused&) = default;
};
void encode(Writer& writer, const CreateRefused& message);

// C→S, in any role. Empty.
struct GetDoor {
  static constexpr RecordType kType = RecordType::get_door;
  static Result<GetDoor> decode(Reader& reader);
  friend bool operator==(const GetDoor&, const GetDoor&) = default;
};
void encode(Writer& writer, const GetDoor& message);

// S→C.   server_part<V> | member_part_hash32 | door_card<V> | locked u8 (0|1) | desk_present u8
// (0|1)
struct Door {
  static constexpr RecordType kType = RecordType::door;
  Bytes server_part;
  room::Hash member_part_hash{};
  Bytes door_card;
  bool locked = false;
  bool desk_present = false;  // Whether anybody who may admit is connected.
  static Result<Door> decode(Reader& reader);
  friend bool operator==(const Door&, const Door&) = default;
};
void encode(Writer& writer, const Door& message);

// C→S, as staff.   door_card<V> | key32 | signature64 over room::put_door_bytes by staff_server
struct PutDoor {
  static constexpr RecordType kType = RecordType::put_door;
  Bytes door_card;
  room::PublicKey key;
  room::Signature signature;
  static Result<PutDoor> decode(Reader& reader);
  friend bool operator==(const PutDoor&, const PutDoor&) = default;
};
void encode(Writer& writer, const PutDoor& message);

// S→C. Empty: the card is durable.
struct DoorPut {
  static constexpr RecordType kType = RecordType::door_put;
  static Result<DoorPut> decode(Reader& reader);
  friend bool operator==(const DoorPut&, const DoorPut&) = default;
};
void encode(Writer& writer, const DoorPut& message);

enum class DoorRefusal : std::uint16_t {
  card_invalid = 1,
  not_staff,
  log_unavailable,
};
std::string_view name_of(DoorRefusal reason) noexcept;

// S→C.   reason u16
struct DoorRefused {
  static constexpr RecordType kType = RecordType::door_refused;
  DoorRefusal reason = DoorRefusal::card_invalid;
  static Result<DoorRefused> decode(Reader& reader);
  friend bool operator==(const DoorRefused&, const DoorRefused&) = default;
};
void encode(Writer& writer, const DoorRefused& message);

}  // namespace hearth::wire
