// What clients keep for an audit, through everything that happens to them.
#include "client/core/audit.h"

#include "tests/support/room_builder.h"
#include "tests/unit/client/core/people.h"

namespace hearth::test {
namespace {

// As `hearth audit verify` does; the reason for which the list does not hold, or nothing.
std::string fault_of(const client::AuditList& list) {
  auto audit = client::Audit::begin(list.room, list.member_part, list.server_part);
  if (!audit) return std::string(audit.error().name);
  const bool whole = list.start.seq == room::Seq{};
  if (!whole) {
    if (const Status skipped = audit->skip_to(list.start); !skipped) return "start";
  }
  for (std::size_t i = whole ? 1 : 0; i < list.entries.size(); ++i) {
    if (const auto read = audit->add(list.entries[i]); !read) return std::string(read.error().name);
  }
  const Status end = audit->finish(list.checkpoint);
  return end ? "" : std::string(end.error().name);
}

std::optional<client::AuditList> export_of(World& world, const std::string& name) {
  const auto tag = world[name].ask(client::ExportAudit{"a file"});
  world.until([&] { return world[name].answer<client::AuditReady>(tag).has_value(); });
  const auto ready = world[name].answer<client::AuditReady>(tag);
  if (!ready) return std::nullopt;
  EXPECT_EQ(ready->path, "a file");
  EXPECT_EQ(ready->list.entries.back().record.seq, ready->list.checkpoint.head.seq);
  return ready->list;
}

void expect_holds(World& world, const std::string& name) {
  const auto list = export_of(world, name);
  ASSERT_TRUE(list) << name << ", seed " << world.seed();
  EXPECT_EQ(fault_of(*list), "") << name << ", seed " << world.seed();
}

TEST(AuditExport, IsTheWholeLogOfAFounderAndAStatesOfANewcomer) {
  World world(11);
  gather(world, {"Ben", "Cleo"});
  world["Ben"].say("a word");
  world["Anna"].ask(client::MuteMember{"Cleo", true});
  world.settle();

  const auto founder = export_of(world, "Anna");
  const auto guest = export_of(world, "Ben");

  ASSERT_TRUE(founder && guest);
  EXPECT_EQ(founder->start, room::Anchor{});
  EXPECT_NE(guest->start, room::Anchor{});
  EXPECT_EQ(fault_of(*founder), "");
  EXPECT_EQ(fault_of(*guest), "");
  for (const client::AuditEntry& entry : founder->entries) {
    EXPECT_EQ(entry.record.is_tombstone(), entry.record.kind != room::EntryKind::control);
  }
}

TEST(AuditExport, GoesOnThroughLostLinesRemovalsAndMeetings) {
  World world(12);
  gather(world, {"Ben", "Cleo"});
  world.cut(world["Ben"]);
  world["Anna"].say("while he is away");
  world["Anna"].ask(client::RemoveMember{"Cleo"});
  world.until([&] { return world["Anna"].members().size() == 2; });
  world.pass(std::chrono::minutes(1));
  expect_holds(world, "Ben");

  world["Anna"].ask(client::CloseRoom{});
  world.pass(std::chrono::minutes(1));
  world["Anna"].ask(client::OpenRoom{});
  world.until([&] { return world["Anna"].inside(); });
  expect_holds(world, "Anna");
}

TEST(AuditExport, GoesOnThroughARestartThatLostEntries) {
  World world(13);
  gather(world, {"Ben"});
  for (int i = 0; i < 5; ++i) world["Ben"].say("lost " + std::to_string(i));
  world.settle();
  world.crash_server();
  world.pass(std::chrono::minutes(1));
  world["Ben"].say("after");
  world.settle();

  expect_holds(world, "Anna");
  expect_holds(world, "Ben");
}

TEST(AuditExport, WaitsForTheConnection) {
  World world(14);
  gather(world, {"Ben"});
  world["Ben"].ask(client::GoOffline{});
  world.settle();

  const auto tag = world["Ben"].ask(client::ExportAudit{"x"});
  world.settle();
  EXPECT_FALSE(world["Ben"].answer<client::AuditReady>(tag));
  const auto second = world["Ben"].ask(client::ExportAudit{"y"});
  EXPECT_TRUE(world["Ben"].answer<client::Refused>(second));

  world["Ben"].ask(client::GoOnline{});
  world.until([&] { return world["Ben"].answer<client::AuditReady>(tag).has_value(); });
}

TEST(AuditExport, NeedsARoom) {
  World world(15);
  const auto tag = world["Anna"].ask(client::ExportAudit{"x"});
  world.settle();
  EXPECT_TRUE(world["Anna"].answer<client::Refused>(tag));
}

// --- The log itself, by hand ---

class AuditLogTest : public testing::Test {
 protected:
  // An entry of its own size; control bodies are what is counted.
  void add(room::EntryKind kind, Bytes body) {
    const room::Entry entry{head_.seq.next(), kind, 1, std::move(body)};
    head_.h = room::chain_step(builder_.room, head_.h, entry.seq, entry.kind, entry.generation,
                               crypto::sha256(entry.body));
    head_.seq = entry.seq;
    log_.add(room::LogRecord::of(entry), head_.h);
  }
  void add_state() {
    add(room::EntryKind::control, builder_.staff_act(room::StateOp{Bytes(60'000, 1)}, head_.seq));
  }
  std::optional<client::AuditList> list() const {
    return log_.up_to(room::Checkpoint::make(builder_.room, head_, builder_.server_id));
  }

  RoomBuilder builder_;
  client::AuditLog log_;
  room::Anchor head_;
};

TEST_F(AuditLogTest, StaysWithinItsBoundsAndBeginsWithAState) {
  for (int i = 0; i < 300; ++i) {
    add_state();
    add(room::EntryKind::app, Bytes(512));
  }

  const auto kept = list();
  ASSERT_TRUE(kept);
  std::size_t bytes = 0;
  for (const client::AuditEntry& entry : kept->entries) {
    if (const Bytes* body = entry.record.body()) bytes += body->size();
  }
  EXPECT_LE(bytes, client::AuditLog::kBodyBytesMax);
  EXPECT_GT(bytes, client::AuditLog::kBodyBytesMax / 2);
  EXPECT_EQ(kept->entries.front().record.kind, room::EntryKind::control);
  EXPECT_EQ(kept->start.seq.next(), kept->entries.front().record.seq);
}

TEST_F(AuditLogTest, WaitsForAStateWhereThereWasNoneForTooLong) {
  for (std::size_t i = 0; i < client::AuditLog::kEntriesMax + 10; ++i) {
    add(room::EntryKind::app, Bytes(1));
  }
  EXPECT_FALSE(list());
  EXPECT_LE(log_.size(), client::AuditLog::kEntriesMax);

  add_state();
  add(room::EntryKind::app, Bytes(1));
  const auto kept = list();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->entries.size(), 2u);
}

TEST_F(AuditLogTest, GoesOnWhereItIsAndForgetsWhatDoesNotFit) {
  for (int i = 0; i < 4; ++i) add(room::EntryKind::app, Bytes(1));
  log_.begin(head_);
  EXPECT_EQ(log_.size(), 4u);

  room::Anchor elsewhere = head_;
  elsewhere.h[0] ^= 1;
  log_.begin(elsewhere);
  EXPECT_EQ(log_.size(), 0u);
}

}  // namespace
}  // namespace hearth::test
