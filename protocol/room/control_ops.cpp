// The arguments of each operation, as bytes.
#include "protocol/room/control_ops.h"

#include <array>

#include "protocol/room/error.h"

namespace hearth::room {
namespace {

constexpr std::array<std::string_view, 21> kNames{
    "unknown",  "open",        "close", "rebuild",    "admit", "remove",  "leave",
    "gate_add", "gate_revoke", "mute",  "unmute",     "pause", "resume",  "lock",
    "unlock",   "slow_mode",   "erase", "undo_erase", "state", "restart", "staff_set",
};
static_assert(static_cast<std::size_t>(Op::staff_set) + 1 == kNames.size());

std::unexpected<Error> length_invalid() noexcept {
  return hearth::fail(make_error(CodecErrc::length_invalid));
}
std::unexpected<Error> value_invalid() noexcept {
  return hearth::fail(make_error(CodecErrc::value_invalid));
}

// Between `min` and `max` items that know how to decode themselves.
template <class T>
Result<std::vector<T>> list(Reader& reader, std::size_t min, std::size_t max) {
  HEARTH_TRY(std::vector<T> items, reader.vector_of<T>([](Reader& r) { return T::decode(r); }));
  if (items.size() < min || items.size() > max) return length_invalid();
  return items;
}
template <class T>
void put_list(Writer& writer, const std::vector<T>& items) {
  writer.vector_of(items, [](Writer& w, const T& item) { encode(w, item); });
}

// --- encode ---
template <class GroupOp>
void put_group(Writer& w, const GroupOp& op) {
  w.vector(op.group_id).raw(op.opener.bytes);
  w.u8(static_cast<std::uint8_t>(op.admission)).u16(op.new_generation);
}
void put(Writer& w, const OpenOp& op) { put_group(w, op); }
void put(Writer& w, const RebuildOp& op) { put_group(w, op); }
void put(Writer&, const CloseOp&) {}
void put(Writer&, const LeaveOp&) {}
void put(Writer&, const PauseOp&) {}
void put(Writer&, const ResumeOp&) {}
void put(Writer&, const LockOp&) {}
void put(Writer&, const UnlockOp&) {}
void put(Writer& w, const AdmitOp& op) {
  w.vector_of(op.newcomers, [](Writer& inner, const AdmitOp::Newcomer& newcomer) {
    inner.raw(newcomer.handle.bytes).u8(static_cast<std::uint8_t>(newcomer.role));
    inner.raw(newcomer.ref).u8(newcomer.flags);
  });
}
void put(Writer& w, const RemoveOp& op) {
  put_list(w, op.handles);
  put_list(w, op.gates);
  w.u16(op.new_generation).u32(op.ban_seconds);
}
void put(Writer& w, const GateAddOp& op) {
  w.raw(op.gate.bytes).u16(op.uses).u64(op.expiry).u8(op.flags).vector(op.label);
}
void put(Writer& w, const GateRevokeOp& op) { w.raw(op.gate.bytes); }
void put(Writer& w, const MuteOp& op) { put_list(w, op.handles); }
void put(Writer& w, const UnmuteOp& op) { put_list(w, op.handles); }
void put(Writer& w, const SlowModeOp& op) { w.u16(op.seconds); }
void put(Writer& w, const EraseOp& op) { put_list(w, op.seqs); }
void put(Writer& w, const UndoEraseOp& op) { put_list(w, op.seqs); }
void put(Writer& w, const StateOp& op) { w.vector(op.state); }
void put(Writer& w, const RestartOp& op) { encode(w, op.last_durable); }

// --- decode ---
template <class GroupOp>
Result<OpArgs> get_group(Reader& r) {
  GroupOp op;
  HEARTH_TRY(op.group_id, r.vector(kGroupIdSizeMax));
  HEARTH_TRY(op.opener, Handle::decode(r));
  HEARTH_TRY(op.admission, decode_admission(r));
  HEARTH_TRY(op.new_generation, r.u16());
  if (op.group_id.empty()) return length_invalid();
  return op;
}

Result<AdmitOp::Newcomer> get_newcomer(Reader& r) {
  AdmitOp::Newcomer newcomer;
  HEARTH_TRY(newcomer.handle, Handle::decode(r));
  HEARTH_TRY(newcomer.role, decode_role(r));
  HEARTH_TRY(newcomer.ref, r.array<32>());
  HEARTH_TRY(newcomer.flags, r.u8());
  if (newcomer.flags > (AdmitOp::kListener | AdmitOp::kMayCommit)) return value_invalid();
  return newcomer;
}

Result<OpArgs> get_admit(Reader& r) {
  AdmitOp op;
  HEARTH_TRY(op.newcomers, r.vector_of<AdmitOp::Newcomer>(get_newcomer));
  if (op.newcomers.empty() || op.newcomers.size() > kAdmitMax) return length_invalid();
  return op;
}

Result<OpArgs> get_remove(Reader& r) {
  RemoveOp op;
  HEARTH_TRY(op.handles, list<Handle>(r, 0, kHandlesPerOpMax));
  HEARTH_TRY(op.gates, list<GateRef>(r, 0, kGatesMax));
  HEARTH_TRY(op.new_generation, r.u16());
  HEARTH_TRY(op.ban_seconds, r.u32());
  return op;
}

Result<OpArgs> get_gate_add(Reader& r) {
  GateAddOp op;
  HEARTH_TRY(op.gate, GateRef::decode(r));
  HEARTH_TRY(op.uses, r.u16());
  HEARTH_TRY(op.expiry, r.u64());
  HEARTH_TRY(op.flags, r.u8());
  HEARTH_TRY(op.label, r.vector(kGateLabelSizeMax));
  if (op.uses == 0 || op.flags > (GateAddOp::kStaffPass | GateAddOp::kStanding)) {
    return value_invalid();
  }
  return op;
}

Result<OpArgs> get_gate_revoke(Reader& r) {
  GateRevokeOp op;
  HEARTH_TRY(op.gate, GateRef::decode(r));
  return op;
}

template <class HandlesOp>
Result<OpArgs> get_handles(Reader& r) {
  HandlesOp op;
  HEARTH_TRY(op.handles, list<Handle>(r, 1, kHandlesPerOpMax));
  return op;
}

template <class SeqsOp>
Result<OpArgs> get_seqs(Reader& r) {
  SeqsOp op;
  HEARTH_TRY(op.seqs, list<Seq>(r, 1, kErasePerOpMax));
  return op;
}

Result<OpArgs> get_slow_mode(Reader& r) {
  SlowModeOp op;
  HEARTH_TRY(op.seconds, r.u16());
  return op;
}

Result<OpArgs> get_state(Reader& r) {
  StateOp op;
  HEARTH_TRY(op.state, r.vector());
  return op;
}

Result<OpArgs> get_restart(Reader& r) {
  RestartOp op;
  HEARTH_TRY(op.last_durable, Anchor::decode(r));
  return op;
}

Result<OpArgs> get(Op op, Reader& r) {
  switch (op) {
    case Op::open: return get_group<OpenOp>(r);
    case Op::close: return CloseOp{};
    case Op::rebuild: return get_group<RebuildOp>(r);
    case Op::admit: return get_admit(r);
    case Op::remove: return get_remove(r);
    case Op::leave: return LeaveOp{};
    case Op::gate_add: return get_gate_add(r);
    case Op::gate_revoke: return get_gate_revoke(r);
    case Op::mute: return get_handles<MuteOp>(r);
    case Op::unmute: return get_handles<UnmuteOp>(r);
    case Op::pause: return PauseOp{};
    case Op::resume: return ResumeOp{};
    case Op::lock: return LockOp{};
    case Op::unlock: return UnlockOp{};
    case Op::slow_mode: return get_slow_mode(r);
    case Op::erase: return get_seqs<EraseOp>(r);
    case Op::undo_erase: return get_seqs<UndoEraseOp>(r);
    case Op::state: return get_state(r);
    case Op::restart: return get_restart(r);
    case Op::staff_set: break;
  }
  return fail(RoomErrc::op_unknown);
}

}  // namespace

std::string_view name_of(Op op) noexcept {
  const auto number = static_cast<std::size_t>(op);
  return kNames[number < kNames.size() ? number : 0];
}

Op op_of(const OpArgs& args) noexcept {
  return std::visit([](const auto& op) { return op.kOp; }, args);
}

void encode_args(Writer& writer, const OpArgs& args) {
  std::visit([&](const auto& op) { put(writer, op); }, args);
}

Result<OpArgs> decode_args(std::uint16_t op, ByteView args) {
  Reader reader(args);
  HEARTH_TRY(OpArgs decoded, get(static_cast<Op>(op), reader));
  HEARTH_CHECK(reader.finish());
  return decoded;
}

}  // namespace hearth::room
