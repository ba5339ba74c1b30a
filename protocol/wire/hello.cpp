// The first words, as bytes.
#include "protocol/wire/hello.h"

namespace hearth::wire {
namespace {

Result<std::vector<std::uint16_t>> decode_versions(Reader& reader) {
  HEARTH_TRY(std::vector<std::uint16_t> versions,
             reader.vector_of<std::uint16_t>([](Reader& r) { return r.u16(); }));
  if (versions.empty() || versions.size() > kVersionsMax) {
    return hearth::fail(make_error(CodecErrc::length_invalid));
  }
  return versions;
}

void encode_versions(Writer& writer, const std::vector<std::uint16_t>& versions) {
  writer.vector_of(versions, [](Writer& w, std::uint16_t version) { w.u16(version); });
}

}  // namespace

Result<Hello> Hello::decode(Reader& reader) {
  HEARTH_TRY(auto versions, decode_versions(reader));
  return Hello{std::move(versions)};
}
void encode(Writer& writer, const Hello& message) { encode_versions(writer, message.versions); }

Result<Greeting> Greeting::decode(Reader& reader) {
  Greeting message;
  HEARTH_TRY(message.version, reader.u16());
  HEARTH_TRY(message.server_id, room::PublicKey::decode(reader));
  HEARTH_TRY(message.nonce, reader.array<32>());
  HEARTH_TRY(message.signature, room::Signature::decode(reader));
  return message;
}
void encode(Writer& writer, const Greeting& message) {
  writer.u16(message.version).raw(message.server_id.bytes).raw(message.nonce);
  writer.raw(message.signature.bytes);
}

Result<VersionUnsupported> VersionUnsupported::decode(Reader& reader) {
  HEARTH_TRY(auto versions, decode_versions(reader));
  return VersionUnsupported{std::move(versions)};
}
void encode(Writer& writer, const VersionUnsupported& message) {
  encode_versions(writer, message.versions);
}

Result<Auth> Auth::decode(Reader& reader) {
  Auth message;
  HEARTH_TRY(message.room, room::RoomId::decode(reader));
  HEARTH_TRY(message.role, room::decode_role(reader));
  HEARTH_TRY(message.key, room::PublicKey::decode(reader));
  HEARTH_TRY(message.signature, room::Signature::decode(reader));
  return message;
}
void encode(Writer& writer, const Auth& message) {
  writer.raw(message.room.bytes).u8(static_cast<std::uint8_t>(message.role));
  writer.raw(message.key.bytes).raw(message.signature.bytes);
}

Result<AuthOk> AuthOk::decode(Reader& reader) {
  AuthOk message;
  HEARTH_TRY(message.role, room::decode_role(reader));
  HEARTH_TRY(message.head, room::Checkpoint::decode(reader));
  HEARTH_TRY(message.open, reader.presence());
  HEARTH_TRY(message.retention, room::decode_retention(reader));
  HEARTH_TRY(message.limits, room::Limits::decode(reader));
  return message;
}
void encode(Writer& writer, const AuthOk& message) {
  writer.u8(static_cast<std::uint8_t>(message.role));
  encode(writer, message.head);
  writer.presence(message.open).u8(static_cast<std::uint8_t>(message.retention));
  encode(writer, message.limits);
}

Result<AuthRefused> AuthRefused::decode(Reader&) { return AuthRefused{}; }
void encode(Writer&, const AuthRefused&) {}

}  // namespace hearth::wire
