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

bool member_may(Op op) noexcept { return op == Op::leave || op == Op::admit; }
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
  return std::visit([this](const auto& op) { return sense(op); }, control.args);
}

Judgement Judge::signer(const room::Control& control) const {
  switch (control.role) {
    case SignerRole::member:
      if (!state_.member(handle_of(state_.room_, control.signer))) {
        return refuse(AppendRefusal::not_admitted);
      }
      if (!member_may(control.op())) return refuse(AppendRefusal::not_staff);
      break;
    case SignerRole::staff:
      if (!state_.is_staff(control.signer)) return refuse(AppendRefusal::not_staff);
      if (control.op() == Op::restart || control.op() == Op::leave) {
        return refuse(AppendRefusal::kind_forbidden);
      }
      break;
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
  const room::Seq base = control.base_seq;
  const room::Seq head = state_.head_;
  if (base > head && stands(Defence::base_seq))
    return refuse(AppendRefusal::base_seq_ahead, head.value);
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
                           room::Generation generation) const {
  if (group_id == state_.group_id_) return refuse(AppendRefusal::control_invalid);
  const std::size_t members = state_.members_.size() + (state_.member(opener) ? 0 : 1);
  if (members > state_.server_part_.limits.members_max) return refuse(AppendRefusal::room_full);
  return next_generation(generation);
}

Judgement Judge::sense(const room::OpenOp& op) const {
  return new_group(op.group_id, op.opener, op.new_generation);
}

Judgement Judge::sense(const room::RebuildOp& op) const {
  return new_group(op.group_id, op.opener, op.new_generation);
}

Judgement Judge::sense(const room::RemoveOp& op) const {
  HEARTH_CHECK(present(op.handles));
  std::set<room::GateRef> seen;
  for (const room::GateRef& gate : op.gates) {
    if (!state_.gate(gate) || !seen.insert(gate).second) {
      return refuse(AppendRefusal::gate_unknown);
    }
  }
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
      if (!state_.member(old)) return refuse(AppendRefusal::handle_unknown);
      if (there && newcomer.handle != old) return refuse(AppendRefusal::handle_present);
      return {};
    }
    case Role::staff:
      if (!state_.is_staff(room::PublicKey{newcomer.ref})) return refuse(AppendRefusal::not_staff);
      return {};
  }
  return refuse(AppendRefusal::control_invalid);
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
