// Names and derivations. The expected bytes come from design's formulas, computed apart from our
// code with Python's hashlib and hmac.
#include "protocol/room/ids.h"

#include <gtest/gtest.h>

#include <numeric>

#include "protocol/room/envelope.h"
#include "protocol/room/error.h"
#include "protocol/room/gate.h"
#include "protocol/room/genesis.h"
#include "protocol/room/safety_code.h"
#include "protocol/room/text.h"
#include "tests/support/hex.h"
#include "tests/support/room_builder.h"

namespace hearth::room {
namespace {

using test::hex;

template <std::size_t N>
ByteArray<N> filled(Byte value) {
  ByteArray<N> bytes;
  bytes.fill(value);
  return bytes;
}

RoomId counting_room() {
  RoomId room;
  std::iota(room.bytes.begin(), room.bytes.end(), Byte{0});
  return room;
}

Secret16 counting_secret() {
  ByteArray<16> bytes;
  std::iota(bytes.begin(), bytes.end(), Byte{16});
  return Secret16(bytes);
}

TEST(Ids, DeriveAHandleFromRoomAndKey) {
  const Handle handle = handle_of(counting_room(), PublicKey{filled<32>(7)});

  EXPECT_EQ(to_hex(handle.bytes),
            "9f123af457341e7290932aa8a3516ba21b6bacb38d2af347039977f4dbe097e8");
  EXPECT_EQ(to_hex(gate_ref_of(PublicKey{filled<32>(7)}).bytes),
            "4bb06f8e4e3a7715d201d573d0aa423762e55dabd61a2c02278fa56cc6d294e0");
}

TEST(Ids, DeriveTheRoomIdFromBothParts) {
  EXPECT_EQ(to_hex(room_id_of(filled<32>(1), filled<32>(2)).bytes),
            "6501b9becf60ae947ba05a47c44b145d");
}

TEST(Ids, DeriveDoorGateAndEnvelopeKeys) {
  const RoomId room = counting_room();
  const Secret16 secret = counting_secret();

  EXPECT_EQ(to_hex(door_key(room, secret).view()),
            "5582f9a31ae61594ef744d80bed0c377bbeb9076353b8fe6b03049283e49d080");
  EXPECT_EQ(to_hex(gate_key(room, secret).private_key()),
            "3aa26dc20e85f74360da5ad2d1badf899f13a051bc9bbc828aaa6765db75fedb");
  Writer context;
  context.raw(room.bytes).u16(3);
  EXPECT_EQ(to_hex(hkdf(secret.view(), "envelope", context.bytes()).view()),
            "f07a5e08f0860171683108d5934eda8cc8a3ee6dc19e8cea72251e8ed67d79aa");
}

TEST(Ids, WriteTheSafetyCodeAsTwentyFiveDigits) {
  const std::string code = safety_code(counting_room(), 12, filled<32>(4), filled<32>(9));

  EXPECT_EQ(code, "8452250913239133680101717");
}

TEST(Ids, CountRunsAndEntriesApart) {
  const Seq seq = Seq::at(2, 7);

  EXPECT_EQ(seq.run(), 2u);
  EXPECT_EQ(seq.count(), 7u);
  EXPECT_EQ(seq.next(), Seq::at(2, 8));
  EXPECT_EQ(seq.next_run(), Seq::at(3, 8));
  EXPECT_LT(Seq::at(1, 900), seq);
}

TEST(Ids, VerifyOnlyWhatWasSigned) {
  const auto key = test::signature_key("any");
  const Signature signature = sign(key, view_of("yes"));

  EXPECT_TRUE(verify(public_key_of(key), view_of("yes"), signature));
  EXPECT_EQ(verify(public_key_of(key), view_of("no"), signature).error(),
            make_error(RoomErrc::signature_invalid));
}

TEST(Ids, RefuseNumbersThatAreNoRole) {
  for (const Byte value : {Byte{0}, Byte{5}, Byte{255}}) {
    const Bytes bytes{value};
    Reader reader(bytes);
    EXPECT_EQ(decode_role(reader).error(), make_error(CodecErrc::enum_invalid));
  }
  const Bytes supporter{4};
  Reader any(supporter);
  EXPECT_EQ(decode_role(any), Role::supporter);
  Reader voucher(supporter);
  EXPECT_EQ(decode_voucher(voucher).error(), make_error(CodecErrc::enum_invalid));
}

TEST(Text, TakesWellFormedUtf8Only) {
  EXPECT_TRUE(is_utf8("plain"));
  EXPECT_TRUE(is_utf8("ދިވެހި Tiếng Việt 🔥"));
  EXPECT_TRUE(is_utf8(text_of(hex("f48fbfbf"))));   // U+10FFFF
  EXPECT_FALSE(is_utf8(text_of(hex("c080"))));      // overlong
  EXPECT_FALSE(is_utf8(text_of(hex("e080af"))));    // overlong
  EXPECT_FALSE(is_utf8(text_of(hex("eda080"))));    // surrogate
  EXPECT_FALSE(is_utf8(text_of(hex("f4908080"))));  // beyond U+10FFFF
  EXPECT_FALSE(is_utf8(text_of(hex("e282"))));      // cut short
  EXPECT_FALSE(is_utf8(text_of(hex("80"))));        // continues nothing
}

}  // namespace
}  // namespace hearth::room
