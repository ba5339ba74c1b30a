// The script, and the judgement of what everybody holds in the end.
#include "tests/adversary/play.h"

#include <algorithm>

namespace hearth::test {
namespace {

using namespace std::chrono_literals;

// Anything by which a person can know that something is wrong.
std::size_t troubles(const Person& person) {
  std::size_t count = 0;
  for (const client::Show& show : person.shown()) {
    const client::Event& event = show.event;
    const bool trouble = std::holds_alternative<client::HardStop>(event) ||
                         std::holds_alternative<client::Faulted>(event) ||
                         std::holds_alternative<client::Skipped>(event) ||
                         std::holds_alternative<client::Gap>(event) ||
                         std::holds_alternative<client::Expired>(event) ||
                         (std::holds_alternative<client::Refused>(event) && show.tag == 0);
    count += trouble ? 1 : 0;
  }
  return count;
}

std::string last_trouble(const Person& person) {
  std::string words;
  for (const client::Show& show : person.shown()) {
    if (const auto* stop = std::get_if<client::HardStop>(&show.event)) {
      words = "hard stop " + std::string(stop->reason);
    }
    if (const auto* skipped = std::get_if<client::Skipped>(&show.event); skipped && words.empty()) {
      words = "skipped " + std::string(skipped->reason);
    }
    if (const auto* fault = std::get_if<client::Faulted>(&show.event); fault && words.empty()) {
      words = "faulted " + std::string(fault->reason);
    }
    if (const auto* refused = std::get_if<client::Refused>(&show.event);
        refused && show.tag == 0 && words.empty()) {
      words = "refused " + std::string(refused->reason);
    }
    if (std::holds_alternative<client::Gap>(show.event) && words.empty()) words = "gap";
    if (std::holds_alternative<client::Expired>(show.event) && words.empty()) words = "expired";
  }
  return words;
}

class Play final {
 public:
  Play(std::uint64_t seed, std::optional<Fault> fault)
      : siege_(seed), saboteur_(siege_, fault.value_or(Fault::drop)), honest_(!fault) {}

  Outcome run() {
    if (!honest_) siege_.tamperer = &saboteur_;  // Honest until it is armed.
    if (!gather()) return {Verdict::broken, "nobody gathered"};
    for (const auto& person : siege_.people()) before_[person.get()] = troubles(*person);
    if (!agreed()) return {Verdict::broken, "not agreed before the fault"};
    victim_ = &draw_insider();
    if (!honest_) saboteur_.arm(*victim_, link_, revoked_link_);
    disturb();
    // Messages cross, and time passes: at most three minutes. The last of them in silence, for what
    // was told to the only one who may speak (in a paused room) is found by the next beacon alone.
    for (int round = 0; round < 3; ++round) {
      everybody_talks();
      siege_.pass(round == 0 ? 2s : 5s);
    }
    siege_.pass(90s);
    everybody_talks();
    siege_.pass(70s);
    if (!honest_ && !saboteur_.applied()) return {Verdict::not_applied, {}};
    return judge();
  }

 private:
  // --- The meeting ---

  Person& anna() { return siege_["Anna"]; }

  std::vector<Person*> insiders() {
    std::vector<Person*> inside;
    for (const auto& person : siege_.people()) {
      if (person->inside()) inside.push_back(person.get());
    }
    return inside;
  }
  Person& draw_insider() {
    const auto inside = insiders();
    return *inside[siege_.draw(inside.size())];
  }

  void say(Person& person) {
    person.ask(client::Say{person.name() + " says " + std::to_string(++line_)});
  }
  void everybody_talks() {
    for (Person* person : insiders()) {
      say(*person);
      if (siege_.chance(50)) siege_.settle();
    }
    siege_.settle();
  }

  std::string invite(std::uint16_t uses) {
    const auto tag = anna().ask(client::Invite{uses, 24h, false});
    siege_.until([&] { return anna().answer<client::Invitation>(tag).has_value(); });
    const auto invitation = anna().answer<client::Invitation>(tag);
    return invitation ? invitation->link : std::string{};
  }
  void admit_all() {
    if (!anna().core().ended() && anna().status().waiting > 0) anna().ask(client::AdmitAll{});
  }
  bool enters(Person& person, const std::string& link, Duration at_most) {
    person.ask(client::KnockAtDoor{link, person.name(), "hello", false});
    return siege_.until(
        [&] {
          admit_all();
          return person.core().ended() || person.inside();
        },
        at_most);
  }

  bool gather() {
    client::CreateRoom create;
    create.host = "hearth.example";
    create.title = "Evening";
    create.name = "Anna";
    create.admission = siege_.chance(50) ? room::Admission::open : room::Admission::lobby;
    create.retention = siege_.chance(70) ? room::Retention::live : room::Retention::day;
    anna().ask(create);
    if (!siege_.until([&] { return anna().inside(); })) return false;
    link_ = invite(50);
    revoked_link_ = invite(3);
    anna().ask(client::RevokeInvite{revoked_link_});
    const std::array<std::string, 4> names{"Ben", "Cleo", "Dora", "Emil"};
    const std::size_t others = 2 + siege_.draw(3);
    for (std::size_t i = 0; i < others; ++i) {
      if (!enters(siege_[names[i]], link_, 60s) || !siege_[names[i]].inside()) return false;
    }
    // Something staff did, which could be done again.
    anna().ask(client::MuteMember{"Ben", true});
    siege_.settle();
    anna().ask(client::MuteMember{"Ben", false});
    everybody_talks();
    siege_.pass(2s);
    return true;
  }

  bool agreed() {
    for (Person* person : insiders()) {
      if (person->status().head != siege_.truth().head()) return false;
    }
    return true;
  }

  // Gives the fault its chance, among ordinary things.
  void disturb() {
    const Chance chance =
        honest_ ? static_cast<Chance>(siege_.draw(4)) : chance_of(saboteur_.fault());
    const std::size_t at = siege_.draw(3);
    for (std::size_t step = 0; step < 5; ++step) {
      if (step == at) give(chance);
      ordinary();
    }
  }

  void give(Chance chance) {
    switch (chance) {
      case Chance::talk:
        for (int i = 0; i < 3; ++i) everybody_talks();
        break;
      case Chance::act:
        for (int i = 0; i < 2; ++i) {
          everybody_talks();
          if (!anna().inside()) break;
          anna().ask(siege_.chance(50) ? client::CommandBody(client::Lock{})
                                       : client::CommandBody(client::Pause{}));
          siege_.settle();
          anna().ask(client::Unlock{});
          anna().ask(client::Unpause{});
          siege_.settle();
        }
        break;
      case Chance::reconnect:
        for (Person* person : insiders()) {
          person->ask(client::GoOffline{});
          siege_.settle();
          everybody_talks();
          person->ask(client::GoOnline{});
          siege_.settle();
        }
        break;
      case Chance::knock:
        if (!honest_ && saboteur_.fault() == Fault::ghost_published_link) {
          saboteur_.mark_applied();
          enters(siege_["Ghost"], link_, 10s);
        }
        enters(siege_["Nora"], link_, 20s);
        break;
    }
  }

  void ordinary() {
    const auto inside = insiders();
    if (inside.empty()) return;
    Person& one = *inside[siege_.draw(inside.size())];
    switch (siege_.draw(8)) {
      case 0: {
        one.ask(client::GoOffline{});
        siege_.settle();
        say(draw_insider());
        one.ask(client::GoOnline{});
        break;
      }
      case 1:
        if (!anna().inside()) break;
        anna().ask(client::MuteMember{"Cleo", true});
        siege_.settle();
        if (anna().inside()) anna().ask(client::MuteMember{"Cleo", false});
        break;
      case 2:
        if (gone_ || !anna().inside() || siege_.draw(2) == 0) break;
        gone_ = true;
        // Not whom the fault befell: nobody's word reaches the removed, by which to find it out.
        anna().ask(client::RemoveMember{victim_ == &siege_["Ben"] ? "Cleo" : "Ben"});
        break;
      case 3:
        if (!anna().inside()) break;
        anna().ask(client::Pause{});
        siege_.settle();
        if (anna().inside()) anna().ask(client::Unpause{});
        break;
      default: say(one); break;
    }
    siege_.settle();
    if (siege_.chance(50)) siege_.pass(std::chrono::milliseconds(200 + siege_.draw(1000)));
  }

  // --- Judgement ---

  Outcome judge() {
    std::string noticed;
    for (const auto& person : siege_.people()) {
      if (troubles(*person) <= before_[person.get()]) continue;
      noticed += person->name() + ": " + last_trouble(*person) + "; ";
    }
    std::string differs;
    for (const auto& person : siege_.people()) {
      const std::string what = difference(*person);
      if (!what.empty()) differs += person->name() + ": " + what + "; ";
    }
    if (!noticed.empty())
      return {Verdict::detected, noticed + (differs.empty() ? "" : "| " + differs)};
    if (!differs.empty()) return {Verdict::silent, differs};
    return {Verdict::harmless, {}};
  }

  bool has_said(const std::string& name, const std::string& text) const {
    return std::ranges::any_of(siege_.people(), [&](const auto& person) {
      return person->name() == name &&
             std::ranges::find(person->texts, text) != person->texts.end();
    });
  }

  // What this person holds, or was shown, that is not so.
  std::string difference(Person& person) {
    for (const client::SeenEntry& entry : person.entries()) {
      if (!entry.lost && !siege_.truth().holds(entry.at)) {
        return "holds another entry at " + std::to_string(entry.at.seq.count());
      }
    }
    if (person.inside()) {
      const client::StatusReport status = person.status();
      if (status.connected && status.head != siege_.truth().head()) return "is behind";
    }
    std::map<std::pair<std::string, std::string>, int> shown;
    for (const client::Message& message : person.all<client::Message>()) {
      if (++shown[{message.from.name, message.text}] > 1) return "was shown a text twice";
      if (!has_said(message.from.name, message.text)) return "was shown a made-up text";
    }
    // A knock of the server's own is shown as one to be let in, unless it came through the door.
    const bool by_the_door = !honest_ && saboteur_.fault() == Fault::ghost_published_link;
    const auto knocks = person.all<client::KnockWaiting>();
    const bool forged =
        std::ranges::any_of(knocks, [](const auto& knock) { return knock.name == "Ghost"; });
    if (forged && !by_the_door) return "was shown a forged knock";
    // Nobody is inside whose coming was not shown.
    std::set<room::Handle> came;
    for (const client::Entered& entered : person.all<client::Entered>()) {
      for (const client::Person& member : entered.members) came.insert(member.handle);
    }
    for (const client::Joined& joined : person.all<client::Joined>())
      came.insert(joined.who.handle);
    if (!person.inside()) return {};
    for (const client::Person& member : person.members()) {
      if (!member.own && !came.contains(member.handle)) return "has somebody unseen inside";
      if (member.name == "Ghost" && !by_the_door) return "has somebody inside by a forged knock";
    }
    return {};
  }

  Siege siege_;
  Saboteur saboteur_;
  bool honest_;
  std::string link_;
  std::string revoked_link_;
  std::size_t line_ = 0;
  bool gone_ = false;
  Person* victim_ = nullptr;
  std::map<const Person*, std::size_t> before_;
};

}  // namespace

std::string_view name_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::not_applied: return "not applied";
    case Verdict::detected: return "detected";
    case Verdict::harmless: return "harmless";
    case Verdict::silent: return "SILENT";
    case Verdict::broken: return "BROKEN";
  }
  return {};
}

Outcome play(std::uint64_t seed, std::optional<Fault> fault) {
  try {
    return Play(seed, fault).run();
  } catch (const std::exception& error) {
    return {Verdict::broken, error.what()};
  }
}

}  // namespace hearth::test
