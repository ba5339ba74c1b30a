// The canonical form of a room's state.
//
//   version u16 | flags u8 (1 open, 2 paused, 4 locked) | admission u8 | generation u16 |
//   slow_mode_seconds u16 | group_id<V> | last_commit_seq u64 | server_counter u64 |
//   number u32 | list_hash32 | q u8 |
//   staff<V>{staff_server32, desk32, flags u8, counter u64} |
//   supporters<V>{staff_server32, desk32, rights u8, counter u64} |
//   gates<V>{H(public key)32, uses_left u16, expiry u64, flags u8} |
//   members<V>{handle32, gate u16, flags u8 (1 muted, 2 may_commit, 4 in_lobby), counter u64} |
//   erased<V>{seq u64} |
//   mode u8 | mode_flags u8 | turn_seconds u16 | turn u16, granted u16, since u64 |
//   hands<V>{member u16} | had<V>{member u16} | lead32 | first_lead32
//
// Each set ascends by its key. The desk of a founder is zeros before the first staff_set. A
// member's `gate` is the place of its gate in `gates`, 0xffff for none. `turn`, `hands` (as raised)
// and `had` are places in `members`; 0xffff, 0, 0 where nobody holds the turn. A lead that nobody
// has is zeros.
#include <algorithm>

#include "protocol/meeting/room_state.h"
#include "protocol/room/error.h"

namespace hearth::meeting {
namespace {

constexpr std::uint16_t kVersion = 3;
constexpr std::uint8_t kOpen = 1;
constexpr std::uint8_t kPaused = 2;
constexpr std::uint8_t kLocked = 4;
constexpr std::uint8_t kMuted = 1;
constexpr std::uint8_t kMayCommit = 2;
constexpr std::uint8_t kInLobby = 4;
constexpr std::uint16_t kNoGate = 0xffff;
constexpr std::uint16_t kNobody = 0xffff;

// The fullest state, its Control and signature fit into the largest body.
static_assert(room::kMembersMax * (43 + 2 + 2) + room::kGatesMax * 43 + kErasedMax * 8 +
                  (room::kStaffMax + kSupportersMax) * 73 + 512 <
              room::kBodySizeMax);

std::unexpected<Error> value_invalid() noexcept {
  return hearth::fail(make_error(CodecErrc::value_invalid));
}

using StaffEntry = std::pair<room::PublicKey, Staff>;
using SupporterEntry = std::pair<room::PublicKey, Supporter>;
using GateEntry = std::pair<room::GateRef, Gate>;
struct MemberEntry {
  room::Handle handle;
  std::uint16_t gate = kNoGate;
  Member member;
};

Result<StaffEntry> decode_staff(Reader& r) {
  StaffEntry staff;
  HEARTH_TRY(staff.first, room::PublicKey::decode(r));
  HEARTH_TRY(staff.second.desk, room::DeskKey::decode(r));
  HEARTH_TRY(staff.second.flags, r.u8());
  HEARTH_TRY(staff.second.counter, r.u64());
  if (staff.second.flags > room::kStaffFlags) return value_invalid();
  return staff;
}

Result<SupporterEntry> decode_supporter(Reader& r) {
  SupporterEntry supporter;
  HEARTH_TRY(supporter.first, room::PublicKey::decode(r));
  HEARTH_TRY(supporter.second.desk, room::DeskKey::decode(r));
  HEARTH_TRY(supporter.second.rights, r.u8());
  HEARTH_TRY(supporter.second.counter, r.u64());
  return supporter;
}

Result<GateEntry> decode_gate(Reader& r) {
  GateEntry gate;
  HEARTH_TRY(gate.first, room::GateRef::decode(r));
  HEARTH_TRY(gate.second.uses_left, r.u16());
  HEARTH_TRY(gate.second.expiry, r.u64());
  HEARTH_TRY(gate.second.flags, r.u8());
  return gate;
}

Result<MemberEntry> decode_member(Reader& r) {
  MemberEntry entry;
  HEARTH_TRY(entry.handle, room::Handle::decode(r));
  HEARTH_TRY(entry.gate, r.u16());
  HEARTH_TRY(const std::uint8_t flags, r.u8());
  HEARTH_TRY(entry.member.counter, r.u64());
  entry.member.muted = (flags & kMuted) != 0;
  entry.member.may_commit = (flags & kMayCommit) != 0;
  entry.member.in_lobby = (flags & kInLobby) != 0;
  return entry;
}

}  // namespace

Bytes RoomState::encode_state() const {
  Writer w;
  w.u16(kVersion);
  w.u8(static_cast<std::uint8_t>((open_ ? kOpen : 0) | (paused_ ? kPaused : 0) |
                                 (locked_ ? kLocked : 0)));
  w.u8(static_cast<std::uint8_t>(admission_)).u16(generation_).u16(slow_mode_seconds_);
  w.vector(group_id_).u64(last_commit_seq_.value).u64(server_counter_);
  w.u32(staff_number_).raw(staff_hash_).u8(quorum_);
  w.vector_of(staff_, [](Writer& inner, const auto& entry) {
    const auto& [key, staff] = entry;
    inner.raw(key.bytes).raw(staff.desk.value_or(room::DeskKey{}).bytes);
    inner.u8(staff.flags).u64(staff.counter);
  });
  w.vector_of(supporters_, [](Writer& inner, const auto& entry) {
    const auto& [key, supporter] = entry;
    inner.raw(key.bytes).raw(supporter.desk.bytes).u8(supporter.rights).u64(supporter.counter);
  });
  std::map<room::GateRef, std::uint16_t> place;
  w.vector_of(gates_, [&](Writer& inner, const auto& entry) {
    const auto& [ref, gate] = entry;
    place.emplace(ref, static_cast<std::uint16_t>(place.size()));
    inner.raw(ref.bytes).u16(gate.uses_left).u64(gate.expiry).u8(gate.flags);
  });
  w.vector_of(members_, [&](Writer& inner, const auto& entry) {
    const auto& [handle, member] = entry;
    inner.raw(handle.bytes).u16(member.gate ? place.at(*member.gate) : kNoGate);
    inner.u8(static_cast<std::uint8_t>((member.muted ? kMuted : 0) |
                                       (member.may_commit ? kMayCommit : 0) |
                                       (member.in_lobby ? kInLobby : 0)));
    inner.u64(member.counter);
  });
  w.vector_of(erased_, [](Writer& inner, const room::Seq& seq) { encode(inner, seq); });

  const auto seat = [&](const room::Handle& who) {
    return static_cast<std::uint16_t>(std::distance(members_.begin(), members_.find(who)));
  };
  const auto put_seat = [&](Writer& inner, const room::Handle& who) { inner.u16(seat(who)); };
  const auto& turn = floor_.turn_;
  w.u8(static_cast<std::uint8_t>(floor_.mode_)).u8(floor_.flags_).u16(floor_.turn_seconds_);
  w.u16(turn ? seat(turn->who) : kNobody).u16(turn ? turn->seconds : std::uint16_t{0});
  w.u64(turn ? turn->since.value : 0);
  w.vector_of(floor_.hands_, put_seat);
  w.vector_of(floor_.had_, put_seat);
  w.raw(floor_.lead_.value_or(room::PublicKey{}).bytes);
  w.raw(floor_.first_lead_.value_or(room::PublicKey{}).bytes);
  return w.take();
}

// Whether the form was canonical shows when the state is encoded again (Judge does, for `state`).
Result<RoomState> RoomState::decode_state(room::RoomId room, room::ServerPart server_part,
                                          ByteView bytes) {
  RoomState state(room, std::move(server_part));
  Reader r(bytes);
  HEARTH_TRY(const std::uint16_t version, r.u16());
  if (version != kVersion) return fail(room::RoomErrc::version_unsupported);
  HEARTH_TRY(const std::uint8_t flags, r.u8());
  state.open_ = (flags & kOpen) != 0;
  state.paused_ = (flags & kPaused) != 0;
  state.locked_ = (flags & kLocked) != 0;
  HEARTH_TRY(state.admission_, room::decode_admission(r));
  HEARTH_TRY(state.generation_, r.u16());
  HEARTH_TRY(state.slow_mode_seconds_, r.u16());
  HEARTH_TRY(state.group_id_, r.vector(room::kGroupIdSizeMax));
  HEARTH_TRY(state.last_commit_seq_, room::Seq::decode(r));
  HEARTH_TRY(state.server_counter_, r.u64());

  HEARTH_TRY(state.staff_number_, r.u32());
  HEARTH_TRY(state.staff_hash_, r.array<crypto::kHashSize>());
  HEARTH_TRY(state.quorum_, r.u8());
  HEARTH_TRY(auto staff, r.vector_of<StaffEntry>(decode_staff));
  HEARTH_TRY(const auto supporters, r.vector_of<SupporterEntry>(decode_supporter));
  if (state.staff_number_ == 0) return value_invalid();
  if (state.staff_number_ == 1) {
    // The founders, whom the room id names.
    for (auto& [key, one] : staff) {
      if (!state.is_staff(key) || one.flags != room::kStaffLead || one.desk != room::DeskKey{}) {
        return hearth::fail(room::make_error(room::AppendRefusal::not_staff));
      }
      one.desk.reset();
    }
    if (staff.size() != state.staff_.size()) {
      return hearth::fail(room::make_error(room::AppendRefusal::not_staff));
    }
  }
  state.staff_ = {staff.begin(), staff.end()};
  state.supporters_ = {supporters.begin(), supporters.end()};

  HEARTH_TRY(const auto gates, r.vector_of<GateEntry>(decode_gate));
  HEARTH_TRY(const auto members, r.vector_of<MemberEntry>(decode_member));
  HEARTH_TRY(const auto erased,
             r.vector_of<room::Seq>([](Reader& inner) { return room::Seq::decode(inner); }));
  Floor& floor = state.floor_;
  HEARTH_TRY(floor.mode_, room::decode_mode(r));
  HEARTH_TRY(floor.flags_, r.u8());
  HEARTH_TRY(floor.turn_seconds_, r.u16());
  HEARTH_TRY(const std::uint16_t holder, r.u16());
  Turn turn;
  HEARTH_TRY(turn.seconds, r.u16());
  HEARTH_TRY(turn.since, room::Seq::decode(r));
  const auto get_seat = [&](Reader& inner) -> Result<room::Handle> {
    HEARTH_TRY(const std::uint16_t place, inner.u16());
    if (place >= members.size()) return value_invalid();
    return members[place].handle;
  };
  HEARTH_TRY(floor.hands_, r.vector_of<room::Handle>(get_seat));
  HEARTH_TRY(const auto had, r.vector_of<room::Handle>(get_seat));
  HEARTH_TRY(const auto lead, room::PublicKey::decode(r));
  HEARTH_TRY(const auto first_lead, room::PublicKey::decode(r));
  HEARTH_CHECK(r.finish());
  if (holder != kNobody) {
    if (holder >= members.size()) return value_invalid();
    turn.who = members[holder].handle;
    floor.turn_ = turn;
  }
  floor.had_.insert(had.begin(), had.end());
  if (lead != room::PublicKey{}) floor.lead_ = lead;
  if (first_lead != room::PublicKey{}) floor.first_lead_ = first_lead;
  state.gates_.insert(gates.begin(), gates.end());
  for (MemberEntry entry : members) {
    if (entry.gate != kNoGate) {
      if (entry.gate >= gates.size()) return value_invalid();
      entry.member.gate = gates[entry.gate].first;
    }
    state.members_.emplace(entry.handle, entry.member);
  }
  state.erased_.insert(erased.begin(), erased.end());
  const room::Limits& limits = state.server_part_.limits;
  if (state.members_.size() > limits.members_max || state.gates_.size() > limits.gates_max ||
      state.erased_.size() > kErasedMax || state.staff_.size() > room::kStaffMax ||
      state.supporters_.size() > kSupportersMax || !floor.is_sound()) {
    return value_invalid();
  }
  return state;
}

}  // namespace hearth::meeting
