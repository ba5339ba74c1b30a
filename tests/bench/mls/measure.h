// Measuring an operation and its floor in turns.
#pragma once

#include <functional>

#include "tests/bench/mls/floor.h"

namespace hearth::mls::bench {

// One operation at one size. A run does it `batch` times; what it uses up is put in place before,
// unmeasured.
struct Trial {
  std::function<void(std::size_t batch)> prepare;
  std::function<void(std::size_t which)> run;  // `which` is below the batch that was prepared.
  Floor floor;
  std::size_t batch_max = 1;
};

// Milliseconds of the thread's CPU time, each the median of the runs; `ratio` is the median of the
// runs' own ratios, so that a slow moment of the machine weighs on both sides of it.
struct Figures {
  double ours = 0;
  double floor = 0;
  double ratio = 0;
};

// Ours, floor, ours, floor, ... `runs` times, after one of each that is not counted.
Figures measure(const Trial& trial, std::size_t runs);

// One libsodium call by itself, in milliseconds: the median of `runs`.
double measure(Call call, std::size_t size, std::size_t runs);

}  // namespace hearth::mls::bench
