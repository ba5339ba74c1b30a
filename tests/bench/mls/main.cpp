// hearth-mls-bench: what the operations of a group cost, and how near that is to bare libsodium.
//
// Exit 0 when every bound holds that was measured, 1 when one does not, 2 for a wrong call.
#include <sodium.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>

#include "tests/bench/mls/operations.h"

namespace hearth::mls::bench {
namespace {

struct Wanted {
  std::vector<std::uint16_t> suites{3};
  std::vector<std::size_t> sizes{2, 10, 50, 100, 500, 1000};
  std::string filter;
  std::size_t runs = 5;
  bool quick = false;
  bool floors = false;
  bool markdown = false;
};

// --- What we promise, for the default suite
// ---------------------------------------------------------

constexpr std::size_t kAnySize = 0;
struct RatioBound {
  std::string_view name;
  std::size_t size;
  double at_most;
};
constexpr RatioBound kRatioBounds[] = {
    {"protect 1 KB", kAnySize, 1.5},
    {"unprotect 1 KB", kAnySize, 1.3},
    {"join from Welcome (tree inside), dense", 1000, 1.3},
    {"join from Welcome (tree inside), fresh", 1000, 1.3},
    {"create group + batch add N-1, no path", 1000, 1.5},
    {"create group + batch add N-1, with path", 1000, 1.5},
    {"Update: handle, dense", 1000, 2.5},
};

struct GrowthBound {  // From 100 members to 1000.
  std::string_view name;
  double at_most;
};
constexpr GrowthBound kGrowthBounds[] = {
    {"join from Welcome (tree inside), dense", 11},
    {"join from Welcome (tree inside), fresh", 11},
    {"create group + batch add N-1, no path", 11},
    {"create group + batch add N-1, with path", 11},
    {"Update: handle, dense", 3},
};

// --- One suite
// --------------------------------------------------------------------------------------

class Report final {
 public:
  Report(CipherSuite suite, const Wanted& wanted) : suite_(suite), wanted_(wanted) {}

  void head() const {
    std::printf("\nsuite %u: thread CPU time in ms, median of %zu interleaved runs\n",
                static_cast<unsigned>(suite_), wanted_.runs);
    std::printf("%-44s %5s %10s %10s %7s\n", "operation", "N", "ours", "floor", "ratio");
  }

  void run(const std::vector<Operation>& operations) {
    for (const Operation& operation : operations) {
      if (operation.name.find(wanted_.filter) == std::string::npos) continue;
      const Trial trial = operation.make();
      note(operation, measure(trial, wanted_.runs));
      if (wanted_.floors) std::printf("    floor: %s\n", trial.floor.text().c_str());
      std::fflush(stdout);
    }
  }

  // The growth of what was measured at 100 and at 1000 members; true if all bounds hold.
  bool finish() {
    for (const auto& [name, at_most] : kGrowthBounds) {
      const Figures* small = find(name, 100);
      const Figures* large = find(name, 1000);
      if (small == nullptr || large == nullptr) continue;
      const double growth = large->ours / small->ours;
      std::printf("growth 100 -> 1000: %-44s %6.2f%s\n", std::string(name).c_str(), growth,
                  verdict(growth, at_most).c_str());
    }
    if (wanted_.markdown) table();
    return holds_;
  }

 private:
  void note(const Operation& operation, const Figures& figures) {
    if (std::ranges::find(order_, operation.name) == order_.end()) {
      order_.push_back(operation.name);
    }
    figures_[operation.name][operation.size] = figures;
    std::string said;
    for (const auto& [name, size, at_most] : kRatioBounds) {
      if (operation.name == name && (size == kAnySize || size == operation.size)) {
        said = verdict(figures.ratio, at_most);
      }
    }
    std::printf("%-44s %5zu %10.4f %10.4f %7.2f%s\n", operation.name.c_str(), operation.size,
                figures.ours, figures.floor, figures.ratio, said.c_str());
  }

  std::string verdict(double value, double at_most) {
    if (suite_ != crypto::kDefaultSuite) return "";
    const bool held = value <= at_most;
    holds_ = holds_ && held;
    char text[64];
    std::snprintf(text, sizeof text, "  %s %g", held ? "within" : "BEYOND", at_most);
    return text;
  }

  const Figures* find(std::string_view name, std::size_t size) const {
    const auto row = figures_.find(std::string(name));
    if (row == figures_.end()) return nullptr;
    const auto cell = row->second.find(size);
    return cell == row->second.end() ? nullptr : &cell->second;
  }

  // As it stands in tests/README.md: ours in ms, the ratio in brackets.
  void table() const {
    std::printf("\n| operation |");
    for (const std::size_t size : wanted_.sizes) std::printf(" N=%zu |", size);
    std::printf("\n|---|");
    for (std::size_t i = 0; i < wanted_.sizes.size(); ++i) std::printf("---:|");
    for (const std::string& name : order_) {
      std::printf("\n| %s |", name.c_str());
      for (const std::size_t size : wanted_.sizes) {
        const Figures* cell = find(name, size);
        if (cell == nullptr) {
          std::printf(" - |");
        } else {
          std::printf(" %.*f (%.2f) |", cell->ours < 10 ? 3 : 1, cell->ours, cell->ratio);
        }
      }
    }
    std::printf("\n");
  }

  CipherSuite suite_;
  const Wanted& wanted_;
  std::vector<std::string> order_;
  std::map<std::string, std::map<std::size_t, Figures>> figures_;
  bool holds_ = true;
};

bool run_suite(CipherSuite suite, const Wanted& wanted) {
  Report report(suite, wanted);
  report.head();
  DenseRoom dense(suite);
  for (const std::size_t size : wanted.sizes) {
    report.run(operations_from_nothing(suite, size));
    {
      FreshRoom fresh(suite, size);
      const Room room = fresh.room();
      report.run(operations_in(room));
    }
    dense.grow_to(size);
    const Room room = dense.room();
    report.run(operations_in(room));
  }
  return report.finish();
}

void print_primitives(std::size_t runs) {
  struct Primitive {
    Call call;
    std::size_t size;
  };
  constexpr Primitive kPrimitives[] = {
      {Call::sign, 1100}, {Call::verify, 1100}, {Call::base, 0},   {Call::exchange, 0},
      {Call::seal, 1100}, {Call::open, 1100},   {Call::hash, 300}, {Call::hmac, 64}};
  std::printf("libsodium %s, us each:", sodium_version_string());
  for (const auto& [call, size] : kPrimitives) {
    std::printf("  %s", name_of(call).c_str());
    if (size > 0) std::printf(" %zu B", size);
    std::printf(" %.2f", 1e3 * measure(call, size, runs));
  }
  std::printf("\n");
}

}  // namespace

int run(int argc, char** argv) {
  Wanted wanted;
  CLI::App app{"Measures MLS group operations against a floor of bare libsodium calls."};
  app.add_option("--suite", wanted.suites, "Cipher suites: 3, 1 (default 3)")
      ->delimiter(',')
      ->check(CLI::IsMember({1, 3}));
  app.add_option("--sizes", wanted.sizes, "Members N (default 2,10,50,100,500,1000)")
      ->delimiter(',')
      ->check(CLI::Range(2, 2000));
  app.add_option("--filter", wanted.filter, "Only operations whose name holds this text");
  app.add_option("--runs", wanted.runs, "Interleaved runs to take the median of (default 5)")
      ->check(CLI::Range(1, 1000));
  app.add_flag("--quick", wanted.quick, "Only N = 10 and 100");
  app.add_flag("--floors", wanted.floors, "Show the calls each floor is made of");
  app.add_flag("--markdown", wanted.markdown, "Also print the table of tests/README.md");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (wanted.quick) wanted.sizes = {10, 100};
  std::ranges::sort(wanted.sizes);

  print_primitives(wanted.runs);
  bool holds = true;
  for (const std::uint16_t suite : wanted.suites) {
    if (!crypto::supported(suite)) {
      std::printf("suite %u: not in this build\n", suite);
      continue;
    }
    holds = run_suite(static_cast<CipherSuite>(suite), wanted) && holds;
  }
  return holds ? 0 : 1;
}

}  // namespace hearth::mls::bench

int main(int argc, char** argv) { return hearth::mls::bench::run(argc, argv); }
