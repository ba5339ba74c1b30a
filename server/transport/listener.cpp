// Opening a listening socket, and the loop around accept.
#include "server/transport/listener.h"

#include <charconv>

#include "server/limits.h"
#include "server/transport/race.h"

namespace hearth::server {

Error make_error(ListenErrc code) noexcept {
  const auto with_name = [code](std::string_view word) {
    return Error{"listen", static_cast<std::uint32_t>(code), word};
  };
  switch (code) {
    case ListenErrc::address_invalid: return with_name("address_invalid");
    case ListenErrc::address_in_use: return with_name("address_in_use");
    case ListenErrc::address_refused: return with_name("address_refused");
  }
  return with_name("unknown");
}

namespace {

Result<Tcp::endpoint> parse_endpoint(const std::string& address) {
  const auto invalid = fail(make_error(ListenErrc::address_invalid));
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return invalid;
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const char* const end = address.data() + address.size();
  const auto [rest, bad] = std::from_chars(address.data() + colon + 1, end, port);
  if (bad != std::errc{} || rest != end) return invalid;
  error_code ec;
  const auto ip = asio::ip::make_address(host, ec);
  if (ec) return invalid;
  return Tcp::endpoint(ip, port);
}

}  // namespace

Result<TcpAcceptor> open_listener(Executor executor, const std::string& address) {
  HEARTH_TRY(const Tcp::endpoint endpoint, parse_endpoint(address));
  TcpAcceptor acceptor(executor);
  error_code ec;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(TcpAcceptor::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec == asio::error::address_in_use) return fail(make_error(ListenErrc::address_in_use));
  if (ec) return fail(make_error(ListenErrc::address_refused));
  return acceptor;
}

Task<void> accept_loop(TcpAcceptor& acceptor, TaskGroup& connections,
                       std::function<Task<void>(TcpSocket)> serve) {
  while (acceptor.is_open()) {
    auto [ec, socket] = co_await acceptor.async_accept(as_result);
    if (ec == asio::error::operation_aborted || !acceptor.is_open()) co_return;
    if (ec) {
      // Out of descriptors, or the peer was gone already: rest, so that a full table is no busy
      // loop.
      co_await sleep_for(limits::kAcceptRest);
      continue;
    }
    if (connections.size() >= limits::kConnectionsMax) continue;  // The socket closes here.
    connections.spawn(serve(std::move(socket)));
  }
}

}  // namespace hearth::server
