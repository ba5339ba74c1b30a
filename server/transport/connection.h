// One connection from accept to goodbye: moves bytes, decides nothing.
#pragma once

#include <deque>

#include "protocol/session/server_session.h"
#include "protocol/wire/frame.h"
#include "server/rooms/directory.h"
#include "server/rooms/quota.h"
#include "server/transport/websocket.h"

namespace hearth::server {

// What all connections share. Outlives them.
struct ConnectionServices {
  Directory& rooms;
  const crypto::SignatureKey& server_id;
  crypto::RandomSource& random;
  std::function<Instant()> now;
  RoomTrace& trace;
  TlsContextPtr tls;                // Null: a plain listener.
  std::size_t unauthenticated = 0;  // Connections that have not shown a key yet.
  bool stopping = false;
};

// Serves one accepted socket; the task is the connection's life.
Task<void> serve_connection(TcpSocket socket, ConnectionServices& services);

// The frames that wait to be written to one connection: bounded, in order, written by one task.
class FrameQueue final : public Outbox {
 public:
  explicit FrameQueue(Executor executor);

  bool has_room() const noexcept override;
  void push(Frame frame) override;
  void end(wire::GoodbyeReason reason) override;
  void close_after_rest() noexcept;  // Nothing more is taken; what waits is still written.

  bool closing() const noexcept { return closing_; }
  bool empty() const noexcept { return frames_.empty(); }
  bool overflowed() const noexcept { return overflowed_; }
  Frame take();
  // Ends when there may be a frame, or the queue is closing: look again.
  Task<void> wait();

 private:
  std::deque<Frame> frames_;
  std::size_t bytes_ = 0;
  bool closing_ = false;
  bool overflowed_ = false;
  Timer wake_;  // Expires never; cancelled to wake the writer.
};

}  // namespace hearth::server
