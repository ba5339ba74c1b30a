// A room that is read from its log again is the room that wrote it, also when bodies have gone.
#include <gtest/gtest.h>

#include <algorithm>

#include "server/rooms/room.h"
#include "tests/support/room_builder.h"

namespace hearth::server {
namespace {

using room::EntryKind;
using room::Role;

class RestoreTest : public testing::Test {
 protected:
  RestoreTest() {
    const room::Entry genesis = room::genesis_entry(builder_.server_part);
    const room::Hash h = room::chain_step(builder_.room, {}, genesis.seq, genesis.kind,
                                          genesis.generation, crypto::sha256(genesis.body));
    rows_.push_back({room::LogRecord::of(genesis), h});
    room_ = read();
  }

  // A Room made of the kept rows.
  std::unique_ptr<Room> read() {
    auto room = std::make_unique<Room>(builder_.room, builder_.server_part, kept_);
    for (const LogRow& row : rows_) {
      const Status restored = room->restore(row);
      EXPECT_TRUE(restored.has_value()) << (restored ? "" : restored.error().name);
    }
    return room;
  }

  void append(const meeting::Speaker& speaker, std::vector<wire::Append::Item> items,
              std::vector<room::Handle> welcomed = {}) {
    wire::Append append;
    append.idempotency.fill(++appends_);
    append.expect_commit_seq = room_->state().last_commit_seq();
    append.entries = std::move(items);
    if (!welcomed.empty()) append.welcomes.push_back({std::move(welcomed), Bytes(10, 1)});
    now_ += std::chrono::minutes(1);
    auto staged = room_->stage(
        speaker, append, [](const auto&) { return true; }, now_);
    ASSERT_TRUE(staged.has_value()) << room::name_of(staged.error().reason);
    ASSERT_TRUE(staged->batch.has_value());
    keep(*staged->batch);
  }
  void keep(const LogBatch& batch) {
    rows_.insert(rows_.end(), batch.rows.begin(), batch.rows.end());
    for (const room::Seq seq : batch.bodies_dropped) {
      room::LogRecord& record = rows_.at(seq.count() - 1).record;
      record.content = record.body_hash();
    }
  }

  wire::Append::Item control(Bytes body) const {
    return {EntryKind::control, room_->state().generation(), std::move(body)};
  }
  wire::Append::Item by_staff(room::OpArgs args) {
    return control(builder_.staff_act(std::move(args), room_->state().head()));
  }
  wire::Append::Item commit() const {
    return {EntryKind::commit, room_->state().generation(), Bytes(512, 1)};
  }
  room::AdmitOp admit(std::uint32_t member) const {
    return {{{builder_.handle(member), Role::gate, builder_.gate(1).bytes, 0}}};
  }
  void write_state() {
    append(staff_, {control(builder_.staff_act(room::StateOp{room_->state().encode_state()},
                                               room_->state().last_control_seq()))});
  }

  // A meeting in an open room in which one member lets in another, who leaves; then it is closed.
  void hold_a_meeting() {
    append(staff_, {by_staff(room::GateAddOp{builder_.gate(1), 9, ~std::uint64_t{0}, 0, {}})});
    append(staff_,
           {by_staff(room::OpenOp{Bytes(16, 1), builder_.handle(0), room::Admission::open, 1})});
    append(staff_, {commit(), by_staff(admit(1))}, {builder_.handle(1)});
    append(member_, {commit(), control(builder_.member_act(1, admit(2), room_->state().head()))},
           {builder_.handle(2)});
    append(member_, {control(builder_.member_act(1, room::LeaveOp{}, room_->state().head()))});
    append(staff_, {by_staff(room::CloseOp{})});
    keep(room_->housekeeping(now_));
  }
  // How many control rows have lost their body.
  std::ptrdiff_t bare_acts() const {
    return std::ranges::count_if(rows_, [](const LogRow& row) {
      return row.record.kind == EntryKind::control && row.record.is_tombstone();
    });
  }

  test::RoomBuilder builder_;
  const meeting::Speaker staff_{Role::staff, room::public_key_of(builder_.staff_server)};
  const meeting::Speaker member_{Role::member, room::public_key_of(builder_.delivery(1))};
  KeptRoom kept_;
  std::vector<LogRow> rows_;
  std::unique_ptr<Room> room_;
  Instant now_ = instant_from_unix(1'790'000'000);
  Byte appends_ = 0;
};

TEST_F(RestoreTest, ReadsAClosedRoomWhoseMembersActsNoStateCoversYet) {
  hold_a_meeting();

  const auto again = read();

  EXPECT_TRUE(again->folded());
  EXPECT_EQ(again->state(), room_->state());
  EXPECT_EQ(bare_acts(), 0);
}

TEST_F(RestoreTest, ReadsARoomWhoseMembersActsAreGone) {
  hold_a_meeting();
  write_state();
  keep(room_->housekeeping(now_));

  const auto again = read();

  EXPECT_EQ(bare_acts(), 2);
  EXPECT_TRUE(again->folded());
  EXPECT_EQ(again->state(), room_->state());
}

TEST_F(RestoreTest, KeepsTheActsOfTheMeetingThatGoesOn) {
  hold_a_meeting();
  append(staff_,
         {by_staff(room::OpenOp{Bytes(16, 2), builder_.handle(0), room::Admission::open, 2})});
  append(staff_, {commit(), by_staff(admit(1))}, {builder_.handle(1)});
  const auto request = room_->state().head();
  append(member_, {control(builder_.member_act(1, room::LeaveOp{}, request))});
  write_state();
  keep(room_->housekeeping(now_));

  // The two of the meeting before are gone, the one of this meeting is not.
  EXPECT_EQ(bare_acts(), 2);
  EXPECT_EQ(read()->state(), room_->state());
}

TEST_F(RestoreTest, KnowsThatItDoesNotKnow) {
  hold_a_meeting();
  // As if the disk had lost what it must not lose.
  for (LogRow& row : rows_) {
    if (row.record.seq.count() == 7) row.record.content = row.record.body_hash();
  }

  EXPECT_FALSE(read()->folded());
}

}  // namespace
}  // namespace hearth::server
