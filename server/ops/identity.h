// The server's own key: made on the first start, the same for years.
#pragma once

#include <filesystem>

#include "protocol/crypto/suite.h"

namespace hearth::server {

// Reads `folder`/server-id.key (mode 0600), or makes it. The folder is made with mode 0700. Every
// room commits to this key: without it no client trusts the server with its rooms again.
Result<crypto::SignatureKey> load_or_make_identity(const std::filesystem::path& folder,
                                                   crypto::RandomSource& random);

enum class IdentityErrc : std::uint32_t {
  folder_unusable = 1,
  key_unreadable,
  key_exposed,  // Others than the owner may read it.
  key_malformed,
  key_unwritable,
};
Error make_error(IdentityErrc code) noexcept;

}  // namespace hearth::server
