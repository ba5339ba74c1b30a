// Own Appends until they are read: nothing lost, nothing doubled.
#include "protocol/session/pending_appends.h"

#include <gtest/gtest.h>

namespace hearth::session {
namespace {

wire::Append append_of(Byte key, std::initializer_list<Byte> bodies) {
  wire::Append append;
  append.idempotency.fill(key);
  for (const Byte body : bodies) {
    append.entries.push_back({room::EntryKind::app, 1, Bytes(512, body)});
  }
  return append;
}

room::LogRecord record_of(std::uint64_t seq, Byte body) {
  return room::LogRecord::of({room::Seq{seq}, room::EntryKind::app, 1, Bytes(512, body)});
}

TEST(PendingAppends, FinishesWhenEveryEntryWasRead) {
  PendingAppends pending;
  pending.sent(append_of(1, {10, 11}));

  EXPECT_EQ(pending.on_record(record_of(5, 99)), std::nullopt);
  const Bytes16 key = append_of(1, {}).idempotency;
  EXPECT_EQ(pending.on_record(record_of(6, 10)), (PendingAppends::Own{key, false}));
  EXPECT_FALSE(pending.empty());
  EXPECT_EQ(pending.on_record(record_of(7, 11)), (PendingAppends::Own{key, true}));
  EXPECT_TRUE(pending.empty());
}

TEST(PendingAppends, KnowsItsOwnByHashWhereTheBodyIsGone) {
  PendingAppends pending;
  pending.sent(append_of(1, {10}));
  const room::Entry entry{room::Seq{5}, room::EntryKind::app, 1, Bytes(512, 10)};

  EXPECT_TRUE(pending.on_record(room::LogRecord::tombstone_of(entry)));
}

TEST(PendingAppends, SendsAgainOnlyWhatWasNotRead) {
  PendingAppends pending;
  for (Byte i = 1; i <= 3; ++i) pending.sent(append_of(i, {i}));
  pending.on_record(record_of(5, 2));

  const auto unread = pending.unread();

  ASSERT_EQ(unread.size(), 2u);
  EXPECT_EQ(unread[0], append_of(1, {1}));
  EXPECT_EQ(unread[1], append_of(3, {3}));
}

TEST(PendingAppends, GivesBackWhatWasRefused) {
  PendingAppends pending;
  pending.sent(append_of(1, {10}));

  EXPECT_EQ(pending.on_refused(append_of(2, {}).idempotency), std::nullopt);
  EXPECT_EQ(pending.on_refused(append_of(1, {}).idempotency), append_of(1, {10}));
  EXPECT_TRUE(pending.empty());
}

TEST(PendingAppends, SendsAgainWhatARestartLost) {
  PendingAppends pending;
  pending.sent(append_of(1, {10}));
  pending.sent(append_of(2, {20}));
  pending.on_record(record_of(5, 10));
  pending.on_record(record_of(6, 20));

  pending.on_lost(room::Seq{5});

  ASSERT_EQ(pending.unread().size(), 1u);
  EXPECT_EQ(pending.unread()[0], append_of(2, {20}));
  pending.settle(room::Seq{5});
  EXPECT_EQ(pending.unread().size(), 1u);
}

TEST(PendingAppends, ForgetsWhatCannotBeLostAnyMore) {
  PendingAppends pending;
  pending.sent(append_of(1, {10}));
  pending.on_record(record_of(5, 10));

  pending.settle(room::Seq{5});
  pending.on_lost(room::Seq{0});

  EXPECT_TRUE(pending.unread().empty());
}

}  // namespace
}  // namespace hearth::session
