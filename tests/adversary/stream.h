// Both ends of a WebSocket over a loopback socket, never blocking, every byte counted.
#pragma once

#include <deque>
#include <optional>

#include "protocol/bytes/bytes.h"
#include "protocol/wire/frame.h"

namespace hearth::test {

// One end of a connection. The upgrade is exchanged as RFC 6455 has it, except that nobody checks
// the accept key: both ends are ours. What is sent before the upgrade is through waits for it.
//
// Owns its socket. `sent` and `received` count the bytes of the socket, so the owner of both ends
// knows when nothing is on its way.
class Stream final {
 public:
  Stream() = default;
  static Stream connecting(int native, std::uint16_t port);
  static Stream accepting(int native);
  static Stream to(std::uint16_t port);  // A server on loopback; ended() when there is none.
  ~Stream();
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&& other) noexcept;

  void send(ByteView record);  // Cut into frames.
  // Moves what the socket takes, and what it holds if `more` bytes are to come.
  void pump(std::uint64_t peer_sent);
  // Whole records that have come, in order.
  std::optional<Bytes> take();

  bool open() const noexcept { return open_; }
  bool ended() const noexcept { return ended_; }  // By the peer.
  int native() const noexcept { return native_; }
  bool flushed() const noexcept { return outgoing_.empty() && early_.empty(); }
  std::uint64_t sent() const noexcept { return sent_; }
  std::uint64_t received() const noexcept { return received_; }

 private:
  Stream(int native, bool is_client) : native_(native), is_client_(is_client) {}
  void parse();
  void on_upgrade();

  int native_ = -1;
  bool is_client_ = false;
  bool open_ = false;
  bool ended_ = false;
  Bytes outgoing_;
  Bytes early_;  // Frames that wait for the upgrade.
  Bytes incoming_;
  wire::FrameAssembler assembler_;
  std::deque<Bytes> records_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
};

// A listener on a loopback port of the system's choice.
class Listener final {
 public:
  Listener();
  ~Listener();
  Listener(const Listener&) = delete;

  // Connects to it and accepts: client's end, server's end.
  std::pair<Stream, Stream> pair();

 private:
  int native_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace hearth::test
