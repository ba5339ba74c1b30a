// Start, stop and join of a set of tasks.
#include "server/transport/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>

#include "protocol/error.h"

namespace hearth::server {

TaskGroup::TaskGroup(Executor executor, OnFailure on_failure)
    : executor_(executor), on_failure_(std::move(on_failure)), empty_(executor) {}

TaskGroup::~TaskGroup() {
  // A destructor must not throw, so a broken expectation here ends the process: a task would go on
  // with its owner gone.
  if (!running_.empty()) std::terminate();
}

void TaskGroup::spawn(Task<void> task) {
  const auto place = running_.emplace(running_.end());
  asio::co_spawn(
      executor_, std::move(task),
      asio::bind_cancellation_slot(place->slot(), [this, place](std::exception_ptr failure) {
        running_.erase(place);
        if (failure) on_failure_(failure);
        if (running_.empty()) empty_.cancel();
      }));
}

void TaskGroup::cancel() {
  // A task may end, and so leave the list, while its signal is being emitted.
  for (auto task = running_.begin(); task != running_.end();) {
    const auto current = task++;
    current->emit(asio::cancellation_type::terminal);
  }
}

Task<void> TaskGroup::join() {
  while (!running_.empty()) {
    empty_.expires_at(std::chrono::steady_clock::time_point::max());
    co_await empty_.async_wait(as_result);
  }
}

}  // namespace hearth::server
