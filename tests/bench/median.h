// The middle of what was measured.
#pragma once

#include <algorithm>
#include <vector>

namespace hearth::tests {

// Of a sample that is not empty, in any order; the upper one of two middles.
inline double median(std::vector<double> sample) {
  const auto middle = sample.begin() + static_cast<std::ptrdiff_t>(sample.size() / 2);
  std::ranges::nth_element(sample, middle);
  return *middle;
}

}  // namespace hearth::tests
