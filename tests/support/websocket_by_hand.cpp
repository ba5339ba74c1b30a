// The little of RFC 6455 that a client needs.
#include "tests/support/websocket_by_hand.h"

#include <string>
#include <utility>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hearth::test {

std::optional<Tcp> Tcp::connect(std::uint16_t port) {
  Tcp tcp(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (tcp.native_ < 0) return std::nullopt;
  const int on = 1;
  setsockopt(tcp.native_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Closing resets: hundreds of thousands of connections would else fill the table of ports.
  const linger at_once{1, 0};
  setsockopt(tcp.native_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  const timeval patience{kPatience.count() / 1000, 0};
  setsockopt(tcp.native_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(tcp.native_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return std::nullopt;
  return tcp;
}

Tcp::~Tcp() {
  if (native_ >= 0) ::close(native_);
}
Tcp::Tcp(Tcp&& other) noexcept
    : native_(std::exchange(other.native_, -1)), timed_out_(other.timed_out_) {}
Tcp& Tcp::operator=(Tcp&& other) noexcept {
  std::swap(native_, other.native_);
  timed_out_ = other.timed_out_;
  return *this;
}

bool Tcp::send(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(native_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Tcp::receive(Bytes& into, Patience patience) {
  pollfd ready{native_, POLLIN, 0};
  timed_out_ = ::poll(&ready, 1, static_cast<int>(patience.count())) == 0;
  if (timed_out_) return false;
  Byte chunk[16384];
  const ssize_t got = ::recv(native_, chunk, sizeof chunk, 0);
  if (got <= 0) return false;
  append(into, ByteView(chunk, static_cast<std::size_t>(got)));
  return true;
}

void Tcp::half_close() { ::shutdown(native_, SHUT_WR); }

Bytes websocket_frame(Opcode opcode, ByteView payload, const FrameOptions& options) {
  constexpr Byte kMask[4] = {0x5a, 0x17, 0xc3, 0x88};
  Bytes frame;
  frame.reserve(payload.size() + 14);
  frame.push_back(static_cast<Byte>((options.final ? 0x80 : 0) | ((options.reserved & 7) << 4) |
                                    static_cast<Byte>(opcode)));
  const Byte masked = options.masked ? 0x80 : 0;
  const std::uint64_t size = options.claimed_size.value_or(payload.size());
  int length_bytes = 0;
  if (options.claimed_size || size > 0xffff) {
    frame.push_back(masked | 127);
    length_bytes = 8;
  } else if (size > 125) {
    frame.push_back(masked | 126);
    length_bytes = 2;
  } else {
    frame.push_back(static_cast<Byte>(masked | size));
  }
  while (length_bytes-- > 0) frame.push_back(static_cast<Byte>(size >> (8 * length_bytes)));
  if (!options.masked) {
    append(frame, payload);
    return frame;
  }
  append(frame, kMask);
  for (std::size_t i = 0; i < payload.size(); ++i)
    frame.push_back(static_cast<Byte>(payload[i] ^ kMask[i % 4]));
  return frame;
}

Bytes upgrade_request(std::uint16_t port) {
  return to_bytes(
      "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: aGVhcnRoIGhlYXJ0aCBoZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
}

std::optional<WebSocketByHand> WebSocketByHand::open(std::uint16_t port) {
  auto tcp = Tcp::connect(port);
  if (!tcp || !tcp->send(upgrade_request(port))) return std::nullopt;
  WebSocketByHand opened(std::move(*tcp));
  constexpr std::string_view kEnd = "\r\n\r\n";
  std::size_t end = std::string_view::npos;
  while (end == std::string_view::npos) {
    if (!opened.tcp_.receive(opened.received_, kPatience)) return std::nullopt;
    end = text_of(opened.received_).find(kEnd);
  }
  if (!text_of(opened.received_).starts_with("HTTP/1.1 101 ")) return std::nullopt;
  opened.received_.erase(opened.received_.begin(),
                         opened.received_.begin() + static_cast<long>(end + kEnd.size()));
  return opened;
}

bool WebSocketByHand::have(std::size_t size, Patience patience) {
  while (received_.size() < size)
    if (!tcp_.receive(received_, patience)) return false;
  return true;
}

std::optional<WebSocketMessage> WebSocketByHand::receive(Patience patience) {
  if (!have(2, patience)) return std::nullopt;
  std::size_t header = 2;
  std::uint64_t size = received_[1] & 0x7f;
  const std::size_t length_bytes = size == 127 ? 8 : size == 126 ? 2 : 0;
  if (!have(header + length_bytes, patience)) return std::nullopt;
  if (length_bytes > 0) size = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) size = size << 8 | received_[header++];
  if (!have(header + size, patience)) return std::nullopt;
  WebSocketMessage message{static_cast<Opcode>(received_[0] & 0x0f), {}};
  const auto begin = received_.begin() + static_cast<long>(header);
  message.payload.assign(begin, begin + static_cast<long>(size));
  received_.erase(received_.begin(), begin + static_cast<long>(size));
  return message;
}

}  // namespace hearth::test
