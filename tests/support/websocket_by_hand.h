// TCP and WebSocket without a library, so that a test may say what no library would.
#pragma once

#include <chrono>
#include <optional>

#include "protocol/bytes/bytes.h"

namespace hearth::test {

using Patience = std::chrono::milliseconds;
inline constexpr Patience kPatience{20000};  // For an answer that must come, on a busy machine.

// A connection to 127.0.0.1. Blocking; a peer that is gone is an answer, never a signal.
class Tcp final {
 public:
  static std::optional<Tcp> connect(std::uint16_t port);
  ~Tcp();
  Tcp(Tcp&& other) noexcept;
  Tcp& operator=(Tcp&& other) noexcept;

  bool send(ByteView bytes);  // All of it, or false: the peer is gone or takes nothing for 20 s.
  // Appends what there is, at least a byte. False: closed, or nothing in time.
  bool receive(Bytes& into, Patience patience);
  bool timed_out() const noexcept { return timed_out_; }  // Why the last receive was false.
  void half_close();                                      // Nothing more comes from us.

 private:
  explicit Tcp(int native) noexcept : native_(native) {}

  int native_ = -1;
  bool timed_out_ = false;
};

enum class Opcode : std::uint8_t { more = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct FrameOptions {
  bool final = true;
  bool masked = true;
  std::uint8_t reserved = 0;                     // RSV1..3 as bits 4, 2, 1.
  std::optional<std::uint64_t> claimed_size{};  // In place of the true one, in 64 bits.
};
// One WebSocket frame as a client sends it (RFC 6455 §5.2). The mask is fixed: it hides nothing
// here.
Bytes websocket_frame(Opcode opcode, ByteView payload, const FrameOptions& options = {});

// The upgrade request that any client sends.
Bytes upgrade_request(std::uint16_t port);

struct WebSocketMessage {
  Opcode opcode = Opcode::binary;
  Bytes payload;
};

// An open WebSocket. It answers nothing by itself: not pings, not a close.
class WebSocketByHand final {
 public:
  static std::optional<WebSocketByHand> open(std::uint16_t port);

  Tcp& tcp() noexcept { return tcp_; }
  bool send(ByteView message) { return tcp_.send(websocket_frame(Opcode::binary, message)); }
  bool ping() { return tcp_.send(websocket_frame(Opcode::ping, {})); }
  // The next frame of the server, which sends none in pieces. Nothing: the end, or too late.
  std::optional<WebSocketMessage> receive(Patience patience = kPatience);

 private:
  explicit WebSocketByHand(Tcp tcp) : tcp_(std::move(tcp)) {}
  bool have(std::size_t size, Patience patience);

  Tcp tcp_;
  Bytes received_;
};

}  // namespace hearth::test
