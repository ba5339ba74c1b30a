// Questions, commands and lines of the plain face.
#include "client/console/plain_face.h"

#include <algorithm>
#include <charconv>

#include "client/console/audit_file.h"
#include "client/console/card.h"
#include "client/console/help.h"
#include "client/console/pack_files.h"
#include "client/console/qr.h"
#include "client/console/spoken.h"
#include "client/console/words.h"
#include "protocol/room/staff_list.h"

namespace hearth::client {
namespace {

constexpr std::uint64_t kTag = 1;  // Of every command that is worth a "Done."

constexpr std::string_view kNoVault =
    "Your staff keys are in this process alone: when it ends, they are gone, and with them your "
    "right to keep this room. /vault FILE keeps them under a passphrase.\n";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Takes the first word off.
std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text = trimmed(text.substr(end));
  return word;
}

std::optional<std::uint64_t> number(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, ec] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (ec != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

Step tell(CommandBody body) { return Step::tell(std::move(body), kTag); }

Step invite(std::string_view rest) {
  const std::string_view uses = take_word(rest);
  const std::string_view hours = take_word(rest);
  const auto people = uses.empty() ? std::optional<std::uint64_t>(1) : number(uses);
  const auto time = hours.empty() ? std::optional<std::uint64_t>(24) : number(hours);
  if (!people || !time || *people == 0 || *people > 1000 || *time == 0 || *time > 8784) {
    return Step::say(
        "Write /invite, how many people (at most 1000), and for how many hours: /invite 5 2");
  }
  Invite command;
  command.uses = static_cast<std::uint16_t>(*people);
  command.valid = std::chrono::hours(*time);
  command.label = std::string(trimmed(rest));
  return tell(std::move(command));
}
Step admit(std::string_view rest) {
  const std::string_view which = take_word(rest);
  if (which.empty() || which == "all") return tell(AdmitAll{});
  const auto slot = number(which);
  return slot ? tell(Admit{*slot})
              : Step::say("Write /admit and the number of the knock: /admit 3");
}
Step deny(std::string_view rest) {
  const auto slot = number(take_word(rest));
  if (!slot) return Step::say("Write /deny and the number of the knock: /deny 3");
  return tell(Deny{*slot, std::string(rest)});
}
Step with_name(std::string_view command, std::string_view rest, CommandBody (*make)(std::string)) {
  const std::string_view name = trimmed(rest);
  if (name.empty()) {
    return Step::say("Write /" + std::string(command) + " and a name; /members says who is here.");
  }
  return tell(make(nfc(name)));
}
Step remove(std::string_view rest) {
  return with_name("remove", rest,
                   [](std::string who) -> CommandBody { return RemoveMember{std::move(who)}; });
}
Step appoint(std::string_view rest) {
  return with_name("appoint", rest,
                   [](std::string who) -> CommandBody { return Appoint{std::move(who)}; });
}
Step helper(std::string_view rest) {
  return with_name("helper", rest,
                   [](std::string who) -> CommandBody { return AppointSupporter{std::move(who)}; });
}
Step dismiss(std::string_view rest) {
  return with_name("dismiss", rest,
                   [](std::string who) -> CommandBody { return Dismiss{std::move(who)}; });
}
Step hand_over(std::string_view rest) {
  return with_name("handover", rest,
                   [](std::string who) -> CommandBody { return HandOver{std::move(who)}; });
}
Step deputy(std::string_view rest) {
  std::string_view name = trimmed(rest);
  std::uint8_t quorum = 1;
  const std::size_t last = name.rfind(' ');
  if (last != std::string_view::npos) {
    if (const auto given = number(name.substr(last + 1)); given && *given <= room::kStaffMax) {
      quorum = static_cast<std::uint8_t>(*given);
      name = trimmed(name.substr(0, last));
    }
  }
  if (name.empty())
    return Step::say("Write /deputy, a name, and how many must agree: /deputy Sen 2");
  return tell(NameDeputy{nfc(name), true, quorum});
}
Step lobby(std::string_view rest) {
  return with_name("lobby", rest,
                   [](std::string who) -> CommandBody { return ToLobby{std::move(who)}; });
}
Step call_back(std::string_view rest) {
  return with_name("callback", rest,
                   [](std::string who) -> CommandBody { return CallBack{std::move(who)}; });
}
Step pass(std::string_view rest) {
  Invite command;
  command.staff_pass = true;
  command.label = std::string(trimmed(rest));
  return tell(std::move(command));
}
Step rebuild(std::string_view rest) {
  RebuildGroup command;
  if (const std::string_view name = trimmed(rest); !name.empty()) {
    command.without.push_back(nfc(name));
  }
  return tell(std::move(command));
}
Step erase(std::string_view rest) {
  return with_name("erase", rest,
                   [](std::string who) -> CommandBody { return EraseMember{std::move(who)}; });
}
// The last word may be a number of hours; names may have several words.
Step ban(std::string_view rest) {
  std::string_view name = trimmed(rest);
  std::uint64_t hours = 24;
  const std::size_t last = name.rfind(' ');
  if (last != std::string_view::npos) {
    if (const auto given = number(name.substr(last + 1)); given && *given > 0 && *given <= 8784) {
      hours = *given;
      name = trimmed(name.substr(0, last));
    }
  }
  if (name.empty()) return Step::say("Write /ban, a name, and for how many hours: /ban Sen 12");
  return tell(BanMember{nfc(name), static_cast<std::uint32_t>(hours * 3600)});
}
Step remove_since(std::string_view rest) {
  const auto minutes = number(take_word(rest));
  if (!minutes || *minutes == 0 || *minutes > 10'080) {
    return Step::say("Write /removesince and how many minutes back: /removesince 5");
  }
  return tell(RemoveSince{{}, static_cast<std::uint32_t>(*minutes)});
}
Step slow(std::string_view rest) {
  const auto seconds = number(take_word(rest));
  if (!seconds || *seconds > 65'535) {
    return Step::say("Write /slow and the seconds between two lines, 0 for none: /slow 20");
  }
  return tell(SlowMode{static_cast<std::uint16_t>(*seconds)});
}
Step revoke(std::string_view rest) {
  const auto which = number(take_word(rest));
  if (!which) return Step::say("Write /revoke and a number from /invitations: /revoke 2");
  return tell(RevokeInvite{{}, static_cast<std::uint32_t>(*which)});
}
Step reprint(std::string_view rest) {
  const auto which = number(take_word(rest));
  if (!which) return Step::say("Write /reprint and a number from /invitations: /reprint 2");
  return tell(ReprintInvite{static_cast<std::uint32_t>(*which)});
}
Step mute(std::string_view rest) {
  return with_name("mute", rest, [](std::string who) -> CommandBody {
    return MuteMember{std::move(who), true};
  });
}
Step unmute(std::string_view rest) {
  return with_name("unmute", rest, [](std::string who) -> CommandBody {
    return MuteMember{std::move(who), false};
  });
}
Step nudge(std::string_view rest) {
  const std::string_view name = take_word(rest);
  if (name.empty() || rest.empty()) {
    return Step::say("Write /nudge, a name or the digits from /members, and your words.");
  }
  return tell(Nudge{std::string(name), std::string(rest)});
}
Step desk(std::string_view rest) {
  if (rest.empty()) return Step::say("Write /desk and your words: only staff will read them.");
  return tell(LobbyLine{std::nullopt, std::string(rest)});
}
Step reply(std::string_view rest) {
  const auto slot = number(take_word(rest));
  if (!slot || rest.empty()) {
    return Step::say("Write /reply, the number of the knock, and your words.");
  }
  return tell(LobbyLine{*slot, std::string(rest)});
}
Step open(std::string_view rest) {
  const std::string_view mode = take_word(rest);
  if (mode.empty() || mode == "lobby") return tell(OpenRoom{room::Admission::lobby});
  if (mode == "open") return tell(OpenRoom{room::Admission::open});
  return Step::say("Write /open lobby (staff let people in) or /open open (anybody does).");
}
Step set_mode(std::string_view rest) {
  constexpr std::pair<std::string_view, room::Mode> kModes[] = {{"free", room::Mode::free},
                                                                {"queue", room::Mode::queue},
                                                                {"round", room::Mode::round},
                                                                {"respond", room::Mode::respond},
                                                                {"staff", room::Mode::staff_only}};
  const std::string_view name = take_word(rest);
  const auto* const mode =
      std::ranges::find_if(kModes, [&](const auto& known) { return known.first == name; });
  bool sound = mode != std::end(kModes);
  SetMode command;
  if (sound) command.mode = mode->second;
  while (sound && !rest.empty()) {
    const std::string_view word = take_word(rest);
    const auto minutes = number(word);
    sound = word == "auto" || word == "fair" || (minutes && *minutes >= 1 && *minutes <= 60);
    if (minutes && sound) command.turn_seconds = static_cast<std::uint16_t>(60 * *minutes);
    command.passes_on |= word == "auto";
    command.fair |= word == "fair";
  }
  if (!sound) {
    return Step::say(
        "Write /mode and free, queue, round, respond or staff; then the minutes of a turn, auto "
        "(the next hand gets it), fair (who had none comes first): /mode queue 4 fair");
  }
  return tell(command);
}
Step call_on(std::string_view rest) { return tell(CallOn{nfc(trimmed(rest))}); }
Step more(std::string_view rest) {
  const std::string_view word = take_word(rest);
  const auto minutes = word.empty() ? std::optional<std::uint64_t>(2) : number(word);
  if (!minutes || *minutes < 1 || *minutes > 60) {
    return Step::say("Write /more and how many minutes, at most 60: /more 2");
  }
  return tell(GrantTime{static_cast<std::uint16_t>(60 * *minutes)});
}
Step agenda_word(std::string_view rest) {
  PackShown from;
  from.path = take_word(rest);
  if (from.path.empty()) return tell(AskAgenda{});
  from.meeting = take_word(rest);
  from.variant = trimmed(rest);
  if (from.meeting.empty()) {
    return Step::say("Write /agenda, a pack and a template of it: /agenda meetings.pack hour");
  }
  auto plan = plan_of(from);
  return plan ? tell(SetAgenda{*std::move(plan)}) : Step::say(std::move(plan.error()));
}
Step item(std::string_view rest) {
  const auto which = number(take_word(rest));
  if (!which || *which < 1) return Step::say("Write /item and its number; /agenda shows all.");
  return tell(GoToItem{*which});
}
Step audit(std::string_view rest) {
  const std::string_view path = trimmed(rest);
  return path.empty() ? Step::say("Write /audit and the name of a new file: /audit room.audit")
                      : tell(ExportAudit{std::string(path)});
}
// What everybody reads comes a line at a time.
Step lines(const ItemBegan& begun) {
  std::string text;
  for (const std::string& one : agenda::lines_of(begun.card)) {
    text += (text.empty() ? "" : "\n") + one;
  }
  return Step::say(std::move(text));
}

Step help(std::string_view) { return {.text = std::string(help_text()), .commands = {}}; }
Step privacy(std::string_view) { return {.text = std::string(privacy_text()), .commands = {}}; }
Step quit(std::string_view) { return {.text = {}, .commands = {}, .quit = true}; }
template <class Body>
Step bare(std::string_view) {
  return tell(Body{});
}

struct Word {
  std::string_view word;
  Step (*make)(std::string_view rest);
};
constexpr Word kWords[] = {
    {"help", help},
    {"privacy", privacy},
    {"invite", invite},
    {"invitations", bare<AskInvites>},
    {"revoke", revoke},
    {"reprint", reprint},
    {"newlock", bare<ChangeLock>},
    {"referrals", bare<OpenReferrals>},
    {"refer", bare<AskReferral>},
    {"admit", admit},
    {"deny", deny},
    {"remove", remove},
    {"appoint", appoint},
    {"helper", helper},
    {"dismiss", dismiss},
    {"handover", hand_over},
    {"deputy", deputy},
    {"accept", bare<AcceptAppointment>},
    {"decline", bare<DeclineAppointment>},
    {"sign", bare<SignQuorum>},
    {"stepback", bare<StepBack>},
    {"staff", bare<AskStaff>},
    {"lobby", lobby},
    {"callback", call_back},
    {"staffpass", pass},
    {"mode", set_mode},
    {"hand", bare<RaiseHand>},
    {"lower", bare<LowerHand>},
    {"take", bare<TakeTurn>},
    {"done", bare<EndTurn>},
    {"pass", bare<PassTurn>},
    {"heard", bare<Acknowledge>},
    {"call", call_on},
    {"more", more},
    {"skip", bare<SkipTurn>},
    {"lead", bare<TakeLead>},
    {"agenda", agenda_word},
    {"next", bare<NextItem>},
    {"back", bare<PreviousItem>},
    {"item", item},
    {"floor", bare<AskFloor>},
    {"ban", ban},
    {"bans", bare<AskBans>},
    {"removesince", remove_since},
    {"erase", erase},
    {"undo", bare<Undo>},
    {"slow", slow},
    {"mute", mute},
    {"unmute", unmute},
    {"nudge", nudge},
    {"desk", desk},
    {"reply", reply},
    {"members", bare<AskMembers>},
    {"leave", bare<Leave>},
    {"close", bare<CloseRoom>},
    {"open", open},
    {"pause", bare<Pause>},
    {"unpause", bare<Unpause>},
    {"lock", bare<Lock>},
    {"unlock", bare<Unlock>},
    {"rebuild", rebuild},
    {"code", bare<AskSafetyCode>},
    {"status", bare<AskStatus>},
    {"audit", audit},
    {"offline", bare<GoOffline>},
    {"online", bare<GoOnline>},
    {"quit", quit},
};

}  // namespace

PlainFace::PlainFace(CreateRoom room, PlainOptions options)
    : room_(std::move(room)), founding_(true), options_(options) {
  room_.name = nfc(room_.name);
  if (!options_.vault.empty()) questions_.push_back(Question::new_passphrase);
  if (room_.title.empty()) questions_.push_back(Question::title);
  if (room_.name.empty()) questions_.push_back(Question::name);
}

PlainFace::PlainFace(KnockAtDoor knock, PlainOptions options)
    : knock_(std::move(knock)), founding_(false), options_(options) {
  if (!options_.vault.empty()) questions_.push_back(Question::new_passphrase);
  questions_.push_back(Question::link);
  knock_.name = nfc(knock_.name);
  if (knock_.name.empty()) questions_.push_back(Question::name);
  knock_.look_only = true;
}

PlainFace::PlainFace(OpenVault, PlainOptions options)
    : founding_(false), options_(std::move(options)) {
  opening_ = true;
  questions_.push_back(Question::passphrase);
}

std::string& PlainFace::answer_to(Question question) {
  switch (question) {
    case Question::title: return room_.title;
    case Question::link: return knock_.link;
    case Question::name: return founding_ ? room_.name : knock_.name;
    case Question::passphrase:
    case Question::new_passphrase:
    case Question::passphrase_again:
    case Question::accept: break;
  }
  unreachable_state();
}

Step PlainFace::begin() { return ask(); }

Step PlainFace::ask() {
  if (questions_.empty()) {
    begun_ = true;
    return founding_ ? Step::tell(room_) : Step::tell(knock_);
  }
  const auto secretly = [](std::string question) {
    Step step = Step::say(std::move(question));
    step.secret = true;
    return step;
  };
  switch (questions_.front()) {
    case Question::passphrase: return secretly("The passphrase of the vault (it is not shown):");
    case Question::new_passphrase:
      return secretly(
          "A passphrase for the new vault, at least 8 characters (it is not shown; a sentence that "
          "nobody would guess is best, and nobody can tell it to you again):");
    case Question::passphrase_again: return secretly("The same once more:");
    case Question::title: return Step::say("The title of the room (only members see it):");
    case Question::link:
      return secretly("Paste the invitation link (it is a secret and is not shown):");
    case Question::name: return Step::say("The name you want to be called here:");
    case Question::accept: return Step::say("Type yes to accept this and knock, or /quit to go.");
  }
  unreachable_state();
}

Step PlainFace::on_answer(std::string_view line) {
  if (line == "/quit") return quit({});
  if (questions_.front() <= Question::passphrase_again) {
    return on_passphrase(questions_.front(), line);
  }
  if (questions_.front() == Question::accept) {
    if (line != "yes") return ask();
    knock_.look_only = false;
  } else if (line.empty()) {
    return ask();
  } else {
    const bool name = questions_.front() == Question::name;
    answer_to(questions_.front()) = name ? nfc(line) : std::string(line);
  }
  questions_.pop_front();
  return ask();
}

Step PlainFace::on_long_line() {
  if (awaits_last_line_) return on_line({});
  return Step::say("That line is too long; nothing of it was sent.");
}

Step PlainFace::on_line(std::string_view line) {
  if (awaits_last_line_) return {.text = {}, .commands = {}, .quit = true};
  const std::string_view text = trimmed(line);
  // Of a passphrase every character counts.
  const bool secret = !questions_.empty() && questions_.front() <= Question::passphrase_again;
  if (!questions_.empty()) return on_answer(secret ? line : text);
  if (text.empty()) return {};
  if (text.starts_with("//")) return Step::tell(Say{std::string(text.substr(1))});
  if (text.starts_with('/')) return on_command(text.substr(1));
  return Step::tell(Say{std::string(text)});
}

Step PlainFace::on_command(std::string_view line) {
  const std::string_view word = take_word(line);
  if (word == "report") return report(line);
  if (word == "card") return card(line);
  if (word == "vault") return vault(trimmed(line));
  if (word == "hide") return hide();
  const auto found = std::ranges::find(kWords, word, &Word::word);
  if (found == std::end(kWords)) {
    return Step::say("There is no command /" + neutral(word) + ". /help lists them.");
  }
  return found->make(line);
}

Step PlainFace::report(std::string_view rest) {
  // Names may have spaces in them: the longest that fits, of those who spoke, and their last words.
  const Said* said = nullptr;
  for (const Said& each : said_) {
    const bool fits = rest == each.name || rest.starts_with(each.name + " ");
    if (fits && (!said || each.name.size() >= said->name.size())) said = &each;
  }
  if (!said) {
    return Step::say("Write /report and the name of somebody who has spoken here lately.");
  }
  return tell(ReportMessage{said->seq, std::string(trimmed(rest.substr(said->name.size())))});
}

Step PlainFace::card(std::string_view rest) const {
  rest = trimmed(rest);
  const bool titled = rest.ends_with(" title");
  if (titled) rest = trimmed(rest.substr(0, rest.size() - 6));
  if (rest.empty()) return Step::say("Write /card and the name of a new file: /card card.html");
  if (!invitation_) return Step::say(std::string(kNoInvitation));
  return Step::write(
      {std::string(rest), card_page(card_of(*invitation_, titled)), kCardFile, kTag});
}

Step PlainFace::on_file(const NewFile& file, const std::string& problem) {
  return Step::say(line_of(file, problem));
}

Step PlainFace::on_event(const Event& event, std::uint64_t tag) {
  const NameWarning warning = names_.on_event(event);
  if (const auto* const audit = std::get_if<AuditReady>(&event)) {
    return Step::write({audit->path, audit_text(audit->list), kAuditFile, tag});
  }
  if (const auto* const message = std::get_if<Message>(&event); message && !message->from.own) {
    said_.push_back({message->from.name, message->seq});
    if (said_.size() > kSaidMax) said_.pop_front();
  }
  if (std::holds_alternative<Online>(event)) trouble_.reset();
  // What was typed here stands on the screen already; what was done quietly needs no word.
  if (const auto* const message = std::get_if<Message>(&event); message && message->from.own) {
    return {};
  }
  if (const auto* const made = std::get_if<InvitationMade>(&event); made && made->by.own) {
    return {};  // Its link is shown.
  }
  if (std::holds_alternative<Done>(event) && tag != kTag) return {};
  if (const auto* const begun = std::get_if<ItemBegan>(&event)) return lines(*begun);
  Step step = Step::say(line_of(event) + (warning.empty() ? "" : " " + warning.sentence()));
  if (const auto* const made = std::get_if<Invitation>(&event)) {
    invitation_ = *made;
    const auto code = options_.qr ? QrCode::of(made->link) : std::nullopt;
    if (code) step.text = terminal_text(*code) + step.text;
  }
  if (const auto* const sealed = std::get_if<SafeguardingText>(&event)) step.text += sealed->text;
  if (const auto* const refused = std::get_if<Refused>(&event); refused && !answered_) {
    return ask_again(refused->reason, std::move(step));
  }
  answered_ = true;
  if (const auto* const ended = std::get_if<Ended>(&event)) {
    const bool wished = ended->reason == "left" || ended->reason == "quit";
    awaits_last_line_ = options_.takes_last_line && !wished;
    if (awaits_last_line_) step.text += "Nothing that you type is sent any more. Press Enter.\n";
  }
  if (std::holds_alternative<DoorShown>(event) && knock_.look_only && questions_.empty()) {
    questions_.push_back(Question::accept);
    step.text += privacy_text();
    step.text += ask().text;
  }
  if (const auto* const changed = std::get_if<StaffChanged>(&event); changed && !has_vault_) {
    if (std::ranges::any_of(changed->came, &Person::own)) step.text += kNoVault;
  }
  const bool begins =
      founding_ ? std::holds_alternative<Opened>(event) : std::holds_alternative<Entered>(event);
  if (begins && !std::exchange(entered_, true)) {
    if (founding_ && room_.staff_min > 1) {
      step.text +=
          "Guests come in once two are staff: /staffpass invites the second, /appoint names "
          "them.\n";
    }
    if (founding_ && !has_vault_) step.text += kNoVault;
    step.text += founding_ ? "Type /invite to make an invitation, /help for all commands.\n"
                           : "Type and press Enter to speak, /help for all commands.\n";
  }
  return step;
}

// The first command was refused before anything came of it: a mistyped answer is asked for again.
Step PlainFace::ask_again(std::string_view reason, Step step) {
  if (reason == "name_invalid") {
    questions_.push_back(Question::name);
  } else if (!founding_ && (reason == "link_invalid" || reason == "link_checksum" ||
                            reason == "version_unsupported" || reason == "host_invalid")) {
    questions_.push_back(Question::link);
  } else {
    return step;
  }
  Step asked = ask();
  asked.text = step.text + asked.text;
  return asked;
}

Step PlainFace::on_trouble(Ending ending) {
  if (trouble_ == ending) return {};
  trouble_ = ending;
  const std::string line = line_of(ending);
  return line.empty() ? Step{} : Step::say(line);
}

}  // namespace hearth::client
