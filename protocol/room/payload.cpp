// Payloads, and the commitment by which a reader can report one.
#include "protocol/room/payload.h"

#include "protocol/defence.h"
#include "protocol/room/envelope.h"
#include "protocol/room/error.h"

namespace hearth::room {
namespace {

Secret32 commitment_for(const RoomId& room, ByteView k_f, const Bytes16& id, ByteView payload) {
  return crypto::hmac_sha256(k_f, {view_of("hearth frank"), room.bytes, id, payload});
}

}  // namespace

Result<Payload> Payload::decode(Reader& reader) {
  Payload payload;
  HEARTH_TRY(payload.id, reader.array<16>());
  HEARTH_TRY(payload.counter, reader.u64());
  HEARTH_TRY(payload.last, Anchor::decode(reader));
  HEARTH_TRY(const std::uint8_t type, reader.u8());
  payload.type = static_cast<PayloadType>(type);
  HEARTH_TRY(payload.content, reader.vector(kBodySizeMax));
  return payload;
}

void encode(Writer& writer, const Payload& payload) {
  writer.raw(payload.id).u64(payload.counter);
  encode(writer, payload.last);
  writer.u8(static_cast<std::uint8_t>(payload.type)).vector(payload.content);
}

CommittedPayload commit_to(const RoomId& room, const Payload& payload, const Secret32& k_f) {
  const Bytes bytes = encoded(payload);
  const Secret32 mac = commitment_for(room, k_f.view(), payload.id, bytes);
  const auto commitment = to_array<crypto::kHashSize>(mac.view());
  return {concat({k_f.view(), bytes}), *commitment};
}

Result<Payload> open_payload(const RoomId& room, ByteView application_data,
                             const Hash& commitment) {
  Reader reader(application_data);
  HEARTH_TRY(const ByteView k_f, reader.take(Secret32::kSize));
  const ByteView bytes = reader.rest();
  HEARTH_TRY(Payload payload, decode_exact<Payload>(bytes));
  const Secret32 opens = commitment_for(room, k_f, payload.id, bytes);
  if (!crypto::hmac_equal(opens, commitment) && stands(Defence::commitment)) {
    return fail(RoomErrc::commitment_invalid);
  }
  return payload;
}

}  // namespace hearth::room
