// Several tasks at once; the first to end, either way, stops the others.
#pragma once

#include <array>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include "server/transport/asio.h"

namespace hearth::server {

// Runs all `tasks` on `executor` and returns the position of the one that ended first. When it
// returns, all have ended. An exception of the first is thrown again here; the others were asked to
// stop, and what they throw on their way out is the sound of stopping.
//
// Asio's `a || b` waits for a *success* instead: if `a` throws, `b` runs on and the exception is
// lost.
template <class... Tasks>
Task<std::size_t> race(Executor executor, Tasks... tasks) {
  auto result = co_await asio::experimental::make_parallel_group(
                    asio::co_spawn(executor, std::move(tasks), asio::deferred)...)
                    .async_wait(asio::experimental::wait_for_one(), use_task);
  const std::size_t first = std::get<0>(result)[0];
  const auto endings = [&result]<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<std::exception_ptr, sizeof...(I)>{std::get<I + 1>(result)...};
  }
  (std::index_sequence_for<Tasks...>{});
  if (endings[first]) std::rethrow_exception(endings[first]);
  co_return first;
}

// Ends after `duration`. As the last task of a race it is the race's deadline.
inline Task<void> sleep_for(std::chrono::steady_clock::duration duration) {
  Timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(as_result);
}

}  // namespace hearth::server
