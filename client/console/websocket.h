// One WebSocket to a server, plain or TLS, with Beast's templates kept out of sight.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <optional>

#include "client/console/address.h"
#include "client/console/asio.h"
#include "protocol/room/auth.h"

namespace hearth::client {

// Why there is no connection (any more). Each has a sentence for people.
enum class Ending {
  closed_by_server,
  lost,          // Reset, unplugged, or silent for too long.
  name_unknown,  // The host name does not resolve.
  refused,       // Nobody listens there.
  timeout,
  tls_failed,             // The other side does not speak TLS 1.3.
  certificate_untrusted,  // Its certificate is not signed by anybody we trust, or not for this
                          // name.
  not_hearth,             // It speaks HTTP, but no WebSocket.
  message_invalid,        // Text, or a message larger than a frame.
  cancelled,
};
std::string_view name_of(Ending ending) noexcept;

// A WebSocket that stands. Owned by the coroutine that uses it; used on its executor only. At most
// one read and one write at a time; pings and pongs are Beast's affair.
class WebSocket {
 public:
  virtual ~WebSocket() = default;

  // The next binary message, at most wire::kFrameSizeMax; the view is valid until the next read.
  virtual Task<std::expected<ByteView, Ending>> read() = 0;
  // Writes one binary message whole.
  virtual Task<std::expected<void, Ending>> write(ByteView message) = 0;
  // Says goodbye with a close frame, within two seconds, and ends. Never throws.
  virtual Task<void> close() = 0;

  // RFC 9266 tls-exporter; all zero where there is no TLS.
  virtual const room::ChannelBinding& channel_binding() const noexcept = 0;
};

// Whom we trust to name servers: the system's authorities, or those of one PEM file alone.
class Trust;
using TrustPtr = std::shared_ptr<Trust>;
// An error is a sentence.
std::expected<TrustPtr, std::string> load_trust(const std::optional<std::filesystem::path>& ca);

// Resolves, connects, does TLS (version 1.3 alone, the host name checked) and the upgrade, within
// fifteen seconds.
Task<std::expected<std::unique_ptr<WebSocket>, Ending>> open_websocket(Address address,
                                                                       TrustPtr trust);

}  // namespace hearth::client
