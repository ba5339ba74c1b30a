// The arguments of each operation, as bytes.
#include "protocol/room/control_ops.h"

#include <algorithm>
#include <array>

#include "protocol/room/error.h"

namespace hearth::room {
namespace {

constexpr std::array<std::string_view, 25> kNames{
    "unknown",
    "open",
    "close",
    "rebuild",
    "admit",
    "remove",
    "leave",
    "gate_add",
    "gate_revoke",
    "mute",
    "unmute",
    "pause",
    "resume",
    "lock",
    "unlock",
    "slow_mode",
    "erase",
    "undo_erase",
    "state",
    "restart",
    "staff_set",
    "supporter_add",
    "supporter_remove",
    "to_lobby",
    "call_back",
};
static_assert(static_cast<std::size_t>(Op::call_back) + 1 == kNames.size());

// From 100 on.
constexpr std::size_t kMeeting = 100;
constexpr std::array<std::string_view, 11> kMeetingNames{
    "mode", "raise", "lower", "call_on", "take", "done", "pass", "grant", "skip", "heard", "lead",
};
static_assert(static_cast<std::size_t>(Op::lead) + 1 == kMeeting + kMeetingNames.size());

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
void put(Writer& w, const RebuildOp& op) {
  put_group(w, op);
  put_list(w, op.dropped);
  put_list(w, op.gates);
}
void put(Writer&, const CloseOp&) {}
void put(Writer&, const LeaveOp&) {}
void put(Writer&, const PauseOp&) {}
void put(Writer&, const ResumeOp&) {}
void put(Writer&, const LockOp&) {}
void put(Writer&, const UnlockOp&) {}
void put(Writer&, const RaiseOp&) {}
void put(Writer&, const LowerOp&) {}
void put(Writer&, const TakeOp&) {}
void put(Writer&, const DoneOp&) {}
void put(Writer&, const PassOp&) {}
void put(Writer&, const HeardOp&) {}
void put(Writer& w, const AdmitOp& op) {
  w.vector_of(op.newcomers, [](Writer& inner, const AdmitOp::Newcomer& newcomer) {
    inner.raw(newcomer.handle.bytes).u8(static_cast<std::uint8_t>(newcomer.role));
    inner.raw(newcomer.ref).u8(newcomer.flags);
  });
}
void put(Writer& w, const RemoveOp& op) {
  put_list(w, op.handles);
  put_list(w, op.gates);
  w.u16(op.new_generation).u32(op.ban_seconds).u8(op.flags);
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
void put_signed_part(Writer& w, const StaffSetOp& op) {
  w.u32(op.number).raw(op.list_hash).u8(op.quorum);
  put_list(w, op.entries);
}
void put(Writer& w, const StaffSetOp& op) {
  put_signed_part(w, op);
  put_list(w, op.acceptances);
  put_list(w, op.signatures);
}
void put(Writer& w, const SupporterAddOp& op) {
  encode(w, op.staff_server);
  encode(w, op.desk);
  w.u8(op.rights);
  encode(w, op.acceptance);
}
void put(Writer& w, const SupporterRemoveOp& op) { encode(w, op.staff_server); }
void put(Writer& w, const ToLobbyOp& op) { put_list(w, op.handles); }
void put(Writer& w, const CallBackOp& op) { put_list(w, op.handles); }

// --- decode ---
template <class GroupOp>
Result<GroupOp> get_group(Reader& r) {
  GroupOp op;
  HEARTH_TRY(op.group_id, r.vector(kGroupIdSizeMax));
  HEARTH_TRY(op.opener, Handle::decode(r));
  HEARTH_TRY(op.admission, decode_admission(r));
  HEARTH_TRY(op.new_generation, r.u16());
  if (op.group_id.empty()) return length_invalid();
  return op;
}

Result<OpArgs> get_rebuild(Reader& r) {
  HEARTH_TRY(RebuildOp op, get_group<RebuildOp>(r));
  HEARTH_TRY(op.dropped, list<Handle>(r, 0, kHandlesPerOpMax));
  HEARTH_TRY(op.gates, list<GateRef>(r, 0, kGatesMax));
  return op;
}

Result<AdmitOp::Newcomer> get_newcomer(Reader& r) {
  AdmitOp::Newcomer newcomer;
  HEARTH_TRY(newcomer.handle, Handle::decode(r));
  HEARTH_TRY(newcomer.role, decode_voucher(r));
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
  HEARTH_TRY(op.flags, r.u8());
  if (op.flags > RemoveOp::kErase) return value_invalid();
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

// Each of the staff once, in one order only.
template <class T>
Result<std::vector<T>> by_server_key(Reader& r, std::size_t min) {
  HEARTH_TRY(std::vector<T> items, list<T>(r, min, kStaffMax));
  if (std::ranges::adjacent_find(items, std::greater_equal<>(), &T::staff_server) != items.end()) {
    return value_invalid();
  }
  return items;
}

Result<OpArgs> get_staff_set(Reader& r) {
  StaffSetOp op;
  HEARTH_TRY(op.number, r.u32());
  HEARTH_TRY(op.list_hash, r.array<crypto::kHashSize>());
  HEARTH_TRY(op.quorum, r.u8());
  HEARTH_TRY(op.entries, by_server_key<StaffSetOp::Entry>(r, 1));
  HEARTH_TRY(op.acceptances, by_server_key<StaffSetOp::Signed>(r, 0));
  HEARTH_TRY(op.signatures, by_server_key<StaffSetOp::Signed>(r, 0));
  return op;
}

Result<OpArgs> get_supporter_add(Reader& r) {
  SupporterAddOp op;
  HEARTH_TRY(op.staff_server, PublicKey::decode(r));
  HEARTH_TRY(op.desk, DeskKey::decode(r));
  HEARTH_TRY(op.rights, r.u8());
  HEARTH_TRY(op.acceptance, Signature::decode(r));
  if (op.rights == 0 || op.rights > (SupporterAddOp::kDesk | SupporterAddOp::kKeeper)) {
    return value_invalid();
  }
  return op;
}

Result<OpArgs> get_supporter_remove(Reader& r) {
  SupporterRemoveOp op;
  HEARTH_TRY(op.staff_server, PublicKey::decode(r));
  return op;
}

Result<OpArgs> get(Op op, Reader& r) {
  switch (op) {
    case Op::open: return get_group<OpenOp>(r);
    case Op::close: return CloseOp{};
    case Op::rebuild: return get_rebuild(r);
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
    case Op::staff_set: return get_staff_set(r);
    case Op::supporter_add: return get_supporter_add(r);
    case Op::supporter_remove: return get_supporter_remove(r);
    case Op::to_lobby: return get_handles<ToLobbyOp>(r);
    case Op::call_back: return get_handles<CallBackOp>(r);
    case Op::mode: return get_mode(r);
    case Op::raise: return RaiseOp{};
    case Op::lower: return LowerOp{};
    case Op::call_on: return get_call_on(r);
    case Op::take: return TakeOp{};
    case Op::done: return DoneOp{};
    case Op::pass: return PassOp{};
    case Op::grant: return get_grant(r);
    case Op::skip: return get_skip(r);
    case Op::heard: return HeardOp{};
    case Op::lead: return get_lead(r);
  }
  return fail(RoomErrc::op_unknown);
}

}  // namespace

// --- What is signed inside the arguments ---

namespace {

Bytes staff_set_bytes(const RoomId& room, const StaffSetOp& op) {
  Writer w;
  w.raw(view_of("hearth staff set")).raw(room.bytes);
  put_signed_part(w, op);
  return w.take();
}

Bytes server_accept_bytes(const RoomId& room, const PublicKey& staff_server, const DeskKey& desk,
                          std::uint32_t number) {
  Writer w;
  w.raw(view_of("hearth staff server accept")).raw(room.bytes);
  w.raw(staff_server.bytes).raw(desk.bytes).u32(number);
  return w.take();
}

Bytes supporter_accept_bytes(const RoomId& room, const SupporterAddOp& op) {
  Writer w;
  w.raw(view_of("hearth supporter accept")).raw(room.bytes);
  w.raw(op.staff_server.bytes).raw(op.desk.bytes).u8(op.rights);
  return w.take();
}

void put_in_place(std::vector<StaffSetOp::Signed>& items, StaffSetOp::Signed item) {
  const auto place =
      std::ranges::lower_bound(items, item.staff_server, {}, &StaffSetOp::Signed::staff_server);
  if (place != items.end() && place->staff_server == item.staff_server) {
    *place = item;
  } else {
    items.insert(place, item);
  }
}

}  // namespace

Result<StaffSetOp::Entry> StaffSetOp::Entry::decode(Reader& reader) {
  Entry entry;
  HEARTH_TRY(entry.staff_server, PublicKey::decode(reader));
  HEARTH_TRY(entry.desk, DeskKey::decode(reader));
  HEARTH_TRY(entry.flags, reader.u8());
  if (entry.flags > kStaffFlags) return value_invalid();
  return entry;
}

void encode(Writer& writer, const StaffSetOp::Entry& entry) {
  writer.raw(entry.staff_server.bytes).raw(entry.desk.bytes).u8(entry.flags);
}

Result<StaffSetOp::Signed> StaffSetOp::Signed::decode(Reader& reader) {
  Signed by;
  HEARTH_TRY(by.staff_server, PublicKey::decode(reader));
  HEARTH_TRY(by.signature, Signature::decode(reader));
  return by;
}

void encode(Writer& writer, const StaffSetOp::Signed& by) {
  writer.raw(by.staff_server.bytes).raw(by.signature.bytes);
}

StaffSetOp StaffSetOp::of(const StaffList& list) {
  StaffSetOp op;
  op.number = list.number;
  op.list_hash = list.hash();
  op.quorum = list.quorum;
  for (const StaffEntry& entry : list.entries) {
    op.entries.push_back({entry.staff_server, entry.desk, entry.flags});
  }
  std::ranges::sort(op.entries, {}, &Entry::staff_server);
  return op;
}

StaffSetOp::Signed StaffSetOp::acceptance(const RoomId& room, std::uint32_t number,
                                          const DeskKey& desk,
                                          const crypto::SignatureKey& staff_server) {
  const PublicKey key = public_key_of(staff_server);
  return {key, room::sign(staff_server, server_accept_bytes(room, key, desk, number))};
}

void StaffSetOp::accept(Signed acceptance) { put_in_place(acceptances, acceptance); }

void StaffSetOp::sign(const RoomId& room, const crypto::SignatureKey& staff_server) {
  add_signature(
      {public_key_of(staff_server), room::sign(staff_server, staff_set_bytes(room, *this))});
}

void StaffSetOp::add_signature(Signed by) { put_in_place(signatures, by); }

Status StaffSetOp::verify(const RoomId& room, const Signed& by) const {
  return room::verify(by.staff_server, staff_set_bytes(room, *this), by.signature);
}

Status StaffSetOp::verify_acceptance(const RoomId& room, const Entry& entry,
                                     const Signed& by) const {
  return room::verify(entry.staff_server,
                      server_accept_bytes(room, entry.staff_server, entry.desk, number),
                      by.signature);
}

void SupporterAddOp::accept(const RoomId& room, const crypto::SignatureKey& staff_server_key) {
  acceptance = room::sign(staff_server_key, supporter_accept_bytes(room, *this));
}

Status SupporterAddOp::verify(const RoomId& room) const {
  return room::verify(staff_server, supporter_accept_bytes(room, *this), acceptance);
}

std::string_view name_of(Op op) noexcept {
  const auto number = static_cast<std::size_t>(op);
  if (number >= kMeeting && number - kMeeting < kMeetingNames.size()) {
    return kMeetingNames[number - kMeeting];
  }
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
