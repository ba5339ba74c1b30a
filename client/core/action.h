// Actions: everything that can happen to the client, from its user or from the network.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/agenda/plan.h"
#include "protocol/room/auth.h"
#include "protocol/room/entry.h"
#include "protocol/room/floor_ops.h"
#include "protocol/room/genesis.h"
#include "protocol/time.h"

namespace hearth::client {

// --- What the user asks --------------------------------------------------------------------------

// Founds a room on a server and opens its first meeting. Ends in RoomCreated and Opened.
struct CreateRoom {
  std::string host;   // HOST or HOST:PORT, as in links.
  std::string title;  // Seen by members and link holders alone.
  std::string name;   // The founder's display name.
  room::Retention retention = room::Retention::live;
  room::Admission admission = room::Admission::lobby;
  room::Limits limits;
  std::uint8_t staff_min = 1;                 // 2: guests are admitted once two are staff.
  std::optional<room::DeskKey> safeguarding;  // Reports can be sealed to it, for outside.
  std::string agreement;                      // The texts of the door card.
  std::string schedule;
  std::string services;
};
// Makes a gate and prints its link: Invitation.
struct Invite {
  std::uint16_t uses = 1;
  Duration valid = std::chrono::hours(24);
  bool standing = false;  // The same place every week.
  std::string label{};    // For the staff alone, at most 200 bytes.
  // One use, for somebody who will be staff: our client admits them at once.
  bool staff_pass = false;
};
// Opens the pool: one gate whose link members may pass on. For this client to hand out.
struct OpenReferrals {
  std::uint16_t uses = 100;
  Duration valid = std::chrono::hours(24 * 30);
};
// Asks the desk for a link to pass on: ReferralLink. Nobody tells us whether it was used.
struct AskReferral {};
// The gates there are: Invites.
struct AskInvites {};
// Revokes one: by its link, or by its number in Invites.
struct RevokeInvite {
  std::string link;
  std::uint32_t number = 0;
};
// Prints the link of an invitation of ours again, with today's lock: Invitation.
struct ReprintInvite {
  std::uint32_t number = 0;
};
// A new door secret: every link printed before opens nothing any more.
struct ChangeLock {};
// Goes to the door of a link and asks to be let in. Ends in Entered, or KnockRefused, or Denied.
struct KnockAtDoor {
  std::string link;
  std::string name;
  std::string greeting;  // For the admitters, at most 256 bytes.
  // Stops at DoorShown: the guest reads the agreement first, and asks again to knock.
  bool look_only = false;
};
// Lets in everybody who waits.
struct AdmitAll {};
struct Admit {
  std::uint64_t slot = 0;
};
struct Deny {
  std::uint64_t slot = 0;
  std::string text;  // At most 256 bytes.
};
struct Say {
  std::string text;
};
// Removes one person: a name that only one member has, or the first digits of a handle.
struct RemoveMember {
  std::string who;
};
struct MuteMember {
  std::string who;
  bool muted = true;
};
// A private word of the staff to one member.
struct Nudge {
  std::string who;   // As in RemoveMember.
  std::string text;  // 1..800 bytes.
};
// A line to the desk; of staff also to a guest who waits.
struct LobbyLine {
  std::optional<std::uint64_t> slot;  // Of a knock; else the desk.
  std::string text;                   // 1..800 bytes.
};
// Opens a message that was shown, and those around it, to the desk. Where the room names a
// safeguarding key, SafeguardingText comes back too.
struct ReportMessage {
  room::Seq seq;
  std::string reason;  // At most 256 bytes.
};
// As RemoveMember; and for a time whoever comes by the same invitation is shown as such to staff.
struct BanMember {
  std::string who;
  std::uint32_t seconds = 0;
};
// Removes everybody who came in after a point, but the staff: after this entry, or within the last
// minutes.
struct RemoveSince {
  std::optional<room::Seq> seq;
  std::uint32_t minutes = 0;
};
struct AskBans {};
// Back to the lobby: nothing is delivered to them any more, and they may only go, or write to the
// desk. Keys stay.
struct ToLobby {
  std::string who;
};
struct CallBack {
  std::string who;
};
// At least so many seconds between two texts of one member; 0 ends it.
struct SlowMode {
  std::uint16_t seconds = 0;
};
// Everything that one person said and this client saw: also one who has gone.
struct EraseMember {
  std::string who;
};
struct EraseEntries {
  std::vector<room::Seq> seqs;
};
// Takes back the last act of ours that can be taken back.
struct Undo {};
// --- The floor: staff say how it goes, everybody speaks for themselves ---

// Begins an item of the meeting.
struct SetMode {
  room::Mode mode = room::Mode::free;
  std::uint16_t turn_seconds = 0;  // Of a turn; 0: no end is suggested.
  bool passes_on = false;          // To the next hand, without being called on.
  bool fair = false;               // Who had no turn yet comes first.
};
struct RaiseHand {};
struct LowerHand {};
struct TakeTurn {};  // In a round. A line that is said takes it by itself.
struct EndTurn {};
struct PassTurn {};     // In a queue to its end, in a round out of it.
struct Acknowledge {};  // "Heard you."
// Gives the turn to somebody; to whoever is next where no name is given.
struct CallOn {
  std::string who;            // As in RemoveMember.
  std::uint16_t seconds = 0;  // 0: the item's.
};
struct GrantTime {
  std::uint16_t seconds = 0;  // Above 0.
};
struct SkipTurn {};
struct TakeLead {};  // We lead the meeting from here on.
struct AskFloor {};

// Staff: the plan of the meeting. Nothing is posted before NextItem.
struct SetAgenda {
  agenda::Plan plan;
};
struct NextItem {};
struct PreviousItem {};
struct GoToItem {
  std::size_t number = 0;  // From 1.
};
struct AskAgenda {};
struct Pause {};  // Only staff may write.
struct Unpause {};
struct Lock {};  // No knocks are taken.
struct Unlock {};
// --- Staff: a lead alone, or deputies together (then a quorum is asked for) ---

// Asks a member to become staff. In force once they have accepted.
struct Appoint {
  std::string who;
};
// The answer to the last offer that was shown to us.
struct AcceptAppointment {};
struct DeclineAppointment {};
// Asks a member to help from outside: at the desk, or also as the keeper who may close the room.
struct AppointSupporter {
  std::string who;
  bool keeper = false;
};
// Ends it, for one of the staff or a supporter. One of the staff leaves the room, too. By name, or
// by the first digits of the staff_id (of a supporter: of the staff_server key).
struct Dismiss {
  std::string who;
};
// We are staff no more, and stay as a member.
struct StepBack {};
// Another of the staff becomes lead in our place.
struct HandOver {
  std::string who;
};
// Makes one of the staff a deputy, or no longer; `quorum` of them change the staff together.
struct NameDeputy {
  std::string who;
  bool deputy = true;
  std::uint8_t quorum = 0;
};
// Signs the change that another deputy has asked for.
struct SignQuorum {};
struct AskStaff {};
struct Leave {};
struct CloseRoom {};  // Ends the meeting.
struct OpenRoom {     // Begins the next one, with a new group.
  room::Admission admission = room::Admission::lobby;
};
// Founds the group again; members come back by themselves, but for these.
struct RebuildGroup {
  std::vector<std::string> without{};  // As in RemoveMember.
};
// Questions; each is answered at once.
struct AskSafetyCode {};
struct AskMembers {};
struct AskStatus {};
struct AskEntries {};  // Every entry seen since this client came in.
// Asks the server for a signed head, and answers with the log up to it: AuditReady. The path is the
// face's; the core only carries it.
struct ExportAudit {
  std::string path;
};
// Tries to open an entry handed in from outside, with what this client holds.
struct OpenRaw {
  room::Entry entry;
};
// Drops the connection and stays away; comes back.
struct GoOffline {};
struct GoOnline {};
// From here on the stay is kept: Keep comes before anything leaves that depends on it.
struct KeepStay {};
// Goes on with a stay that was kept (Core::resume): the first command to it.
struct ComeBack {};
// Says goodbye to the server and ends. The stay is not given up: that is Leave.
struct Quit {};

using CommandBody =
    std::variant<CreateRoom, Invite, OpenReferrals, AskReferral, AskInvites, RevokeInvite,
                 ReprintInvite, ChangeLock, KnockAtDoor, AdmitAll, Admit, Deny, Say, RemoveMember,
                 BanMember, RemoveSince, AskBans, ToLobby, CallBack, MuteMember, Nudge, LobbyLine,
                 ReportMessage, SlowMode, EraseMember, EraseEntries, Undo, SetMode, RaiseHand,
                 LowerHand, TakeTurn, EndTurn, PassTurn, Acknowledge, CallOn, GrantTime, SkipTurn,
                 TakeLead, AskFloor, SetAgenda, NextItem, PreviousItem, GoToItem, AskAgenda, Pause,
                 Unpause, Lock, Unlock, Appoint, AcceptAppointment, DeclineAppointment,
                 AppointSupporter, Dismiss, StepBack, HandOver, NameDeputy, SignQuorum, AskStaff,
                 Leave, CloseRoom, OpenRoom, RebuildGroup, AskSafetyCode, AskMembers, AskStatus,
                 AskEntries, ExportAudit, OpenRaw, GoOffline, GoOnline, KeepStay, ComeBack, Quit>;
// `tag` comes back with every event that answers this command; 0 asks for none.
struct Command {
  CommandBody body;
  std::uint64_t tag = 0;
};

// --- What the network does ----------------------------------------------------------------------

// The connection that Connect asked for stands.
struct Connected {
  room::ChannelBinding binding{};  // Zeros where there is no TLS.
};
// One whole record, put together from frames.
struct RecordReceived {
  Bytes record;
};
// It could not be made, or it ended. Never comes as an answer to Disconnect.
struct ConnectionLost {};
// The time asked for by SetTimer has come. Coming early or twice does no harm.
struct TimePassed {};

using Action = std::variant<Command, Connected, RecordReceived, ConnectionLost, TimePassed>;

}  // namespace hearth::client
