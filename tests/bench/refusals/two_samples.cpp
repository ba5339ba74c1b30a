// The best guess from one threshold.
#include "tests/bench/refusals/two_samples.h"

#include <algorithm>
#include <cmath>

namespace hearth::tests {

double threshold_accuracy(const std::vector<double>& one, const std::vector<double>& other) {
  struct Timed {
    double time;
    bool first;
  };
  std::vector<Timed> learned;
  std::vector<Timed> tried;
  for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) {
    auto& into = i % 2 == 0 ? learned : tried;
    into.push_back({one[i], true});
    into.push_back({other[i], false});
  }
  std::ranges::sort(learned, {}, &Timed::time);

  // Below the threshold one is guessed: how many more of it than of the other lie there.
  long lead = 0;
  long best = 0;
  double threshold = 0;
  for (std::size_t i = 0; i < learned.size(); ++i) {
    lead += learned[i].first ? 1 : -1;
    if (std::abs(lead) > std::abs(best)) {
      best = lead;
      threshold = learned[i].time;
    }
  }
  std::size_t right = 0;
  for (const Timed& sample : tried) {
    const bool below = sample.time <= threshold;
    right += below == (best > 0) ? sample.first : !sample.first;
  }
  return static_cast<double>(right) / static_cast<double>(tried.size());
}

}  // namespace hearth::tests
