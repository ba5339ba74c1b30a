// The visit of a command: one overload for each. Private to this folder.
#pragma once

#include <functional>

#include "client/core/model.h"

namespace hearth::client {

// An error is shown as Refused. By subject: the stay, talk and questions in core_commands.cpp, the
// door in core_invitations.cpp, moderation in core_moderation.cpp, offices in core_staff.cpp and
// core_appointment.cpp.
struct Core::Model::Answer {
  Model& m;
  std::uint64_t tag;

  // --- Beginning, ends, talk ---
  Status operator()(CreateRoom& asked);
  Status operator()(KnockAtDoor& asked);
  Status operator()(Say& asked);
  Status operator()(Nudge& asked);
  Status operator()(LobbyLine& asked);
  Status operator()(ReportMessage& asked);
  Status operator()(Leave&);
  Status operator()(CloseRoom&);
  Status operator()(OpenRoom& asked);
  Status operator()(RebuildGroup& asked);
  Status operator()(GoOffline&);
  Status operator()(GoOnline&);
  Status operator()(KeepStay&);
  Status operator()(ComeBack&);
  Status operator()(Quit&);

  // --- The door ---
  Status operator()(Invite& asked);
  Status operator()(OpenReferrals& asked);
  Status operator()(AskReferral&);
  Status operator()(AskInvites&);
  Status operator()(RevokeInvite& asked);
  Status operator()(ReprintInvite& asked);
  Status operator()(ChangeLock&);
  Status operator()(AdmitAll&);
  Status operator()(Admit& asked);
  Status operator()(Deny& asked);

  // --- Moderation ---
  Status operator()(RemoveMember& asked);
  Status operator()(BanMember& asked);
  Status operator()(RemoveSince& asked);
  Status operator()(AskBans&);
  Status operator()(ToLobby& asked);
  Status operator()(CallBack& asked);
  Status operator()(MuteMember& asked);
  Status operator()(SlowMode& asked);
  Status operator()(EraseMember& asked);
  Status operator()(EraseEntries& asked);
  Status operator()(Undo&);
  Status operator()(Pause&);
  Status operator()(Unpause&);
  Status operator()(Lock&);
  Status operator()(Unlock&);

  // --- The floor ---
  Status operator()(SetMode& asked);
  Status operator()(RaiseHand&);
  Status operator()(LowerHand&);
  Status operator()(TakeTurn&);
  Status operator()(EndTurn&);
  Status operator()(PassTurn&);
  Status operator()(Acknowledge&);
  Status operator()(CallOn& asked);
  Status operator()(GrantTime& asked);
  Status operator()(SkipTurn&);
  Status operator()(TakeLead&);
  Status operator()(AskFloor&);

  // --- The agenda ---
  Status operator()(SetAgenda& asked);
  Status operator()(NextItem&);
  Status operator()(PreviousItem&);
  Status operator()(GoToItem& asked);
  Status operator()(AskAgenda&);

  // --- Staff ---
  Status operator()(Appoint& asked);
  Status operator()(AcceptAppointment&);
  Status operator()(DeclineAppointment&);
  Status operator()(AppointSupporter& asked);
  Status operator()(Dismiss& asked);
  Status operator()(StepBack&);
  Status operator()(HandOver& asked);
  Status operator()(NameDeputy& asked);
  Status operator()(SignQuorum&);
  Status operator()(AskStaff&);

  // --- Questions ---
  Status operator()(AskSafetyCode&);
  Status operator()(AskMembers&);
  Status operator()(AskStatus&);
  Status operator()(AskEntries&);
  Status operator()(ExportAudit& asked);
  Status operator()(OpenRaw& asked);

 private:
  // What a command needs: not_staff, not_now, not_inside.
  Status staff() const;
  Status read() const;
  Status inside() const;
  // A signed act of staff; one that can be taken back goes to the UndoList once it is done.
  Status act(room::OpArgs args);
  // A signed act of our own as a member.
  Status own(room::OpArgs args);
  // What "!", "done" and "pass" mean where they mean something.
  Status move(const std::function<std::optional<agenda::Posting>(agenda::Agenda&)>& moving);
  std::optional<room::OpArgs> floor_word(std::string_view text) const;
  Result<room::Handle> turn_holder() const;
  Status erase(const std::vector<room::Seq>& seqs);
  Status remove(std::vector<room::Handle> handles, std::uint32_t ban_seconds);
  // One of today's staff, by name or digits: member_unknown, member_ambiguous.
  Result<room::StaffEntry> staff_entry(std::string_view who) const;
  // Somebody else in the room, and (member_staff) no staff.
  Result<room::Handle> other(std::string_view who) const;
  Result<room::Handle> guest_of(std::string_view who) const;
  Status admit();
  Status add(Errand errand);
};

}  // namespace hearth::client
