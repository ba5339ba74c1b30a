// The words of Asio that the client speaks: one thread, one executor, endings as values.
#pragma once

#include <array>
#include <exception>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hearth::client {

namespace asio = boost::asio;
using boost::system::error_code;

using Executor = asio::io_context::executor_type;

template <class T>
using Task = asio::awaitable<T, Executor>;

// A completion token: `auto [ec, ...] = co_await operation(as_result)`. An ending is a value.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> as_result{};
inline constexpr asio::use_awaitable_t<Executor> use_task{};

using Tcp = asio::ip::tcp;
using TcpSocket = asio::basic_stream_socket<Tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

// Runs all `tasks` and returns the position of the one that ended first, when all have ended: the
// first to end, either way, stops the others. Its exception is thrown again here.
template <class... Tasks>
Task<std::size_t> race(Executor executor, Tasks... tasks) {
  auto result = co_await asio::experimental::make_parallel_group(
                    asio::co_spawn(executor, std::move(tasks), asio::deferred)...)
                    .async_wait(asio::experimental::wait_for_one(), use_task);
  const std::size_t first = std::get<0>(result)[0];
  const auto endings = [&result]<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<std::exception_ptr, sizeof...(I)>{std::get<I + 1>(result)...};
  }(std::index_sequence_for<Tasks...>{});
  if (endings[first]) std::rethrow_exception(endings[first]);
  co_return first;
}

// Ends after `duration`. As the last task of a race it is the race's deadline.
inline Task<void> sleep_for(std::chrono::steady_clock::duration duration) {
  Timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(as_result);
}

// A bell that one coroutine waits for. A ring that nobody waits for is kept; two are one.
class Bell final {
 public:
  explicit Bell(Executor executor) : timer_(executor, Timer::time_point::max()) {}

  void ring() {
    rung_ = true;
    timer_.cancel();
  }
  void hush() noexcept { rung_ = false; }
  // Ends with the next ring, or when the waiting coroutine is asked to stop.
  Task<void> wait() {
    while (!rung_) {
      timer_.expires_at(Timer::time_point::max());
      co_await timer_.async_wait(as_result);
      const auto state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none) co_return;
    }
    rung_ = false;
  }

 private:
  Timer timer_;
  bool rung_ = false;
};

}  // namespace hearth::client
