// hearth-hostile HEARTHD [--frames N] [--handshakes N] [--threads N] [--seed N]: ill will, counted.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

#include "tests/hostile/hostile.h"
#include "tests/support/server_process.h"

namespace hearth::test {
namespace {

struct Options {
  std::string server;
  long frames = 100000;
  long handshakes = 2000;
  unsigned threads = 8;
  std::uint64_t seed = std::random_device{}();
};

std::optional<Options> parse(int argc, char** argv) {
  if (argc < 2 || argc % 2 != 0) return std::nullopt;
  Options options;
  options.server = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const std::string name = argv[i];
    const long value = std::atol(argv[i + 1]);
    if (name == "--frames")
      options.frames = value;
    else if (name == "--handshakes")
      options.handshakes = value;
    else if (name == "--threads")
      options.threads = static_cast<unsigned>(value);
    else if (name == "--seed")
      options.seed = static_cast<std::uint64_t>(value);
    else
      return std::nullopt;
  }
  return options;
}

// Runs `work(thread)` on all threads while it samples the server's memory.
template <class Work>
bool on_threads(const Options& options, const ServerProcess& server,
                std::vector<std::size_t>& memory, Work work) {
  std::atomic<bool> sound = true;
  std::atomic<unsigned> running = options.threads;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < options.threads; ++i)
    threads.emplace_back([&, i] {
      if (!work(i)) sound = false;
      --running;
    });
  while (running > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    memory.push_back(server.resident_bytes());
  }
  for (std::thread& thread : threads) thread.join();
  return sound;
}

double mean(const std::vector<std::size_t>& values, std::size_t first, std::size_t last) {
  double sum = 0;
  for (std::size_t i = first; i < last; ++i) sum += static_cast<double>(values[i]);
  return last > first ? sum / static_cast<double>(last - first) : 0;
}

int run(const Options& options) {
  std::printf("hostile: %ld frames, %ld handshakes, %u threads, seed %llu\n", options.frames,
              options.handshakes, options.threads, static_cast<unsigned long long>(options.seed));
  std::fflush(stdout);
  const TemporaryFolder folder;
  ServerProcess server(options.server, folder.path());
  if (!server.start()) {
    std::printf("hostile: FAILED, %s does not start\n", options.server.c_str());
    return 1;
  }
  std::vector<std::string> faults;
  const auto check = [&](bool holds, const std::string& fault) {
    if (!holds) faults.push_back(fault);
  };
  Tally tally;
  HonestRoom honest(server.port());
  check(tour_refusals(server.port(), tally), "a refusal was not heard where it should have been");

  StormRoom room;
  check(room.prepare(server.port(), options.threads), "the storm found no room");
  std::vector<std::size_t> memory;
  // A twentieth more goes first, unmeasured: pages, buffers and tables find their size.
  const auto storms = [&](long frames, std::uint64_t seed) {
    std::atomic<long> left = frames;
    return on_threads(options, server, memory,
                      [&](unsigned i) { return storm(room, i, seed, left, tally); });
  };
  if (faults.empty()) {
    check(storms(options.frames / 20, options.seed + 1000), "the server stopped answering");
    memory.clear();
    check(storms(options.frames, options.seed), "the server stopped answering");
    std::atomic<long> left = options.handshakes;
    check(on_threads(options, server, memory,
                     [&](unsigned i) {
                       return rattle(server.port(), options.seed + 2000 + i, left, tally);
                     }),
          "the server took no more connections");
  }
  const bool talked = honest.finish();
  check(talked && honest.lines() > 0, "the honest talk was disturbed");
  check(server.terminate() == 0, "the server did not end cleanly");
  check(tally.of("silence") == 0, "a question was left without answer or end");
  check(tally.of("undecodable") == 0, "the server said what nobody can read");

  std::printf("\nheard by the attackers:\n");
  for (const auto& [name, count] : tally.all())
    std::printf("  %-44s %10llu\n", name.c_str(), static_cast<unsigned long long>(count));
  std::printf("\ncounted by the server:\n");
  for (const auto& [name, count] : server.counters())
    std::printf("  %-44s %10llu\n", name.c_str(), static_cast<unsigned long long>(count));
  std::printf("\nout of reach from outside:\n");
  for (const auto& [name, why] : names_out_of_reach())
    std::printf("  %-44s %s\n", name.c_str(), why.c_str());
  for (const std::string& name : names_to_meet()) check(tally.of(name) > 0, "never met: " + name);

  const std::size_t fifth = memory.size() / 5;
  const double first = mean(memory, 0, fifth) / 1048576;
  const double last = mean(memory, memory.size() - fifth, memory.size()) / 1048576;
  std::printf("\nmemory: %.2f MiB in the first fifth, %.2f MiB in the last (%+.1f %%)\n", first,
              last, first > 0 ? (last / first - 1) * 100 : 0.0);
  std::printf("by tenths:");
  for (std::size_t i = 0; i < 10; ++i)
    std::printf(" %.2f",
                mean(memory, i * memory.size() / 10, (i + 1) * memory.size() / 10) / 1048576);
  std::printf("\n");
  check(fifth > 0 && last <= first * 1.05, "memory grew by more than 5 %");
  std::printf("honest lines: %llu\n", static_cast<unsigned long long>(honest.lines()));
  for (const std::string& fault : faults) std::printf("hostile: FAULT: %s\n", fault.c_str());
  std::printf("hostile: %s\n", faults.empty() ? "passed" : "FAILED");
  return faults.empty() ? 0 : 1;
}

}  // namespace
}  // namespace hearth::test

int main(int argc, char** argv) {
  const auto options = hearth::test::parse(argc, argv);
  if (!options) {
    std::fprintf(stderr,
                 "usage: %s HEARTHD [--frames N] [--handshakes N] [--threads N] [--seed N]\n",
                 argv[0]);
    return 2;
  }
  return hearth::test::run(*options);
}
