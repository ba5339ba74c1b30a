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
Value value(const KnockWaiting& e) {
  return named(
      "knock_waiting",
      {{"slot", e.slot}, {"name", e.name}, {"greeting", e.greeting}, {"returning", e.returning}});
}
Value value(const KnockGone& e) { return named("knock_gone", {{"slot", e.slot}}); }
Value value(const Entered& e) {
  return named("entered", {{"title", e.title}, {"members", of(e.members)}, {"again", e.again}});
}
Value value(const Joined& e) { return named("joined", {{"who", of(e.who)}, {"seq", e.seq.value}}); }
Value value(const Left& e) { return named("left", {{"who", of(e.who)}, {"seq", e.seq.value}}); }
Value value(const Removed& e) {
  return named("removed", {{"who", of(e.who)}, {"seq", e.seq.value}});
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
Value value(const Opened& e) { return named("opened", {{"generation", e.generation}}); }
Value value(const Closed&) { return named("closed"); }
Value value(const Rebuilt&) { return named("rebuilt"); }
Value value(const PauseChanged& e) {
  return named("pause_changed", {{"paused", e.paused}, {"by_server", e.by_server}});
}
Value value(const LockChanged& e) { return named("lock_changed", {{"locked", e.locked}}); }
Value value(const MuteChanged& e) {
  return named("mute_changed", {{"who", of(e.who)}, {"muted", e.muted}});
}
Value value(const NotSent& e) {
  return named("not_sent", {{"text", e.text}, {"reason", e.reason}});
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
