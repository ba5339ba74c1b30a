// Control entries: every operation, signed and opened.
#include "protocol/room/control.h"

#include <gtest/gtest.h>

#include <set>

#include "protocol/room/error.h"
#include "protocol/room/refusal.h"
#include "tests/support/room_builder.h"

namespace hearth::room {
namespace {

Handle handle(Byte value) {
  Handle handle;
  handle.bytes.fill(value);
  return handle;
}
GateRef gate(Byte value) {
  GateRef gate;
  gate.bytes.fill(value);
  return gate;
}

StaffSetOp staff_set() {
  StaffSetOp op;
  op.number = 2;
  op.list_hash = handle(3).bytes;
  op.quorum = 1;
  op.entries = {{PublicKey{handle(4).bytes}, DeskKey{handle(8).bytes}, kStaffLead},
                {PublicKey{handle(5).bytes}, DeskKey{handle(9).bytes}, kStaffDeputy}};
  op.accept({PublicKey{handle(5).bytes}, {}});
  op.add_signature({PublicKey{handle(4).bytes}, {}});
  return op;
}

// One of each.
std::vector<OpArgs> every_op() {
  AdmitOp::Newcomer guest{handle(1), Role::gate, gate(2).bytes, AdmitOp::kListener};
  return {
      OpenOp{Bytes(16, 1), handle(9), Admission::open, 1},
      CloseOp{},
      RebuildOp{Bytes(16, 2), handle(9), Admission::lobby, 2, {handle(1)}, {gate(2)}},
      AdmitOp{{guest}},
      RemoveOp{{handle(1)}, {gate(2)}, 3, 3600, RemoveOp::kErase},
      LeaveOp{},
      GateAddOp{gate(2), 5, 1'800'000'000, GateAddOp::kStanding, Bytes(40, 3)},
      GateRevokeOp{gate(2)},
      MuteOp{{handle(1), handle(2)}},
      UnmuteOp{{handle(1)}},
      PauseOp{},
      ResumeOp{},
      LockOp{},
      UnlockOp{},
      SlowModeOp{30},
      EraseOp{{Seq{5}, Seq{7}}},
      UndoEraseOp{{Seq{5}}},
      StateOp{Bytes(100, 4)},
      RestartOp{{Seq{12}, {}}},
      staff_set(),
      SupporterAddOp{PublicKey{handle(6).bytes}, DeskKey{handle(7).bytes}, 3, {}},
      SupporterRemoveOp{PublicKey{handle(6).bytes}},
      ToLobbyOp{{handle(1)}},
      CallBackOp{{handle(1), handle(2)}},
      ModeOp{Mode::queue, 240, ModeOp::kPassesOn | ModeOp::kFair},
      RaiseOp{},
      LowerOp{},
      CallOnOp{handle(1), 120},
      TakeOp{},
      DoneOp{},
      PassOp{},
      GrantOp{handle(1), 120},
      SkipOp{handle(1)},
      HeardOp{},
      LeadOp{PublicKey{handle(6).bytes}},
  };
}

class ControlTest : public testing::Test {
 protected:
  Control control(OpArgs args) {
    Control control;
    control.room = builder_.room;
    control.signer = public_key_of(builder_.staff_server);
    control.args = std::move(args);
    control.base_seq = Seq{4};
    control.counter = 1;
    return control;
  }
  Bytes seal(const Control& control) {
    return seal_control(control, builder_.staff_server).value();
  }

  test::RoomBuilder builder_;
};

TEST_F(ControlTest, CarriesEveryOperation) {
  const auto ops = every_op();
  ASSERT_EQ(ops.size(), std::variant_size_v<OpArgs>);
  for (std::size_t i = 0; i < ops.size(); ++i) {
    ASSERT_EQ(ops[i].index(), i);
    // The room's operations, then the meeting's.
    EXPECT_EQ(static_cast<std::size_t>(op_of(ops[i])), i < 24 ? i + 1 : i - 24 + 100);
    const Control written = control(ops[i]);
    const Bytes body = seal(written);
    EXPECT_TRUE(is_bucket(EntryKind::control, body.size()));
    EXPECT_EQ(open_control(body), written) << name_of(written.op());
    EXPECT_EQ(peek_control(body), written) << name_of(written.op());
  }
}

TEST_F(ControlTest, FitsAShortActIntoAQuarterKilobyte) {
  EXPECT_EQ(seal(control(PauseOp{})).size(), 256u);
  EXPECT_EQ(seal(control(StateOp{Bytes(65000, 1)})).size(), 65536u);
  EXPECT_EQ(seal_control(control(StateOp{Bytes(65500, 1)}), builder_.staff_server).error(),
            make_error(RoomErrc::size_invalid));
}

TEST_F(ControlTest, RefusesEveryChangedByte) {
  const Bytes body = seal(control(MuteOp{{handle(1)}}));
  for (std::size_t i = 0; i < body.size(); ++i) {
    Bytes changed = body;
    changed[i] ^= 1;
    EXPECT_FALSE(open_control(changed)) << i;
  }
}

TEST_F(ControlTest, RefusesTheSignatureOfAnother) {
  Control forged = control(PauseOp{});
  forged.signer = public_key_of(builder_.staff_server);
  const Bytes bytes = encoded(forged);
  const Signature signature =
      sign(test::signature_key("stranger"), concat({view_of("hearth control"), bytes}));
  const Bytes body = pad(concat({bytes, signature.bytes}), 0, kControlBuckets).value();

  EXPECT_EQ(open_control(body).error(), make_error(RoomErrc::signature_invalid));
  EXPECT_TRUE(peek_control(body));
}

TEST_F(ControlTest, RefusesOperationsOfLaterReleases) {
  constexpr std::uint16_t kOps[] = {0, 25, 26, 99, 111, 65535};
  for (const std::uint16_t op : kOps) {
    EXPECT_EQ(decode_args(op, {}).error(), make_error(RoomErrc::op_unknown)) << op;
  }
}

TEST_F(ControlTest, RefusesArgumentsOutsideTheirBounds) {
  const auto decoded = [](const OpArgs& args) {
    Writer writer;
    encode_args(writer, args);
    return decode_args(static_cast<std::uint16_t>(op_of(args)), writer.bytes());
  };
  const Error length = make_error(CodecErrc::length_invalid);
  const Error value = make_error(CodecErrc::value_invalid);
  AdmitOp crowd;
  crowd.newcomers.resize(kAdmitMax + 1);

  EXPECT_EQ(decoded(crowd).error(), length);
  EXPECT_EQ(decoded(AdmitOp{}).error(), length);
  EXPECT_EQ(decoded(MuteOp{}).error(), length);
  EXPECT_EQ(decoded(EraseOp{}).error(), length);
  EXPECT_EQ(decoded(EraseOp{std::vector<Seq>(kErasePerOpMax + 1)}).error(), length);
  EXPECT_EQ(decoded(OpenOp{}).error(), length);  // No group id.
  EXPECT_EQ(decoded(OpenOp{Bytes(kGroupIdSizeMax + 1, 1), handle(1), Admission::open, 1}).error(),
            length);
  EXPECT_EQ(decoded(GateAddOp{gate(1), 0, 1, 0, {}}).error(), value);
  EXPECT_EQ(decoded(GateAddOp{gate(1), 1, 1, 4, {}}).error(), value);
  EXPECT_EQ(decoded(AdmitOp{{{handle(1), Role::gate, {}, 4}}}).error(), value);
  EXPECT_EQ(decoded(AdmitOp{{{handle(1), Role::supporter, {}, 0}}}).error(),
            make_error(CodecErrc::enum_invalid));
  EXPECT_EQ(decoded(RemoveOp{{}, {}, 1, 0, 2}).error(), value);
  EXPECT_EQ(decoded(ToLobbyOp{}).error(), length);
  EXPECT_EQ(decoded(CallBackOp{}).error(), length);
  EXPECT_EQ(decode_args(static_cast<std::uint16_t>(Op::pause), Bytes{1}).error(),
            make_error(CodecErrc::trailing_bytes));
}

TEST_F(ControlTest, RefusesAStaffSetWithTwoSpellings) {
  const auto decoded = [](const StaffSetOp& op) {
    Writer writer;
    encode_args(writer, op);
    return decode_args(static_cast<std::uint16_t>(Op::staff_set), writer.bytes());
  };
  const Error value = make_error(CodecErrc::value_invalid);
  EXPECT_TRUE(decoded(staff_set()));

  StaffSetOp op = staff_set();
  std::swap(op.entries[0], op.entries[1]);
  EXPECT_EQ(decoded(op).error(), value);
  op = staff_set();
  op.entries[1] = op.entries[0];
  EXPECT_EQ(decoded(op).error(), value);
  op = staff_set();
  op.entries[0].flags = 4;
  EXPECT_EQ(decoded(op).error(), value);
  op = staff_set();
  op.signatures.push_back(op.signatures[0]);
  EXPECT_EQ(decoded(op).error(), value);
  op = staff_set();
  op.entries.clear();
  EXPECT_EQ(decoded(op).error(), make_error(CodecErrc::length_invalid));
  op.entries.resize(kStaffMax + 1);
  EXPECT_EQ(decoded(op).error(), make_error(CodecErrc::length_invalid));
}

TEST_F(ControlTest, RefusesASupporterWithoutRightsOrWithOthers) {
  for (const std::uint8_t rights : {std::uint8_t{0}, std::uint8_t{4}}) {
    Writer writer;
    encode_args(writer, SupporterAddOp{PublicKey{}, DeskKey{}, rights, {}});
    EXPECT_EQ(decode_args(static_cast<std::uint16_t>(Op::supporter_add), writer.bytes()).error(),
              make_error(CodecErrc::value_invalid));
  }
}

TEST_F(ControlTest, RefusesTimesAndModesThatAreNone) {
  const auto decoded = [](Op op, const Bytes& args) {
    return decode_args(static_cast<std::uint16_t>(op), args).error();
  };
  const auto value = make_error(CodecErrc::value_invalid);
  for (const std::uint8_t mode : {std::uint8_t{0}, std::uint8_t{6}}) {
    EXPECT_EQ(decoded(Op::mode, Writer().u8(mode).u16(0).u8(0).take()), value);
  }
  EXPECT_EQ(decoded(Op::mode, Writer().u8(1).u16(3601).u8(0).take()), value);
  EXPECT_EQ(decoded(Op::mode, Writer().u8(1).u16(0).u8(4).take()), value);
  EXPECT_EQ(decoded(Op::call_on, Writer().raw(handle(1).bytes).u16(3601).take()), value);
  EXPECT_EQ(decoded(Op::grant, Writer().raw(handle(1).bytes).u16(0).take()), value);
  EXPECT_EQ(decoded(Op::grant, Writer().raw(handle(1).bytes).u16(3601).take()), value);
}

TEST_F(ControlTest, NamesEveryOperationAndEveryReason) {
  std::set<std::string_view> names;
  for (const OpArgs& args : every_op()) names.insert(name_of(op_of(args)));
  EXPECT_EQ(names.size(), std::variant_size_v<OpArgs>);
  EXPECT_EQ(name_of(static_cast<Op>(999)), "unknown");

  std::set<std::string_view> reasons;
  const auto last = static_cast<std::uint16_t>(kAppendRefusalLast);
  for (std::uint16_t i = 0; i <= last; ++i) reasons.insert(name_of(static_cast<AppendRefusal>(i)));
  EXPECT_EQ(reasons.size(), last + 1u);
}

}  // namespace
}  // namespace hearth::room
