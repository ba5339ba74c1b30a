// Padding, buckets and the envelope.
#include "protocol/room/envelope.h"

#include <gtest/gtest.h>

#include "protocol/room/error.h"
#include "tests/support/hex.h"

namespace hearth::room {
namespace {

using test::hex;

class EnvelopeTest : public testing::Test {
 protected:
  Entry app_entry(ByteView message) {
    const auto body = key_.seal_app(commitment_, message, random_);
    return {Seq{9}, EntryKind::app, 2, body.value()};
  }

  RoomId room_{};
  crypto::SeededRandom random_{1};
  Secret16 s_g_ = random_.secret<16>();
  EnvelopeKey key_{room_, 2, s_g_};
  Hash commitment_ = crypto::sha256(view_of("commitment"));
};

TEST_F(EnvelopeTest, FillsExactlyABucket) {
  // 512 bytes hold: commitment 32, nonce 24, tag 16, length 4, message 436.
  EXPECT_EQ(app_entry(Bytes(1, 1)).body.size(), 512u);
  EXPECT_EQ(app_entry(Bytes(436, 1)).body.size(), 512u);
  EXPECT_EQ(app_entry(Bytes(437, 1)).body.size(), 1024u);
  EXPECT_EQ(key_.seal(EntryKind::commit, Bytes(468, 1), random_)->size(), 512u);
  EXPECT_EQ(key_.seal(EntryKind::commit, Bytes(469, 1), random_)->size(), 1024u);
  EXPECT_EQ(key_.seal(EntryKind::commit, Bytes(65492, 1), random_)->size(), 65536u);
  EXPECT_EQ(key_.seal(EntryKind::commit, Bytes(65493, 1), random_).error(),
            make_error(RoomErrc::size_invalid));
}

TEST_F(EnvelopeTest, OpensWhatItSealed) {
  const Bytes message = hex("0102030405");

  EXPECT_EQ(key_.open(app_entry(message)), message);
  for (const EntryKind kind : {EntryKind::commit, EntryKind::proposal}) {
    const auto body = key_.seal(kind, message, random_);
    EXPECT_EQ(key_.open({Seq{9}, kind, 2, body.value()}), message);
  }
}

TEST_F(EnvelopeTest, BindsRoomKindGenerationAndCommitment) {
  const Entry entry = app_entry(hex("aa"));
  const Error open_failed = make_error(RoomErrc::open_failed);
  RoomId other_room;
  other_room.bytes[3] = 1;

  EXPECT_EQ(EnvelopeKey(other_room, 2, s_g_).open(entry).error(), open_failed);
  EXPECT_EQ(EnvelopeKey(room_, 3, s_g_).open(entry).error(), open_failed);
  Entry changed = entry;
  changed.body[0] ^= 1;  // In the commitment.
  EXPECT_EQ(key_.open(changed).error(), open_failed);
  changed = entry;
  changed.body.back() ^= 1;
  EXPECT_EQ(key_.open(changed).error(), open_failed);
  const auto commit = key_.seal(EntryKind::commit, hex("aa"), random_);
  EXPECT_EQ(key_.open({Seq{9}, EntryKind::proposal, 2, commit.value()}).error(), open_failed);
}

TEST_F(EnvelopeTest, RefusesABodyThatIsNoBucket) {
  Entry entry = app_entry(hex("aa"));
  entry.body.push_back(0);

  EXPECT_EQ(key_.open(entry).error(), make_error(RoomErrc::size_invalid));
}

TEST_F(EnvelopeTest, RefusesPaddingThatIsNotZero) {
  EXPECT_EQ(unpad(hex("00000001aa0000")), hex("aa"));
  EXPECT_EQ(unpad(hex("00000000")), Bytes{});
  EXPECT_EQ(unpad(hex("00000001aa0100")).error(), make_error(RoomErrc::padding_invalid));
  EXPECT_EQ(unpad(hex("00000004aa0000")).error(), make_error(RoomErrc::padding_invalid));
  EXPECT_EQ(unpad(hex("000000")).error(), make_error(CodecErrc::truncated));
}

TEST_F(EnvelopeTest, KnowsTheBucketsOfEachKind) {
  EXPECT_TRUE(is_bucket(EntryKind::control, 256));
  EXPECT_FALSE(is_bucket(EntryKind::app, 256));
  EXPECT_TRUE(is_bucket(EntryKind::app, 512));
  EXPECT_TRUE(is_bucket(EntryKind::commit, 65536));
  EXPECT_FALSE(is_bucket(EntryKind::commit, 2048));
  EXPECT_FALSE(is_bucket(EntryKind::control, 0));
}

TEST_F(EnvelopeTest, NeverSealsTheSameBytesTwice) {
  EXPECT_NE(app_entry(hex("aa")).body, app_entry(hex("aa")).body);
}

TEST_F(EnvelopeTest, ReadsTheCommitmentWithoutTheKey) {
  EXPECT_EQ(commitment_of(app_entry(hex("aa")).body), commitment_);
  EXPECT_EQ(commitment_of(hex("aa")), std::nullopt);
}

}  // namespace
}  // namespace hearth::room
