// Events: everything that a face shows. Each is one plain line, or one JSON object.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "client/agenda/agenda.h"
#include "client/core/audit_log.h"
#include "protocol/room/chain.h"
#include "protocol/room/floor_ops.h"
#include "protocol/room/genesis.h"
#include "protocol/time.h"

namespace hearth::client {

// Names and texts come from other people: a face isolates and neutralises them.
struct Person {
  room::Handle handle;
  std::string name;
  bool staff = false;
  bool own = false;
};

// --- The connection -----------------------------------------------------------------------------
struct Online {  // Everything that happened meanwhile has been shown.
  room::Anchor head;
};
struct Offline {  // The connection is gone; the client tries again by itself.
  Duration retry_in{};
};

// --- The door -----------------------------------------------------------------------------------
struct RoomCreated {
  room::RoomId room;
  std::string title;
};
struct Invitation {
  std::string link;  // A secret.
  std::uint16_t uses = 1;
  Duration valid{};
  std::string title;     // Of the room, for a printed card.
  std::string schedule;  // When it meets.
};
struct DoorShown {  // To a guest, before the knock.
  std::string title;
  std::string agreement;
  std::string schedule;
  std::string services;
  bool locked = false;
  bool desk_present = false;  // Whether anybody is there who may open.
};
struct Knocking {};  // Our knock waits; somebody will decide.
struct KnockRefused {
  std::string_view reason;  // A word of wire::KnockRefusal, or door_shut, link_spent.
  bool final = false;       // Nothing more will be tried.
};
struct Denied {  // The desk said no.
  std::string text;
};
// To staff: what is known of one invitation. `number` is this client's own, and stays.
struct InviteLine {
  std::uint32_t number = 0;
  std::string label;  // Empty: none, or made before this client came.
  Person issuer;      // Without a name where they are not here.
  std::uint16_t uses_left = 0;
  std::uint64_t expiry = 0;  // Unix seconds.
  bool standing = false;
  bool staff_pass = false;
  bool tainted = false;    // A removed person came by it.
  bool link_held = false;  // This client made it, and can print its link again.
};
struct Invites {
  std::vector<InviteLine> invites;
};
// To a member who asked: a link to pass on.
struct ReferralLink {
  std::string link;  // A secret.
};
// To everybody: staff made or took back an invitation.
struct InvitationMade {
  std::uint16_t uses = 0;
  bool standing = false;
  Person by{};
};
struct InvitationRevoked {
  Person by{};
};
// Staff changed the lock: links made before open the door no more.
struct LockReplaced {
  Person by{};
};
struct KnockWaiting {  // To an admitter: somebody stands at the door.
  std::uint64_t slot = 0;
  std::string name;
  std::string greeting;
  bool returning = false;  // Was a member already; admitted without asking.
  // To staff, of a guest who comes by an invitation: what is known of it.
  std::string invitation{};   // Its label.
  Person issuer{};            // Who made it; without a name where they are not here.
  std::string referred_by{};  // Of the pool: which member passed the link on.
  bool tainted = false;       // The same invitation as a removed person.
  bool same_issuer = false;   // Another invitation by whose invitation a removed person came.
};
struct KnockGone {  // Admitted, denied or gone.
  std::uint64_t slot = 0;
};

// --- The room -----------------------------------------------------------------------------------
struct Entered {  // We are in.
  std::string title;
  std::vector<Person> members;
  bool again = false;  // After a fault, a rebuild or a new meeting.
};
struct Joined {
  Person who;
  room::Seq seq;
  Person by{};  // Who let them in.
};
struct Left {
  Person who;
  room::Seq seq;
};
struct Removed {
  Person who;
  room::Seq seq;
  Person by{};
  Duration ban{};  // Zero: none.
};
struct Message {
  room::Seq seq;
  room::Hash h{};
  Person from;
  std::string text;
};
// Entries that nobody can read any more (expired, erased): only their hashes are left.
struct Expired {
  room::Seq first;
  std::uint32_t count = 0;
};
// The server started again and said so: entries after this place were lost, `lost` of them after we
// had seen them.
struct Gap {
  room::Seq after;  // The last entry that is left.
  std::uint32_t lost = 0;
};
struct GenerationBegan {
  room::Generation generation = 0;
};
struct Opened {
  room::Generation generation = 0;
  Person by{};
};
struct Closed {
  Person by{};
};
struct Rebuilt {
  Person by{};
};
struct PauseChanged {
  bool paused = false;
  bool by_server = false;  // Nobody of the staff was connected.
  Person by{};
};
struct LockChanged {
  bool locked = false;
  Person by{};
};
struct MuteChanged {
  Person who;
  bool muted = false;
  Person by{};
};
struct LobbyChanged {  // Sent back to the lobby, or called back.
  Person who;
  bool in_lobby = false;
  Person by{};
};
// Who keeps the room.
struct StaffLine {
  Person who;  // Without a name where they are not here.
  room::PublicKey staff_id;
  bool lead = false;
  bool deputy = false;
};
struct StaffShown {
  std::vector<StaffLine> staff;
  std::uint8_t quorum = 0;  // So many deputies change it together.
};
struct StaffChanged {
  StaffShown now;
  std::vector<Person> came;
  std::vector<Person> went;
  Person by{};
};
struct SupporterChanged {
  room::PublicKey key;
  bool here = false;  // Named, or dismissed.
  bool keeper = false;
  Person by{};
};
// We are asked to become staff, or to help from outside. To be answered.
struct AppointmentOffered {
  Person from;
  bool supporter = false;
  bool keeper = false;
};
// To whom asked: they said yes, or no.
struct AppointmentAnswered {
  Person who;
  bool accepted = false;
};
// Another deputy asks for our signature under a change of the staff.
struct QuorumAsked {
  Person from;
  std::vector<Person> came;  // Without names: known by their keys alone.
  std::vector<Person> went;
};
// At least so many seconds between two texts of a member; 0: no more.
struct SlowModeChanged {
  std::uint16_t seconds = 0;
  Person by{};
};
// --- The floor ---

struct FloorModeChanged {
  room::Mode mode = room::Mode::free;
  std::uint16_t turn_seconds = 0;
  bool passes_on = false;
  bool fair = false;
  Person by{};
};
struct HandChanged {
  Person who;
  bool up = false;
  std::size_t place = 0;  // From 1, where it is up.
};
struct TurnBegan {
  Person who;
  std::uint16_t seconds = 0;  // 0: no end is suggested.
};
struct TurnEnded {
  Person who;
};
struct TurnExtended {
  Person who;
  std::uint16_t seconds = 0;  // In all.
  Person by{};
};
struct TurnPassed {
  Person who;
};
// To whoever holds the turn, and to staff: a minute is left, or the time is over. Nothing ends by
// it.
struct TurnSignal {
  Person who;
  bool over = false;
};
struct HeardYou {
  Person from;
};
struct LeadChanged {
  Person lead;
};
// To staff: the line of who leads has been down for a while, says the server; TakeLead leads on.
// Withdrawn when that line is back.
struct LeadOffered {
  Person lead;
};
struct LeadWithdrawn {
  Person lead;
};
// The meeting is at this item from now on; to who came in late: it has been for a while.
struct ItemBegan {
  agenda::AgendaCard card;
  agenda::Timing timing;
  Person by;
};
// To staff: the time planned for the present item is over. Nothing ends by it.
struct ItemOver {
  std::size_t number = 0;  // From 1.
  std::string name;
  Duration meeting_left{};  // As in agenda::Timing.
};
struct AgendaShown {
  agenda::Plan plan;
  std::optional<std::size_t> current;  // From 0; nothing before the first.
  agenda::Timing timing;
};
struct FloorShown {
  room::Mode mode = room::Mode::free;
  std::optional<Person> turn;
  std::optional<Duration> left;  // Below zero: over.
  std::vector<Person> hands;     // In the order in which they get the turn.
  Person lead;                   // Without a name: nobody, or nobody who is here.
};
// Texts that nobody shall read any more: a face takes them away. `undone`: it may show them again.
struct Erased {
  std::vector<room::Seq> seqs;
  bool undone = false;
  Person by{};
};
// Our text cannot be sent now; it is given up.
struct NotSent {
  std::string text;
  std::string_view reason;  // A word of room::AppendRefusal.
  // Where it was out of turn, how the floor stands as far as the log was read: whose turn it is if
  // it is somebody else's, and the place of our hand, from 1; 0: it is down.
  std::optional<room::Mode> mode{};
  std::optional<Person> turn{};
  std::size_t place = 0;
};

// --- The desk -----------------------------------------------------------------------------------
// Seen by the two ends alone.
struct Nudged {  // A private word of the staff to us.
  Person from;
  std::string text;
};
struct LobbyLineReceived {  // To the desk, or of the desk to us.
  Person from;
  std::optional<std::uint64_t> slot;  // Of a guest who waits.
  std::string text;
};
struct ReportReceived {
  struct Item {
    room::Seq seq;
    Person sender;
    std::string text;  // Empty: no text message.
    bool verified = false;
    std::string_view reason;  // Why it is not verified.
  };
  Person from;
  std::string reason;        // The reporter's words.
  std::size_t reported = 0;  // Which of the items; the others stand around it.
  std::vector<Item> items;
};
// A member's client cannot follow the group.
struct FaultReported {
  Person from;
  room::Seq seq;
  std::string reason;
};
// What we wrote to the desk has reached nobody yet.
struct DeskEmpty {
  bool final = false;  // It is not repeated any more.
};
// The report, sealed for the room's safeguarding key: to be handed over outside.
struct SafeguardingText {
  std::string text;
};

// --- Trouble ------------------------------------------------------------------------------------
// A commit
// or message that is not valid for anybody; skipped. Marks its author where we know them.
struct Skipped {
  room::Seq seq;
  room::EntryKind kind = room::EntryKind::commit;
  std::string_view reason;
  std::string author;  // Empty: unknown.
};
// A commit that others can follow and we cannot. We ask to be let in again.
struct Faulted {
  room::Seq seq;
  std::string_view reason;
  std::string author;
};
// This server is showing different people different rooms, or breaks its own log. We stop.
struct HardStop {
  std::string_view reason;
  std::string witness;  // Whose message showed it; empty: the log itself.
};
// Nothing has come from the staff, who are in the room, for so long, and if we lead it, nothing of
// our own has come back: their line may be down, or this server holds entries back.
struct Withheld {
  Duration since{};
};
struct WithheldEnded {};
// The command cannot be done.
struct Refused {
  std::string_view reason;
};
// Somebody else sends with the keys of this stay: the vault was copied, or put back from an older
// day. They are not used any more; we knock with fresh ones.
struct StayCopied {};
// It has been done.
struct Done {};
// This client is at its end and will not connect again.
struct Ended {
  std::string_view reason;  // removed, left, closed, hard_stop, quit, denied, link_spent, ...
};

// --- Answers ------------------------------------------------------------------------------------
struct SafetyCodes {
  struct Code {
    std::uint64_t epoch = 0;
    std::string digits;  // 25.
    friend bool operator==(const Code&, const Code&) = default;
  };
  std::vector<Code> codes;  // The newest last; at most eight.
};
struct Members {
  std::vector<Person> members;
};
// To staff: who was sent away for a time, as this client saw it.
struct Bans {
  struct Line {
    Person who;
    std::string invitation;  // The label of the invitation they came by.
    Duration left{};
  };
  std::vector<Line> bans;
};
struct StatusReport {
  room::RoomId room;
  std::string title;
  std::string_view stage;  // idle, creating, door, waiting, joining, inside, closed, offline, ended
  bool connected = false;
  bool open = false;
  bool paused = false;
  bool locked = false;
  bool staff = false;
  room::Admission admission = room::Admission::lobby;
  room::Generation generation = 0;
  std::uint64_t epoch = 0;
  room::Anchor head;
  std::size_t members = 0;
  std::size_t waiting = 0;  // Knocks.
  std::size_t unsent = 0;   // Texts on their way.
};
struct SeenEntry {
  room::Anchor at;
  room::EntryKind kind = room::EntryKind::app;
  room::Generation generation = 0;
  bool lost = false;  // By a restart.
};
struct Entries {
  std::vector<SeenEntry> entries;
};
// The log without its content, for a file that `hearth audit verify` checks.
struct AuditReady {
  std::string path;  // As it was asked with.
  AuditList list;
};
struct RawOpened {
  bool opened = false;
  std::string_view reason;
};

using Event = std::variant<
    Online, Offline, RoomCreated, Invitation, DoorShown, Knocking, KnockRefused, Denied, Invites,
    ReferralLink, InvitationMade, InvitationRevoked, LockReplaced, KnockWaiting, KnockGone, Entered,
    Joined, Left, Removed, Message, Expired, Gap, GenerationBegan, Opened, Closed, Rebuilt,
    PauseChanged, LockChanged, MuteChanged, LobbyChanged, StaffShown, StaffChanged,
    SupporterChanged, AppointmentOffered, AppointmentAnswered, QuorumAsked, SlowModeChanged,
    FloorModeChanged, HandChanged, TurnBegan, TurnEnded, TurnExtended, TurnPassed, TurnSignal,
    HeardYou, LeadChanged, LeadOffered, LeadWithdrawn, ItemBegan, ItemOver, AgendaShown, FloorShown,
    Erased, NotSent, Nudged, LobbyLineReceived, ReportReceived, FaultReported, DeskEmpty,
    SafeguardingText, Skipped, Faulted, HardStop, Withheld, WithheldEnded, StayCopied, Refused,
    Done, Ended, SafetyCodes, Members, Bans, StatusReport, Entries, AuditReady, RawOpened>;

}  // namespace hearth::client
