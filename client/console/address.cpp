// Taking an address apart.
#include "client/console/address.h"

#include <algorithm>

namespace hearth::client {
namespace {

std::unexpected<std::string> not_an_address() {
  return std::unexpected<std::string>(
      "this is no server address; write it like wss://meet.example or wss://meet.example:8460");
}

bool is_port(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() > 5 || !std::ranges::all_of(text, digit)) return false;
  const int number = std::stoi(std::string(text));
  return number >= 1 && number <= 65535;
}

bool is_host(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  };
  return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, fits);
}

bool is_ipv6(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' ||
           c == '.';
  };
  return text.size() >= 2 && std::ranges::all_of(text, fits) &&
         text.find(':') != std::string_view::npos;
}

}  // namespace

std::expected<Address, std::string> address_of(std::string_view host, bool tls) {
  Address address{"", tls ? "443" : "80", tls};
  std::string_view rest = host;
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos || !is_ipv6(rest.substr(1, end - 1))) return not_an_address();
    address.host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
  } else {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (!is_host(rest.substr(0, end))) return not_an_address();
    address.host = rest.substr(0, end);
    rest.remove_prefix(end);
  }
  if (rest.empty()) return address;
  if (rest.front() != ':' || !is_port(rest.substr(1))) return not_an_address();
  address.port = rest.substr(1);
  return address;
}

std::expected<ServerName, std::string> parse_server(std::string_view text) {
  ServerName server;
  if (text.starts_with("wss://")) {
    text.remove_prefix(6);
  } else if (text.starts_with("ws://")) {
    text.remove_prefix(5);
    server.tls = false;
  }
  if (text.ends_with('/')) text.remove_suffix(1);
  if (const auto address = address_of(text, server.tls); !address) {
    return std::unexpected(address.error());
  }
  server.host = text;
  return server;
}

}  // namespace hearth::client
