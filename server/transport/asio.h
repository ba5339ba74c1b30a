// The words of Asio that the server speaks: one concrete executor, endings as values.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hearth::server {

namespace asio = boost::asio;
using boost::system::error_code;

// One io_context per thread, so its own executor is all we need: no strand, no type erasure.
using Executor = asio::io_context::executor_type;

template <class T>
using Task = asio::awaitable<T, Executor>;

// A completion token: `auto [ec, ...] = co_await operation(as_result)`. An ending is a value.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> as_result{};
inline constexpr asio::use_awaitable_t<Executor> use_task{};

using Tcp = asio::ip::tcp;
using TcpSocket = asio::basic_stream_socket<Tcp, Executor>;
using TcpAcceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

}  // namespace hearth::server
