// What an act in an audit file says, and why a file does not hold, in plain lines.
#include <algorithm>

#include "client/console/audit_file.h"
#include "client/console/spoken.h"
#include "protocol/room/staff_list.h"

namespace hearth::client {
namespace {

constexpr std::size_t kDigits = 8;  // Of a key or a handle: enough to tell them apart by ear.

std::string digits(ByteView id) { return to_hex(id).substr(0, kDigits); }
std::string digits(const std::vector<room::Handle>& handles) {
  std::string out;
  for (const room::Handle& handle : handles) {
    out += (out.empty() ? "" : ", ") + digits(handle.view());
  }
  return out;
}
std::string place(room::Seq seq) {
  return std::to_string(seq.count()) +
         (seq.run() > 0 ? " of run " + std::to_string(seq.run()) : std::string());
}
std::string mode(room::Admission admission) {
  switch (admission) {
    case room::Admission::open: return "everybody inside lets people in";
    case room::Admission::lobby: return "staff let people in";
    case room::Admission::locked: return "locked";
  }
  return {};
}
std::string seconds(std::uint32_t number) { return spoken(std::chrono::seconds(number)); }

// One for each operation that staff or the server may do; what is not told apart has its name.
std::string said(const room::OpenOp& op) { return "opened a meeting; " + mode(op.admission); }
std::string said(const room::CloseOp&) { return "closed the meeting"; }
std::string said(const room::RebuildOp&) { return "made the group anew"; }
std::string said(const room::AdmitOp& op) {
  std::vector<room::Handle> handles;
  for (const auto& newcomer : op.newcomers) handles.push_back(newcomer.handle);
  return "let in " + digits(handles);
}
std::string said(const room::RemoveOp& op) {
  if (op.handles.empty()) return "cleared the places of those who had left";
  std::string out = "removed " + digits(op.handles);
  if (!op.gates.empty()) {
    out += " and revoked " + counted(op.gates.size(), "invitation", "invitations");
  }
  if (op.ban_seconds > 0) out += ", not to come back for " + seconds(op.ban_seconds);
  return out;
}
std::string said(const room::GateAddOp& op) {
  return "made an invitation (" + digits(op.gate.view()) + ") for " +
         counted(op.uses, "person", "people");
}
std::string said(const room::GateRevokeOp& op) {
  return "revoked the invitation " + digits(op.gate.view());
}
std::string said(const room::MuteOp& op) { return "muted " + digits(op.handles); }
std::string said(const room::UnmuteOp& op) { return "let " + digits(op.handles) + " write again"; }
std::string said(const room::PauseOp&) { return "paused the room"; }
std::string said(const room::ResumeOp&) { return "ended the pause"; }
std::string said(const room::LockOp&) { return "locked the room"; }
std::string said(const room::UnlockOp&) { return "unlocked the room"; }
std::string said(const room::SlowModeOp& op) {
  return op.seconds == 0 ? "ended slow mode"
                         : "asked for " + seconds(op.seconds) + " between lines";
}
std::string said(const room::EraseOp& op) {
  return "erased " + counted(op.seqs.size(), "line", "lines") + " for all";
}
std::string said(const room::UndoEraseOp& op) {
  return "brought back " + counted(op.seqs.size(), "erased line", "erased lines");
}
std::string said(const room::RestartOp& op) {
  return "began again after entry " + place(op.last_durable.seq);
}
std::string said(const room::StaffSetOp& op) {
  std::string out = "changed the staff:";
  for (const auto& entry : op.entries) {
    out += " " + digits(entry.staff_server.view());
    if (entry.flags & room::kStaffLead) out += " (lead)";
    if (entry.flags & room::kStaffDeputy) out += " (deputy)";
    if (&entry != &op.entries.back()) out += ",";
  }
  return out;
}
std::string said(const room::SupporterAddOp& op) {
  return "asked " + digits(op.staff_server.view()) + " to help" +
         (op.rights & room::SupporterAddOp::kKeeper ? " and to keep the room" : "");
}
std::string said(const room::SupporterRemoveOp& op) {
  return "ended the help of " + digits(op.staff_server.view());
}
std::string said(const room::ToLobbyOp& op) {
  return "sent " + digits(op.handles) + " back to the lobby";
}
std::string said(const room::CallBackOp& op) { return "called " + digits(op.handles) + " back in"; }
std::string said(const room::ModeOp& op) {
  return "set the floor to " + std::string(room::name_of(op.mode));
}
std::string said(const room::CallOnOp& op) {
  return "gave the turn to " + digits(op.handle.view());
}
std::string said(const room::GrantOp& op) {
  return "gave " + digits(op.handle.view()) + " " + seconds(op.seconds) + " more";
}
std::string said(const room::SkipOp& op) { return "ended the turn of " + digits(op.handle.view()); }
std::string said(const room::LeadOp&) { return "took the lead"; }
template <class Op>
std::string said(const Op&) {
  return "did " + std::string(room::name_of(Op::kOp));
}

struct Meaning {
  std::string_view reason;
  std::string_view sentence;
};
constexpr Meaning kMeanings[] = {
    {"line_invalid", "this is no line of an audit file, or not the one that must come here"},
    {"line_missing", "the file ends too early"},
    {"line_too_long", "this line is too long to be one of an audit file"},
    {"room_id_mismatch", "this room id does not belong to this first entry"},
    {"chain_gap", "an entry is missing, doubled or out of its place"},
    {"chain_broken", "the chain does not hold: something was changed here"},
    {"control_signature_invalid", "this act is not signed by who is said to have done it"},
    {"counter_replayed", "this act was done before and is shown again"},
    {"not_staff", "this act is not by anybody who was staff then"},
    {"state_differs", "the state written here is not what the entries before it make"},
    {"signature_invalid", "a signature does not hold"},
};

}  // namespace

std::string line_of_act(room::Seq seq, const room::Control& control) {
  const std::string who = control.role == room::SignerRole::server
                              ? std::string("the server")
                              : "staff " + digits(control.signer.view());
  return "Entry " + place(seq) + ": " + who + " " +
         std::visit([](const auto& op) { return said(op); }, control.args) + ".";
}

std::string sentence_of(const AuditFault& fault) {
  const auto found = std::ranges::find(kMeanings, fault.reason, &Meaning::reason);
  return "line " + std::to_string(fault.line) + " does not hold (" + std::string(fault.reason) +
         ")" +
         (found != std::end(kMeanings) ? ": " + std::string(found->sentence) : std::string()) + ".";
}

}  // namespace hearth::client
