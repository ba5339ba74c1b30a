// From a JSON object to a command: a table of names, and readers that say what is wrong.
#include <algorithm>

#include "client/console/json_face.h"
#include "client/console/names.h"
#include "client/console/pack_files.h"
#include "protocol/room/staff_list.h"

namespace hearth::client {
namespace {

using Made = std::expected<CommandBody, std::string>;

// Reads fields of one object. The first that is missing or wrong is remembered; those after it come
// out empty, so that a reader checks once, at its end.
class Fields final {
 public:
  explicit Fields(const json::Value& object) : object_(object) {}

  std::string text(std::string_view key, bool needed = true) {
    const json::Value* const value = take(key, needed);
    if (value && !value->is_string()) wrong(key, "must be a string");
    return value && value->is_string() ? value->as_string() : std::string();
  }
  // A name of somebody, in the form in which names are compared.
  std::string name(std::string_view key) { return nfc(text(key)); }
  std::uint64_t number(std::string_view key, std::uint64_t max,
                       std::optional<std::uint64_t> otherwise = {}) {
    const json::Value* const value = take(key, !otherwise);
    if (!value) return otherwise.value_or(0);
    if (!value->is_u64() || value->as_u64() > max) {
      wrong(key, "must be a whole number of at most " + std::to_string(max));
      return 0;
    }
    return value->as_u64();
  }
  std::vector<std::string> names(std::string_view key) {
    const json::Value* const value = take(key, false);
    std::vector<std::string> found;
    if (!value) return found;
    bool good = value->is_array();
    if (good) {
      for (const json::Value& each : value->as_array()) {
        good &= each.is_string();
        if (each.is_string()) found.push_back(nfc(each.as_string()));
      }
    }
    if (!good) wrong(key, "must be a list of strings");
    return found;
  }
  std::vector<std::uint64_t> numbers(std::string_view key) {
    const json::Value* const value = take(key, true);
    std::vector<std::uint64_t> found;
    if (!value) return found;
    bool good = value->is_array();
    if (good) {
      for (const json::Value& each : value->as_array()) {
        good &= each.is_u64();
        found.push_back(each.is_u64() ? each.as_u64() : 0);
      }
    }
    if (!good) wrong(key, "must be a list of whole numbers");
    return found;
  }
  bool flag(std::string_view key, bool otherwise) {
    const json::Value* const value = take(key, false);
    if (value && !value->is_bool()) wrong(key, "must be true or false");
    return value && value->is_bool() ? value->as_bool() : otherwise;
  }
  Bytes hex(std::string_view key, bool needed = true) {
    auto bytes = from_hex(text(key, needed));
    if (!bytes) wrong(key, "must be hexadecimal");
    return bytes ? *std::move(bytes) : Bytes{};
  }
  template <class T, std::size_t N>
  T choice(std::string_view key, const std::pair<std::string_view, T> (&words)[N], T otherwise,
           bool needed = false) {
    const std::string word = text(key, needed);
    if (word.empty()) return otherwise;
    for (const auto& [name, value] : words) {
      if (name == word) return value;
    }
    wrong(key, "has no such word: " + word);
    return otherwise;
  }

  void wrong(std::string_view key, const std::string& what) {
    if (problem_.empty()) problem_ = "\"" + std::string(key) + "\" " + what;
  }

  Made made(CommandBody body) const {
    for (const auto& [key, value] : object_.as_object()) {
      if (!problem_.empty()) break;
      if (key != "cmd" && key != "id" && std::ranges::find(known_, key) == known_.end()) {
        return std::unexpected("\"" + key + "\" is no field of this command");
      }
    }
    if (!problem_.empty()) return std::unexpected(problem_);
    return body;
  }

 private:
  const json::Value* take(std::string_view key, bool needed) {
    known_.push_back(key);
    const json::Value* const value = object_.find(key);
    if (!value && needed) wrong(key, "is missing");
    return value;
  }

  const json::Value& object_;
  std::vector<std::string_view> known_;
  std::string problem_;
};

constexpr std::pair<std::string_view, room::Retention> kRetentions[] = {
    {"live", room::Retention::live}, {"24h", room::Retention::day}, {"7d", room::Retention::week}};
constexpr std::pair<std::string_view, room::Admission> kAdmissions[] = {
    {"open", room::Admission::open}, {"lobby", room::Admission::lobby}};
constexpr std::pair<std::string_view, room::EntryKind> kKinds[] = {
    {"commit", room::EntryKind::commit},
    {"proposal", room::EntryKind::proposal},
    {"app", room::EntryKind::app},
    {"control", room::EntryKind::control}};

Made create(Fields& f) {
  CreateRoom c;
  c.host = f.text("host");
  c.title = f.text("title");
  c.name = f.name("name");
  c.retention = f.choice("retention", kRetentions, room::Retention::live);
  c.admission = f.choice("admission", kAdmissions, room::Admission::lobby);
  c.limits.members_max =
      static_cast<std::uint16_t>(f.number("members_max", room::kMembersMax, c.limits.members_max));
  c.staff_min = static_cast<std::uint8_t>(f.number("staff_min", 2, c.staff_min));
  c.agreement = f.text("agreement", false);
  c.schedule = f.text("schedule", false);
  c.services = f.text("services", false);
  if (const Bytes key = f.hex("safeguarding", false); !key.empty()) {
    c.safeguarding = room::DeskKey::from(key);
    if (!c.safeguarding) f.wrong("safeguarding", "must have 32 bytes");
  }
  return f.made(std::move(c));
}
Made invite(Fields& f) {
  Invite c;
  c.uses = static_cast<std::uint16_t>(f.number("uses", 65535, 1));
  c.valid = std::chrono::hours(f.number("hours", 24 * 366, 24));
  c.standing = f.flag("standing", false);
  c.label = f.text("label", false);
  c.staff_pass = f.flag("staff_pass", false);
  return f.made(std::move(c));
}
Made knock(Fields& f) {
  KnockAtDoor c;
  c.link = f.text("link");
  c.name = f.name("name");
  c.greeting = f.text("greeting", false);
  c.look_only = f.flag("look_only", false);
  return f.made(std::move(c));
}
Made deny(Fields& f) {
  Deny c{f.number("slot", UINT64_MAX), f.text("text", false)};
  return f.made(std::move(c));
}
Made nudge(Fields& f) {
  Nudge c{f.text("who"), f.text("text")};
  return f.made(std::move(c));
}
// Without a slot: to the desk. Slots are counted from 1.
Made line(Fields& f) {
  LobbyLine c;
  if (const std::uint64_t slot = f.number("slot", UINT64_MAX, 0); slot != 0) c.slot = slot;
  c.text = f.text("text");
  return f.made(std::move(c));
}
Made report(Fields& f) {
  ReportMessage c{room::Seq{f.number("seq", UINT64_MAX)}, f.text("reason", false)};
  return f.made(std::move(c));
}
Made mute(Fields& f) {
  MuteMember c{f.name("who"), f.flag("muted", true)};
  return f.made(std::move(c));
}
Made open(Fields& f) {
  return f.made(OpenRoom{f.choice("admission", kAdmissions, room::Admission::lobby)});
}
Made open_raw(Fields& f) {
  OpenRaw c;
  c.entry.seq.value = f.number("seq", UINT64_MAX);
  c.entry.kind = f.choice("kind", kKinds, room::EntryKind::app, true);
  c.entry.generation = static_cast<room::Generation>(f.number("generation", 65535));
  c.entry.body = f.hex("body");
  return f.made(std::move(c));
}
Made audit_export(Fields& f) { return f.made(ExportAudit{f.text("path")}); }
Made say(Fields& f) { return f.made(Say{f.text("text")}); }
Made admit(Fields& f) { return f.made(Admit{f.number("slot", UINT64_MAX)}); }
Made revoke(Fields& f) {
  RevokeInvite c{f.text("link", false),
                 static_cast<std::uint32_t>(f.number("number", UINT32_MAX, 0))};
  return f.made(std::move(c));
}
Made open_referrals(Fields& f) {
  OpenReferrals c;
  c.uses = static_cast<std::uint16_t>(f.number("uses", 100, c.uses));
  c.valid = std::chrono::hours(f.number("hours", 24 * 366, 24 * 30));
  return f.made(c);
}
Made reprint(Fields& f) {
  return f.made(ReprintInvite{static_cast<std::uint32_t>(f.number("number", UINT32_MAX))});
}
Made ban(Fields& f) {
  BanMember c{f.name("who"), static_cast<std::uint32_t>(f.number("seconds", UINT32_MAX, 86'400))};
  return f.made(std::move(c));
}
Made remove_since(Fields& f) {
  RemoveSince c;
  const std::uint64_t seq = f.number("seq", UINT64_MAX, UINT64_MAX);
  if (seq != UINT64_MAX) c.seq = room::Seq{seq};
  c.minutes = static_cast<std::uint32_t>(f.number("minutes", 60 * 24 * 7, 0));
  return f.made(c);
}
Made appoint(Fields& f) { return f.made(Appoint{f.name("who")}); }
Made appoint_supporter(Fields& f) {
  AppointSupporter c{f.name("who"), f.flag("keeper", false)};
  return f.made(std::move(c));
}
Made dismiss(Fields& f) { return f.made(Dismiss{f.name("who")}); }
Made hand_over(Fields& f) { return f.made(HandOver{f.name("who")}); }
Made name_deputy(Fields& f) {
  NameDeputy c{f.name("who"), f.flag("deputy", true),
               static_cast<std::uint8_t>(f.number("quorum", room::kStaffMax, 0))};
  return f.made(std::move(c));
}
Made to_lobby(Fields& f) { return f.made(ToLobby{f.name("who")}); }
Made call_back(Fields& f) { return f.made(CallBack{f.name("who")}); }
Made rebuild(Fields& f) { return f.made(RebuildGroup{f.names("without")}); }
Made slow_mode(Fields& f) {
  return f.made(SlowMode{static_cast<std::uint16_t>(f.number("seconds", 65535))});
}
Made set_mode(Fields& f) {
  SetMode c;
  constexpr std::pair<std::string_view, room::Mode> kModes[] = {
      {"free", room::Mode::free},
      {"queue", room::Mode::queue},
      {"round", room::Mode::round},
      {"respond", room::Mode::respond},
      {"staff_only", room::Mode::staff_only}};
  c.mode = f.choice("mode", kModes, c.mode, true);
  c.turn_seconds = static_cast<std::uint16_t>(f.number("seconds", room::kTurnSecondsMax, 0));
  c.passes_on = f.flag("passes_on", false);
  c.fair = f.flag("fair", false);
  return f.made(c);
}
Made call_on(Fields& f) {
  CallOn c{nfc(f.text("who", false)),
           static_cast<std::uint16_t>(f.number("seconds", room::kTurnSecondsMax, 0))};
  return f.made(std::move(c));
}
Made grant(Fields& f) {
  return f.made(GrantTime{static_cast<std::uint16_t>(f.number("seconds", room::kTurnSecondsMax))});
}
Made set_agenda(Fields& f) {
  const PackShown from{f.text("path"), f.text("template"), f.text("variant", false)};
  const Made checked = f.made(NextItem{});
  if (!checked) return checked;
  auto plan = plan_of(from);
  if (!plan) return std::unexpected(std::move(plan.error()));
  return f.made(SetAgenda{*std::move(plan)});
}
Made go_to_item(Fields& f) { return f.made(GoToItem{f.number("number", agenda::kItemsMax)}); }
Made erase_member(Fields& f) { return f.made(EraseMember{f.name("who")}); }
Made erase(Fields& f) {
  EraseEntries c;
  for (const std::uint64_t seq : f.numbers("seqs")) c.seqs.push_back(room::Seq{seq});
  return f.made(std::move(c));
}
Made remove(Fields& f) { return f.made(RemoveMember{f.name("who")}); }
template <class Body>
Made bare(Fields& f) {
  return f.made(Body{});
}

struct Name {
  std::string_view name;
  Made (*make)(Fields&);
};
constexpr Name kNames[] = {
    {"create", create},
    {"invite", invite},
    {"invites", bare<AskInvites>},
    {"open_referrals", open_referrals},
    {"ask_referral", bare<AskReferral>},
    {"revoke", revoke},
    {"reprint", reprint},
    {"change_lock", bare<ChangeLock>},
    {"knock", knock},
    {"admit_all", bare<AdmitAll>},
    {"admit", admit},
    {"deny", deny},
    {"say", say},
    {"remove", remove},
    {"ban", ban},
    {"bans", bare<AskBans>},
    {"remove_since", remove_since},
    {"mute", mute},
    {"nudge", nudge},
    {"line", line},
    {"report", report},
    {"to_lobby", to_lobby},
    {"call_back", call_back},
    {"slow_mode", slow_mode},
    {"erase_member", erase_member},
    {"erase", erase},
    {"undo", bare<Undo>},
    {"mode", set_mode},
    {"raise", bare<RaiseHand>},
    {"lower", bare<LowerHand>},
    {"take", bare<TakeTurn>},
    {"done", bare<EndTurn>},
    {"pass", bare<PassTurn>},
    {"heard", bare<Acknowledge>},
    {"call_on", call_on},
    {"grant", grant},
    {"skip", bare<SkipTurn>},
    {"lead", bare<TakeLead>},
    {"set_agenda", set_agenda},
    {"next_item", bare<NextItem>},
    {"previous_item", bare<PreviousItem>},
    {"go_to_item", go_to_item},
    {"agenda", bare<AskAgenda>},
    {"floor", bare<AskFloor>},
    {"pause", bare<Pause>},
    {"unpause", bare<Unpause>},
    {"lock", bare<Lock>},
    {"unlock", bare<Unlock>},
    {"appoint", appoint},
    {"accept", bare<AcceptAppointment>},
    {"decline", bare<DeclineAppointment>},
    {"appoint_supporter", appoint_supporter},
    {"dismiss", dismiss},
    {"step_back", bare<StepBack>},
    {"hand_over", hand_over},
    {"name_deputy", name_deputy},
    {"sign_quorum", bare<SignQuorum>},
    {"staff", bare<AskStaff>},
    {"leave", bare<Leave>},
    {"close", bare<CloseRoom>},
    {"open", open},
    {"rebuild", rebuild},
    {"safety_code", bare<AskSafetyCode>},
    {"members", bare<AskMembers>},
    {"status", bare<AskStatus>},
    {"entries", bare<AskEntries>},
    {"audit_export", audit_export},
    {"open_raw", open_raw},
    {"disconnect", bare<GoOffline>},
    {"connect", bare<GoOnline>},
    {"quit", bare<Quit>},
};

}  // namespace

std::expected<CommandBody, std::string> command_of(const json::Value& object) {
  if (!object.is_object()) return std::unexpected("a command is one JSON object on one line");
  const json::Value* const name = object.find("cmd");
  if (!name || !name->is_string()) {
    return std::unexpected("\"cmd\" is missing; client/README.md lists the commands");
  }
  const auto found = std::ranges::find(kNames, name->as_string(), &Name::name);
  if (found == std::end(kNames)) {
    return std::unexpected("no command is called " + name->as_string() +
                           "; client/README.md lists them");
  }
  Fields fields(object);
  return found->make(fields);
}

}  // namespace hearth::client
