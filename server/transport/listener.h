// Accepts connections on one address and hands each to a task of its own.
#pragma once

#include <functional>
#include <string>

#include "protocol/error.h"
#include "server/transport/asio.h"
#include "server/transport/task_group.h"

namespace hearth::server {

enum class ListenErrc : std::uint32_t {
  address_invalid = 1,  // Not "host:port" with a numeric host.
  address_in_use,
  address_refused,  // No permission, or not an address of this machine.
};
Error make_error(ListenErrc code) noexcept;

// Opens `address` ("127.0.0.1:8460", "[::1]:0"); port 0 lets the system choose.
Result<TcpAcceptor> open_listener(Executor executor, const std::string& address);

// Accepts until cancelled or closed. Above limits::kConnectionsMax (counted by `connections`) a
// newcomer is dropped at once; when the system has no descriptors left, accepting rests a moment.
// `serve` makes the task that owns the socket.
Task<void> accept_loop(TcpAcceptor& acceptor, TaskGroup& connections,
                       std::function<Task<void>(TcpSocket)> serve);

}  // namespace hearth::server
