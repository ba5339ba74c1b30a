// The clock and the turns.
#include "tests/bench/mls/measure.h"

#include <algorithm>
#include <ctime>

#include "tests/bench/median.h"

namespace hearth::mls::bench {
namespace {

// A run lasts about this long where the batch may grow, so that the clock's own cost is nothing.
constexpr double kRunMilliseconds = 8;

double now() {
  std::timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

template <class Work>
double timed(std::size_t batch, Work&& work) {
  const double start = now();
  for (std::size_t i = 0; i < batch; ++i) work(i);
  return (now() - start) / static_cast<double>(batch);
}

std::size_t batch_for(double milliseconds, std::size_t batch_max) {
  const double wanted = kRunMilliseconds / std::max(milliseconds, 1e-4);
  return std::clamp(static_cast<std::size_t>(wanted), std::size_t{1}, batch_max);
}

using tests::median;

}  // namespace

Figures measure(const Trial& trial, std::size_t runs) {
  trial.prepare(1);
  const double first = timed(1, trial.run);
  trial.floor.run();
  const std::size_t batch = batch_for(first, trial.batch_max);

  std::vector<double> ours;
  std::vector<double> floor;
  std::vector<double> ratios;
  for (std::size_t run = 0; run < runs; ++run) {
    trial.prepare(batch);
    ours.push_back(timed(batch, trial.run));
    floor.push_back(timed(batch, [&](std::size_t) { trial.floor.run(); }));
    ratios.push_back(ours.back() / floor.back());
  }
  return {median(std::move(ours)), median(std::move(floor)), median(std::move(ratios))};
}

double measure(Call call, std::size_t size, std::size_t runs) {
  const Floor floor = Floor().add(call, size, 1);
  const auto once = [&](std::size_t) { floor.run(); };
  const std::size_t batch = batch_for(timed(1, once), 10000);
  std::vector<double> times;
  for (std::size_t run = 0; run < runs; ++run) times.push_back(timed(batch, once));
  return median(std::move(times));
}

}  // namespace hearth::mls::bench
