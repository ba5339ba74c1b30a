// SHA-256 and HMAC by libsodium, and HKDF on top of them (libsodium 1.0.18 has none).
#include <sodium.h>

#include <algorithm>
#include <new>

#include "protocol/crypto/suite.h"

namespace hearth::crypto {
namespace {

crypto_hash_sha256_state* state_of(ByteArray<128>& storage) noexcept {
  static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(storage));
  static_assert(alignof(crypto_hash_sha256_state) <= 8);
  return std::launder(reinterpret_cast<crypto_hash_sha256_state*>(storage.data()));
}

// One HMAC on the stack. libsodium wipes the state when it finishes.
class Hmac final {
 public:
  explicit Hmac(ByteView key) noexcept {
    // libsodium wants a pointer that is not null, also to an empty key.
    crypto_auth_hmacsha256_init(&state_, key.empty() ? &kNothing : key.data(), key.size());
  }
  Hmac& update(ByteView data) noexcept {
    crypto_auth_hmacsha256_update(&state_, data.data(), data.size());
    return *this;
  }
  void finish(std::span<Byte, kHashSize> out) noexcept {
    crypto_auth_hmacsha256_final(&state_, out.data());
  }

 private:
  static constexpr Byte kNothing = 0;
  crypto_auth_hmacsha256_state state_;
};

}  // namespace

Sha256::Sha256() noexcept {
  crypto_hash_sha256_init(::new (state_.data()) crypto_hash_sha256_state);
}

Sha256& Sha256::update(ByteView data) noexcept {
  crypto_hash_sha256_update(state_of(state_), data.data(), data.size());
  return *this;
}

Hash Sha256::finish() noexcept {
  Hash hash;
  crypto_hash_sha256_final(state_of(state_), hash.data());
  return hash;
}

Hash sha256(ByteView data) noexcept { return Sha256().update(data).finish(); }

Hash sha256(std::initializer_list<ByteView> parts) noexcept {
  Sha256 hash;
  for (const ByteView part : parts) hash.update(part);
  return hash.finish();
}

Secret32 hmac_sha256(ByteView key, ByteView data) noexcept {
  Secret32 tag;
  Hmac(key).update(data).finish(tag.mutable_view());
  return tag;
}

Secret32 hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) noexcept {
  Hmac hmac(key);
  for (const ByteView part : parts) hmac.update(part);
  Secret32 tag;
  hmac.finish(tag.mutable_view());
  return tag;
}

bool hmac_equal(const Secret32& computed, ByteView received) noexcept {
  return equal_constant_time(computed.view(), received);
}

Secret32 hkdf_extract(ByteView salt, ByteView ikm) noexcept { return hmac_sha256(salt, ikm); }

void hkdf_expand(ByteView prk, ByteView info, std::span<Byte> out) {
  hkdf_expand(prk, {info}, out);
}

// T(n) = HMAC(prk, T(n - 1) | info | n), and the output is the first bytes of T(1) | T(2) | …
void hkdf_expand(ByteView prk, std::initializer_list<ByteView> info, std::span<Byte> out) {
  expects(out.size() <= 255 * kHashSize);
  Secret32 block;
  for (Byte number = 1; !out.empty(); ++number) {
    Hmac hmac(prk);
    if (number > 1) hmac.update(block.view());
    for (const ByteView part : info) hmac.update(part);
    hmac.update(ByteView(&number, 1)).finish(block.mutable_view());
    const std::size_t size = std::min(out.size(), kHashSize);
    std::copy_n(block.view().begin(), size, out.begin());
    out = out.subspan(size);
  }
}

}  // namespace hearth::crypto
