// The two parts a room is born from; its id commits to both.
#pragma once

#include "protocol/room/entry.h"

namespace hearth::room {

inline constexpr std::uint16_t kGenesisVersion = 1;
inline constexpr std::size_t kMembersMax = 1000;  // So that a `state` fits into one body.
inline constexpr std::size_t kGatesMax = 256;
inline constexpr std::size_t kFoundersMax = 16;
inline constexpr std::size_t kTitleSizeMax = 200;

// Limits   members_max u16 | gates_max u16
struct Limits {
  std::uint16_t members_max = 100;
  std::uint16_t gates_max = 64;

  static Result<Limits> decode(Reader& reader);
  friend bool operator==(const Limits&, const Limits&) = default;
};
void encode(Writer& writer, const Limits& limits);

// What the server knows of a room from its first entry on.
//   version u16 | nonce32 | server_id32 | staff_server keys<V> | Limits | retention u8 |
//   staff_min u8
struct ServerPart {
  std::uint16_t version = kGenesisVersion;
  Bytes32 nonce{};
  PublicKey server_id;
  std::vector<PublicKey> founders;  // staff_server keys: 1..16, ascending, each once.
  Limits limits;
  Retention retention = Retention::live;
  // 1 or 2: with fewer staff in the room, nobody but they is admitted by an invitation.
  std::uint8_t staff_min = 1;

  static Result<ServerPart> decode(Reader& reader);  // genesis_invalid when a rule above is broken.
  friend bool operator==(const ServerPart&, const ServerPart&) = default;
};
void encode(Writer& writer, const ServerPart& part);

enum class RoomType : std::uint8_t { meeting = 1, one_to_one = 2, lounge = 3 };

// What members and link holders know; the server holds only its hash.
//   version u16 | salt32 | title<V> | type u8 | staff_id keys<V> | deputies<V> | q u8 |
//   safeguarding key<V> (0 or 32 bytes)
struct MemberPart {
  std::uint16_t version = kGenesisVersion;
  Bytes32 salt{};
  std::string title;  // UTF-8, at most 200 bytes.
  RoomType type = RoomType::meeting;
  std::vector<PublicKey> founders;  // staff_id keys, in any order, each once, as many as above.
  std::vector<PublicKey> deputies;  // Founders, each once.
  std::uint8_t quorum = 0;
  std::optional<DeskKey> safeguarding;

  static Result<MemberPart> decode(Reader& reader);
  friend bool operator==(const MemberPart&, const MemberPart&) = default;
};
void encode(Writer& writer, const MemberPart& part);

Hash hash_of(const ServerPart& part);
Hash hash_of(const MemberPart& part);
// SHA-256("hearth room" | H(server part) | H(member part)), the first 16 bytes.
RoomId room_id_of(const Hash& server_part, const Hash& member_part) noexcept;
// room_id_mismatch unless the id commits to exactly these.
Status check_room_id(const RoomId& room, const ServerPart& server_part,
                     const Hash& member_part) noexcept;

// Entry 1: kind 4, generation 0, body = u32 length | ServerPart | zeros (no signature: the room id
// vouches for it).
Entry genesis_entry(const ServerPart& part);
Result<ServerPart> decode_genesis(ByteView body);

}  // namespace hearth::room
