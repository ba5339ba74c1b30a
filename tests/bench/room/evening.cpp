// Gathering, pausing, founding the group again, and a storm at the door.
#include "tests/bench/room/evening.h"

#include <algorithm>

#include <sys/resource.h>

#include "protocol/wire/message.h"

namespace hearth::tests {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kPatience = 5min;  // For what must come, however slow.
constexpr auto kRest = 150ms;                          // After a pause.
constexpr std::size_t kSpeakers = 5;
// A person who keeps a door looks at it so often.
constexpr auto kLook = 2500ms;

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

Evening::Evening(const Plan& plan, std::uint16_t port, std::size_t threads,
                 room::Admission admission, std::uint64_t seed)
    : plan_(plan), admission_(admission), random_(seed), crowd_(port, threads) {
  seen_.resize(plan.members + 1 + plan.guests);
  crowd_.on_show = [this](Guest& guest, const Shown& shown) { on_show(guest, shown); };
  crowd_.on_first_record = [this](ByteView record) {
    auto message = wire::decode_server_message(record);
    const auto* entry = message ? std::get_if<wire::EntryRecord>(&*message) : nullptr;
    if (!entry || !entry->record.body()) return;
    const room::LogRecord& log = entry->record;
    sealed_.push_back({log.seq, log.kind, log.generation, *log.body()});
  };
}

std::string Evening::run(Figures& figures) {
  (void)(gather() && pauses(figures) && rebuild(figures) && storm(figures));
  return wrong_;
}

bool Evening::wrong(std::string what) {
  if (wrong_.empty()) wrong_ = std::move(what);
  return false;
}

// --- What is shown ------------------------------------------------------------------------------

void Evening::on_show(Guest& guest, const Shown& shown) {
  Seen& seen = seen_[guest.number()];
  const client::Event& event = shown.what.event;
  if (std::holds_alternative<client::Entered>(event)) {
    seen.inside = true;
    ++seen.entered;
    seen.inside_at = shown.at;
  } else if (const auto* pause = std::get_if<client::PauseChanged>(&event)) {
    seen.paused = pause->paused;
    seen.paused_at = shown.at;
  } else if (const auto* invitation = std::get_if<client::Invitation>(&event)) {
    link_ = invitation->link;
  } else if (const auto* message = std::get_if<client::Message>(&event)) {
    on_message(guest, *message);
  } else if (const auto* refused = std::get_if<client::NotSent>(&event)) {
    lines_[refused->text].due = 0;
    if (refused->reason != "paused") wrong("not sent: " + std::string(refused->reason));
  } else if (std::holds_alternative<client::Rebuilt>(event)) {
    seen.inside = guest.number() == 0;
  } else if (std::holds_alternative<client::Ended>(event)) {
    seen.ended = true;
    seen.inside = false;
  } else if (const auto* stop = std::get_if<client::HardStop>(&event)) {
    wrong(guest.name() + " stopped: " + std::string(stop->reason));
  } else if (const auto* fault = std::get_if<client::Faulted>(&event)) {
    wrong(guest.name() + " is in fault: " + std::string(fault->reason));
  } else if (const auto* skipped = std::get_if<client::Skipped>(&event)) {
    wrong(guest.name() + " skipped an entry: " + std::string(skipped->reason));
  }
}

void Evening::on_message(const Guest& guest, const client::Message& message) {
  Line& line = lines_[message.text];
  if (line.read.size() <= guest.number()) return void(wrong("read what nobody said"));
  if (line.read[guest.number()]) return void(wrong("read a line twice"));
  line.read[guest.number()] = true;
}

bool Evening::everybody_read() const {
  return std::ranges::all_of(lines_, [](const auto& known) {
    const Line& line = known.second;
    return std::all_of(line.read.begin(), line.read.begin() + static_cast<long>(line.due),
                       [](bool read) { return read; });
  });
}

bool Evening::all_inside(std::size_t from, std::size_t to) const {
  return std::all_of(seen_.begin() + static_cast<long>(from), seen_.begin() + static_cast<long>(to),
                     [](const Seen& seen) { return seen.inside; });
}

// All of these are in one epoch, and its code is the same for them.
bool Evening::agreed(std::size_t from, std::size_t to) {
  const auto mine = facilitator().answer<client::SafetyCodes>(client::AskSafetyCode{}).codes;
  for (std::size_t i = from; i < to; ++i) {
    const auto codes = crowd_[i].answer<client::SafetyCodes>(client::AskSafetyCode{}).codes;
    if (codes.empty() || mine.empty() || codes.back() != mine.back()) return false;
  }
  return true;
}

std::size_t Evening::commits() {
  const auto log = facilitator().answer<client::Entries>(client::AskEntries{}).entries;
  return static_cast<std::size_t>(std::ranges::count_if(
      log, [](const auto& entry) { return entry.kind == room::EntryKind::commit; }));
}

// --- What people do -----------------------------------------------------------------------------

bool Evening::invite(std::size_t uses) {
  link_.clear();
  facilitator().ask(client::Invite{static_cast<std::uint16_t>(uses)});
  return crowd_.until([&] { return !link_.empty(); }, kPatience) || wrong("no invitation");
}

void Evening::knock(Guest& guest) {
  guest.ask(client::KnockAtDoor{link_, guest.name(), "Good evening", false});
}

// In a lobby room somebody has to look who is there, and to say yes.
void Evening::keep_door() {
  if (admission_ == room::Admission::open || Clock::now() < next_admission_) return;
  if (facilitator().answer<client::StatusReport>(client::AskStatus{}).waiting == 0) return;
  facilitator().ask(client::AdmitAll{});
  next_admission_ = Clock::now() + kLook;
}

// `due`: the first so many must read it.
void Evening::say(Guest& guest, std::size_t due) {
  std::string text = "Line " + std::to_string(next_line_++);
  Line& line = lines_[text];
  line.author = guest.number();
  line.due = due;
  line.read.resize(seen_.size());
  guest.ask(client::Say{std::move(text)});
}

// --- The evening --------------------------------------------------------------------------------

bool Evening::gather() {
  client::CreateRoom create;
  create.host = "hearth.example";
  create.title = "A full room";
  create.name = "Facilitator";
  create.admission = admission_;
  create.limits.members_max = static_cast<std::uint16_t>(seen_.size());
  crowd_.add(create.name).ask(create);
  if (!crowd_.until([&] { return seen_[0].inside; }, kPatience)) return wrong("no room");
  if (!invite(plan_.members)) return false;
  for (std::size_t i = 1; i <= plan_.members; ++i) {
    knock(crowd_.add(i < plan_.members ? "Member " + std::to_string(i) : "Offender"));
  }
  const bool inside = crowd_.until(
      [&] {
        keep_door();
        return all_inside(0, plan_.members + 1);
      },
      kPatience);
  return inside || wrong("the members do not come in");
}

bool Evening::pauses(Figures& figures) {
  const std::size_t all = plan_.members;
  const auto all_are = [&](bool paused) {
    return std::all_of(seen_.begin(), seen_.begin() + static_cast<long>(all),
                       [&](const Seen& seen) { return seen.paused == paused; });
  };
  for (std::size_t i = 0; i < plan_.pauses; ++i) {
    for (std::size_t k = 0; k < kSpeakers; ++k) say(crowd_[draw(all)], all);
    crowd_.pass(std::chrono::milliseconds(draw(50)));
    const auto began = Clock::now();
    facilitator().ask(client::Pause{});
    if (!crowd_.until([&] { return all_are(true); }, kPatience)) return wrong("not paused");
    for (std::size_t k = 0; k < all; ++k) {
      figures.pause_ms.push_back(
          std::chrono::duration<double, std::milli>(seen_[k].paused_at - began).count());
    }
    facilitator().ask(client::Unpause{});
    if (!crowd_.until([&] { return all_are(false); }, kPatience)) return wrong("still paused");
    crowd_.pass(kRest);
  }
  const bool read = crowd_.until([&] { return everybody_read(); }, kPatience);
  return read || wrong("a line was lost beside a pause");
}

std::size_t Evening::opened_by_offender(std::size_t& tried) {
  std::size_t opened = 0;
  for (const room::Entry& entry : sealed_) {
    if (entry.kind == room::EntryKind::control) continue;
    ++tried;
    opened += offender().answer<client::RawOpened>(client::OpenRaw{entry}).opened ? 1 : 0;
  }
  return opened;
}

// The offender holds its keys and hears nothing of it: what it can open later is what the rebuild
// took from it, and not what its client gave up.
bool Evening::rebuild(Figures& figures) {
  const std::size_t all = plan_.members;
  const std::size_t online = all - plan_.offline;
  crowd_.pass(plan_.quiet);
  for (std::size_t i = online; i <= all; ++i) crowd_[i].ask(client::GoOffline{});
  crowd_.pass(500ms);
  sealed_.clear();
  say(crowd_[1], online);
  if (!crowd_.until([&] { return everybody_read(); }, kPatience)) return wrong("a line was lost");
  std::size_t tried = 0;
  if (opened_by_offender(tried) != tried || tried == 0) {
    return wrong("the offender holds no keys to begin with");
  }

  sealed_.clear();
  auto began = Clock::now();
  facilitator().ask(client::RebuildGroup{{offender().name()}});
  const auto back = [&](std::size_t from, std::size_t to) {
    return crowd_.until(
        [&] {
          keep_door();
          return std::all_of(seen_.begin() + static_cast<long>(from),
                             seen_.begin() + static_cast<long>(to),
                             [](const Seen& seen) { return seen.entered == 2; });
        },
        kPatience);
  };
  if (!back(1, online)) return wrong("those online do not come back");
  figures.rebuild_online_s = seconds_since(began);
  for (std::size_t k = 0; k < kSpeakers; ++k) say(crowd_[draw(online)], online);

  began = Clock::now();
  for (std::size_t i = online; i < all; ++i) crowd_[i].ask(client::GoOnline{});
  if (!back(online, all)) return wrong("those offline do not come back");
  figures.rebuild_offline_s = seconds_since(began);
  crowd_.pass(500ms);
  for (std::size_t k = 0; k < kSpeakers; ++k) say(crowd_[draw(all)], all);
  if (!crowd_.until([&] { return everybody_read(); }, kPatience)) return wrong("a line was lost");
  if (!agreed(0, all)) return wrong("not one group after the rebuild");

  if (opened_by_offender(figures.shut_out) != 0) return wrong("the offender reads on");
  offender().ask(client::GoOnline{});
  if (!crowd_.until([&] { return seen_[all].ended; }, 30s)) return wrong("the offender stays");
  if (seen_[all].entered != 1) return wrong("the offender came back");
  return true;
}

bool Evening::storm(Figures& figures) {
  const std::size_t all = plan_.members;
  const std::size_t first = all + 1;
  if (!invite(plan_.guests)) return false;
  crowd_.pass(plan_.quiet);
  const std::size_t commits_before = commits();
  const double cpu_before = cpu_seconds();
  const auto began = Clock::now();
  auto next_line = began;
  std::vector<Clock::time_point> came;
  const bool inside = crowd_.until(
      [&] {
        const auto now = Clock::now();
        while (came.size() < plan_.guests && began + plan_.over * static_cast<long>(came.size()) /
                                                         static_cast<long>(plan_.guests) <=
                                                 now) {
          came.push_back(now);
          knock(crowd_.add("Guest " + std::to_string(came.size())));
        }
        if (now >= next_line) {
          say(crowd_[draw(all)], all);
          ++figures.lines;
          next_line = now + plan_.talk;
        }
        keep_door();
        return came.size() == plan_.guests && all_inside(first, first + plan_.guests);
      },
      kPatience);
  if (!inside) return wrong("the guests do not come in");
  figures.admission_s = seconds_since(began);
  figures.crowd_cpu_s = cpu_seconds() - cpu_before;
  for (std::size_t i = 0; i < plan_.guests; ++i) {
    const std::chrono::duration<double> wait = seen_[first + i].inside_at - came[i];
    figures.wait_s.push_back(wait.count());
  }
  figures.admission_commits = commits() - commits_before;

  // Who came last is spoken to, and speaks. Everybody has to be in the same epoch for that.
  crowd_.pass(500ms);
  if (!crowd_.until([&] { return everybody_read(); }, kPatience)) return wrong("a line was lost");
  if (!agreed(first, first + plan_.guests) || !agreed(0, all)) return wrong("not one group");
  const std::size_t everybody = first + plan_.guests;
  seen_.resize(everybody);
  for (std::size_t k = 0; k < kSpeakers; ++k) {
    say(crowd_[k == 0 ? 0 : first + draw(plan_.guests)], everybody);
  }
  // The offender is no reader.
  for (auto& [text, line] : lines_) {
    if (line.due == everybody) line.read[all] = true;
  }
  const bool heard = crowd_.until([&] { return everybody_read(); }, kPatience);
  return heard || wrong("the guests and the room do not hear each other");
}

}  // namespace hearth::tests
