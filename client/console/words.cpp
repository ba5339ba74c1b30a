// The sentences. One overload for each event; the order is that of client/core/event.h.
#include "client/console/words.h"

#include <algorithm>
#include <array>

#include "client/console/agenda_words.h"
#include "client/console/spoken.h"

namespace hearth::client {
namespace {

struct Meaning {
  std::string_view reason;
  std::string_view sentence;
};

constexpr Meaning kMeanings[] = {
    {"not_now", "That does not fit here and now. /status says where you are."},
    {"not_inside", "You are not in a room yet."},
    {"not_staff", "Only staff can do that."},
    {"nobody_waits", "Nobody waits at the door."},
    {"slot_unknown", "No such knock waits. Each knock is announced with its number."},
    {"member_unknown", "Nobody here has that name. /members lists everybody."},
    {"member_ambiguous", "More than one member has that name: use the digits from /members."},
    {"member_self", "That is you. To go, type /leave."},
    {"text_invalid", "That text is empty, too long or not readable. Shorten it and try again."},
    {"name_invalid", "That name cannot be used. Choose one of at most 64 bytes."},
    {"host_invalid", "That is no server address. Write it like wss://meet.example."},
    {"message_unknown", "That message cannot be reported: it is your own, too old, or not there."},
    {"not_allowed", "The desk takes that only from whom it can answer. Knock first."},
    {"unknown", "That person is not here (any more)."},
    {"too_much_unsent", "Too much waits to be sent. Wait until the connection is back."},
    {"not_lead", "Only a lead, or enough deputies together, can change the staff."},
    {"staff_already", "They are staff already."},
    {"staff_unknown", "None of the staff has that name. /staff lists them."},
    {"lead_needed", "Somebody must be able to change the staff afterwards: hand over first."},
    {"offer_missing", "Nobody has asked you, or too long ago."},
    {"staff_moved", "The staff was changed meanwhile. Ask again."},
    {"update_missing", "Their client did not do its part in time. Ask again."},
    {"declined", "They said no."},
    {"staff_invalid", "That change of the staff does not hold. Ask again."},
    {"member_staff", "That is one of the staff: dismiss them first."},
    {"staff_too_few", "This room admits guests once two are staff: appoint somebody first."},
    {"in_lobby", "You are back in the lobby: you can write to the desk, or go."},
    {"invitation_unknown", "No invitation of yours has that number. /invitations lists them."},
    {"label_invalid", "That note for the invitation is too long: at most 200 bytes."},
    {"nobody_came", "Nobody but staff came in after that."},
    {"nothing_said", "There is nothing to take away."},
    {"nothing_to_undo", "There is nothing to undo."},
    {"undo_by_admission", "Who was removed comes back by a new admission: let them in again."},
    {"lock_changed",
     "The lock of this door was changed: this invitation is too old. Ask for a new "
     "one."},
    {"erase_too_late", "That was taken away for good: ten minutes are over."},
    {"epoch_differs", "This server is showing different people different rooms."},
    {"link_invalid", "That is no invitation link. Copy the whole line, from https:// to its end."},
    {"link_checksum", "A character of the link is wrong or missing. Copy it again."},
    {"version_unsupported", "That comes from a newer Hearth. Update this program."},
    {"room_closed", "The meeting is closed. Come back at the hour of the next one."},
    {"room_open", "The meeting is open already."},
    {"locked", "The room is locked: no knocks are taken now. Try again later."},
    {"gate_unknown", "This invitation is not valid here. Ask for a new one."},
    {"gate_expired", "This invitation is too old. Ask for a new one."},
    {"gate_spent", "This invitation has been used up. Ask for a new one."},
    {"link_spent", "This invitation is not valid (any more). Ask for a new one."},
    {"door_shut", "The door does not open. The link may be old: ask for a new one."},
    {"lobby_full", "Too many people wait at the door. Try again in some minutes."},
    {"handle_waiting", "Your knock waits already."},
    {"too_many", "Everybody this invitation is for is at the door already."},
    {"muted", "You are muted: staff can let you write again."},
    {"paused", "The room is paused: only staff can write. Keep your words for later."},
    {"out_of_turn",
     "Somebody else has the floor, or it is not open now. Type ! to raise your hand; /floor says "
     "who is next."},
    {"mode_wrong", "That has no meaning now; /floor says how the meeting goes."},
    {"hand_up", "Your hand is up already."},
    {"hand_down", "Your hand is not up."},
    {"turn_taken", "Somebody has the turn now. Wait until they have finished."},
    {"turn_had", "You have had your turn in this round. Thank you."},
    {"lead_other", "Somebody else has taken the lead meanwhile. Look again with /floor."},
    {"no_hand", "No hand is up. /call name gives the turn to somebody."},
    {"no_turn", "Nobody has the turn."},
    {"no_agenda", "There is no agenda yet. Staff begin one: /agenda FILE TEMPLATE, then /next."},
    {"agenda_invalid", "This plan of a meeting is not sound. hearth pack check FILE says why."},
    {"no_item", "The agenda has no such item. /agenda shows all."},
    {"item_overtaken", "Somebody else has gone on with the agenda meanwhile. /agenda says where."},
    {"item_unsent", "The item before is still on its way. Try again in a moment."},
    {"not_admitted", "You are not in this room any more."},
    {"rate_limited", "That was too fast. Wait a moment and try again."},
    {"too_large", "That is too long. Shorten it and try again."},
    {"room_full", "The room is full."},
    {"gates_full", "There are too many invitations. Revoke one that is not needed."},
    {"log_unavailable", "The server cannot keep anything now. Try again in a minute."},
    {"conflict", "Somebody else changed the room at the same time. Try again."},
    {"server_full", "The server is full. Try again in some minutes."},
    {"signature_invalid", "The server does not prove that it is the one of this room."},
    {"server_unexpected", "This is another server than the one of this room."},
    {"history_forked", "This server shows another history than before."},
    {"head_differs", "This server is showing different people different rooms."},
    {"anchor_differs", "This server is showing different people different rooms."},
    {"chain_broken", "This server has changed the history of the room."},
    {"state_differs", "The state of the room is not what its history says."},
    {"staff_missing", "No staff is in this room."},
    {"staff_differs", "The staff of this room is not the one of the invitation."},
    {"commitment_invalid", "The words are not those that were sent."},
    {"body_differs", "Something else stands at that place of the history."},
    {"commitment_differs", "Other words stand at that place of the history."},
    {"sender_differs", "Somebody else said it."},
    {"not_in_log", "It is older than what this client has seen, and there is no proof with it."},
    {"tag_invalid", "The server does not know it."},
    {"removed", "You were removed from the room."},
    {"left", "You have left the room."},
    {"closed", "The meeting is closed."},
    {"quit", "Goodbye."},
    {"denied", "The door stays shut."},
    {"hard_stop", "This client has stopped, to keep you safe."},
};

std::string name_of(const Person& who) {
  std::string name = isolated(who.name);
  if (who.own) return name + " (you)";
  if (who.staff) return name + " (staff)";
  return name;
}

std::string_view name_of(room::EntryKind kind) {
  switch (kind) {
    case room::EntryKind::commit: return "a change of the group";
    case room::EntryKind::proposal: return "a proposal";
    case room::EntryKind::app: return "a message";
    case room::EntryKind::control: return "an act";
  }
  return "an entry";
}

std::string with_reason(std::string sentence, std::string_view reason) {
  return sentence + " " + sentence_of(reason);
}

std::string names_of(const std::vector<Person>& members) {
  std::string out;
  for (const Person& who : members) {
    if (!out.empty()) out += ", ";
    out += name_of(who);
    const bool doubled = std::ranges::count(members, who.name, &Person::name) > 1;
    if (doubled) out += " " + to_hex(who.handle.view()).substr(0, 8);
  }
  return out;
}

std::string grouped(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && i % 5 == 0) out.push_back(' ');
    out.push_back(digits[i]);
  }
  return out;
}

std::string line(const Online&) { return "Connected."; }
std::string line(const Offline& e) {
  return "Not connected. Trying again in " + spoken(e.retry_in) + ".";
}
std::string line(const RoomCreated& e) { return "The room " + isolated(e.title) + " is made."; }
std::string line(const Invitation& e) {
  return "Invitation for " + counted(e.uses, "person", "people") + ", valid " + spoken(e.valid) +
         ". It is a secret: " + neutral(e.link);
}
std::string line(const DoorShown& e) {
  std::string out = "This is the door of " + isolated(e.title) + ".";
  if (!e.agreement.empty()) out += " Agreement: " + isolated(e.agreement);
  if (!e.schedule.empty()) out += " Schedule: " + isolated(e.schedule);
  if (e.locked) out += " The room is locked now.";
  if (!e.desk_present) {
    out += " Nobody who can open is here now.";
    if (!e.services.empty()) out += " If you need somebody now: " + isolated(e.services);
  }
  return out;
}
std::string line(const Knocking&) { return "You have knocked. Somebody will open."; }
std::string line(const KnockRefused& e) {
  return with_reason(e.final ? "The door does not open." : "The knock was not taken.", e.reason);
}
std::string line(const Denied& e) {
  return "The door stays shut." + (e.text.empty() ? "" : " They say: " + isolated(e.text));
}
// Who did it, where we know their name.
std::string by_whom(const Person& who) {
  if (who.own) return " by you";
  return who.name.empty() ? std::string() : " by " + isolated(who.name);
}
std::string who_did(const Person& who) {
  if (who.own) return "You have";
  return (who.name.empty() ? std::string("Staff") : isolated(who.name)) + " has";
}
std::string line_of_invite(const InviteLine& e) {
  std::string out = std::to_string(e.number) + ": ";
  out += e.label.empty() ? "no note" : isolated(e.label);
  if (!e.issuer.name.empty()) out += " (" + isolated(e.issuer.name) + ")";
  out += ", " + counted(e.uses_left, "use", "uses") + " left";
  if (e.standing) out += ", standing";
  if (e.staff_pass) out += ", for staff";
  if (e.tainted) out += ", a removed person came by it";
  return out;
}
std::string line(const Invites& e) {
  if (e.invites.empty()) return "There are no invitations.";
  std::string out = counted(e.invites.size(), "invitation", "invitations") + ".";
  for (const InviteLine& invite : e.invites) out += " " + line_of_invite(invite) + ".";
  return out;
}
std::string line(const ReferralLink& e) {
  return "A link to pass on. Nobody will tell you whether it was used. It is a secret: " +
         neutral(e.link);
}
std::string line(const InvitationMade& e) {
  return who_did(e.by) + " made an invitation for " + counted(e.uses, "person", "people") +
         (e.standing ? ", the same for every week." : ".");
}
std::string line(const InvitationRevoked& e) {
  return who_did(e.by) + " taken back an invitation.";
}
std::string line(const LockReplaced& e) {
  return who_did(e.by) + " changed the lock: invitations made before open nothing any more.";
}
std::string line(const KnockWaiting& e) {
  if (e.returning) return name_of(Person{{}, e.name, false, false}) + " comes back.";
  std::string out = "Knock " + std::to_string(e.slot) + ": " + isolated(e.name);
  if (!e.greeting.empty()) out += " says " + isolated(e.greeting);
  if (!e.invitation.empty()) out += ", by the invitation " + isolated(e.invitation);
  if (!e.issuer.name.empty() && !e.issuer.own) out += " of " + isolated(e.issuer.name);
  if (!e.referred_by.empty()) out += ", invited by " + isolated(e.referred_by);
  if (e.tainted) out += ". CARE: came by the same invitation as a removed person";
  if (e.same_issuer) out += ". CARE: invited by the same person as a removed person";
  return out + ". /admit " + std::to_string(e.slot) + " or /deny " + std::to_string(e.slot) + ".";
}
std::string line(const KnockGone& e) { return "Knock " + std::to_string(e.slot) + " is gone."; }
std::string line(const Entered& e) {
  return std::string(e.again ? "You are back in " : "You are in ") + isolated(e.title) + " with " +
         counted(e.members.size(), "person", "people") + ": " + names_of(e.members) + ".";
}
std::string line(const Joined& e) {
  return name_of(e.who) + " has come in" +
         (e.by.name.empty() ? std::string() : ", let in" + by_whom(e.by)) + ".";
}
std::string line(const Left& e) { return name_of(e.who) + " has left."; }
std::string line(const Removed& e) {
  return name_of(e.who) + " was removed" + by_whom(e.by) +
         (e.ban > Duration::zero() ? " for " + spoken(e.ban) : "") + ".";
}
std::string line(const Message& e) { return name_of(e.from) + ": " + isolated(e.text); }
std::string line(const Expired& e) {
  return counted(e.count, "older entry is", "older entries are") + " gone.";
}
std::string line(const Gap& e) {
  return "The server has restarted: " + counted(e.lost, "line is", "lines are") +
         " lost. The conversation goes on.";
}
std::string line(const GenerationBegan&) { return "The keys of the room are new."; }
std::string line(const Opened&) { return "The meeting is open."; }
std::string line(const Closed& e) { return "The meeting was closed" + by_whom(e.by) + "."; }
std::string line(const Rebuilt&) { return "Staff make the group anew. You come back by yourself."; }
std::string line(const PauseChanged& e) {
  if (!e.paused) return "The pause was ended" + by_whom(e.by) + ": everybody may write.";
  return e.by_server ? "Paused: no staff is connected. Only staff may write."
                     : "Paused" + by_whom(e.by) + ": only staff may write for now.";
}
std::string line(const LockChanged& e) {
  return e.locked ? "The room was locked" + by_whom(e.by) + ": no knocks are taken."
                  : "The room was unlocked" + by_whom(e.by) + ": it takes knocks again.";
}
std::string line(const MuteChanged& e) {
  return name_of(e.who) + (e.muted ? " was muted" + by_whom(e.by) + "."
                                   : " may write again: unmuted" + by_whom(e.by) + ".");
}
std::string line(const LobbyChanged& e) {
  if (e.who.own) {
    return e.in_lobby ? "You are back in the lobby" + by_whom(e.by) +
                            ". Nothing reaches you from the room; /desk writes to the staff."
                      : "You were called back" + by_whom(e.by) + ".";
  }
  return name_of(e.who) + (e.in_lobby ? " was sent back to the lobby" : " was called back") +
         by_whom(e.by) + ".";
}
std::string line(const StaffShown& e) {
  std::string out = counted(e.staff.size(), "person keeps", "people keep") + " this room:";
  for (const StaffLine& line : e.staff) {
    out += " " + (line.who.name.empty() ? to_hex(line.staff_id.view()).substr(0, 8)
                                        : isolated(line.who.name) + (line.who.own ? " (you)" : ""));
    if (line.lead) out += ", lead";
    if (line.deputy) out += ", deputy";
    out += ".";
  }
  if (e.quorum > 0) out += " " + counted(e.quorum, "deputy changes", "deputies change") + " it.";
  return out;
}
std::string line(const StaffChanged& e) {
  std::string out = "The staff was changed" + by_whom(e.by) + ".";
  if (!e.came.empty()) out += " New: " + names_of(e.came) + ".";
  if (!e.went.empty()) out += " No longer: " + names_of(e.went) + ".";
  return out + " " + line(e.now);
}
std::string line(const SupporterChanged& e) {
  const std::string key = to_hex(e.key.view()).substr(0, 8);
  if (!e.here) return "Supporter " + key + " was dismissed" + by_whom(e.by) + ".";
  return "Supporter " + key + " was named" + by_whom(e.by) +
         (e.keeper ? ": at the desk, and to close the room." : ": at the desk.");
}
std::string line(const AppointmentOffered& e) {
  const std::string who = e.from.name.empty() ? std::string("Staff") : isolated(e.from.name);
  const std::string what = !e.supporter ? " asks you to become staff."
                           : e.keeper   ? " asks you to help at the desk, and as keeper."
                                        : " asks you to help at the desk.";
  return who + what + " /accept or /decline.";
}
std::string line(const AppointmentAnswered& e) {
  return name_of(e.who) + (e.accepted ? " says yes." : " says no.");
}
std::string line(const QuorumAsked& e) {
  std::string out = name_of(e.from) + " asks for your signature under a change of the staff.";
  if (!e.came.empty()) out += " " + counted(e.came.size(), "person", "people") + " more.";
  if (!e.went.empty()) out += " No longer: " + names_of(e.went) + ".";
  return out + " /sign if you agree.";
}
std::string line(const SlowModeChanged& e) {
  if (e.seconds == 0) return "Slow mode was ended" + by_whom(e.by) + ".";
  return "Slow mode" + by_whom(e.by) + ": one line in " + spoken(std::chrono::seconds(e.seconds)) +
         " for each.";
}
std::string line(const FloorModeChanged& e) {
  using enum room::Mode;
  const std::string turn =
      e.turn_seconds > 0 ? " A turn is about " + spoken(std::chrono::seconds(e.turn_seconds)) + "."
                         : std::string();
  switch (e.mode) {
    case free: return "The floor was opened" + by_whom(e.by) + ": everybody may write.";
    case queue:
      return "A queue was begun" + by_whom(e.by) +
             ": one speaks at a time. Type ! to raise your hand, done when you have finished." +
             turn;
    case round:
      return "A round was begun" + by_whom(e.by) +
             ": each in turn, one line or more (end a line with ... to go on); pass is fine." +
             turn;
    case respond: return "Responses were opened" + by_whom(e.by) + ": everybody may write.";
    case staff_only: return "The floor was kept for staff" + by_whom(e.by) + " for now.";
  }
  return {};
}
std::string line(const HandChanged& e) {
  if (!e.up) return e.who.own ? "Your hand is down." : name_of(e.who) + " lowered a hand.";
  const std::string place = std::to_string(e.place);
  return e.who.own ? "Your hand is up: you are number " + place + "."
                   : name_of(e.who) + " raised a hand: number " + place + ".";
}
std::string line(const TurnBegan& e) {
  const std::string time =
      e.seconds > 0 ? " (" + spoken(std::chrono::seconds(e.seconds)) + ")" : std::string();
  if (e.who.own) return "It is your turn" + time + ". Type done when you have finished.";
  return "It is the turn of " + name_of(e.who) + time + ".";
}
std::string line(const TurnEnded& e) {
  return e.who.own ? "Your turn is over. Thank you." : "Thank you, " + name_of(e.who) + ".";
}
std::string line(const TurnExtended& e) {
  return (e.who.own ? std::string("You have") : name_of(e.who) + " has") + " more time" +
         by_whom(e.by) + ": " + spoken(std::chrono::seconds(e.seconds)) + " in all.";
}
std::string line(const TurnPassed& e) {
  return e.who.own ? "You passed." : name_of(e.who) + " passes.";
}
std::string line(const TurnSignal& e) {
  if (e.who.own) {
    return e.over ? "Your time is over: finish your thought when you are ready."
                  : "About a minute is left of your turn.";
  }
  return e.over ? "The time of " + name_of(e.who) + " is over. /more gives more, /skip ends it."
                : "About a minute is left for " + name_of(e.who) + ".";
}
std::string line(const HeardYou& e) {
  return e.from.own ? "You: heard you." : name_of(e.from) + ": heard you.";
}
std::string line(const LeadChanged& e) {
  return e.lead.own ? "You lead the meeting now." : name_of(e.lead) + " leads the meeting now.";
}
std::string line(const LeadOffered& e) {
  if (e.lead.name.empty()) return "Nobody leads the meeting now. Type + to lead it.";
  return "The line of " + name_of(e.lead) + ", who leads, is down. Type + to lead the meeting on.";
}
std::string line(const LeadWithdrawn& e) {
  if (e.lead.name.empty()) return "The meeting is led again.";
  return "The line of " + name_of(e.lead) + ", who leads, is back.";
}
// What whoever looks at the floor can do there.
std::string way_to_a_turn(const FloorShown& e) {
  if (e.turn && e.turn->own) return " Type done when you have finished.";
  if (std::ranges::any_of(e.hands, &Person::own)) return " /lower takes your hand down.";
  switch (e.mode) {
    case room::Mode::free: return {};
    case room::Mode::round: return " Write when nobody is sharing; or type pass.";
    case room::Mode::queue:
    case room::Mode::respond:
    case room::Mode::staff_only: return " Type ! to raise your hand.";
  }
  return {};
}
std::string line(const FloorShown& e) {
  std::string out = "The floor: " + std::string(room::name_of(e.mode)) + ".";
  if (e.turn) out += " The turn is " + name_of(*e.turn) + "'s.";
  if (e.left) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*e.left);
    out += seconds.count() > 0 ? " " + spoken(seconds) + " left." : " Its time is over.";
  }
  out += e.hands.empty() ? " No hand is up." : " Hands: " + names_of(e.hands) + ".";
  if (!e.lead.name.empty()) out += " " + name_of(e.lead) + " leads.";
  return out + way_to_a_turn(e);
}
std::string line(const Erased& e) {
  const std::string lines = counted(e.seqs.size(), "line was", "lines were");
  return lines + (e.undone ? " brought back" : " taken away for all") + by_whom(e.by) + ".";
}
// Nobody who spoke out of turn is blamed: they learn who is sharing, and how to come to a turn.
std::string line(const NotSent& e) {
  const std::string out = "Not sent: " + isolated(e.text) + ".";
  const std::string sharing = e.turn ? " " + name_of(*e.turn) + " is sharing now." : "";
  if (e.place > 0) {
    return out + sharing + " Your hand is up: you are number " + std::to_string(e.place) + ".";
  }
  if (!e.turn) return with_reason(out, e.reason);
  return out + sharing + " You are welcome to share too: " +
         (e.mode == room::Mode::round ? "write again when they have finished."
                                      : "type ! to raise your hand.");
}
std::string line(const Nudged& e) {
  return "Privately to you, from " + (e.from.name.empty() ? "the staff" : name_of(e.from)) + ": " +
         isolated(e.text);
}
std::string line(const LobbyLineReceived& e) {
  std::string from = e.from.name.empty() && e.from.staff ? "the staff" : name_of(e.from);
  if (e.slot) from += " at the door (" + std::to_string(*e.slot) + ")";
  return "To the desk and back, from " + from + ": " + isolated(e.text);
}
std::string line(const ReportReceived& e) {
  std::string out = name_of(e.from) + " reports a message";
  if (!e.reason.empty()) out += ": " + isolated(e.reason);
  for (std::size_t i = 0; i < e.items.size(); ++i) {
    const ReportReceived::Item& item = e.items[i];
    out += i == e.reported ? ". REPORTED, " : ". Near it, ";
    out += item.verified ? "verified: " : "NOT VERIFIED (" + sentence_of(item.reason) + "): ";
    out += name_of(item.sender) + ": " + isolated(item.text);
  }
  return out + ".";
}
std::string line(const FaultReported& e) {
  return name_of(e.from) + " cannot follow the group (" + neutral(e.reason) +
         ") and asks to be let in again.";
}
std::string line(const DeskEmpty& e) {
  return e.final ? "Nobody at the desk has taken it. Tell the staff another way, or try again."
                 : "Nobody is at the desk now. It is tried again for a minute.";
}
std::string line(const SafeguardingText&) {
  return "The same report, sealed for those who watch over this room: hand it over as it is.";
}
std::string line(const Skipped& e) {
  return "Skipped " + std::string(name_of(e.kind)) +
         (e.author.empty() ? std::string() : " by " + isolated(e.author)) + " that is not valid (" +
         std::string(e.reason) + ").";
}
std::string line(const Faulted& e) {
  return "A change of the group cannot be followed (" + std::string(e.reason) +
         "). Asking to be let in again.";
}
std::string line(const HardStop& e) {
  return with_reason("STOP. Do not trust this server.", e.reason) +
         (e.witness.empty() ? std::string() : " Seen through " + isolated(e.witness) + ".");
}
std::string line(const Withheld& e) {
  return "Nothing has come from the staff for " + spoken(e.since) +
         ". Their line may be down, or this server holds their words back. Compare the safety "
         "code.";
}
std::string line(const WithheldEnded&) { return "The staff are heard again."; }
std::string line(const StayCopied&) {
  return "This vault is an old one or a copy: somebody has written with its keys since. They are "
         "not used again. You knock with new keys; whoever keeps the door lets you in. If you "
         "made no copy, somebody else has your vault: tell the staff, and use a new one.";
}
std::string line(const Refused& e) { return sentence_of(e.reason); }
std::string line(const Done&) { return "Done."; }
std::string line(const Ended& e) { return with_reason("The end.", e.reason); }
std::string line(const SafetyCodes& e) {
  if (e.codes.empty()) return "There is no safety code yet.";
  const auto& now = e.codes.back();
  return "Safety code " + grouped(now.digits) + ", number " + std::to_string(now.epoch) +
         ". Compare it by voice or face to face.";
}
std::string line(const Members& e) {
  return counted(e.members.size(), "person is", "people are") + " here: " + names_of(e.members) +
         ".";
}
std::string line(const Bans& e) {
  if (e.bans.empty()) return "Nobody is sent away for a time.";
  std::string out = counted(e.bans.size(), "person is", "people are") + " sent away for a time:";
  for (const Bans::Line& ban : e.bans) {
    out += " " + name_of(ban.who) + " for " + spoken(ban.left);
    if (!ban.invitation.empty()) out += " (came by " + isolated(ban.invitation) + ")";
    out += ".";
  }
  return out;
}
std::string line(const StatusReport& e) {
  std::string out = e.title.empty() ? "No room yet" : "Room " + isolated(e.title);
  out += ", " + std::string(e.stage) + (e.connected ? ", connected" : ", not connected");
  if (e.paused) out += ", paused";
  if (e.locked) out += ", locked";
  out += ", " + counted(e.members, "member", "members");
  if (e.waiting > 0) out += ", " + counted(e.waiting, "knock waits", "knocks wait");
  if (e.unsent > 0) out += ", " + counted(e.unsent, "line", "lines") + " on the way";
  return out + ".";
}
std::string line(const Entries& e) {
  return counted(e.entries.size(), "entry", "entries") + " seen.";
}
std::string line(const AuditReady& e) {
  return counted(e.list.entries.size(), "entry is", "entries are") + " ready for an audit.";
}
std::string line(const RawOpened& e) {
  return e.opened ? "That entry opens."
                  : "That entry does not open (" + std::string(e.reason) + ").";
}

}  // namespace

std::string line_of(const Event& event) {
  return std::visit([](const auto& e) { return line(e); }, event);
}

std::string line_of(const NewFile& file, const std::string& problem) {
  if (!problem.empty()) return "Not written. " + problem;
  if (file.kind == kCardFile) {
    return "The card is in " + isolated(file.path) +
           ". It is a key: whoever sees it has the invitation.";
  }
  return "Written to " + isolated(file.path) + ". hearth audit verify checks it.";
}

std::string line_of(Ending ending) {
  switch (ending) {
    case Ending::closed_by_server: return "The server has ended the connection.";
    case Ending::lost: return "The connection was lost.";
    case Ending::name_unknown:
      return "No server has that name. Check the spelling and your network.";
    case Ending::refused: return "No server answers at that address. Is it running?";
    case Ending::timeout: return "The server did not answer in time.";
    case Ending::tls_failed:
      return "No safe connection (TLS 1.3) can be made there. A plain server needs --plain.";
    case Ending::certificate_untrusted:
      return "The server's certificate cannot be trusted. Its own authority can be named by --ca.";
    case Ending::not_hearth: return "Something answers there, but it is no Hearth server.";
    case Ending::message_invalid: return "The server sent something that is not Hearth.";
    case Ending::cancelled: return {};
  }
  return {};
}

std::string sentence_of(std::string_view reason) {
  const auto found = std::ranges::find(kMeanings, reason, &Meaning::reason);
  if (found != std::end(kMeanings)) return std::string(found->sentence);
  return "That cannot be done (" + std::string(reason) + ").";
}

std::string_view privacy_text() {
  return "What Hearth does: the server cannot read messages, names or the title of the room.\n"
         "What it cannot do: any member can copy the screen. Somebody who watches your line sees\n"
         "that you use this server. Somebody who got an invitation may not be who they say. The\n"
         "server sees when something is written, and roughly how much. So share no full names and\n"
         "no places. This program keeps nothing: when it ends, your keys are gone.\n";
}

}  // namespace hearth::client
