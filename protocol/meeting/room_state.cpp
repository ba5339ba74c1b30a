// The fold: what each entry of the log makes of a room.
#include "protocol/meeting/room_state.h"

#include <algorithm>

#include "protocol/defence.h"
#include "protocol/meeting/judge.h"
#include "protocol/room/error.h"

namespace hearth::meeting {

using room::AppendRefusal;
using room::refuse;
using room::Role;
using room::SignerRole;

namespace {

Status refused(AppendRefusal reason) noexcept { return hearth::fail(room::make_error(reason)); }

}  // namespace

// What each operation does. Everything has been judged before.
class Folder final {
 public:
  Folder(RoomState& state, const room::Control& control, room::Seq seq) noexcept
      : s_(state), control_(control), seq_(seq) {}

  void operator()(const room::OpenOp& op) {
    begin_group(op);
    s_.floor_.begin(control_.signer);
  }
  void operator()(const room::RebuildOp& op) {
    for (const room::Handle& handle : op.dropped) {
      s_.members_.erase(handle);
      s_.floor_.forget(handle, seq_);
    }
    for (const room::GateRef& gate : op.gates) revoke(gate);
    begin_group(op);
    s_.drop_dead_gates();
  }
  void operator()(const room::CloseOp&) {
    s_.open_ = s_.paused_ = s_.locked_ = false;
    s_.slow_mode_seconds_ = 0;
    s_.group_id_.clear();
    s_.members_.clear();
    s_.floor_ = {};
    s_.drop_dead_gates();
  }
  void operator()(const room::AdmitOp& op) {
    for (const room::AdmitOp::Newcomer& newcomer : op.newcomers) admit(newcomer);
    s_.drop_dead_gates();
  }
  void operator()(const room::RemoveOp& op) {
    for (const room::Handle& handle : op.handles) {
      const auto member = s_.members_.find(handle);
      if (op.ban_seconds > 0 && member->second.gate) {
        s_.gates_.at(*member->second.gate).flags |= Gate::kTainted;
      }
      s_.members_.erase(member);
      s_.floor_.forget(handle, seq_);
    }
    for (const room::GateRef& gate : op.gates) revoke(gate);
    s_.generation_ = op.new_generation;
    s_.drop_dead_gates();
  }
  void operator()(const room::GateAddOp& op) {
    s_.gates_.emplace(op.gate, Gate{op.uses, op.expiry, op.flags});
  }
  void operator()(const room::GateRevokeOp& op) { revoke(op.gate); }
  void operator()(const room::MuteOp& op) { set_muted(op.handles, true); }
  void operator()(const room::UnmuteOp& op) { set_muted(op.handles, false); }
  void operator()(const room::PauseOp&) { s_.paused_ = true; }
  void operator()(const room::ResumeOp&) { s_.paused_ = false; }
  void operator()(const room::LockOp&) { s_.locked_ = true; }
  void operator()(const room::UnlockOp&) { s_.locked_ = false; }
  void operator()(const room::SlowModeOp& op) { s_.slow_mode_seconds_ = op.seconds; }
  void operator()(const room::EraseOp& op) {
    s_.erased_.insert(op.seqs.begin(), op.seqs.end());
    while (s_.erased_.size() > kErasedMax) s_.erased_.erase(s_.erased_.begin());
  }
  void operator()(const room::UndoEraseOp& op) {
    for (const room::Seq seq : op.seqs) s_.erased_.erase(seq);
  }
  void operator()(const room::LeaveOp&) {
    s_.members_.erase(signer());
    s_.floor_.forget(signer(), seq_);
    s_.drop_dead_gates();
  }
  void operator()(const room::StateOp&) {}  // Says what is, changes nothing.
  // Lost entries were of kind 3: none of them is folded.
  void operator()(const room::RestartOp&) {}
  void operator()(const room::StaffSetOp& op) {
    std::map<room::PublicKey, Staff> staff;
    for (const room::StaffSetOp::Entry& entry : op.entries) {
      // Who comes anew begins above every counter they may have had before: no act of an earlier
      // time is good again.
      const auto old = s_.staff_.find(entry.staff_server);
      const std::uint64_t counter = old != s_.staff_.end() ? old->second.counter : seq_.value;
      staff.emplace(entry.staff_server, Staff{entry.desk, entry.flags, counter});
      s_.supporters_.erase(entry.staff_server);
    }
    s_.staff_ = std::move(staff);
    s_.staff_number_ = op.number;
    s_.staff_hash_ = op.list_hash;
    s_.quorum_ = op.quorum;
  }
  void operator()(const room::SupporterAddOp& op) {
    s_.supporters_.emplace(op.staff_server, Supporter{op.desk, op.rights, seq_.value});
  }
  void operator()(const room::SupporterRemoveOp& op) { s_.supporters_.erase(op.staff_server); }
  void operator()(const room::ToLobbyOp& op) { set_in_lobby(op.handles, true); }
  void operator()(const room::CallBackOp& op) { set_in_lobby(op.handles, false); }
  void operator()(const room::ModeOp& op) { s_.floor_.set_mode(op, seq_); }
  void operator()(const room::RaiseOp&) { s_.floor_.raise(signer(), seq_); }
  void operator()(const room::LowerOp&) { s_.floor_.lower(signer()); }
  void operator()(const room::CallOnOp& op) { s_.floor_.call_on(op, seq_); }
  void operator()(const room::TakeOp&) { s_.floor_.take(signer(), seq_); }
  void operator()(const room::DoneOp&) { s_.floor_.end_turn(seq_); }
  void operator()(const room::PassOp&) { s_.floor_.pass(signer(), seq_); }
  void operator()(const room::GrantOp& op) { s_.floor_.grant(op.seconds); }
  void operator()(const room::SkipOp&) { s_.floor_.end_turn(seq_); }
  void operator()(const room::HeardOp&) {}
  void operator()(const room::LeadOp&) { s_.floor_.set_lead(control_.signer); }

 private:
  room::Handle signer() const { return handle_of(s_.room_, control_.signer); }  // A member's.

  template <class GroupOp>
  void begin_group(const GroupOp& op) {
    s_.open_ = true;
    s_.group_id_ = op.group_id;
    s_.admission_ = op.admission;
    s_.generation_ = op.new_generation;
    s_.members_.try_emplace(op.opener);
  }

  void admit(const room::AdmitOp::Newcomer& newcomer) {
    Member member;
    if (newcomer.role == Role::gate) {
      const room::GateRef gate{newcomer.ref};
      --s_.gates_.at(gate).uses_left;
      member.gate = gate;
    } else if (newcomer.role == Role::member) {
      // Who comes back keeps their standing: a mute does not end by knocking again.
      const auto old = s_.members_.find(room::Handle{newcomer.ref});
      member = old->second;
      if (old->first != newcomer.handle) {
        member.counter = 0;
        s_.floor_.rename(old->first, newcomer.handle);
      }
      s_.members_.erase(old);
    } else if (const Member* there = s_.member(newcomer.handle)) {
      member = *there;
    }
    member.muted |= (newcomer.flags & room::AdmitOp::kListener) != 0;
    member.may_commit |= (newcomer.flags & room::AdmitOp::kMayCommit) != 0;
    s_.members_.insert_or_assign(newcomer.handle, member);
    if (member.muted) s_.floor_.drop(newcomer.handle, seq_);
  }

  void revoke(const room::GateRef& gate) {
    s_.gates_.erase(gate);
    for (auto& [handle, member] : s_.members_) {
      if (member.gate == gate) member.gate.reset();
    }
  }

  void set_muted(const std::vector<room::Handle>& handles, bool muted) {
    for (const room::Handle& handle : handles) {
      s_.members_.at(handle).muted = muted;
      if (muted) s_.floor_.drop(handle, seq_);
    }
  }

  void set_in_lobby(const std::vector<room::Handle>& handles, bool in_lobby) {
    for (const room::Handle& handle : handles) {
      s_.members_.at(handle).in_lobby = in_lobby;
      if (in_lobby) s_.floor_.drop(handle, seq_);
    }
  }

  RoomState& s_;
  const room::Control& control_;
  room::Seq seq_;  // Of the act.
};

RoomState::RoomState(room::RoomId room, room::ServerPart server_part)
    : room_(room),
      server_part_(std::move(server_part)),
      head_(room::Seq::at(0, 1)),
      last_control_seq_(head_) {
  for (const room::PublicKey& founder : server_part_.founders) {
    staff_.emplace(founder, Staff{std::nullopt, room::kStaffLead, 0});
  }
}

Result<RoomState> RoomState::from_state(room::RoomId room, room::ServerPart server_part,
                                        const room::Entry& entry) {
  HEARTH_TRY(const room::Control control, room::open_control(entry.body));
  const auto* op = std::get_if<room::StateOp>(&control.args);
  if (entry.kind != room::EntryKind::control || !op || control.base_seq >= entry.seq) {
    return fail(room::RoomErrc::control_invalid);
  }
  HEARTH_TRY(RoomState state, decode_state(room, std::move(server_part), op->state));
  if (entry.generation > state.generation_) {
    return hearth::fail(room::make_error(AppendRefusal::generation_ahead));
  }
  // As if we had folded everything before it; what it says must then be what we would say.
  state.head_ = state.last_control_seq_ = control.base_seq;
  if (const auto judged = Judge(state).judge(control); !judged) {
    return hearth::fail(room::make_error(judged.error().reason));
  }
  state.fold(control, entry.seq);
  return state;
}

Result<RoomState> RoomState::resume(room::RoomId room, room::ServerPart server_part, ByteView state,
                                    room::Seq head, room::Seq last_control_seq) {
  HEARTH_TRY(RoomState kept, decode_state(room, std::move(server_part), state));
  if (last_control_seq > head || !equal(kept.encode_state(), state)) {
    return fail(make_error(CodecErrc::value_invalid));
  }
  kept.head_ = head;
  kept.last_control_seq_ = last_control_seq;
  return kept;
}

Status RoomState::apply(const room::LogRecord& record) {
  const bool in_order = record.seq == head_.next() && record.seq > head_;
  const bool follows = in_order || !stands(Defence::chain);
  if (record.kind != room::EntryKind::control) {
    if (!follows) return fail(room::RoomErrc::chain_gap);
    if (!open_) return refused(AppendRefusal::room_closed);
    const bool old = record.generation < generation_;
    if (old && stands(Defence::generation)) return refused(AppendRefusal::generation_old);
    if (record.generation > generation_) return refused(AppendRefusal::generation_ahead);
    head_ = record.seq;
    if (record.kind == room::EntryKind::commit) last_commit_seq_ = record.seq;
    return {};
  }
  if (record.is_tombstone()) return fail(room::RoomErrc::control_invalid);
  HEARTH_TRY(const room::Control control, room::open_control(*record.body()));
  const auto* restart = std::get_if<room::RestartOp>(&control.args);
  const bool restarts = restart && record.seq == restart->last_durable.seq.next_run() &&
                        record.seq.run() == head_.run() + 1;
  if (restart ? !restarts : !follows) return fail(room::RoomErrc::chain_gap);
  if (record.generation > generation_) return refused(AppendRefusal::generation_ahead);
  if (const auto judged = Judge(*this).judge(control); !judged) {
    return refused(judged.error().reason);
  }
  fold(control, record.seq);
  return {};
}

void RoomState::fold(const room::Control& control, room::Seq seq) {
  switch (control.role) {
    case SignerRole::member:
      members_.at(handle_of(room_, control.signer)).counter = control.counter;
      break;
    case SignerRole::staff: staff_.at(control.signer).counter = control.counter; break;
    case SignerRole::supporter: supporters_.at(control.signer).counter = control.counter; break;
    case SignerRole::server: server_counter_ = control.counter; break;
  }
  std::visit(Folder(*this, control, seq), control.args);
  head_ = last_control_seq_ = seq;
}

// A gate without uses lives as long as somebody who came by it: the admission shows the way back.
void RoomState::drop_dead_gates() {
  std::set<room::GateRef> used;
  for (const auto& [handle, member] : members_) {
    if (member.gate) used.insert(*member.gate);
  }
  std::erase_if(gates_, [&](const auto& entry) {
    return entry.second.uses_left == 0 && !used.contains(entry.first);
  });
}

bool RoomState::is_staff(const room::PublicKey& staff_server) const noexcept {
  return staff_.contains(staff_server);
}

bool RoomState::has_staff_of(const room::StaffList& list) const {
  if (list.number != staff_number_ || list.entries.size() != staff_.size()) return false;
  // Of the first list the server knows the founders alone.
  const bool first = staff_number_ == 1;
  if (!first && (list.hash() != staff_hash_ || list.quorum != quorum_)) return false;
  return std::ranges::all_of(list.entries, [&](const room::StaffEntry& entry) {
    const auto found = staff_.find(entry.staff_server);
    if (found == staff_.end()) return false;
    return first || (found->second.desk == entry.desk && found->second.flags == entry.flags);
  });
}

const Supporter* RoomState::supporter(const room::PublicKey& staff_server) const noexcept {
  const auto found = supporters_.find(staff_server);
  return found == supporters_.end() ? nullptr : &found->second;
}

bool RoomState::knows(Role role, const room::PublicKey& key) const noexcept {
  switch (role) {
    case Role::gate: return gate(room::gate_ref_of(key)) != nullptr;
    case Role::member: return member(handle_of(room_, key)) != nullptr;
    case Role::staff: return is_staff(key);
    case Role::supporter: return supporter(key) != nullptr;
  }
  return false;
}

const Member* RoomState::member(const room::Handle& handle) const noexcept {
  const auto found = members_.find(handle);
  return found == members_.end() ? nullptr : &found->second;
}

const Gate* RoomState::gate(const room::GateRef& gate) const noexcept {
  const auto found = gates_.find(gate);
  return found == gates_.end() ? nullptr : &found->second;
}

std::uint64_t RoomState::counter(SignerRole role, const room::PublicKey& key) const noexcept {
  switch (role) {
    case SignerRole::member: {
      const Member* signer = member(handle_of(room_, key));
      return signer ? signer->counter : 0;
    }
    case SignerRole::staff: {
      const auto found = staff_.find(key);
      return found == staff_.end() ? 0 : found->second.counter;
    }
    case SignerRole::supporter: {
      const Supporter* signer = supporter(key);
      return signer ? signer->counter : 0;
    }
    case SignerRole::server: return server_counter_;
  }
  return 0;
}

room::Judgement RoomState::may_knock(Role role, const Bytes32& ref, Instant now) const noexcept {
  if (!open_) return refuse(AppendRefusal::room_closed);
  if (role == Role::supporter) return refuse(AppendRefusal::not_staff);
  if (role == Role::staff) {
    if (!is_staff(room::PublicKey{ref})) return refuse(AppendRefusal::not_staff);
    return {};
  }
  if (locked_ || admission_ == room::Admission::locked) {
    return refuse(AppendRefusal::admission_forbidden);
  }
  if (role == Role::member) {
    const Member* returning = member(room::Handle{ref});
    if (!returning) return refuse(AppendRefusal::handle_unknown);
    if (returning->in_lobby) return refuse(AppendRefusal::in_lobby);
    return {};
  }
  const Gate* through = gate(room::GateRef{ref});
  if (!through) return refuse(AppendRefusal::gate_unknown);
  if (through->expiry <= unix_seconds(now)) return refuse(AppendRefusal::gate_expired);
  if (through->uses_left == 0) return refuse(AppendRefusal::gate_spent);
  return {};
}

}  // namespace hearth::meeting
