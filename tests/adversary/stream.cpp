// Sockets, and the little of RFC 6455 that both ends need.
#include "tests/adversary/stream.h"

#include <cerrno>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/error.h"
#include "tests/support/websocket_by_hand.h"

namespace hearth::test {
namespace {

constexpr std::string_view kHeadersEnd = "\r\n\r\n";

void make_ready(int native) {
  const int on = 1;
  expects(setsockopt(native, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
  // Closing resets: a hundred thousand connections would else fill the table of ports.
  const linger at_once{1, 0};
  expects(setsockopt(native, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  expects(fcntl(native, F_SETFL, O_NONBLOCK) == 0);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void erase_front(Bytes& bytes, std::size_t count) {
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

Stream Stream::connecting(int native, std::uint16_t port) {
  Stream stream(native, true);
  stream.outgoing_ = upgrade_request(port);
  return stream;
}
Stream Stream::accepting(int native) { return Stream(native, false); }

Stream Stream::to(std::uint16_t port) {
  const int native = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  expects(native >= 0);
  const sockaddr_in address = loopback(port);
  const bool connected =
      ::connect(native, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  make_ready(native);
  Stream stream = connecting(native, port);
  stream.ended_ = !connected;
  return stream;
}

Stream::~Stream() {
  if (native_ >= 0) ::close(native_);
}

Stream::Stream(Stream&& other) noexcept { *this = std::move(other); }
Stream& Stream::operator=(Stream&& other) noexcept {
  std::swap(native_, other.native_);
  is_client_ = other.is_client_;
  open_ = other.open_;
  ended_ = other.ended_;
  outgoing_ = std::move(other.outgoing_);
  early_ = std::move(other.early_);
  incoming_ = std::move(other.incoming_);
  assembler_ = std::move(other.assembler_);
  records_ = std::move(other.records_);
  sent_ = other.sent_;
  received_ = other.received_;
  return *this;
}

void Stream::send(ByteView record) {
  FrameOptions options;
  options.masked = is_client_;
  for (const Bytes& frame : wire::frames_of(record)) {
    append(open_ ? outgoing_ : early_, websocket_frame(Opcode::binary, frame, options));
  }
}

void Stream::pump(std::uint64_t peer_sent) {
  while (!outgoing_.empty()) {
    const ssize_t taken = ::send(native_, outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL);
    if (taken <= 0) break;
    sent_ += static_cast<std::uint64_t>(taken);
    erase_front(outgoing_, static_cast<std::size_t>(taken));
  }
  while (received_ < peer_sent) {
    Byte chunk[32768];
    const ssize_t got = ::recv(native_, chunk, sizeof chunk, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) ended_ = true;
    if (got <= 0) break;
    received_ += static_cast<std::uint64_t>(got);
    append(incoming_, ByteView(chunk, static_cast<std::size_t>(got)));
  }
  parse();
}

void Stream::on_upgrade() {
  const std::size_t end = text_of(incoming_).find(kHeadersEnd);
  if (end == std::string_view::npos) return;
  erase_front(incoming_, end + kHeadersEnd.size());
  if (!is_client_) {
    append(outgoing_, to_bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                               "Connection: Upgrade\r\n\r\n"));
  }
  open_ = true;
  append(outgoing_, std::exchange(early_, {}));
}

void Stream::parse() {
  if (!open_) on_upgrade();
  while (open_ && incoming_.size() >= 2) {
    std::size_t header = 2;
    std::uint64_t size = incoming_[1] & 0x7f;
    const std::size_t length_bytes = size == 127 ? 8 : size == 126 ? 2 : 0;
    const std::size_t mask_bytes = (incoming_[1] & 0x80) != 0 ? 4 : 0;
    if (incoming_.size() < header + length_bytes + mask_bytes) return;
    if (length_bytes > 0) size = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) size = size << 8 | incoming_[header++];
    const std::size_t mask = header;
    header += mask_bytes;
    if (incoming_.size() < header + size) return;
    Bytes payload(incoming_.begin() + static_cast<std::ptrdiff_t>(header),
                  incoming_.begin() + static_cast<std::ptrdiff_t>(header + size));
    for (std::size_t i = 0; mask_bytes > 0 && i < payload.size(); ++i) {
      payload[i] ^= incoming_[mask + i % 4];
    }
    const auto opcode = static_cast<Opcode>(incoming_[0] & 0x0f);
    erase_front(incoming_, header + size);
    if (opcode == Opcode::ping) {
      FrameOptions options;
      options.masked = is_client_;
      append(outgoing_, websocket_frame(Opcode::pong, payload, options));
    }
    if (opcode == Opcode::close) ended_ = true;
    if (opcode != Opcode::binary) continue;
    auto record = assembler_.on_frame(payload);
    expects(record.has_value());
    if (*record) records_.push_back(std::move(**record));
  }
}

std::optional<Bytes> Stream::take() {
  if (records_.empty()) return std::nullopt;
  Bytes record = std::move(records_.front());
  records_.pop_front();
  return record;
}

Listener::Listener() : native_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  expects(native_ >= 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  expects(::bind(native_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  expects(::listen(native_, 64) == 0);
  expects(::getsockname(native_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
}

Listener::~Listener() { ::close(native_); }

std::pair<Stream, Stream> Listener::pair() {
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  expects(client >= 0);
  const sockaddr_in address = loopback(port_);
  expects(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const int server = ::accept4(native_, nullptr, nullptr, SOCK_CLOEXEC);
  expects(server >= 0);
  make_ready(client);
  make_ready(server);
  return {Stream::connecting(client, port_), Stream::accepting(server)};
}

}  // namespace hearth::test
