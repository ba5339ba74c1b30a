// race and TaskGroup: who ends whom, and that nothing is left behind.
#include <gtest/gtest.h>

#include "server/transport/race.h"
#include "server/transport/task_group.h"

namespace hearth::server {
namespace {

using namespace std::chrono_literals;

struct Ended {
  explicit Ended(int& ended) : count(ended) {}
  ~Ended() { ++count; }
  int& count;
};

Task<void> for_ever(int& ended) {
  const Ended mark(ended);
  for (;;) co_await sleep_for(1h);
}
Task<void> at_once(int& ended) {
  const Ended mark(ended);
  co_return;
}
Task<void> fails() {
  throw std::runtime_error("on purpose");
  co_return;
}

class Tasks : public testing::Test {
 protected:
  // Runs one task to its end; nothing may be left over then.
  void run(Task<void> task) {
    std::exception_ptr failure;
    asio::co_spawn(context_, std::move(task), [&](std::exception_ptr ended) { failure = ended; });
    context_.run();
    if (failure) std::rethrow_exception(failure);
  }

  asio::io_context context_{1};
  int ended_ = 0;
};

Task<void> race_them(Executor executor, int& ended, std::size_t& first) {
  first = co_await race(executor, for_ever(ended), at_once(ended), for_ever(ended));
  // When it returns, all have ended.
  EXPECT_EQ(ended, 3);
}

TEST_F(Tasks, TheFirstToEndStopsTheOthers) {
  std::size_t first = 9;
  run(race_them(context_.get_executor(), ended_, first));
  EXPECT_EQ(first, 1u);
}

Task<void> race_a_failure(Executor executor, int& ended) {
  co_await race(executor, for_ever(ended), fails());
}

TEST_F(Tasks, AFailureStopsTheOthersAndIsNotLost) {
  EXPECT_THROW(run(race_a_failure(context_.get_executor(), ended_)), std::runtime_error);
  EXPECT_EQ(ended_, 1);
}

Task<void> race_in_a_race(Executor executor, int& ended, std::size_t& first) {
  co_await race(executor, race_them(executor, ended, first), for_ever(ended));
}

TEST_F(Tasks, ARaceMayRunInARace) {
  std::size_t first = 9;
  run(race_in_a_race(context_.get_executor(), ended_, first));
  EXPECT_EQ(ended_, 4);
}

Task<void> cancel_and_join(TaskGroup& group) {
  co_await sleep_for(1ms);
  group.cancel();
  co_await group.join();
}

TEST_F(Tasks, AGroupIsCancelledAndJoined) {
  int failures = 0;
  TaskGroup group(context_.get_executor(), [&](std::exception_ptr) { ++failures; });
  for (int i = 0; i < 20; ++i) group.spawn(for_ever(ended_));

  run(cancel_and_join(group));

  EXPECT_EQ(ended_, 20);
  EXPECT_EQ(group.size(), 0u);
}

Task<void> join(TaskGroup& group) { co_await group.join(); }

TEST_F(Tasks, ATaskThatFailsEndsAlone) {
  int failures = 0;
  TaskGroup group(context_.get_executor(), [&](std::exception_ptr) { ++failures; });
  group.spawn(fails());
  group.spawn(at_once(ended_));

  run(join(group));

  EXPECT_EQ(failures, 1);
  EXPECT_EQ(ended_, 1);
}

}  // namespace
}  // namespace hearth::server
