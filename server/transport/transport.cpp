// The names of endings and of TLS errors.
#include "server/transport/tls.h"
#include "server/transport/websocket.h"

namespace hearth::server {

const char* name(Ending ending) noexcept {
  switch (ending) {
    case Ending::closed_by_peer: return "closed_by_peer";
    case Ending::lost: return "lost";
    case Ending::handshake_timeout: return "handshake_timeout";
    case Ending::handshake_failed: return "handshake_failed";
    case Ending::not_websocket: return "not_websocket";
    case Ending::frame_too_large: return "frame_too_large";
    case Ending::frame_not_binary: return "frame_not_binary";
    case Ending::frame_malformed: return "frame_malformed";
    case Ending::idle_timeout: return "idle_timeout";
    case Ending::write_timeout: return "write_timeout";
    case Ending::cancelled: return "cancelled";
  }
  return "unknown";
}

Error make_error(TlsErrc code) noexcept {
  const auto with_name = [code](std::string_view word) {
    return Error{"tls", static_cast<std::uint32_t>(code), word};
  };
  switch (code) {
    case TlsErrc::certificate_unreadable: return with_name("certificate_unreadable");
    case TlsErrc::key_unreadable: return with_name("key_unreadable");
    case TlsErrc::key_mismatch: return with_name("key_mismatch");
    case TlsErrc::setup_failed: return with_name("setup_failed");
  }
  return with_name("unknown");
}

}  // namespace hearth::server
