// The server's TLS: version 1.3 alone, no tickets, no early data, certificates from files.
#pragma once

#include <filesystem>
#include <memory>

#include "protocol/error.h"

namespace hearth::server {

enum class TlsErrc : std::uint32_t {
  certificate_unreadable = 1,
  key_unreadable,
  key_mismatch,
  setup_failed,
};
Error make_error(TlsErrc code) noexcept;

// Tickets are off because they link one person's reconnects across addresses; early data because it
// can be replayed. A null context means a plain listener.
class TlsContext;
using TlsContextPtr = std::shared_ptr<TlsContext>;

// Reads the chain and key (PEM). Fails with a reason the operator can act on.
Result<TlsContextPtr> load_tls(const std::filesystem::path& certificate_chain,
                               const std::filesystem::path& private_key);

}  // namespace hearth::server
