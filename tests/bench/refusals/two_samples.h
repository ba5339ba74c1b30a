// Whether two sets of times can be told apart.
#pragma once

#include <vector>

namespace hearth::tests {

// The share of right guesses, 0.5 to 1, of the best single threshold: found on the samples of even
// place and tried on those of odd place, so that noise alone stays at one half. Samples are in the
// order they were taken, and of equal length.
double threshold_accuracy(const std::vector<double>& one, const std::vector<double>& other);

}  // namespace hearth::tests
