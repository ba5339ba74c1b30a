// The application payload inside MLS, and the commitment to it outside.
#pragma once

#include "protocol/room/chain.h"

namespace hearth::room {

// Payload types of this release; unknown ones are kept and not shown.
enum class PayloadType : std::uint8_t {
  text = 1,      // UTF-8.
  card = 2,      // By staff: where the meeting is in its plan (the clients' own, client/agenda).
  new_lock = 3,  // s_door16: staff changed the lock.
  beacon = 4,    // Beacon: by the lead of a live room, after a minute of silence.
  // Empty, by a steward: whose leaf key is old sends an Update now; Adds wait for the commit.
  update_call = 5,
};

// Payload   id16 | counter u64 | last{seq u64, h32} | type u8 | content<V>
struct Payload {
  Bytes16 id{};               // Random; a second entry with the same id of a sender is dropped.
  std::uint64_t counter = 0;  // Rises per sender and stay.
  Anchor last;                // The last record the sender had accepted: a different h there means
                              // that this server shows different people different rooms.
  PayloadType type = PayloadType::text;
  Bytes content;

  static Result<Payload> decode(Reader& reader);
  friend bool operator==(const Payload&, const Payload&) = default;
};
void encode(Writer& writer, const Payload& payload);

// What MLS protects: k_f32 | Payload. The commitment stands in front of the envelope:
// HMAC-SHA256(k_f, "hearth frank" | room_id | payload id | Payload).
struct CommittedPayload {
  Bytes application_data;
  Hash commitment;
};
CommittedPayload commit_to(const RoomId& room, const Payload& payload, const Secret32& k_f);
// The payload, or commitment_invalid: readers drop what does not open.
Result<Payload> open_payload(const RoomId& room, ByteView application_data, const Hash& commitment);

}  // namespace hearth::room
