// A growing set of tasks with one owner: started here, stopped here, joined here.
#pragma once

#include <functional>
#include <list>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "server/transport/asio.h"

namespace hearth::server {

// TaskGroup owns tasks that come and go, such as connections. Nobody spawns into the void: a task
// that ends with an exception is reported to `on_failure` and ends alone.
//
// Used only on its executor's thread. It is the last member of its owner, and must be joined before
// it is destroyed: it expects to be empty then.
class TaskGroup final {
 public:
  using OnFailure = std::function<void(std::exception_ptr)>;

  TaskGroup(Executor executor, OnFailure on_failure);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(Task<void> task);
  std::size_t size() const noexcept { return running_.size(); }

  // Asks every task to stop (terminal cancellation, on its executor).
  void cancel();
  // Waits until every task has ended; new ones may still be spawned meanwhile and are waited for.
  Task<void> join();

 private:
  using Running = std::list<asio::cancellation_signal>;

  Executor executor_;
  OnFailure on_failure_;
  Running running_;
  Timer empty_;  // Expires never; cancelled whenever the last task ends.
};

}  // namespace hearth::server
