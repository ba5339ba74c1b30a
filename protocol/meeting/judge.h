// The rules for control entries: who may do what, when, once. Private to this folder.
#pragma once

#include "protocol/meeting/room_state.h"

namespace hearth::meeting {

// Judges a control entry, whose signature holds, against the state before it. Uses nothing that a
// reader of the log does not have: no clock, no connection, no bounds of an Append.
class Judge final {
 public:
  explicit Judge(const RoomState& state) noexcept : state_(state) {}

  room::Judgement judge(const room::Control& control) const;

 private:
  room::Judgement signer(const room::Control& control) const;
  room::Judgement base_seq(const room::Control& control) const;
  room::Judgement phase(room::Op op) const;
  room::Judgement newcomer_source(const room::AdmitOp::Newcomer& newcomer,
                                  unsigned spent_before) const;
  room::Judgement through_gate(const room::GateRef& ref, bool by_staff) const;
  room::Judgement present(const std::vector<room::Handle>& handles) const;
  room::Judgement next_generation(room::Generation generation) const;
  room::Judgement new_group(const Bytes& group_id, const room::Handle& opener,
                            room::Generation generation,
                            const std::vector<room::Handle>& dropped) const;
  room::Judgement gates_known(const std::vector<room::GateRef>& gates) const;

  // The sense of each operation, by one who may.
  room::Judgement sense(const room::OpenOp& op) const;
  room::Judgement sense(const room::RebuildOp& op) const;
  room::Judgement sense(const room::RemoveOp& op) const;
  room::Judgement sense(const room::GateAddOp& op) const;
  room::Judgement sense(const room::GateRevokeOp& op) const;
  room::Judgement sense(const room::MuteOp& op) const { return present(op.handles); }
  room::Judgement sense(const room::UnmuteOp& op) const { return present(op.handles); }
  room::Judgement sense(const room::EraseOp& op) const;
  room::Judgement sense(const room::UndoEraseOp& op) const;
  room::Judgement sense(const room::StateOp& op) const;
  room::Judgement sense(const room::StaffSetOp& op) const;
  room::Judgement sense(const room::SupporterAddOp& op) const;
  room::Judgement sense(const room::SupporterRemoveOp& op) const;
  room::Judgement sense(const room::ToLobbyOp& op) const { return present(op.handles); }
  room::Judgement sense(const room::CallBackOp& op) const { return present(op.handles); }
  room::Judgement sense(const room::CallOnOp& op) const;
  room::Judgement sense(const room::GrantOp& op) const {
    return state_.floor_.may_end_turn(op.handle);
  }
  room::Judgement sense(const room::SkipOp& op) const {
    return state_.floor_.may_end_turn(op.handle);
  }
  template <class Op>
  room::Judgement sense(const Op&) const {  // Nothing that could be senseless.
    return {};
  }
  room::Judgement admit(const room::AdmitOp& op, room::SignerRole by) const;
  // Of the floor, by a member about themselves.
  room::Judgement own(const room::Handle& who, const room::OpArgs& args) const;

  const RoomState& state_;
};

}  // namespace hearth::meeting
