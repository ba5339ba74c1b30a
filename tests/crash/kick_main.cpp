// hearth-kick HEARTHD_TEST [--runs N] [--seed N] [--only NAME] [--part K/N] [--plant FAULT]: kicks
// somebody, and lets somebody die at each step of it, N times at each. Exits 0 if each step was
// reached each time and both or neither was found each time, 1 if not.
//
//   --only NAME    one step, or the steps of one side: server, kicker, member, line
//   --part K/N     the Kth of N parts of them
//   --plant FAULT  torn, lying, not_removed (kick_run.h): the run has to find it
#include <cstdio>
#include <cstdlib>
#include <random>

#include "tests/crash/kick_run.h"

namespace hearth::test {
namespace {

struct Wish {
  KickOptions options;
  std::size_t runs = 2;
  unsigned seed = std::random_device{}() % 1'000'000;
  std::string only;
  unsigned part = 1;
  unsigned parts = 1;
};

struct Tally {
  long runs = 0;
  long both = 0;
  long neither = 0;
  long faults = 0;
  long handed = 0;
  long opened = 0;
  long opened_inside = 0;

  void add(const KickReport& report) {
    ++runs;
    both += report.found == KickOutcome::both;
    neither += report.found == KickOutcome::neither;
    faults += !report.fault.empty();
    handed += report.handed;
    opened += report.opened;
    opened_inside += report.opened_inside;
  }
  void add(const Tally& other) {
    runs += other.runs;
    both += other.both;
    neither += other.neither;
    faults += other.faults;
    handed += other.handed;
    opened += other.opened;
    opened_inside += other.opened_inside;
  }
};

std::string text(std::string_view view) { return std::string(view); }

int run(const Wish& wish) {
  std::printf("kick: %zu runs at each step, seed %u\n", wish.runs, wish.seed);
  std::printf("%-6s %-24s %-8s %5s %5s %8s %7s\n", "side", "step", "promised", "runs", "both",
              "neither", "faults");
  std::fflush(stdout);
  Tally all;
  std::vector<const KickStep*> steps;
  for (const KickStep& step : kick_steps())
    if (wish.only.empty() || wish.only == step.name || wish.only == name_of(step.side))
      steps.push_back(&step);
  const std::size_t begin = steps.size() * (wish.part - 1) / wish.parts;
  const std::size_t end = steps.size() * wish.part / wish.parts;
  for (std::size_t place = begin; place < end; ++place) {
    const KickStep& step = *steps[place];
    Tally tally;
    for (std::size_t i = 0; i < wish.runs; ++i) {
      const unsigned number = wish.seed + static_cast<unsigned>(place + i);
      const KickReport report = run_kick(step, number, wish.options);
      tally.add(report);
      if (!report.fault.empty())
        std::printf("kick: FAULT: %s, number %u: %s\n", text(step.name).c_str(), number,
                    report.fault.c_str());
    }
    std::printf("%-6s %-24s %-8s %5ld %5ld %8ld %7ld\n", text(name_of(step.side)).c_str(),
                text(step.name).c_str(), text(name_of(step.expected)).c_str(), tally.runs,
                tally.both, tally.neither, tally.faults);
    std::fflush(stdout);
    all.add(tally);
  }
  std::printf(
      "kick: %zu steps, %ld runs: %ld both, %ld neither, %ld faults; the removed opened %ld "
      "of %ld entries handed to them, members who were away %ld\n",
      end - begin, all.runs, all.both, all.neither, all.faults, all.opened, all.handed,
      all.opened_inside);
  return all.runs > 0 && all.faults == 0 ? 0 : 1;
}

bool understand(int argc, char** argv, Wish& wish) {
  if (argc < 2 || argc % 2 != 0) return false;
  wish.options.server = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const std::string name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--runs") {
      wish.runs = std::strtoul(value.c_str(), nullptr, 10);
    } else if (name == "--seed") {
      wish.seed = static_cast<unsigned>(std::strtoul(value.c_str(), nullptr, 10));
    } else if (name == "--only") {
      wish.only = value;
    } else if (name == "--part") {
      if (std::sscanf(value.c_str(), "%u/%u", &wish.part, &wish.parts) != 2) return false;
    } else if (name == "--plant") {
      wish.options.torn = value == "torn";
      wish.options.lying = value == "lying";
      wish.options.not_removed = value == "not_removed";
      if (!wish.options.torn && !wish.options.lying && !wish.options.not_removed) return false;
    } else {
      return false;
    }
  }
  return wish.runs > 0 && wish.part >= 1 && wish.part <= wish.parts;
}

}  // namespace
}  // namespace hearth::test

int main(int argc, char** argv) {
  hearth::test::Wish wish;
  if (!hearth::test::understand(argc, argv, wish)) {
    std::fprintf(stderr,
                 "usage: %s HEARTHD_TEST [--runs N] [--seed N] [--only NAME] [--part K/N] "
                 "[--plant torn|lying|not_removed]\n",
                 argv[0]);
    return 2;
  }
  return hearth::test::run(wish);
}
