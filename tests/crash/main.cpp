// hearth-crash HEARTHD_TEST [--kills N] [--seed N]: kills the server under load and counts what it
// lost. Exits 0 if nothing that was promised is missing, 1 if something is.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "tests/crash/writer.h"
#include "tests/support/server_process.h"

namespace hearth::test {
namespace {

constexpr std::uint32_t kMembers = 3;

// A room with its writers, and the look at it afterwards.
class Stage final {
 public:
  Stage(const char* name, room::Retention retention) : name_(name), retention_(retention) {}

  bool prepare(std::uint16_t port, std::uint32_t number) {
    if (!room_.found(port, retention_, number) || !room_.open(room::Admission::lobby) ||
        !room_.add_gate(0, 20))
      return false;
    for (std::uint32_t member = 1; member <= kMembers; ++member)
      if (!room_.enter(member)) return false;
    room_.staff.reset();
    return true;
  }
  void begin(Weather& weather, std::uint64_t seed) {
    writers_.push_back(std::make_unique<Writer>(room_, room::Role::staff,
                                                room_.keys.staff_server.clone(), weather, seed));
    for (std::uint32_t member = 1; member <= kMembers; ++member)
      writers_.push_back(std::make_unique<Writer>(
          room_, room::Role::member, room_.keys.delivery(member), weather, seed + member));
  }
  bool all_there_since(unsigned start) const {
    return std::ranges::all_of(writers_,
                               [&](const auto& writer) { return writer->there_since(start); });
  }
  bool somebody_stopped() const {
    return std::ranges::any_of(writers_, [](const auto& writer) { return writer->stopped_hard(); });
  }
  void end() {
    for (const auto& writer : writers_) writer->join();
  }

  // What the server holds now, against what it said and what everybody read.
  void audit(std::uint16_t port, std::vector<std::string>& faults) {
    const auto fault = [&](const std::string& what) { faults.push_back(name_ + ": " + what); };
    auto auditor = WireClient::connect(port, room_.keys.server_part.server_id);
    if (!auditor ||
        !auditor->authenticate(room_.keys.room, room::Role::staff, room_.keys.staff_server) ||
        !auditor->follow(RoomMemory(room_.keys.room)))
      return fault("the log cannot be read to its end");
    const std::vector<room::LogRecord>& log = auditor->memory().records;
    std::set<room::Hash> bodies;
    for (std::size_t i = 0; i < log.size(); ++i) {
      if (log[i].seq.count() != i + 1) return fault("counts are not gapless");
      const bool words = log[i].kind != room::EntryKind::control;
      if (words && !bodies.insert(log[i].body_hash()).second) fault("an entry is there twice");
    }
    std::size_t promises = 0;
    std::size_t missing = 0;
    std::uint32_t lost = 0;
    for (const auto& writer : writers_) {
      if (!writer->fault().empty()) fault(writer->fault());
      if (!writer->all_read()) fault("a writer waits for its own words");
      promises += writer->promises().size();
      for (const Promise& promise : writer->promises()) {
        const std::size_t at = promise.seq.count() - 1;
        missing += at >= log.size() || log[at].seq != promise.seq ||
                   log[at].body_hash() != promise.body_hash;
      }
      lost += writer->memory().lost;
      const auto& read = writer->memory().records;
      const bool same = std::ranges::equal(read, log, {}, &room::LogRecord::body_hash,
                                           &room::LogRecord::body_hash);
      if (!same)
        fault("a reader holds another log: " + std::to_string(read.size()) + " of " +
              std::to_string(log.size()) + " entries");
    }
    if (missing > 0) fault(std::to_string(missing) + " promised entries are missing");
    const bool live = retention_ == room::Retention::live;
    if (live && log.back().seq.run() == 0) fault("no restart was written");
    if (!live && lost > 0) fault("a reader lost entries of a stored room");
    std::printf("  %-6s %6zu entries, %6zu promised and there, run %u, %u lost and seen to be\n",
                name_.c_str(), log.size(), promises - missing, log.back().seq.run(), lost);
  }

 private:
  std::string name_;
  room::Retention retention_;
  WireRoom room_;
  std::vector<std::unique_ptr<Writer>> writers_;
};

int run(const std::string& binary, long kills, std::uint64_t seed) {
  std::printf("crash: %ld kills, seed %llu\n", kills, static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  const TemporaryFolder folder;
  ServerProcess server(binary, folder.path());
  Stage stored("stored", room::Retention::day);
  Stage live("live", room::Retention::live);
  if (!server.start() || !stored.prepare(server.port(), 1) || !live.prepare(server.port(), 2)) {
    std::printf("crash: FAILED to begin\n");
    return 3;
  }
  Weather weather;
  weather.port = server.port();
  weather.starts = 1;
  stored.begin(weather, seed);
  live.begin(weather, seed + 100);

  std::mt19937_64 dice(seed);
  std::vector<std::string> faults;
  const auto sound = [&] {
    return faults.empty() && !stored.somebody_stopped() && !live.somebody_stopped();
  };
  for (long i = 0; i < kills && sound(); ++i) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (sound() &&
           !(stored.all_there_since(weather.starts) && live.all_there_since(weather.starts))) {
      if (std::chrono::steady_clock::now() > give_up) {
        faults.push_back("somebody does not come back");
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(dice() % 120000));
    weather.port = 0;
    server.kill_at_once();
    if (!server.start()) {
      faults.push_back("the server does not start again");
      break;
    }
    weather.port = server.port();
    ++weather.starts;
  }
  // Everybody comes back once more to a server that stays, then reads to the end.
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  weather.calm = true;
  stored.end();
  live.end();
  if (server.running()) {
    stored.audit(server.port(), faults);
    live.audit(server.port(), faults);
  }
  for (const std::string& fault : faults) std::printf("crash: FAULT: %s\n", fault.c_str());
  std::printf("crash: %s\n",
              faults.empty() ? "nothing promised is missing" : "promises are broken");
  return faults.empty() ? 0 : 1;
}

}  // namespace
}  // namespace hearth::test

int main(int argc, char** argv) {
  long kills = 20;
  std::uint64_t seed = std::random_device{}();
  bool understood = argc >= 2 && argc % 2 == 0;
  for (int i = 2; understood && i < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--kills")
      kills = std::atol(argv[i + 1]);
    else if (name == "--seed")
      seed = std::strtoull(argv[i + 1], nullptr, 10);
    else
      understood = false;
  }
  if (!understood) {
    std::fprintf(stderr, "usage: %s HEARTHD_TEST [--kills N] [--seed N]\n", argv[0]);
    return 2;
  }
  return hearth::test::run(argv[1], kills, seed);
}
