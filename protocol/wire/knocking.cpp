// The messages about knocks, as bytes.
#include "protocol/wire/knocking.h"

#include <array>

#include "protocol/room/entry.h"
#include "protocol/wire/field.h"

namespace hearth::wire {

Result<KnockRequest> KnockRequest::decode(Reader& reader) {
  KnockRequest message;
  HEARTH_TRY(message.handle, room::Handle::decode(reader));
  HEARTH_TRY(message.sealed, reader.vector(room::kBodySizeMax));
  return message;
}
void encode(Writer& writer, const KnockRequest& message) {
  writer.raw(message.handle.bytes).vector(message.sealed);
}

Result<KnockWaiting> KnockWaiting::decode(Reader& reader) {
  HEARTH_TRY(const std::uint64_t slot, reader.u64());
  return KnockWaiting{slot};
}
void encode(Writer& writer, const KnockWaiting& message) { writer.u64(message.slot); }

std::string_view name_of(KnockRefusal reason) noexcept {
  constexpr std::array<std::string_view, 9> kNames{"unknown",    "size_invalid",   "room_closed",
                                                   "locked",     "gate_expired",   "gate_spent",
                                                   "lobby_full", "handle_waiting", "too_many"};
  const auto number = static_cast<std::size_t>(reason);
  return kNames[number < kNames.size() ? number : 0];
}

Result<KnockRefused> KnockRefused::decode(Reader& reader) {
  HEARTH_TRY(const auto reason, field::enum16(reader, KnockRefusal::too_many));
  return KnockRefused{reason};
}
void encode(Writer& writer, const KnockRefused& message) {
  writer.u16(static_cast<std::uint16_t>(message.reason));
}

Result<KnockShown> KnockShown::decode(Reader& reader) {
  KnockShown message;
  HEARTH_TRY(message.slot, reader.u64());
  HEARTH_TRY(message.handle, room::Handle::decode(reader));
  HEARTH_TRY(message.role, room::decode_voucher(reader));
  HEARTH_TRY(message.ref, reader.array<32>());
  HEARTH_TRY(message.sealed, reader.vector(room::kBodySizeMax));
  return message;
}
void encode(Writer& writer, const KnockShown& message) {
  writer.u64(message.slot).raw(message.handle.bytes);
  writer.u8(static_cast<std::uint8_t>(message.role)).raw(message.ref).vector(message.sealed);
}

Result<KnockGone> KnockGone::decode(Reader& reader) {
  HEARTH_TRY(const std::uint64_t slot, reader.u64());
  return KnockGone{slot};
}
void encode(Writer& writer, const KnockGone& message) { writer.u64(message.slot); }

Result<Deny> Deny::decode(Reader& reader) {
  Deny message;
  HEARTH_TRY(message.slot, reader.u64());
  HEARTH_TRY(message.sealed, reader.vector(room::kBodySizeMax));
  return message;
}
void encode(Writer& writer, const Deny& message) {
  writer.u64(message.slot).vector(message.sealed);
}

Result<KnockDenied> KnockDenied::decode(Reader& reader) {
  HEARTH_TRY(Bytes sealed, reader.vector(room::kBodySizeMax));
  return KnockDenied{std::move(sealed)};
}
void encode(Writer& writer, const KnockDenied& message) { writer.vector(message.sealed); }

Result<Admitted> Admitted::decode(Reader& reader) {
  HEARTH_TRY(const room::Handle handle, room::Handle::decode(reader));
  return Admitted{handle};
}
void encode(Writer& writer, const Admitted& message) { encode(writer, message.handle); }

Result<GetWelcome> GetWelcome::decode(Reader&) { return GetWelcome{}; }
void encode(Writer&, const GetWelcome&) {}

Result<Welcome> Welcome::decode(Reader& reader) {
  HEARTH_TRY(auto bytes, reader.optional_of<Bytes>([](Reader& r) { return r.vector(); }));
  return Welcome{std::move(bytes)};
}
void encode(Writer& writer, const Welcome& message) {
  writer.optional_of(message.bytes, [](Writer& w, const Bytes& bytes) { w.vector(bytes); });
}

}  // namespace hearth::wire
