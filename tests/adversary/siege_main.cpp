// hearth-siege --runs N --seed S: small meetings under a malicious server, counted by fault.
//
// With --no-chain-check it hands over to its twin, which is built so that the chain and the heads
// are not compared; there, silent acceptances have to appear.
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <random>
#include <thread>

#include <unistd.h>

#include "tests/adversary/play.h"
#include "tests/adversary/without.h"

namespace hearth::test {
namespace {

struct Options {
  long runs = 1000;
  std::uint64_t seed = std::random_device{}() % 1'000'000'000;
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::optional<Fault> fault;  // Only this one.
  bool chain_check = true;
  bool verbose = false;
};

constexpr int kTriesMax = 50;  // For a fault that finds no chance.
constexpr long kHonestEvery = 20;

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--no-chain-check") {
      options.chain_check = false;
    } else if (word == "--verbose") {
      options.verbose = true;
    } else if (i + 1 == argc) {
      return std::nullopt;
    } else if (word == "--runs") {
      options.runs = std::atol(argv[++i]);
    } else if (word == "--seed") {
      options.seed = static_cast<std::uint64_t>(std::atoll(argv[++i]));
    } else if (word == "--threads") {
      options.threads = static_cast<unsigned>(std::max(1, std::atoi(argv[++i])));
    } else if (word == "--fault") {
      const std::string_view name = argv[++i];
      for (std::size_t f = 0; f < kFaults; ++f) {
        if (name_of(static_cast<Fault>(f)) == name) options.fault = static_cast<Fault>(f);
      }
      if (!options.fault) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

struct Counts {
  std::array<long, 5> of{};
  long total() const { return of[1] + of[2] + of[3]; }
};

class Tally final {
 public:
  void add(std::size_t row, std::uint64_t seed, const Outcome& outcome, bool verbose) {
    const std::lock_guard lock(mutex_);
    ++rows_[row].of[static_cast<std::size_t>(outcome.verdict)];
    const bool bad = outcome.verdict == Verdict::silent || outcome.verdict == Verdict::broken;
    if (!verbose && (!bad || ++told_ > 20)) return;
    std::printf("%s: %s, seed %llu: %s\n", std::string(row_name(row)).c_str(),
                std::string(name_of(outcome.verdict)).c_str(),
                static_cast<unsigned long long>(seed), outcome.why.c_str());
    std::fflush(stdout);
  }
  static std::string_view row_name(std::size_t row) {
    return row == kFaults ? "honest server" : name_of(static_cast<Fault>(row));
  }
  void print() const {
    std::printf("%-24s %8s %9s %9s %7s %7s\n", "fault", "runs", "detected", "harmless", "silent",
                "broken");
    Counts all;
    for (std::size_t row = 0; row <= kFaults; ++row) {
      const auto& of = rows_[row].of;
      if (rows_[row].total() + of[4] == 0) continue;
      std::printf("%-24s %8ld %9ld %9ld %7ld %7ld\n", std::string(row_name(row)).c_str(),
                  rows_[row].total(), of[1], of[2], of[3], of[4]);
      if (row == kFaults) continue;
      for (std::size_t i = 0; i < of.size(); ++i) all.of[i] += of[i];
    }
    std::printf("%-24s %8ld %9ld %9ld %7ld %7ld\n", "all faults", all.total(), all.of[1], all.of[2],
                all.of[3], all.of[4]);
  }
  long sum(Verdict verdict) const {
    long count = 0;
    for (const Counts& row : rows_) count += row.of[static_cast<std::size_t>(verdict)];
    return count;
  }
  long runs() const {
    long count = 0;
    for (std::size_t row = 0; row < kFaults; ++row) count += rows_[row].total();
    return count;
  }
  long alarms() const { return rows_[kFaults].of[static_cast<std::size_t>(Verdict::detected)]; }

 private:
  std::mutex mutex_;
  std::array<Counts, kFaults + 1> rows_{};
  long told_ = 0;
};

void run_one(long number, const Options& options, Tally& tally) {
  const auto row = static_cast<std::size_t>(number) % kFaults;
  const Fault fault = options.fault.value_or(static_cast<Fault>(row));
  const std::uint64_t first = options.seed + static_cast<std::uint64_t>(number) * 1000;
  for (int attempt = 0; attempt < kTriesMax; ++attempt) {
    const std::uint64_t seed = first + static_cast<std::uint64_t>(attempt);
    const Outcome outcome = play(seed, fault);
    if (outcome.verdict == Verdict::not_applied) continue;
    tally.add(static_cast<std::size_t>(fault), seed, outcome, options.verbose);
    break;
  }
  if (number % kHonestEvery == 0) {
    tally.add(kFaults, first, play(first, std::nullopt), options.verbose);
  }
}

int run(const Options& options) {
  std::printf("siege: %ld runs, seed %llu, %u threads%s\n", options.runs,
              static_cast<unsigned long long>(options.seed), options.threads,
              options.chain_check ? "" : ", the chain is not checked");
  std::fflush(stdout);
  const auto began = std::chrono::steady_clock::now();
  Tally tally;
  std::atomic<long> next = 0;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < options.threads; ++i) {
    threads.emplace_back([&] {
      for (long number = next++; number < options.runs; number = next++) {
        run_one(number, options, tally);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  tally.print();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const long silent = tally.sum(Verdict::silent);
  const bool whole = tally.runs() == options.runs;
  const bool sound =
      !options.chain_check || (tally.sum(Verdict::broken) == 0 && whole && tally.alarms() == 0);
  std::printf("siege: %s, %ld runs, %ld silent acceptances, %ld false alarms, %.1f s\n",
              sound && silent == 0 ? "passed" : "FAILED", tally.runs(), silent, tally.alarms(),
              took.count());
  return sound && silent == 0 ? 0 : 1;
}

}  // namespace
}  // namespace hearth::test

int main(int argc, char** argv) {
  using namespace hearth;
  const auto options = test::parse(argc, argv);
  if (!options) {
    std::fprintf(stderr,
                 "usage: %s [--runs N] [--seed S] [--threads N] [--fault NAME] [--verbose]"
                 " [--no-chain-check]\n",
                 argv[0]);
    return 2;
  }
  if (options->chain_check) return test::run(*options);
  if (!test::defences_can_fall()) {
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
    const std::string twin = self.parent_path() / "hearth-siege-unguarded";
    execv(twin.c_str(), argv);
    std::perror(twin.c_str());
    return 2;
  }
  const test::Without without(Defence::chain);
  return test::run(*options);
}
