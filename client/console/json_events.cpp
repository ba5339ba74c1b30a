// From an event to a JSON object. The order is that of client/core/event.h.
#include "client/console/json_face.h"
#include "client/console/words.h"

namespace hearth::client {
namespace {

using client::name_of;
using json::object;
using json::Value;

Value named(std::string_view name, std::initializer_list<json::Member> members = {}) {
  Value event = object({{"event", Value(name)}});
  for (const auto& [key, value] : members) event.set(key, value);
  return event;
}

Value of(const Person& who) {
  return object({{"name", who.name},
                 {"handle", to_hex(who.handle.view())},
                 {"staff", who.staff},
                 {"own", who.own}});
}
Value of(const std::vector<Person>& people) {
  json::Array array;
  for (const Person& who : people) array.push_back(of(who));
  return array;
}
Value of(const room::Anchor& anchor) {
  return object({{"seq", anchor.seq.value}, {"h", to_hex(anchor.h)}});
}
Value of(const SeenEntry& entry) {
  return object({{"seq", entry.at.seq.value},
                 {"h", to_hex(entry.at.h)},
                 {"kind", name_of(entry.kind)},
                 {"generation", entry.generation},
                 {"lost", entry.lost}});
}
Value seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}
std::string_view name_of(room::Admission admission) {
  switch (admission) {
    case room::Admission::open: return "open";
    case room::Admission::lobby: return "lobby";
    case room::Admission::locked: return "locked";
  }
  return "unknown";
}

Value value(const Online& e) { return named("online", {{"head", of(e.head)}}); }
Value value(const Offline& e) { return named("offline", {{"retry_ms", e.retry_in.count()}}); }
Value value(const RoomCreated& e) {
  return named("room_created", {{"room", to_hex(e.room.view())}, {"title", e.title}});
}
Value value(const Invitation& e) {
  return named("invitation",
               {{"link", e.link}, {"uses", e.uses}, {"valid_seconds", seconds(e.valid)}});
}
Value value(const DoorShown& e) {
  return named("door", {{"title", e.title},
                        {"agreement", e.agreement},
                        {"schedule", e.schedule},
                        {"services", e.services},
                        {"locked", e.locked},
                        {"desk_present", e.desk_present}});
}
Value value(const Knocking&) { return named("knocking"); }
Value value(const KnockRefused& e) {
  return named("knock_refused", {{"reason", e.reason}, {"final", e.final}});
}
Value value(const Denied& e) { return named("denied", {{"text", e.text}}); }
Value value(const Invites& e) {
  json::Array lines;
  for (const InviteLine& line : e.invites) {
    lines.push_back(object({{"number", line.number},
                            {"label", line.label},
                            {"issuer", line.issuer.name},
                            {"uses_left", line.uses_left},
                            {"expiry", line.expiry},
                            {"standing", line.standing},
                            {"staff_pass", line.staff_pass},
                            {"tainted", line.tainted},
                            {"link_held", line.link_held}}));
  }
  return named("invites", {{"invites", std::move(lines)}});
}
Value value(const ReferralLink& e) { return named("referral_link", {{"link", e.link}}); }
Value value(const InvitationMade& e) {
  return named("invitation_made", {{"uses", e.uses}, {"standing", e.standing}, {"by", of(e.by)}});
}
Value value(const InvitationRevoked& e) { return named("invitation_revoked", {{"by", of(e.by)}}); }
Value value(const LockReplaced& e) { return named("lock_replaced", {{"by", of(e.by)}}); }
Value value(const KnockWaiting& e) {
  return named("knock_waiting", {{"slot", e.slot},
                                 {"name", e.name},
                                 {"greeting", e.greeting},
                                 {"returning", e.returning},
                                 {"invitation", e.invitation},
                                 {"issuer", e.issuer.name},
                                 {"referred_by", e.referred_by},
                                 {"tainted", e.tainted},
                                 {"same_issuer", e.same_issuer}});
}
Value value(const KnockGone& e) { return named("knock_gone", {{"slot", e.slot}}); }
Value value(const Entered& e) {
  return named("entered", {{"title", e.title}, {"members", of(e.members)}, {"again", e.again}});
}
Value value(const Joined& e) {
  return named("joined", {{"who", of(e.who)}, {"seq", e.seq.value}, {"by", of(e.by)}});
}
Value value(const Left& e) { return named("left", {{"who", of(e.who)}, {"seq", e.seq.value}}); }
Value value(const Removed& e) {
  return named("removed", {{"who", of(e.who)},
                           {"seq", e.seq.value},
                           {"by", of(e.by)},
                           {"ban_seconds", seconds(e.ban)}});
}
Value value(const Message& e) {
  return named("message",
               {{"seq", e.seq.value}, {"h", to_hex(e.h)}, {"from", of(e.from)}, {"text", e.text}});
}
Value value(const Expired& e) {
  return named("expired", {{"first", e.first.value}, {"count", e.count}});
}
Value value(const Gap& e) { return named("gap", {{"after", e.after.value}, {"lost", e.lost}}); }
Value value(const GenerationBegan& e) {
  return named("generation_began", {{"generation", e.generation}});
}
Value value(const Opened& e) {
  return named("opened", {{"generation", e.generation}, {"by", of(e.by)}});
}
Value value(const Closed& e) { return named("closed", {{"by", of(e.by)}}); }
Value value(const Rebuilt& e) { return named("rebuilt", {{"by", of(e.by)}}); }
Value value(const PauseChanged& e) {
  return named("pause_changed",
               {{"paused", e.paused}, {"by_server", e.by_server}, {"by", of(e.by)}});
}
Value value(const LockChanged& e) {
  return named("lock_changed", {{"locked", e.locked}, {"by", of(e.by)}});
}
Value value(const MuteChanged& e) {
  return named("mute_changed", {{"who", of(e.who)}, {"muted", e.muted}, {"by", of(e.by)}});
}
Value value(const LobbyChanged& e) {
  return named("lobby_changed", {{"who", of(e.who)}, {"in_lobby", e.in_lobby}, {"by", of(e.by)}});
}
Value of(const std::vector<StaffLine>& staff) {
  json::Array array;
  for (const StaffLine& line : staff) {
    array.push_back(object({{"who", of(line.who)},
                            {"staff_id", to_hex(line.staff_id.view())},
                            {"lead", line.lead},
                            {"deputy", line.deputy}}));
  }
  return array;
}
Value value(const StaffShown& e) {
  return named("staff", {{"staff", of(e.staff)}, {"quorum", e.quorum}});
}
Value value(const StaffChanged& e) {
  return named("staff_changed", {{"staff", of(e.now.staff)},
                                 {"quorum", e.now.quorum},
                                 {"came", of(e.came)},
                                 {"went", of(e.went)},
                                 {"by", of(e.by)}});
}
Value value(const SupporterChanged& e) {
  return named(
      "supporter_changed",
      {{"key", to_hex(e.key.view())}, {"here", e.here}, {"keeper", e.keeper}, {"by", of(e.by)}});
}
Value value(const AppointmentOffered& e) {
  return named("appointment_offered",
               {{"from", of(e.from)}, {"supporter", e.supporter}, {"keeper", e.keeper}});
}
Value value(const AppointmentAnswered& e) {
  return named("appointment_answered", {{"who", of(e.who)}, {"accepted", e.accepted}});
}
Value value(const QuorumAsked& e) {
  return named("quorum_asked", {{"from", of(e.from)}, {"came", of(e.came)}, {"went", of(e.went)}});
}
Value value(const FloorModeChanged& e) {
  return named("mode_changed", {{"mode", room::name_of(e.mode)},
                                {"seconds", e.turn_seconds},
                                {"passes_on", e.passes_on},
                                {"fair", e.fair},
                                {"by", of(e.by)}});
}
Value value(const HandChanged& e) {
  return named("hand_changed", {{"who", of(e.who)}, {"up", e.up}, {"place", e.place}});
}
Value value(const TurnBegan& e) {
  return named("turn_began", {{"who", of(e.who)}, {"seconds", e.seconds}});
}
Value value(const TurnEnded& e) { return named("turn_ended", {{"who", of(e.who)}}); }
Value value(const TurnExtended& e) {
  return named("turn_extended", {{"who", of(e.who)}, {"seconds", e.seconds}, {"by", of(e.by)}});
}
Value value(const TurnPassed& e) { return named("turn_passed", {{"who", of(e.who)}}); }
Value value(const TurnSignal& e) {
  return named("turn_signal", {{"who", of(e.who)}, {"over", e.over}});
}
Value value(const HeardYou& e) { return named("heard", {{"from", of(e.from)}}); }
Value value(const LeadChanged& e) { return named("lead_changed", {{"lead", of(e.lead)}}); }
Value value(const LeadOffered& e) { return named("lead_offered", {{"lead", of(e.lead)}}); }
Value value(const LeadWithdrawn& e) { return named("lead_withdrawn", {{"lead", of(e.lead)}}); }
std::string_view name_of(agenda::ItemKind kind) {
  switch (kind) {
    case agenda::ItemKind::talk: return "talk";
    case agenda::ItemKind::poll: return "poll";
    case agenda::ItemKind::lounge: return "lounge";
  }
  return {};
}
Value value(const ItemBegan& e) {
  const agenda::Item& item = e.card.item();
  json::Array questions;
  for (const std::string& question : item.questions) questions.push_back(question);
  return named("item_began", {{"title", e.card.plan.title},
                              {"number", std::uint64_t{e.card.current} + 1},
                              {"of", std::uint64_t{e.card.plan.items.size()}},
                              {"name", item.name},
                              {"kind", name_of(item.kind)},
                              {"mode", room::name_of(item.mode)},
                              {"minutes", std::uint64_t{item.minutes}},
                              {"turn_seconds", std::uint64_t{item.turn_seconds}},
                              {"prompt", item.prompt},
                              {"reading", item.reading},
                              {"questions", Value(std::move(questions))},
                              {"left_seconds", seconds(e.timing.item_left)},
                              {"meeting_left_seconds", seconds(e.timing.meeting_left)},
                              {"since_seconds", std::uint64_t{e.card.item_seconds}},
                              {"by", of(e.by)}});
}
Value value(const ItemOver& e) {
  return named("item_over", {{"number", std::uint64_t{e.number}},
                             {"name", e.name},
                             {"meeting_left_seconds", seconds(e.meeting_left)}});
}
Value value(const AgendaShown& e) {
  json::Array items;
  for (const agenda::Item& item : e.plan.items) {
    items.push_back(json::object({{"name", item.name},
                                  {"kind", name_of(item.kind)},
                                  {"mode", room::name_of(item.mode)},
                                  {"minutes", std::uint64_t{item.minutes}}}));
  }
  Value shown = named("agenda", {{"title", e.plan.title},
                                 {"items", Value(std::move(items))},
                                 {"left_seconds", seconds(e.timing.item_left)},
                                 {"meeting_left_seconds", seconds(e.timing.meeting_left)},
                                 {"overrun_seconds", seconds(e.timing.overrun)}});
  if (e.current) shown.set("number", std::uint64_t{*e.current} + 1);
  return shown;
}
Value value(const FloorShown& e) {
  json::Array hands;
  for (const Person& who : e.hands) hands.push_back(of(who));
  Value shown = named(
      "floor",
      {{"mode", room::name_of(e.mode)}, {"hands", Value(std::move(hands))}, {"lead", of(e.lead)}});
  if (e.turn) shown.set("turn", of(*e.turn));
  if (e.left) {
    shown.set("left_seconds", std::chrono::duration_cast<std::chrono::seconds>(*e.left).count());
  }
  return shown;
}
Value value(const SlowModeChanged& e) {
  return named("slow_mode_changed", {{"seconds", e.seconds}, {"by", of(e.by)}});
}
Value value(const Erased& e) {
  json::Array seqs;
  for (const room::Seq seq : e.seqs) seqs.push_back(seq.value);
  return named("erased", {{"seqs", std::move(seqs)}, {"undone", e.undone}, {"by", of(e.by)}});
}
Value value(const NotSent& e) {
  Value event = named("not_sent", {{"text", e.text}, {"reason", e.reason}});
  if (e.mode) event.set("mode", room::name_of(*e.mode));
  if (e.turn) event.set("turn", of(*e.turn));
  if (e.place > 0) event.set("place", e.place);
  return event;
}
Value value(const Nudged& e) { return named("nudged", {{"from", of(e.from)}, {"text", e.text}}); }
Value value(const LobbyLineReceived& e) {
  Value event = named("lobby_line", {{"from", of(e.from)}, {"text", e.text}});
  if (e.slot) event.set("slot", *e.slot);
  return event;
}
Value of(const ReportReceived::Item& item) {
  return object({{"seq", item.seq.value},
                 {"sender", of(item.sender)},
                 {"text", item.text},
                 {"verified", item.verified},
                 {"reason", item.reason}});
}
Value value(const ReportReceived& e) {
  json::Array items;
  for (const ReportReceived::Item& item : e.items) items.push_back(of(item));
  return named("report_received", {{"from", of(e.from)},
                                   {"reason", e.reason},
                                   {"reported", e.reported},
                                   {"items", std::move(items)}});
}
Value value(const FaultReported& e) {
  return named("fault_reported",
               {{"from", of(e.from)}, {"seq", e.seq.value}, {"reason", e.reason}});
}
Value value(const DeskEmpty& e) { return named("desk_empty", {{"final", e.final}}); }
Value value(const SafeguardingText& e) { return named("safeguarding_text", {{"text", e.text}}); }
Value value(const Skipped& e) {
  return named("skipped", {{"seq", e.seq.value},
                           {"kind", name_of(e.kind)},
                           {"reason", e.reason},
                           {"author", e.author}});
}
Value value(const Faulted& e) {
  return named("faulted", {{"seq", e.seq.value}, {"reason", e.reason}, {"author", e.author}});
}
Value value(const HardStop& e) {
  return named("hard_stop", {{"reason", e.reason}, {"witness", e.witness}});
}
Value value(const Withheld& e) { return named("withheld", {{"since_seconds", seconds(e.since)}}); }
Value value(const WithheldEnded&) { return named("withheld_ended"); }
Value value(const StayCopied&) { return named("stay_copied"); }
Value value(const Refused& e) { return named("refused", {{"reason", e.reason}}); }
Value value(const Done&) { return named("done"); }
Value value(const Ended& e) { return named("ended", {{"reason", e.reason}}); }
Value value(const SafetyCodes& e) {
  json::Array codes;
  for (const auto& [epoch, digits] : e.codes) {
    codes.push_back(object({{"epoch", epoch}, {"digits", digits}}));
  }
  return named("safety_codes", {{"codes", std::move(codes)}});
}
Value value(const Members& e) { return named("members", {{"members", of(e.members)}}); }
Value value(const Bans& e) {
  json::Array lines;
  for (const Bans::Line& line : e.bans) {
    lines.push_back(object({{"who", of(line.who)},
                            {"invitation", line.invitation},
                            {"seconds_left", seconds(line.left)}}));
  }
  return named("bans", {{"bans", std::move(lines)}});
}
Value value(const StatusReport& e) {
  return named("status", {{"room", to_hex(e.room.view())},
                          {"title", e.title},
                          {"stage", e.stage},
                          {"connected", e.connected},
                          {"open", e.open},
                          {"paused", e.paused},
                          {"locked", e.locked},
                          {"staff", e.staff},
                          {"admission", name_of(e.admission)},
                          {"generation", e.generation},
                          {"epoch", e.epoch},
                          {"head", of(e.head)},
                          {"members", e.members},
                          {"waiting", e.waiting},
                          {"unsent", e.unsent}});
}
Value value(const Entries& e) {
  json::Array entries;
  for (const SeenEntry& entry : e.entries) entries.push_back(of(entry));
  return named("entries", {{"entries", std::move(entries)}});
}
Value value(const AuditReady& e) {
  return named("audit_ready", {{"path", e.path}, {"entries", e.list.entries.size()}});
}
Value value(const RawOpened& e) {
  return named("raw_opened", {{"opened", e.opened}, {"reason", e.reason}});
}

}  // namespace

std::string_view name_of(room::EntryKind kind) noexcept {
  switch (kind) {
    case room::EntryKind::commit: return "commit";
    case room::EntryKind::proposal: return "proposal";
    case room::EntryKind::app: return "app";
    case room::EntryKind::control: return "control";
  }
  return "unknown";
}

json::Value json_of(const Event& event) {
  Value object = std::visit([](const auto& e) { return value(e); }, event);
  object.set("line", line_of(event));
  return object;
}

}  // namespace hearth::client
