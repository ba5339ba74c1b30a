// The chain: each record in its place, and the one step back.
#include "protocol/room/chain.h"

#include <gtest/gtest.h>

#include "protocol/room/error.h"
#include "tests/support/hex.h"
#include "tests/support/room_builder.h"

namespace hearth::room {
namespace {

class ChainTest : public testing::Test {
 protected:
  LogRecord app(Seq seq) {
    return LogRecord::of({seq, EntryKind::app, 1, Bytes(512, static_cast<Byte>(seq.count()))});
  }
  LogRecord commit(Seq seq) { return LogRecord::of({seq, EntryKind::commit, 1, Bytes(512, 1)}); }
  LogRecord restart(const Anchor& last) {
    return LogRecord::of({last.seq.next_run(), EntryKind::control, 1,
                          builder_.server_act(RestartOp{last}, last.seq)});
  }
  Chain from_genesis() {
    Chain chain(builder_.room);
    EXPECT_EQ(chain.accept(LogRecord::of(genesis_entry(builder_.server_part))), 0u);
    return chain;
  }

  test::RoomBuilder builder_{Retention::live};
};

// Expected by Python's hashlib from the formula in the design.
TEST_F(ChainTest, StepsAsTheDesignSays) {
  RoomId room;
  for (Byte i = 0; i < 16; ++i) room.bytes[i] = i;
  Hash before;
  before.fill(9);

  const Hash h =
      chain_step(room, before, Seq::at(1, 5), EntryKind::app, 2, crypto::sha256(view_of("body")));

  EXPECT_EQ(to_hex(h), "32262c5401370842043cd576bcf7259df48dcfa31123dbf38fdeac2152649a7f");
}

TEST_F(ChainTest, GivesATombstoneTheSamePlaceAsItsEntry) {
  Chain whole = from_genesis();
  Chain bare = from_genesis();
  const Entry entry{Seq{2}, EntryKind::app, 1, Bytes(512, 3)};

  ASSERT_TRUE(whole.accept(LogRecord::of(entry)));
  ASSERT_TRUE(bare.accept(LogRecord::tombstone_of(entry)));

  EXPECT_EQ(whole.head(), bare.head());
}

TEST_F(ChainTest, RefusesGapsAndRepetitionsAndStaysWhereItWas) {
  Chain chain = from_genesis();
  ASSERT_TRUE(chain.accept(app(Seq{2})));
  const Anchor head = chain.head();

  EXPECT_EQ(chain.accept(app(Seq{2})).error(), make_error(RoomErrc::chain_gap));
  EXPECT_EQ(chain.accept(app(Seq{4})).error(), make_error(RoomErrc::chain_gap));
  EXPECT_EQ(chain.accept(app(Seq::at(1, 3))).error(), make_error(RoomErrc::chain_gap));
  EXPECT_EQ(chain.accept(commit(Seq::at(1, 3))).error(), make_error(RoomErrc::chain_gap));
  EXPECT_EQ(chain.head(), head);
}

TEST_F(ChainTest, StartsAnywhereFromAnAnchor) {
  Chain whole = from_genesis();
  ASSERT_TRUE(whole.accept(app(Seq{2})));
  Chain late(builder_.room, whole.head());

  ASSERT_TRUE(whole.accept(app(Seq{3})));
  ASSERT_TRUE(late.accept(app(Seq{3})));

  EXPECT_EQ(late.head(), whole.head());
  EXPECT_EQ(late.at(Seq{2}), whole.at(Seq{2}));
  EXPECT_EQ(late.at(Seq{1}), std::nullopt);
}

// What is kept of a chain is two places: enough for the next record and for a restart.
TEST_F(ChainTest, GoesOnFromItsLastDurablePlaceAndItsHead) {
  Chain chain = from_genesis();
  ASSERT_TRUE(chain.accept(commit(Seq{2})));
  const Anchor durable = chain.head();
  ASSERT_TRUE(chain.accept(app(Seq{3})));
  ASSERT_TRUE(chain.accept(app(Seq{4})));
  ASSERT_EQ(chain.durable(), durable);
  Chain kept(builder_.room, chain.durable(), chain.head());
  Chain after_restart(builder_.room, chain.durable(), chain.head());

  EXPECT_EQ(kept.durable(), durable);
  EXPECT_EQ(after_restart.accept(restart(durable)), 2u);
  ASSERT_TRUE(kept.accept(app(Seq{5})));
  ASSERT_TRUE(chain.accept(app(Seq{5})));
  EXPECT_EQ(kept.head(), chain.head());
  // Kept at a durable place, the two are one.
  EXPECT_EQ(Chain(builder_.room, durable, durable).durable(), durable);
}

TEST_F(ChainTest, StepsBackForARestartAndCountsWhatWasLost) {
  Chain chain = from_genesis();
  ASSERT_TRUE(chain.accept(commit(Seq{2})));
  const Anchor durable = chain.head();
  ASSERT_TRUE(chain.accept(app(Seq{3})));
  ASSERT_TRUE(chain.accept(app(Seq{4})));
  Chain never_saw_them(builder_.room, durable);

  EXPECT_EQ(chain.accept(restart(durable)), 2u);
  EXPECT_EQ(never_saw_them.accept(restart(durable)), 0u);

  EXPECT_EQ(chain.seq(), Seq::at(1, 3));
  // The counter of server_id differs, so these are two different restarts of the same place.
  EXPECT_NE(chain.head().h, never_saw_them.head().h);
  EXPECT_EQ(chain.at(Seq{3}), std::nullopt);
}

TEST_F(ChainTest, GivesEveryReaderTheSameHeadAfterARestart) {
  Chain chain = from_genesis();
  const Anchor durable = chain.head();
  Chain other = from_genesis();
  ASSERT_TRUE(chain.accept(app(Seq{2})));
  const LogRecord record = restart(durable);

  ASSERT_TRUE(chain.accept(record));
  ASSERT_TRUE(other.accept(record));

  EXPECT_EQ(chain.head(), other.head());
}

TEST_F(ChainTest, RefusesARestartThatHidesADurableEntry) {
  Chain chain = from_genesis();
  const Anchor before = chain.head();
  ASSERT_TRUE(chain.accept(commit(Seq{2})));
  ASSERT_TRUE(chain.accept(app(Seq{3})));

  EXPECT_EQ(chain.accept(restart(before)).error(), make_error(RoomErrc::restart_hides_durable));
}

TEST_F(ChainTest, RefusesARestartFromAnotherHistory) {
  Chain chain = from_genesis();
  ASSERT_TRUE(chain.accept(app(Seq{2})));
  Anchor other = chain.head();
  other.h[0] ^= 1;

  EXPECT_EQ(chain.accept(restart(other)).error(), make_error(RoomErrc::chain_broken));
}

TEST_F(ChainTest, RefusesARestartAheadOfWhatItHolds) {
  Chain chain = from_genesis();
  Chain ahead = from_genesis();
  ASSERT_TRUE(ahead.accept(commit(Seq{2})));

  EXPECT_EQ(chain.accept(restart(ahead.head())).error(), make_error(RoomErrc::chain_gap));
}

TEST_F(ChainTest, TakesABareRestartOnlyWhereNothingWasLost) {
  Chain chain = from_genesis();
  const LogRecord full = restart(chain.head());
  const LogRecord bare{full.seq, full.kind, full.generation, full.body_hash()};
  Chain other = from_genesis();
  ASSERT_TRUE(other.accept(app(Seq{2})));

  EXPECT_EQ(chain.accept(bare), 0u);
  EXPECT_EQ(other.accept(bare).error(), make_error(RoomErrc::chain_gap));
}

TEST_F(ChainTest, RemembersABoundedTail) {
  Chain chain = from_genesis();
  const auto last = static_cast<std::uint32_t>(Chain::kTailMax + 10);
  for (std::uint32_t count = 2; count <= last; ++count) {
    ASSERT_TRUE(chain.accept(app(Seq::at(0, count))));
  }

  EXPECT_TRUE(chain.at(Seq{last}));
  EXPECT_TRUE(chain.at(Seq{last - Chain::kTailMax + 1}));
  EXPECT_FALSE(chain.at(Seq{last - Chain::kTailMax}));
}

TEST_F(ChainTest, SignsHeadsForOneRoomOnly) {
  const Checkpoint checkpoint =
      Checkpoint::make(builder_.room, from_genesis().head(), builder_.server_id);
  const PublicKey server_id = public_key_of(builder_.server_id);
  RoomId other = builder_.room;
  other.bytes[0] ^= 1;

  EXPECT_TRUE(checkpoint.verify(builder_.room, server_id));
  EXPECT_FALSE(checkpoint.verify(other, server_id));
  EXPECT_FALSE(checkpoint.verify(builder_.room, public_key_of(builder_.staff_server)));
}

}  // namespace
}  // namespace hearth::room
