// One accepted WebSocket, plain or TLS, with Beast's templates kept out of sight.
#pragma once

#include <memory>
#include <span>

#include "protocol/bytes/bytes.h"
#include "server/transport/asio.h"
#include "server/transport/tls.h"

namespace hearth::server {

// Why a connection is over. The enumerators are trace words and counter labels.
enum class Ending {
  closed_by_peer,  // A close frame, or an orderly end of the stream.
  lost,            // Reset, broken pipe, TLS truncation.
  handshake_timeout,
  handshake_failed,  // TLS or the HTTP upgrade was not what we speak.
  not_websocket,     // An ordinary HTTP request; it was answered and closed.
  frame_too_large,
  frame_not_binary,
  frame_malformed,
  idle_timeout,
  write_timeout,
  cancelled,
};
const char* name(Ending ending) noexcept;

// A WebSocket that has been accepted. Owned by the coroutine that serves it; used on its executor
// only. At most one read and one write at a time; control frames are Beast's affair.
class WebSocket {
 public:
  virtual ~WebSocket() = default;

  // The next binary message, at most limits::kFrameBytesMax; the view is valid until the next read.
  virtual Task<std::expected<ByteView, Ending>> read() = 0;

  // Writes one binary message whole.
  virtual Task<std::expected<void, Ending>> write(ByteView message) = 0;

  // Says goodbye with a close frame (`reason` is at most 123 bytes of UTF-8) and ends. Never
  // throws.
  virtual Task<void> close(std::uint16_t code, std::string_view reason) = 0;

  // RFC 9266 tls-exporter; all zero on a plain listener.
  virtual const Bytes32& channel_binding() const noexcept = 0;

  virtual Executor executor() noexcept = 0;
};

// Does TLS (when `tls` is set) and the HTTP upgrade, within limits::kHandshakeTimeMax. Any path is
// taken; a plain HTTP request gets a short page that says what this address is.
Task<std::expected<std::unique_ptr<WebSocket>, Ending>> accept_websocket(TcpSocket socket,
                                                                         TlsContextPtr tls);

}  // namespace hearth::server
