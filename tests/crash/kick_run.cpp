// The kick, the death, the return, and the questions.
#include "tests/crash/kick_run.h"

#include <csignal>
#include <fstream>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/crash/kick_room.h"
#include "tests/support/server_process.h"
#include "tests/support/wire_client.h"

namespace hearth::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

// So long what was sent whole by a client that died may take until all have read it.
constexpr std::chrono::seconds kMaybe = 2s;
// How often one kick draws randomness, from the idempotency key to the nonce of the envelope; the
// step `built` holds it to this.
constexpr unsigned kDraws = 9;

class KickRun final : KickRoom {
 public:
  KickRun(const KickStep& step, unsigned number, const KickOptions& options)
      : KickRoom({number, number % 2 == 0, number / 2 % 2 == 0 && !step.name.starts_with("goodbye"),
                  step.side == KickSide::kicker}),
        step_(step),
        number_(number),
        options_(options),
        lossy_(number / 4 % 2 == 0 || step.name.starts_with("sync")),
        doomed_(options.server, folder_.path(), environment(true)),
        sound_(options.server, folder_.path(), environment(false)) {}

  KickReport run() {
    try {
      if (!doomed_.start()) broken("the server does not start");
      gather(doomed_.port());
      kick();
      judge();
      finish();
    } catch (const KickFailed& failed) {
      report_.fault = failed.why;
    } catch (const std::exception& bug) {
      report_.fault = bug.what();
    }
    return report_;
  }

 private:
  std::vector<std::string> environment(bool doomed) const {
    const bool lying = doomed && options_.lying;
    std::vector<std::string> words{std::string("HEARTH_TEST_DISK=") + (lying    ? "lying"
                                                                       : lossy_ ? "lossy"
                                                                                : "kept")};
    if (!doomed) return words;
    if (options_.torn) words.emplace_back("HEARTH_TEST_LOG=torn");
    if (step_.side == KickSide::server)
      words.push_back("HEARTH_TEST_DIE_AT=" + std::string(step_.name));
    words.push_back("HEARTH_TEST_ARMED=" + armed_file().string());
    words.push_back("HEARTH_TEST_SEED=" + std::to_string(number_));
    return words;
  }
  fs::path armed_file() const { return folder_.path() / "armed"; }

  // --- The kick ---

  void kick() {
    std::ofstream(armed_file()) << "now\n";
    switch (step_.side) {
      case KickSide::server: return kick_server();
      case KickSide::kicker: return kick_and_die();
      case KickSide::member: return kick_before_the_dying();
      case KickSide::line: return kick_over_a_bad_line();
    }
  }
  void ask_for_it(Guest& who) { who.ask(client::RemoveMember{"Mallory"}); }
  // At the same time the removed writes, who cannot know.
  void write_on() {
    if (!plan_.mallory_away) mallory().ask(client::Say{"one last word"});
  }

  void kick_server() {
    ask_for_it(anna());
    const auto end = Clock::now() + kPatienceMax;
    siginfo_t ended{};
    while (ended.si_pid == 0) {
      if (Clock::now() > end) broken("the step was never reached");
      wait(2ms);
      // A client that has read of its own removal hangs up, perhaps before the server says goodbye.
      const bool slow = step_.name.starts_with("goodbye");
      for (const auto& known : guests())
        if (!slow || known.get() != &mallory()) known->step();
      if (::waitid(P_PID, static_cast<id_t>(doomed_.pid()), &ended, WEXITED | WNOHANG | WNOWAIT))
        broken("the server cannot be waited for");
    }
    if (ended.si_code != CLD_KILLED || ended.si_status != SIGKILL)
      broken("the server ended in another way");
    doomed_.kill_at_once();
    settle();  // What had reached the lines.
  }

  void until_dead(pid_t process) {
    int status = 0;
    pid_t ended = 0;
    until("for the death", [&] {
      ended = ::waitpid(process, &status, WNOHANG);
      return ended != 0;
    });
    if (ended != process || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
      broken("the step was never reached");
  }
  static void die() { ::kill(::getpid(), SIGKILL); }
  bool at(std::string_view name) const { return step_.name == name; }

  void kick_and_die() {
    Guest& who = anna();
    until_dead(live_alone(who, [&] {
      unsigned draws = 0;
      who.watch = [this, &who, draws](Moment moment, ByteView record) mutable {
        switch (moment) {
          case Moment::draws:
            if (draws++ == number_ % kDraws && at("building")) die();
            break;
          case Moment::sends:
            if (at("sent_part") && part_of_sent(record) == Part::append) send_half(who, record);
            break;
          case Moment::sent:
            if (at("sent") && part_of_sent(record) == Part::append) die();
            break;
          case Moment::received:
          case Moment::decided:
            if (record.empty() && at("built") && draws == kDraws) die();
            if (step_.name == own_step(moment, part_of_received(record))) die();
            break;
        }
        return true;
      };
      ask_for_it(who);
    }));
  }
  static std::string_view own_step(Moment moment, Part part) {
    const bool read = moment == Moment::decided;
    switch (part) {
      case Part::answer: return read ? "answer_taken" : "answer_received";
      case Part::commit: return read ? "own_commit_merged" : "own_commit_received";
      case Part::removal: return read ? "own_removal_read" : "own_removal_received";
      default: return {};
    }
  }
  static void send_half(const Guest& who, ByteView record) {
    const Bytes frame = websocket_frame(Opcode::binary, wire::frames_of(record).front());
    if (::send(who.native(), frame.data(), frame.size() / 2, MSG_NOSIGNAL) > 0) die();
  }

  static std::string_view reader_step(Moment moment, Part part) {
    const bool read = moment == Moment::decided;
    switch (part) {
      case Part::commit: return read ? "commit_merged" : "commit_received";
      case Part::removal: return read ? "removal_read" : "removal_received";
      default: return {};
    }
  }
  bool is_reader_step(Moment moment, ByteView record) const {
    const std::string_view name = reader_step(moment, part_of_received(record));
    return !name.empty() && step_.name.ends_with(name);
  }

  void kick_before_the_dying() {
    Guest& ben = guest("Ben");
    const pid_t process = live_alone(ben, [&] {
      ben.watch = [this](Moment moment, ByteView record) {
        const bool reads = moment == Moment::received || moment == Moment::decided;
        if (reads && is_reader_step(moment, record)) die();
        return true;
      };
    });
    ask_for_it(anna());
    write_on();
    until_dead(process);
  }

  void kick_over_a_bad_line() {
    Guest& ben = guest("Ben");
    bool broke = false;
    ben.watch = [this, &broke](Moment moment, ByteView record) {
      const bool reads = moment == Moment::received || moment == Moment::decided;
      if (broke || !reads || !is_reader_step(moment, record)) return true;
      broke = true;
      return false;
    };
    ask_for_it(anna());
    write_on();
    until("the line to break", [&] { return broke; });
    settle();
    ben.watch = nullptr;
    ben.ask(client::GoOffline{});
    come_back(ben);
  }

  // --- Both or neither ---

  void expect_in_client(Guest& who, KickOutcome outcome) {
    if (in_client(who, at_) != outcome)
      broken(who.name() + " does not hold " + std::string(name_of(outcome)));
  }

  // What the server grants.
  void expect_granted(KickOutcome outcome) {
    auto stranger = WireClient::connect(port_);
    if (!stranger) broken("the server does not answer");
    const bool granted = stranger->authenticate(at_.room, room::Role::gate, *gate_);
    if (granted != (outcome == KickOutcome::neither))
      broken("one without the other: the invitation is " +
             std::string(granted ? "good" : "not good"));
  }

  bool all_were_shown_it() {
    return std::ranges::all_of(present(),
                               [](Guest* one) { return one->count<client::Removed>() > 0; });
  }
  // Until all have read what the dead may have sent; where that may be nothing, for a moment.
  void until_read() {
    const auto end = Clock::now() + (step_.expected == KickOutcome::both ? kPatienceMax : kMaybe);
    while (!all_were_shown_it() && Clock::now() < end) {
      wait(5ms);
      step_all();
    }
  }

  void judge() {
    if (step_.side == KickSide::server) {
      judge_server();
    } else {
      if (step_.expected != KickOutcome::neither) until_read();
      settle();
      report_.found = in_client(guest("Cleo"), at_);
    }
    expect_step(report_.found);
    for (Guest* one : present())
      if (step_.side != KickSide::server || one->name() != "Anna")
        expect_in_client(*one, report_.found);
    expect_granted(report_.found);
    if (report_.found == KickOutcome::neither) still_inside();
    if (step_.side == KickSide::server) come_back(anna());
    if (step_.side == KickSide::kicker && report_.found == KickOutcome::neither)
      ask_for_it(guest("Dora"));
    until("the kick to be done", [&] { return all_were_shown_it(); });
    settle();
    for (Guest* one : present()) expect_in_client(*one, KickOutcome::both);
    expect_granted(KickOutcome::both);
  }
  void expect_step(KickOutcome found) const {
    if (step_.expected != KickOutcome::either && step_.expected != found)
      broken(std::string(name_of(found)) + " was found where " +
             std::string(name_of(step_.expected)) + " was promised");
  }

  void judge_server() {
    const fs::path copy = folder_.path() / "copy";
    fs::copy(folder_.path() / "data", copy, fs::copy_options::recursive);
    report_.found = on_disk(copy, at_);
    for (const auto& known : guests()) known->ask(client::GoOffline{});
    if (!sound_.start()) broken("the server does not start again");
    port_ = sound_.port();
    // Without the kicker, who would send it again.
    for (Guest* one : present())
      if (one->name() != "Anna") come_back(*one);
    if (!plan_.mallory_away || report_.found == KickOutcome::neither) {
      come_back(mallory());
      if (mallory().inside() != (report_.found == KickOutcome::neither))
        broken("the server knows the removed where it should not, or the other way round: " +
               mallory().trouble());
    }
    settle();
  }

  // Nothing has happened: they hear, and are heard.
  void still_inside() {
    Guest& one = guest(step_.side == KickSide::member ? "Cleo" : "Ben");
    if (!mallory().connected()) come_back(mallory());
    auto all = present();
    if (step_.side == KickSide::server) std::erase(all, &anna());
    all.push_back(&mallory());
    say(one, "between", all);
    say(mallory(), "still here", all);
    if (plan_.mallory_away) mallory().ask(client::GoOffline{});
    settle();
  }

  // --- Afterwards ---

  void finish() {
    for (Guest* one : present()) say(*one, "later, " + one->name(), present());
    settle();
    hand_over();
    turn_away();
    ServerProcess& server = sound_.running() ? sound_ : doomed_;
    server.kill_at_once();
    if (on_disk(folder_.path() / "data", at_) != KickOutcome::both)
      broken("the disk has forgotten it");
  }

  bool opens(Guest& who, const room::Entry& entry) {
    return who.question<client::RawOpened>(client::OpenRaw{entry}).opened;
  }

  // The same ciphertexts to the removed, with all that they hold, and to a member who was away.
  void hand_over() {
    Guest& removed = options_.not_removed ? guest("Emil") : mallory();
    const std::vector<room::Entry>& log = guest("Cleo").sealed();
    const auto removal = std::ranges::find_if(log, [](const room::Entry& entry) {
      return entry.kind == room::EntryKind::control && removes_somebody(entry.body);
    });
    expects(removal != log.end() && removal != log.begin());
    std::vector<room::Entry> later(removal + 1, log.end());
    std::erase_if(later, [](const room::Entry& entry) {
      return entry.kind == room::EntryKind::control;  // For everybody to read.
    });
    const auto words = static_cast<unsigned>(std::ranges::count(
        later, room::EntryKind::app, [](const room::Entry& entry) { return entry.kind; }));
    if (words < present().size()) broken("too little was said to hand anything over");
    // Once as they were left, once after what was the last that was meant for them.
    removed_at_ = removal->seq;
    for (const room::Entry& entry : later) report_.opened += opens(removed, entry);
    const room::Entry& commit = *(removal - 1);
    opens(removed, commit);
    for (const room::Entry& entry : later) report_.opened += opens(removed, entry);
    report_.handed = static_cast<unsigned>(later.size());
    if (report_.opened > 0)
      broken("the removed opened " + std::to_string(report_.opened) + " later entries");
    Guest& away = guest("Emil");
    opens(away, commit);
    for (const room::Entry& entry : later)
      report_.opened_inside += entry.kind == room::EntryKind::app && opens(away, entry);
    if (report_.opened_inside != words)
      broken("a member who was away opened " + std::to_string(report_.opened_inside) + " of " +
             std::to_string(words));
  }

  void turn_away() {
    for (const room::Entry& entry : mallory().sealed())
      if (entry.seq > removed_at_) broken("the removed was sent a later entry");
    if (mallory().ended()) return;
    mallory().ask(client::GoOffline{});
    mallory().ask(client::GoOnline{});
    until("the removed to be turned away", [&] { return mallory().ended(); });
    for (Guest* one : present())
      for (const client::Message& message : one->all<client::Message>())
        if (message.from.handle == at_.removed && message.seq > removed_at_)
          broken("the removed was heard after the removal");
  }

  const KickStep& step_;
  const unsigned number_;
  const KickOptions& options_;
  const bool lossy_;
  KickReport report_;
  TemporaryFolder folder_;
  ServerProcess doomed_;
  ServerProcess sound_;
  room::Seq removed_at_;
};

}  // namespace

KickReport run_kick(const KickStep& step, unsigned number, const KickOptions& options) {
  return KickRun(step, number, options).run();
}

}  // namespace hearth::test
