// The names of the vault's reasons.
#include "client/vault/error.h"

namespace hearth::client {
namespace {

std::string_view name_of(VaultErrc code) noexcept {
  switch (code) {
    case VaultErrc::vault_exists: return "vault_exists";
    case VaultErrc::vault_missing: return "vault_missing";
    case VaultErrc::vault_busy: return "vault_busy";
    case VaultErrc::vault_not_opened: return "vault_not_opened";
    case VaultErrc::vault_unwritable: return "vault_unwritable";
    case VaultErrc::vault_full: return "vault_full";
    case VaultErrc::passphrase_short: return "passphrase_short";
    case VaultErrc::memory_missing: return "memory_missing";
  }
  return "unknown";
}

}  // namespace

Error make_error(VaultErrc code) noexcept {
  return Error{"vault", static_cast<std::uint32_t>(code), name_of(code)};
}

}  // namespace hearth::client
