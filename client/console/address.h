// Where a server is, as a person writes it and as a socket needs it.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace hearth::client {

struct Address {
  std::string host;  // A name, or an IP address without brackets.
  std::string port;
  bool tls = true;
};

// HOST or HOST:PORT, as the core and links have it; an IPv6 address stands in brackets. Without a
// port it is 443, or 80 where there is no TLS. Nothing when it is no address.
std::expected<Address, std::string> address_of(std::string_view host, bool tls);

// What somebody types after --server: wss://HOST[:PORT], ws://HOST[:PORT] or HOST[:PORT].
struct ServerName {
  std::string host;  // HOST or HOST:PORT.
  bool tls = true;
};
// An error is a sentence that says what to do.
std::expected<ServerName, std::string> parse_server(std::string_view text);

}  // namespace hearth::client
