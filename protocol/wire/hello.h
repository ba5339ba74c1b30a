// The first words of a connection: version, greeting, authentication.
#pragma once

#include "protocol/room/auth.h"
#include "protocol/room/chain.h"
#include "protocol/room/genesis.h"
#include "protocol/wire/record.h"

namespace hearth::wire {

inline constexpr std::uint16_t kVersion = 1;
inline constexpr std::size_t kVersionsMax = 16;

// C→S, first.   versions<V>{u16}: all that the client speaks, 1..16, best first.
struct Hello {
  static constexpr RecordType kType = RecordType::hello;
  std::vector<std::uint16_t> versions;
  static Result<Hello> decode(Reader& reader);
  friend bool operator==(const Hello&, const Hello&) = default;
};
void encode(Writer& writer, const Hello& message);

// S→C.   version u16 | server_id32 | nonce32 | signature64 over room::greeting_bytes
struct Greeting {
  static constexpr RecordType kType = RecordType::greeting;
  std::uint16_t version = kVersion;
  room::PublicKey server_id;
  Bytes32 nonce{};
  room::Signature signature;
  static Result<Greeting> decode(Reader& reader);
  friend bool operator==(const Greeting&, const Greeting&) = default;
};
void encode(Writer& writer, const Greeting& message);

// S→C, then the connection ends.   versions<V>{u16}: all that the server speaks.
struct VersionUnsupported {
  static constexpr RecordType kType = RecordType::version_unsupported;
  std::vector<std::uint16_t> versions;
  static Result<VersionUnsupported> decode(Reader& reader);
  friend bool operator==(const VersionUnsupported&, const VersionUnsupported&) = default;
};
void encode(Writer& writer, const VersionUnsupported& message);

// C→S.   room_id16 | role u8 | key32 | signature64 over room::auth_bytes
// May come again on the same connection, for the same room, to go from gate to member.
struct Auth {
  static constexpr RecordType kType = RecordType::auth;
  room::RoomId room;
  room::Role role = room::Role::gate;
  room::PublicKey key;
  room::Signature signature;
  static Result<Auth> decode(Reader& reader);
  friend bool operator==(const Auth&, const Auth&) = default;
};
void encode(Writer& writer, const Auth& message);

// S→C.   role u8 | Checkpoint | open u8 (0|1) | retention u8 | Limits
struct AuthOk {
  static constexpr RecordType kType = RecordType::auth_ok;
  room::Role role = room::Role::gate;
  room::Checkpoint head;
  bool open = false;
  room::Retention retention = room::Retention::live;
  room::Limits limits;
  static Result<AuthOk> decode(Reader& reader);
  friend bool operator==(const AuthOk&, const AuthOk&) = default;
};
void encode(Writer& writer, const AuthOk& message);

// S→C. Empty: the same bytes for an unknown room, an unknown key and a wrong signature.
struct AuthRefused {
  static constexpr RecordType kType = RecordType::auth_refused;
  static Result<AuthRefused> decode(Reader& reader);
  friend bool operator==(const AuthRefused&, const AuthRefused&) = default;
};
void encode(Writer& writer, const AuthRefused& message);

}  // namespace hearth::wire
