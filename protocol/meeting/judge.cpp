// The rules for control entries.
#include "protocol/meeting/judge.h"

#include <algorithm>

#include "protocol/defence.h"

namespace hearth::meeting {

using room::AppendRefusal;
using room::Judgement;
using room::Op;
using room::refuse;
using room::Role;
using room::SignerRole;

namespace {

// What a member does on the floor, for themselves.
bool is_own(Op op) noexcept {
  switch (op) {
    case Op::raise:
    case Op::lower:
    case Op::take:
    case Op::done:
    case Op::pass:
    case Op::heard: return true;
    default: return false;
  }
}
bool member_may(Op op) noexcept { return op == Op::leave || op == Op::admit || is_own(op); }
bool server_may(Op op) noexcept { return op == Op::restart || op == Op::pause; }

// What makes sense in a closed room too.
bool works_closed(Op op) noexcept {
  switch (op) {
    case Op::open:
    case Op::gate_add:
    case Op::gate_revoke:
    case Op::erase:
    case Op::undo_erase:
    case Op::state:
    case Op::supporter_add:
    case Op::supporter_remove:
    case Op::restart: return true;
    default: return false;
  }
}

}  // namespace

Judgement Judge::judge(const room::Control& control) const {
  if (control.room != state_.room_) return refuse(AppendRefusal::wrong_room);
  HEARTH_CHECK(signer(control));
  HEARTH_CHECK(base_seq(control));
  HEARTH_CHECK(phase(control.op()));
  if (const auto* op = std::get_if<room::AdmitOp>(&control.args)) return admit(*op, control.role);
  if (is_own(control.op())) return own(handle_of(state_.room_, control.signer), control.args);
  if (const auto* op = std::get_if<room::LeadOp>(&control.args)) {
    return state_.floor_.may_lead(control.signer, op->replaces);
  }
  return std::visit([this](const auto& op) { return sense(op); }, control.args);
}

Judgement Judge::signer(const room::Control& control) const {
  switch (control.role) {
    case SignerRole::member: {
      const Member* member = state_.member(handle_of(state_.room_, control.signer));
      if (!member) return refuse(AppendRefusal::not_admitted);
      if (!member_may(control.op())) return refuse(AppendRefusal::not_staff);
      if (member->in_lobby && control.op() != Op::leave) return refuse(AppendRefusal::in_lobby);
      break;
    }
    case SignerRole::staff:
      if (!state_.is_staff(control.signer)) return refuse(AppendRefusal::not_staff);
      if (control.op() == Op::restart || control.op() == Op::leave || is_own(control.op())) {
        return refuse(AppendRefusal::kind_forbidden);
      }
      break;
    case SignerRole::supporter: {
      const Supporter* supporter = state_.supporter(control.signer);
      if (!supporter || !supporter->is_keeper() || control.op() != Op::close) {
        return refuse(AppendRefusal::not_staff);
      }
      break;
    }
    case SignerRole::server:
      if (control.signer != state_.server_part_.server_id || !server_may(control.op())) {
        return refuse(AppendRefusal::not_staff);
      }
      break;
  }
  const std::uint64_t last = state_.counter(control.role, control.signer);
  const bool again = control.counter <= last;
  if (again && stands(Defence::counter)) return refuse(AppendRefusal::counter_replayed, last);
  return {};
}

Judgement Judge::base_seq(const room::Control& control) const {
  if (!stands(Defence::base_seq)) return {};
  const room::Seq base = control.base_seq;
  const room::Seq head = state_.head_;
  if (base > head) return refuse(AppendRefusal::base_seq_ahead, head.value);
  // The server's acts are never old: it signs them where it writes them, and a reader who saw
  // entries that a restart lost must not judge by those.
  if (control.role == SignerRole::server) return {};
  // A count beyond the head's belongs to an entry that a restart lost.
  const bool lost = base.count() > head.count();
  const bool old = !lost && head.count() - base.count() > kBaseSeqWindow;
  const bool not_last = control.op() == Op::state && base != state_.last_control_seq_;
  if (lost || old || not_last) {
    return refuse(AppendRefusal::base_seq_old, state_.last_control_seq_.value);
  }
  return {};
}

Judgement Judge::phase(Op op) const {
  if (op == Op::open && state_.open_) return refuse(AppendRefusal::room_open);
  if (!state_.open_ && !works_closed(op)) return refuse(AppendRefusal::room_closed);
  return {};
}

Judgement Judge::present(const std::vector<room::Handle>& handles) const {
  std::set<room::Handle> seen;
  for (const room::Handle& handle : handles) {
    if (!state_.member(handle) || !seen.insert(handle).second) {
      return refuse(AppendRefusal::handle_unknown);
    }
  }
  return {};
}

Judgement Judge::next_generation(room::Generation generation) const {
  if (generation == 0 || generation != static_cast<room::Generation>(state_.generation_ + 1)) {
    return refuse(AppendRefusal::generation_wrong, state_.generation_);
  }
  return {};
}

Judgement Judge::new_group(const Bytes& group_id, const room::Handle& opener,
                           room::Generation generation,
                           const std::vector<room::Handle>& dropped) const {
  if (group_id == state_.group_id_) return refuse(AppendRefusal::control_invalid);
  HEARTH_CHECK(present(dropped));
  const bool opener_dropped = std::ranges::find(dropped, opener) != dropped.end();
  if (opener_dropped) return refuse(AppendRefusal::handle_unknown);
  const std::size_t members =
      state_.members_.size() - dropped.size() + (state_.member(opener) ? 0 : 1);
  if (members > state_.server_part_.limits.members_max) return refuse(AppendRefusal::room_full);
  return next_generation(generation);
}

Judgement Judge::sense(const room::OpenOp& op) const {
  return new_group(op.group_id, op.opener, op.new_generation, {});
}

Judgement Judge::sense(const room::RebuildOp& op) const {
  HEARTH_CHECK(gates_known(op.gates));
  return new_group(op.group_id, op.opener, op.new_generation, op.dropped);
}

Judgement Judge::gates_known(const std::vector<room::GateRef>& gates) const {
  std::set<room::GateRef> seen;
  for (const room::GateRef& gate : gates) {
    if (!state_.gate(gate) || !seen.insert(gate).second) {
      return refuse(AppendRefusal::gate_unknown);
    }
  }
  return {};
}

Judgement Judge::sense(const room::RemoveOp& op) const {
  HEARTH_CHECK(present(op.handles));
  HEARTH_CHECK(gates_known(op.gates));
  return next_generation(op.new_generation);
}

Judgement Judge::sense(const room::GateAddOp& op) const {
  if (state_.gate(op.gate)) return refuse(AppendRefusal::gate_present);
  if (state_.gates_.size() >= state_.server_part_.limits.gates_max) {
    return refuse(AppendRefusal::gates_full);
  }
  return {};
}

Judgement Judge::sense(const room::GateRevokeOp& op) const {
  if (!state_.gate(op.gate)) return refuse(AppendRefusal::gate_unknown);
  return {};
}

Judgement Judge::sense(const room::EraseOp& op) const {
  for (const room::Seq seq : op.seqs) {
    if (seq.count() == 0 || seq > state_.head_) return refuse(AppendRefusal::seq_unknown);
  }
  return {};
}

Judgement Judge::sense(const room::UndoEraseOp& op) const {
  for (const room::Seq seq : op.seqs) {
    if (!state_.erased_.contains(seq)) return refuse(AppendRefusal::seq_unknown);
  }
  return {};
}

Judgement Judge::sense(const room::StateOp& op) const {
  if (op.state != state_.encode_state()) return refuse(AppendRefusal::state_differs);
  return {};
}

// The rule of StaffList::check_next on what the server may know: so both fold alike.
Judgement Judge::sense(const room::StaffSetOp& op) const {
  const auto invalid = [&] { return refuse(AppendRefusal::staff_invalid, state_.staff_number_); };
  using Entry = room::StaffSetOp::Entry;
  if (op.number != state_.staff_number_ + 1 || op.number == 0) return invalid();
  if (!room::staff_can_act(op.entries, op.quorum)) return invalid();
  auto acceptance = op.acceptances.begin();
  for (const Entry& entry : op.entries) {
    const auto old = state_.staff_.find(entry.staff_server);
    const bool known =
        old != state_.staff_.end() && old->second.desk.value_or(entry.desk) == entry.desk;
    if (known) continue;
    const bool accepted = acceptance != op.acceptances.end() &&
                          acceptance->staff_server == entry.staff_server &&
                          op.verify_acceptance(state_.room_, entry, *acceptance);
    if (!accepted) return invalid();
    ++acceptance;
  }
  if (acceptance != op.acceptances.end()) return invalid();

  std::set<room::PublicKey> signers;
  for (const room::StaffSetOp::Signed& by : op.signatures) {
    const bool holds = state_.is_staff(by.staff_server) && signers.insert(by.staff_server).second &&
                       op.verify(state_.room_, by);
    if (!holds) return invalid();
  }
  // A founder's unknown desk stands for itself: before the first change all are leads, any of whom
  // may change everything.
  std::vector<Entry> before;
  for (const auto& [key, staff] : state_.staff_) {
    before.push_back({key, staff.desk.value_or(room::DeskKey{}), staff.flags});
  }
  if (!room::may_change_staff(before, state_.quorum_, op.entries, op.quorum, signers,
                              &Entry::staff_server)) {
    return invalid();
  }
  return {};
}

Judgement Judge::sense(const room::SupporterAddOp& op) const {
  const bool fits = !state_.is_staff(op.staff_server) && !state_.supporter(op.staff_server) &&
                    state_.supporters_.size() < kSupportersMax;
  if (!fits || !op.verify(state_.room_)) {
    return refuse(AppendRefusal::staff_invalid, state_.staff_number_);
  }
  return {};
}

Judgement Judge::sense(const room::SupporterRemoveOp& op) const {
  if (!state_.supporter(op.staff_server)) {
    return refuse(AppendRefusal::staff_invalid, state_.staff_number_);
  }
  return {};
}

// Hands and turn are of members who may speak.
Judgement Judge::own(const room::Handle& who, const room::OpArgs& args) const {
  if (state_.paused_) return refuse(AppendRefusal::paused);
  if (state_.member(who)->muted) return refuse(AppendRefusal::muted);
  const Floor& floor = state_.floor_;
  switch (op_of(args)) {
    case Op::raise: return floor.may_raise(who);
    case Op::lower: return floor.may_lower(who);
    case Op::take: return floor.may_take(who);
    case Op::done: return floor.may_end_turn(who);
    case Op::pass: return floor.may_pass(who);
    default: return {};
  }
}

Judgement Judge::sense(const room::CallOnOp& op) const {
  const Member* member = state_.member(op.handle);
  if (!member) return refuse(AppendRefusal::handle_unknown);
  if (member->muted) return refuse(AppendRefusal::muted);
  if (member->in_lobby) return refuse(AppendRefusal::in_lobby);
  return state_.floor_.may_call_on();
}

// What vouches for a newcomer, when `spent_before` uses of the same gate go to others in this
// entry.
Judgement Judge::newcomer_source(const room::AdmitOp::Newcomer& newcomer,
                                 unsigned spent_before) const {
  const bool there = state_.member(newcomer.handle) != nullptr;
  switch (newcomer.role) {
    case Role::gate: {
      const Gate* gate = state_.gate(room::GateRef{newcomer.ref});
      if (!gate) return refuse(AppendRefusal::gate_unknown);
      if (gate->uses_left <= spent_before) return refuse(AppendRefusal::gate_spent);
      if (there) return refuse(AppendRefusal::handle_present);
      return {};
    }
    case Role::member: {
      const room::Handle old{newcomer.ref};
      const Member* returning = state_.member(old);
      if (!returning) return refuse(AppendRefusal::handle_unknown);
      if (returning->in_lobby) return refuse(AppendRefusal::in_lobby);
      if (there && newcomer.handle != old) return refuse(AppendRefusal::handle_present);
      return {};
    }
    case Role::staff:
      if (!state_.is_staff(room::PublicKey{newcomer.ref})) return refuse(AppendRefusal::not_staff);
      return {};
    case Role::supporter: break;
  }
  return refuse(AppendRefusal::control_invalid);
}

// What a gate asks of who admits by it.
Judgement Judge::through_gate(const room::GateRef& ref, bool by_staff) const {
  const Gate* gate = state_.gate(ref);
  if (!gate) return refuse(AppendRefusal::gate_unknown);
  if (!by_staff && gate->tainted()) return refuse(AppendRefusal::admission_forbidden);
  const bool pass = (gate->flags & room::GateAddOp::kStaffPass) != 0;
  if (!pass && state_.staff_.size() < state_.server_part_.staff_min) {
    return refuse(AppendRefusal::staff_too_few);
  }
  return {};
}

Judgement Judge::admit(const room::AdmitOp& op, SignerRole by) const {
  const bool by_staff = by == SignerRole::staff;
  const bool open_door = state_.admission_ == room::Admission::open && !state_.locked_;
  std::set<room::Handle> touched;
  std::map<room::GateRef, unsigned> spent;
  std::size_t members = state_.members_.size();
  for (const room::AdmitOp::Newcomer& newcomer : op.newcomers) {
    // Anybody lets staff in, in any mode.
    if (!by_staff && newcomer.role != Role::staff) {
      if (!open_door) return refuse(AppendRefusal::admission_forbidden);
      if (state_.paused_) return refuse(AppendRefusal::paused);
    }
    if (!by_staff && (newcomer.flags & room::AdmitOp::kMayCommit)) {
      return refuse(AppendRefusal::not_staff);
    }
    if (newcomer.role == Role::gate)
      HEARTH_CHECK(through_gate(room::GateRef{newcomer.ref}, by_staff));
    unsigned& uses = spent[room::GateRef{newcomer.ref}];
    HEARTH_CHECK(newcomer_source(newcomer, uses));
    if (newcomer.role == Role::gate) ++uses;
    // Each handle once, be it the new or the replaced one.
    const room::Handle old{newcomer.ref};
    const bool replaces = newcomer.role == Role::member && old != newcomer.handle;
    if (!touched.insert(newcomer.handle).second || (replaces && !touched.insert(old).second)) {
      return refuse(AppendRefusal::handle_present);
    }
    if (newcomer.role != Role::member && !state_.member(newcomer.handle)) ++members;
  }
  if (members > state_.server_part_.limits.members_max) return refuse(AppendRefusal::room_full);
  return {};
}

}  // namespace hearth::meeting
