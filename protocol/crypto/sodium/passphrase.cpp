// Argon2id and guarded memory by libsodium.
#include "protocol/crypto/passphrase.h"

#include <sodium.h>

#include <cstring>
#include <new>
#include <utility>

#include "protocol/crypto/sodium/sodium.h"

namespace hearth::crypto {

LockedKey::LockedKey() {
  sodium::ready();
  bytes_ = static_cast<Byte*>(sodium_malloc(kSize));
  if (!bytes_) throw std::bad_alloc();
  std::memset(bytes_, 0, kSize);  // It comes filled with a pattern.
}

LockedKey::~LockedKey() { sodium_free(bytes_); }

LockedKey::LockedKey(LockedKey&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)) {}

LockedKey& LockedKey::operator=(LockedKey&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

Result<LockedKey> argon2id(ByteView passphrase, const Bytes16& salt, const PassphraseCost& cost) {
  static_assert(crypto_pwhash_SALTBYTES == 16);
  sodium::ready();
  LockedKey key;
  // libsodium wants a pointer that is not null, also to an empty passphrase.
  const char* const words =
      passphrase.empty() ? "" : reinterpret_cast<const char*>(passphrase.data());
  if (crypto_pwhash(key.mutable_view().data(), LockedKey::kSize, words, passphrase.size(),
                    salt.data(), cost.passes, cost.memory_size,
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(make_error(CryptoErrc::length_invalid));
  }
  return key;
}

}  // namespace hearth::crypto
