// Payloads and the commitment to them.
#include "protocol/room/payload.h"

#include <gtest/gtest.h>

#include "protocol/room/error.h"

namespace hearth::room {
namespace {

RoomId counting_room() {
  RoomId room;
  for (Byte i = 0; i < 16; ++i) room.bytes[i] = i;
  return room;
}

Payload sample() {
  Payload payload;
  payload.id.fill(5);
  payload.counter = 8;
  payload.last.seq = Seq{4};
  payload.last.h.fill(6);
  payload.content = to_bytes("hi");
  return payload;
}

Secret32 k_f() {
  Bytes32 key;
  key.fill(3);
  return Secret32(key);
}

// Expected by Python's hmac from the formula in the design.
TEST(Payload, CommitsAsTheDesignSays) {
  const CommittedPayload committed = commit_to(counting_room(), sample(), k_f());

  EXPECT_EQ(to_hex(committed.commitment),
            "f2cf99b6e359e9795a1f40310003931b57a940ee0f42268436640157803aa58c");
}

TEST(Payload, OpensOnlyWhatWasCommittedTo) {
  const CommittedPayload committed = commit_to(counting_room(), sample(), k_f());

  EXPECT_EQ(open_payload(counting_room(), committed.application_data, committed.commitment),
            sample());
  Hash other = committed.commitment;
  other[31] ^= 1;
  EXPECT_EQ(open_payload(counting_room(), committed.application_data, other).error(),
            make_error(RoomErrc::commitment_invalid));
  Bytes changed = committed.application_data;
  changed.back() ^= 1;
  EXPECT_EQ(open_payload(counting_room(), changed, committed.commitment).error(),
            make_error(RoomErrc::commitment_invalid));
  RoomId elsewhere = counting_room();
  elsewhere.bytes[0] = 9;
  EXPECT_FALSE(open_payload(elsewhere, committed.application_data, committed.commitment));
}

TEST(Payload, KeepsTypesThatItDoesNotKnow) {
  Payload payload = sample();
  payload.type = static_cast<PayloadType>(200);

  EXPECT_EQ(decode_exact<Payload>(encoded(payload)), payload);
}

TEST(Payload, RefusesBytesAfterTheContent) {
  CommittedPayload committed = commit_to(counting_room(), sample(), k_f());
  committed.application_data.push_back(0);

  EXPECT_EQ(open_payload(counting_room(), committed.application_data, committed.commitment).error(),
            make_error(CodecErrc::trailing_bytes));
}

}  // namespace
}  // namespace hearth::room
