// Why a vault does not open or close. A wrong passphrase and a damaged file are one reason.
#pragma once

#include <cstdint>

#include "protocol/error.h"

namespace hearth::client {

enum class VaultErrc : std::uint32_t {
  vault_exists = 1,  // A new one never overwrites anything.
  vault_missing,     // No file there, or none that may be read and written.
  vault_busy,        // Another process has it open.
  vault_not_opened,  // A wrong passphrase, or nothing whole in the file: nobody can say which.
  vault_unwritable,  // The disk did not take it. What is in the file is as it was.
  vault_full,        // The content does not fit.
  passphrase_short,  // Below kPassphraseMin bytes.
  memory_missing,    // The memory that a guess costs cannot be had.
};
Error make_error(VaultErrc code) noexcept;
inline std::unexpected<Error> fail(VaultErrc code) noexcept {
  return hearth::fail(make_error(code));
}

}  // namespace hearth::client
