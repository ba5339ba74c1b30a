// hearth-scenario: plays a scenario file with real clients against a real server.
#include <csignal>
#include <cstdio>
#include <numeric>

#include <getopt.h>

#include "tests/scenarios/runner.h"

namespace {

constexpr int kUsage = 2;

int usage() {
  std::fputs(
      "usage: hearth-scenario FILE --server HEARTHD --client HEARTH [--quiet]\n"
      "  Starts HEARTHD and one HEARTH for each person of FILE, does what its lines say, and "
      "checks\n"
      "  what they expect. Exit codes: 0 all holds, 1 it does not, 2 usage.\n",
      stderr);
  return kUsage;
}

// "3 (call_on 1, done 2)"
std::string counted(const std::map<std::string, std::size_t>& counts) {
  std::size_t all = 0;
  std::string names;
  for (const auto& [name, count] : counts) {
    all += count;
    names += (names.empty() ? " (" : ", ") + name + " " + std::to_string(count);
  }
  return std::to_string(all) + (names.empty() ? "" : names + ")");
}

}  // namespace

int main(int argc, char** argv) {
  hearth::test::StageOptions options;
  bool quiet = false;
  const option known[] = {{"server", required_argument, nullptr, 's'},
                          {"client", required_argument, nullptr, 'c'},
                          {"quiet", no_argument, nullptr, 'q'},
                          {nullptr, 0, nullptr, 0}};
  for (int letter; (letter = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
    if (letter == 's')
      options.server = optarg;
    else if (letter == 'c')
      options.client = optarg;
    else if (letter == 'q')
      quiet = true;
    else
      return usage();
  }
  if (optind + 1 != argc || options.server.empty() || options.client.empty()) return usage();
  std::signal(SIGPIPE, SIG_IGN);
  if (!quiet) {
    options.say = [](const std::string& line) {
      std::printf("%s\n", line.c_str());
      std::fflush(stdout);
    };
  }
  const char* const file = argv[optind];
  const auto report = hearth::test::run_scenario(file, std::move(options));
  for (const auto& failure : report.failures) {
    std::fprintf(stderr, "%s:%zu: %s\n", file, failure.line, failure.what.c_str());
  }
  std::printf(
      "hearth-scenario: %s: %zu lines played, %zu lines of expectations\n"
      "  clauses that hold: %zu\n"
      "  clauses that wait: %s\n"
      "  meeting lines skipped: %s\n",
      report.failures.empty() ? "all holds" : "FAILED", report.played, report.expected,
      report.checked, counted(report.unchecked).c_str(), counted(report.skipped).c_str());
  return report.failures.empty() ? 0 : 1;
}
