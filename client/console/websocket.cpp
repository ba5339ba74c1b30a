// The names of endings.
#include "client/console/websocket.h"

namespace hearth::client {

std::string_view name_of(Ending ending) noexcept {
  switch (ending) {
    case Ending::closed_by_server: return "closed_by_server";
    case Ending::lost: return "lost";
    case Ending::name_unknown: return "name_unknown";
    case Ending::refused: return "refused";
    case Ending::timeout: return "timeout";
    case Ending::tls_failed: return "tls_failed";
    case Ending::certificate_untrusted: return "certificate_untrusted";
    case Ending::not_hearth: return "not_hearth";
    case Ending::message_invalid: return "message_invalid";
    case Ending::cancelled: return "cancelled";
  }
  return "unknown";
}

}  // namespace hearth::client
