// The bytes of every record, and of the structures that are signed or hashed, held fast.
#include <gtest/gtest.h>

#include <set>

#include "protocol/room/control.h"
#include "protocol/room/policy.h"
#include "tests/support/golden.h"
#include "tests/support/hex.h"
#include "tests/support/room_builder.h"
#include "tests/unit/protocol/wire/samples.h"

namespace hearth::wire {
namespace {

const std::string kRecords = "tests/vectors/wire/records.txt";
const std::string kRoom = "tests/vectors/wire/room.txt";

// Names are the record's, with a number where a sample repeats a type.
class Namer {
 public:
  std::string operator()(std::string_view name) {
    const int count = ++seen_[std::string(name)];
    return std::string(name) + (count > 1 ? "_" + std::to_string(count) : "");
  }

 private:
  std::map<std::string, int> seen_;
};

test::GoldenLines record_lines() {
  test::GoldenLines lines;
  Namer name;
  for (const ClientMessage& message : samples::client_messages()) {
    lines.emplace_back(name(name_of(type_of(message))), to_hex(record_of(message)));
  }
  for (const ServerMessage& message : samples::server_messages()) {
    lines.emplace_back(name(name_of(type_of(message))), to_hex(record_of(message)));
  }
  return lines;
}

test::GoldenLines room_lines() {
  test::RoomBuilder builder;
  const auto seq = room::Seq::at(1, 7);
  const room::AdmitOp::Newcomer guest{builder.handle(1), room::Role::gate, builder.gate(1).bytes,
                                      room::AdmitOp::kListener};
  const auto newcomer_id = test::signature_key("staff_id", 1);
  const auto newcomer_server = test::signature_key("staff_server", 1);
  const room::StaffList first = builder.staff_list();
  const room::StaffEntry newcomer{room::public_key_of(newcomer_id),
                                  room::public_key_of(newcomer_server),
                                  test::public_desk_key(test::desk_key(1)), room::kStaffDeputy};
  room::StaffList second = first.next({first.entries[0], newcomer}, 1);
  second.accept(room::StaffList::Acceptance::make(builder.room, second.previous, newcomer,
                                                  newcomer_id, newcomer_server));
  second.sign(builder.room, builder.staff_id);
  auto staff_set = room::StaffSetOp::of(second);
  staff_set.accept(
      room::StaffSetOp::acceptance(builder.room, second.number, newcomer.desk, newcomer_server));
  staff_set.sign(builder.room, builder.staff_server);
  room::SupporterAddOp supporter{room::public_key_of(newcomer_server), newcomer.desk, 3, {}};
  supporter.accept(builder.room, newcomer_server);
  room::Policy policy;
  policy.room = builder.room;
  policy.staff = second;
  const std::vector<room::OpArgs> ops{
      room::OpenOp{Bytes(16, 1), builder.handle(0), room::Admission::lobby, 1},
      room::CloseOp{},
      room::RebuildOp{Bytes(16, 2),
                      builder.handle(0),
                      room::Admission::open,
                      2,
                      {builder.handle(1)},
                      {builder.gate(1)}},
      room::AdmitOp{{guest}},
      room::RemoveOp{{builder.handle(1)}, {builder.gate(1)}, 3, 600, room::RemoveOp::kErase},
      room::LeaveOp{},
      room::GateAddOp{builder.gate(1), 2, 1'800'000'000, room::GateAddOp::kStanding, {}},
      room::GateRevokeOp{builder.gate(1)},
      room::MuteOp{{builder.handle(1)}},
      room::UnmuteOp{{builder.handle(1)}},
      room::PauseOp{},
      room::ResumeOp{},
      room::LockOp{},
      room::UnlockOp{},
      room::SlowModeOp{30},
      room::EraseOp{{room::Seq{3}, room::Seq{5}}},
      room::UndoEraseOp{{room::Seq{3}}},
      room::StateOp{Bytes(8, 9)},
      room::RestartOp{{seq, samples::bytes32(10)}},
      staff_set,
      supporter,
      room::SupporterRemoveOp{supporter.staff_server},
      room::ToLobbyOp{{builder.handle(1)}},
      room::CallBackOp{{builder.handle(1)}},
      room::ModeOp{room::Mode::queue, 240, room::ModeOp::kFair},
      room::RaiseOp{},
      room::LowerOp{},
      room::CallOnOp{builder.handle(1), 120},
      room::TakeOp{},
      room::DoneOp{},
      room::PassOp{},
      room::GrantOp{builder.handle(1), 60},
      room::SkipOp{builder.handle(1)},
      room::HeardOp{},
      room::LeadOp{room::public_key_of(builder.staff_server)},
  };
  test::GoldenLines lines;
  lines.emplace_back("room_id", to_hex(builder.room.bytes));
  lines.emplace_back("server_part", to_hex(encoded(builder.server_part)));
  lines.emplace_back("member_part", to_hex(encoded(builder.member_part)));
  lines.emplace_back("genesis_body", to_hex(room::genesis_entry(builder.server_part).body));
  lines.emplace_back("staff_list_first", to_hex(encoded(first)));
  lines.emplace_back("staff_list_second", to_hex(encoded(second)));
  lines.emplace_back("staff_list_second_hash", to_hex(second.hash()));
  lines.emplace_back("policy", to_hex(encoded(policy)));
  for (const room::OpArgs& op : ops) {
    lines.emplace_back("control_" + std::string(name_of(room::op_of(op))),
                       to_hex(builder.staff_act(op, seq)));
  }
  return lines;
}

void expect_golden(const std::string& path, const std::string& origin,
                   const test::GoldenLines& lines) {
  if (test::rewrite_golden()) test::write_golden(path, origin, lines);
  const auto golden = test::read_golden(path);
  EXPECT_EQ(golden.size(), lines.size());
  for (const auto& [name, value] : lines) {
    const auto found = golden.find(name);
    ASSERT_NE(found, golden.end()) << name;
    EXPECT_EQ(found->second, value) << name;
  }
}

TEST(Golden, HoldsTheBytesOfEveryRecord) {
  expect_golden(kRecords, "One record per line, from samples.h: name, then type and body in hex.",
                record_lines());
}

TEST(Golden, HoldsTheBytesOfWhatARoomSigns) {
  expect_golden(kRoom, "The room of room_builder.h: parts, genesis and each signed control body.",
                room_lines());
}

// What the file holds is read back as it was written, and there is a line for every type.
TEST(Golden, ReadsEveryRecordBack) {
  std::set<RecordType> seen;
  for (const ClientMessage& message : samples::client_messages()) {
    EXPECT_EQ(decode_client_message(record_of(message)), message);
    seen.insert(type_of(message));
  }
  for (const ServerMessage& message : samples::server_messages()) {
    EXPECT_EQ(decode_server_message(record_of(message)), message);
    seen.insert(type_of(message));
  }
  for (unsigned type = 0; type < 256; ++type) {
    const bool named = !name_of(static_cast<RecordType>(type)).empty();
    EXPECT_EQ(named, seen.contains(static_cast<RecordType>(type))) << type;
  }
  EXPECT_EQ(seen.size(), std::variant_size_v<ClientMessage> + std::variant_size_v<ServerMessage>);
}

}  // namespace
}  // namespace hearth::wire
