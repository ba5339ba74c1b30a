// Which backend answers for which suite.
#include "protocol/crypto/suite.h"

#include <algorithm>

#include "protocol/crypto/openssl/openssl.h"
#include "protocol/crypto/sodium/sodium.h"

namespace hearth::crypto {
namespace {

constexpr std::size_t kPrivateKeySize = 32;  // Of every suite, signature and KEM alike.
constexpr std::size_t kX25519Size = 32;
constexpr std::size_t kEd25519PublicSize = 32;

bool uses_p256(CipherSuite suite) noexcept {
  return suite == CipherSuite::p256_aes128gcm_sha256_p256;
}

bool uses_aes(CipherSuite suite) noexcept {
  return suite != CipherSuite::x25519_chacha20poly1305_sha256_ed25519;
}

Status check_supported(CipherSuite suite) noexcept {
  if (!supported(suite)) return fail(make_error(CryptoErrc::suite_unsupported));
  return {};
}

// A uniform scalar of P-256: the order is so near 2^256 that a second draw is a rarity.
Secret32 p256_generate(RandomSource& random) {
  Secret32 scalar = random.secret<32>();
  while (!openssl::p256_scalar_valid(scalar.view())) scalar = random.secret<32>();
  return scalar;
}

bool open_into(CipherSuite suite, std::span<Byte> plain, ByteView key, const Nonce& nonce,
               ByteView aad, ByteView sealed) {
  return uses_aes(suite) ? openssl::aes_gcm_open(plain, key, nonce, aad, sealed)
                         : sodium::chacha_open(plain, key, nonce, aad, sealed);
}

template <class Plain>
Result<Plain> open_as(CipherSuite suite, ByteView key, const Nonce& nonce, ByteView aad,
                      ByteView sealed) {
  HEARTH_CHECK(check_supported(suite));
  if (sealed.size() < kTagSize) return fail(make_error(CryptoErrc::open_failed));
  Plain plain(sealed.size() - kTagSize);
  std::span<Byte> target;
  if constexpr (std::same_as<Plain, SecretBytes>) {
    target = plain.mutable_view();
  } else {
    target = plain;
  }
  if (!open_into(suite, target, key, nonce, aad, sealed)) {
    return fail(make_error(CryptoErrc::open_failed));
  }
  return plain;
}

std::string_view name_of(CryptoErrc code) noexcept {
  switch (code) {
    case CryptoErrc::suite_unsupported: return "suite_unsupported";
    case CryptoErrc::key_invalid: return "key_invalid";
    case CryptoErrc::dh_zero: return "dh_zero";
    case CryptoErrc::signature_invalid: return "signature_invalid";
    case CryptoErrc::open_failed: return "open_failed";
    case CryptoErrc::length_invalid: return "length_invalid";
    case CryptoErrc::element_invalid: return "element_invalid";
    case CryptoErrc::scalar_invalid: return "scalar_invalid";
    case CryptoErrc::proof_invalid: return "proof_invalid";
    case CryptoErrc::output_invalid: return "output_invalid";
  }
  return "unknown";
}

}  // namespace

Error make_error(CryptoErrc code) noexcept {
  return Error{"crypto", static_cast<std::uint32_t>(code), name_of(code)};
}

bool supported(std::uint16_t suite) noexcept { return supported(static_cast<CipherSuite>(suite)); }

bool supported(CipherSuite suite) noexcept {
  switch (suite) {
    case CipherSuite::x25519_chacha20poly1305_sha256_ed25519: return true;
    case CipherSuite::x25519_aes128gcm_sha256_ed25519:
    case CipherSuite::p256_aes128gcm_sha256_p256: return openssl::built_in();
  }
  return false;
}

std::size_t aead_key_size(CipherSuite suite) noexcept { return uses_aes(suite) ? 16 : 32; }

// --- AEAD ---------------------------------------------------------------------------------------

Bytes aead_seal(CipherSuite suite, ByteView key, const Nonce& nonce, ByteView aad, ByteView plain) {
  expects(supported(suite));
  Bytes sealed(plain.size() + kTagSize);
  if (uses_aes(suite)) {
    openssl::aes_gcm_seal(sealed, key, nonce, aad, plain);
  } else {
    sodium::chacha_seal(sealed, key, nonce, aad, plain);
  }
  return sealed;
}

Result<Bytes> aead_open(CipherSuite suite, ByteView key, const Nonce& nonce, ByteView aad,
                        ByteView sealed) {
  return open_as<Bytes>(suite, key, nonce, aad, sealed);
}

Result<SecretBytes> aead_open_secret(CipherSuite suite, ByteView key, const Nonce& nonce,
                                     ByteView aad, ByteView sealed) {
  return open_as<SecretBytes>(suite, key, nonce, aad, sealed);
}

// --- Signatures ---------------------------------------------------------------------------------

Result<SignatureKey> SignatureKey::generate(CipherSuite suite, RandomSource& random) {
  HEARTH_CHECK(check_supported(suite));
  const Secret32 key = uses_p256(suite) ? p256_generate(random) : random.secret<32>();
  return from_private(suite, key.view());
}

Result<SignatureKey> SignatureKey::from_private(CipherSuite suite, ByteView private_key) {
  HEARTH_CHECK(check_supported(suite));
  if (private_key.size() != kPrivateKeySize) return fail(make_error(CryptoErrc::key_invalid));
  SignatureKey key;
  key.suite_ = suite;
  if (uses_p256(suite)) {
    if (!openssl::p256_scalar_valid(private_key)) return fail(make_error(CryptoErrc::key_invalid));
    std::ranges::copy(private_key, key.private_.mutable_view().begin());
    key.public_ = to_bytes(openssl::p256_public(Secret32::from(private_key)));
  } else {
    key.private_ = sodium::ed25519_expand(private_key);
    key.public_ = to_bytes(key.private_.view().last(kEd25519PublicSize));
  }
  return key;
}

SignatureKey SignatureKey::clone() const {
  SignatureKey copy;
  copy.suite_ = suite_;
  copy.private_ = private_.clone();
  copy.public_ = public_;
  return copy;
}

Result<Bytes> SignatureKey::sign(ByteView message) const {
  // A key that was moved away is all zero: never sign with it.
  expects(!public_.empty());
  if (uses_p256(suite_)) return openssl::ecdsa_sign(Secret32::from(private_key()), message);
  return to_bytes(sodium::ed25519_sign(private_, message));
}

Status verify(CipherSuite suite, ByteView public_key, ByteView message, ByteView signature) {
  HEARTH_CHECK(check_supported(suite));
  const bool valid = uses_p256(suite) ? openssl::ecdsa_verify(public_key, message, signature)
                                      : sodium::ed25519_verify(public_key, message, signature);
  if (!valid) return fail(make_error(CryptoErrc::signature_invalid));
  return {};
}

Status check_signature_public_key(CipherSuite suite, ByteView public_key) {
  HEARTH_CHECK(check_supported(suite));
  // For Ed25519 the length is all: `verify` itself refuses points it must not accept.
  const bool valid = uses_p256(suite) ? openssl::p256_point_valid(public_key)
                                      : public_key.size() == kEd25519PublicSize;
  if (!valid) return fail(make_error(CryptoErrc::key_invalid));
  return {};
}

// --- KEM keys -----------------------------------------------------------------------------------

Result<KemKeyPair> kem_generate(CipherSuite suite, RandomSource& random) {
  HEARTH_CHECK(check_supported(suite));
  KemPrivateKey key = uses_p256(suite) ? p256_generate(random) : random.secret<32>();
  HEARTH_TRY(Bytes public_key, kem_public_key(suite, key));
  return KemKeyPair{std::move(key), std::move(public_key)};
}

Result<Bytes> kem_public_key(CipherSuite suite, const KemPrivateKey& key) {
  HEARTH_CHECK(check_supported(suite));
  if (!uses_p256(suite)) return to_bytes(sodium::x25519_public(key));
  if (!openssl::p256_scalar_valid(key.view())) return fail(make_error(CryptoErrc::key_invalid));
  return to_bytes(openssl::p256_public(key));
}

Result<Secret32> kem_dh(CipherSuite suite, const KemPrivateKey& key, ByteView public_key) {
  HEARTH_CHECK(check_supported(suite));
  if (uses_p256(suite)) {
    // No product on this curve is the point at infinity: the order is prime.
    auto shared = openssl::p256_dh(key, public_key);
    if (!shared) return fail(make_error(CryptoErrc::key_invalid));
    return *std::move(shared);
  }
  const auto point = to_array<kX25519Size>(public_key);
  if (!point) return fail(make_error(CryptoErrc::key_invalid));
  auto shared = sodium::x25519(key, *point);
  if (!shared) return fail(make_error(CryptoErrc::dh_zero));
  return *std::move(shared);
}

Status check_kem_public_key(CipherSuite suite, ByteView public_key) {
  HEARTH_CHECK(check_supported(suite));
  // Small-order X25519 points show themselves as a zero product (RFC 9180 §7.1.4).
  const bool valid =
      uses_p256(suite) ? openssl::p256_point_valid(public_key) : public_key.size() == kX25519Size;
  if (!valid) return fail(make_error(CryptoErrc::key_invalid));
  return {};
}

}  // namespace hearth::crypto
