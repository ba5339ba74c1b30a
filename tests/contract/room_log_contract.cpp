// The promises of RoomLog, one test each.
#include "tests/contract/room_log_contract.h"

namespace hearth::server::contract {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RoomLogContract);

TEST_P(RoomLogContract, KeepsRowsInOrderWithTheirHashes) {
  const auto room = room_named(1);
  ASSERT_TRUE(create(room));

  ASSERT_TRUE(commit(batch(room, {row(1, "one"), row(2, "two")})));
  ASSERT_TRUE(commit(batch(room, {row(3, "three", room::EntryKind::commit)})));

  const auto rows = read(room, 0, 3);
  ASSERT_TRUE(rows);
  EXPECT_EQ(*rows, (std::vector<LogRow>{row(1, "one"), row(2, "two"),
                                        row(3, "three", room::EntryKind::commit)}));
  EXPECT_EQ(load(room)->head, (room::Anchor{room::Seq::at(0, 3), room::Hash{3}}));
}

TEST_P(RoomLogContract, ReadsAWindow) {
  const auto room = room_named(1);
  ASSERT_TRUE(create(room));
  ASSERT_TRUE(commit(batch(room, {row(1, "a"), row(2, "b"), row(3, "c"), row(4, "d")})));

  EXPECT_EQ(read(room, 1, 3)->size(), 2u);
  EXPECT_EQ(read(room, 0, 4, 2)->back(), row(2, "b"));
  EXPECT_TRUE(read(room, 4, 4)->empty());
}

TEST_P(RoomLogContract, RefusesAGap) {
  const auto room = room_named(1);
  ASSERT_TRUE(create(room));
  ASSERT_TRUE(commit(batch(room, {row(1, "one")})));

  EXPECT_EQ(commit(batch(room, {row(3, "three")})).error(), make_error(LogErrc::gap));
  EXPECT_EQ(commit(batch(room, {row(2, "two"), row(4, "four")})).error(), make_error(LogErrc::gap));
  EXPECT_EQ(commit(batch(room, {row(1, "again")})).error(), make_error(LogErrc::gap));

  EXPECT_EQ(read(room, 0, 9)->size(), 1u);
}

TEST_P(RoomLogContract, CountsOnAcrossRuns) {
  const auto room = room_named(1);
  ASSERT_TRUE(create(room));
  ASSERT_TRUE(commit(batch(room, {row(1, "one")})));

  ASSERT_TRUE(commit(batch(room, {row(2, "restart", room::EntryKind::control, 1)})));

  EXPECT_EQ(load(room)->head.seq, room::Seq::at(1, 2));
  EXPECT_EQ(read(room, 0, 9)->back().record.seq, room::Seq::at(1, 2));
}

TEST_P(RoomLogContract, NamesRoomsThatExistAndThoseThatDoNot) {
  ASSERT_TRUE(create(room_named(1)));

  EXPECT_EQ(create(room_named(1)).error(), make_error(LogErrc::room_exists));
  EXPECT_EQ(load(room_named(2)).error(), make_error(LogErrc::room_unknown));
  EXPECT_EQ(commit(batch(room_named(2), {row(1, "one")})).error(),
            make_error(LogErrc::room_unknown));
  EXPECT_EQ(read(room_named(2), 0, 1).error(), make_error(LogErrc::room_unknown));
}

TEST_P(RoomLogContract, KeepsWhatBelongsToARoom) {
  const auto room = room_named(1);
  ASSERT_TRUE(create(room));
  LogBatch first = batch(room, {row(1, "one")});
  first.appended.push_back({Bytes16{9}, room::Seq::at(0, 1), 1, room::Hash{1}});
  first.welcomes.push_back({room::Handle{Bytes32{4}}, to_bytes("welcome")});
  first.welcomes.push_back({room::Handle{Bytes32{5}}, to_bytes("other")});
  ASSERT_TRUE(commit(first));
  LogBatch second = batch(room, {});
  second.welcomes_taken.push_back(room::Handle{Bytes32{5}});
  second.door_card = to_bytes("new card");
  ASSERT_TRUE(commit(second));

  const auto kept = load(room);

  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->member_part, room::Hash{7});
  EXPECT_EQ(kept->door_card, to_bytes("new card"));
  EXPECT_EQ(kept->appended, first.appended);
  EXPECT_EQ(kept->welcomes, (std::vector<WaitingWelcome>{first.welcomes[0]}));
}

TEST_P(RoomLogContract, ForgetsOldKeys) {
  const auto room = room_named(1);
  ASSERT_TRUE(create(room));
  LogBatch old = batch(room, {row(1, "one")});
  old.appended.push_back({Bytes16{1}, room::Seq::at(0, 1), 1, {}});
  LogBatch young = batch(room, {row(2, "two")}, kMorning + std::chrono::hours(24));
  young.appended.push_back({Bytes16{2}, room::Seq::at(0, 2), 1, {}});
  ASSERT_TRUE(commit(old));
  ASSERT_TRUE(commit(young));

  const Status forgotten = answer_of<void>(
      [&](auto done) { log_->forget_keys(kMorning + std::chrono::hours(23), std::move(done)); });

  ASSERT_TRUE(forgotten);
  EXPECT_EQ(load(room)->appended, young.appended);
}

TEST_P(RoomLogContract, DropsBodiesAndKeepsHashes) {
  const auto room = room_named(1);
  ASSERT_TRUE(create(room));
  ASSERT_TRUE(commit(batch(room, {row(1, "one"), row(2, "two")})));
  LogBatch erase = batch(room, {});
  erase.bodies_dropped.push_back(room::Seq::at(0, 1));

  ASSERT_TRUE(commit(erase));

  const auto rows = read(room, 0, 2);
  EXPECT_TRUE((*rows)[0].record.is_tombstone());
  EXPECT_EQ((*rows)[0].record.body_hash(), row(1, "one").record.body_hash());
  EXPECT_EQ((*rows)[0].h, row(1, "one").h);
  EXPECT_FALSE((*rows)[1].record.is_tombstone());
}

TEST_P(RoomLogContract, ExpiresByKindTimeAndPlace) {
  const auto room = room_named(1);
  const Instant evening = kMorning + std::chrono::hours(10);
  ASSERT_TRUE(create(room));
  ASSERT_TRUE(commit(batch(room, {row(1, "a"), row(2, "c", room::EntryKind::control)})));
  ASSERT_TRUE(commit(batch(room, {row(3, "b"), row(4, "d", room::EntryKind::control)}, evening)));

  EXPECT_EQ(expire({room, room::EntryKind::app, evening, std::nullopt}), 1u);
  EXPECT_EQ(expire({room, room::EntryKind::app, evening, std::nullopt}), 0u);
  EXPECT_EQ(expire({room, room::EntryKind::control, evening + std::chrono::hours(1),
                    room::Seq::at(0, 2)}),
            1u);

  const auto rows = read(room, 0, 4);
  EXPECT_TRUE((*rows)[0].record.is_tombstone());
  EXPECT_TRUE((*rows)[1].record.is_tombstone());
  EXPECT_FALSE((*rows)[2].record.is_tombstone());
  EXPECT_FALSE((*rows)[3].record.is_tombstone());
}

TEST_P(RoomLogContract, KnowsACleanStop) {
  const auto room = room_named(1);
  ASSERT_TRUE(create(room));
  ASSERT_TRUE(commit(batch(room, {row(1, "one")})));
  EXPECT_FALSE(load(room)->stopped_cleanly);

  const Status stopped = answer_of<void>(
      [&](auto done) { log_->mark_stopped(batch(room, {row(2, "two")}), std::move(done)); });

  ASSERT_TRUE(stopped);
  EXPECT_TRUE(load(room)->stopped_cleanly);
  EXPECT_EQ(load(room)->head.seq, room::Seq::at(0, 2));
  ASSERT_TRUE(commit(batch(room, {row(3, "three")})));
  EXPECT_FALSE(load(room)->stopped_cleanly);
}

TEST_P(RoomLogContract, RemovesARoomWhole) {
  ASSERT_TRUE(create(room_named(1)));
  ASSERT_TRUE(create(room_named(2)));
  ASSERT_TRUE(commit(batch(room_named(1), {row(1, "one")})));

  const Status removed =
      answer_of<void>([&](auto done) { log_->remove(room_named(1), std::move(done)); });

  ASSERT_TRUE(removed);
  const auto rooms =
      answer_of<std::vector<room::RoomId>>([&](auto done) { log_->rooms(std::move(done)); });
  EXPECT_EQ(*rooms, std::vector<room::RoomId>{room_named(2)});
  ASSERT_TRUE(create(room_named(1)));
  EXPECT_EQ(load(room_named(1))->head, room::Anchor{});
}

TEST_P(RoomLogContract, AnswersManyCommitsInTheOrderOfTheCalls) {
  const auto room = room_named(1);
  ASSERT_TRUE(create(room));
  constexpr std::uint32_t kCommits = 500;
  std::vector<std::uint32_t> order;
  std::promise<void> last;

  for (std::uint32_t i = 1; i <= kCommits; ++i) {
    // Every hundredth follows nothing, and fails alone.
    const bool stray = i % 100 == 0;
    const std::uint32_t count = i - i / 100;
    log_->commit(batch(room, {row(stray ? 10'000 : count, "x")}), [&, i, stray](Status status) {
      EXPECT_EQ(status.has_value(), !stray);
      order.push_back(i);
      if (i == kCommits) last.set_value();
    });
  }
  last.get_future().wait();

  EXPECT_TRUE(std::ranges::is_sorted(order));
  EXPECT_EQ(read(room, 0, 10'000)->size(), kCommits - kCommits / 100);
}

TEST_P(RoomLogContract, OutlivesItsProcess) {
  if (!maker_->outlives_process()) GTEST_SKIP() << "this log forgets with its process, on purpose";
  const auto room = room_named(1);
  ASSERT_TRUE(create(room));
  ASSERT_TRUE(commit(batch(room, {row(1, "one"), row(2, "two")})));

  reopen();

  EXPECT_EQ(read(room, 0, 2)->back(), row(2, "two"));
  EXPECT_EQ(load(room)->door_card, to_bytes("card"));
}

}  // namespace hearth::server::contract
