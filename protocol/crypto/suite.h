// The primitives of the three cipher suites we speak, behind one synchronous interface.
//
// X25519, Ed25519, ChaCha20-Poly1305, SHA-256, HMAC and HKDF are libsodium's, on every platform.
// AES-128-GCM (suites 1, 2) and P-256/ECDSA (suite 2) are OpenSSL's, where it is built in
// (HEARTH_WITH_OPENSSL); without it those suites report `suite_unsupported`. Ed25519 is verified by
// libsodium alone, also in suite 1: two verifiers that disagree on an edge case fork a group.
#pragma once

#include <cstdint>

#include "protocol/bytes/secret.h"
#include "protocol/crypto/random.h"
#include "protocol/error.h"

namespace hearth::crypto {

enum class CryptoErrc : std::uint32_t {
  suite_unsupported = 1,
  key_invalid,        // Wrong length, or not a point of the curve.
  dh_zero,            // The Diffie-Hellman result is all zero (RFC 7748 §6.1, RFC 9180 §7.1.4).
  signature_invalid,
  open_failed,        // AEAD authentication failed.
  length_invalid,
  element_invalid,  // Not the encoding of a group element, or that of the identity (RFC 9497 §4).
  scalar_invalid,   // Zero, or not below the order of the group.
  proof_invalid,    // Not evaluated under the key that was promised (RFC 9497 §2.2.2).
  output_invalid,   // Not what the key makes of this input.
};
Error make_error(CryptoErrc code) noexcept;

// RFC 9420 §17.1. All three hash with SHA-256, so Nh is always 32.
enum class CipherSuite : std::uint16_t {
  x25519_aes128gcm_sha256_ed25519 = 0x0001,
  p256_aes128gcm_sha256_p256 = 0x0002,
  x25519_chacha20poly1305_sha256_ed25519 = 0x0003,
};
inline constexpr CipherSuite kDefaultSuite = CipherSuite::x25519_chacha20poly1305_sha256_ed25519;
bool supported(std::uint16_t suite) noexcept;  // On this build.
bool supported(CipherSuite suite) noexcept;

inline constexpr std::size_t kHashSize = 32;   // Nh
inline constexpr std::size_t kNonceSize = 12;  // Nn
inline constexpr std::size_t kTagSize = 16;
std::size_t aead_key_size(CipherSuite suite) noexcept;  // Nk: 16 (AES-128) or 32.

using Hash = Bytes32;
using Nonce = ByteArray<kNonceSize>;

// --- Hash, HMAC, HKDF (RFC 2104, RFC 5869), SHA-256 --------------------------------------------
Hash sha256(ByteView data) noexcept;
Hash sha256(std::initializer_list<ByteView> parts) noexcept;
Secret32 hmac_sha256(ByteView key, ByteView data) noexcept;
Secret32 hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) noexcept;
// In constant time, and of exact length.
bool hmac_equal(const Secret32& computed, ByteView received) noexcept;
Secret32 hkdf_extract(ByteView salt, ByteView ikm) noexcept;
// Fills `out` (at most 255 * 32 bytes). The parts of `info` are joined in order. No heap is
// touched.
void hkdf_expand(ByteView prk, ByteView info, std::span<Byte> out);
void hkdf_expand(ByteView prk, std::initializer_list<ByteView> info, std::span<Byte> out);

// Incremental SHA-256, for hashing long structures without joining them.
class Sha256 final {
 public:
  Sha256() noexcept;
  Sha256& update(ByteView data) noexcept;
  Hash finish() noexcept;

 private:
  alignas(8) ByteArray<128> state_;  // crypto_hash_sha256_state; its size is asserted in the .cpp.
};

// --- AEAD ---------------------------------------------------------------------------------------
// `key` has aead_key_size(suite) bytes. seal returns ciphertext with its tag appended.
Bytes aead_seal(CipherSuite suite, ByteView key, const Nonce& nonce, ByteView aad, ByteView plain);
Result<Bytes> aead_open(CipherSuite suite, ByteView key, const Nonce& nonce, ByteView aad,
                        ByteView sealed);
// The same, for plaintexts that are secrets themselves.
Result<SecretBytes> aead_open_secret(CipherSuite suite, ByteView key, const Nonce& nonce,
                                     ByteView aad, ByteView sealed);

// XChaCha20-Poly1305 (24-byte nonce), for envelopes, door cards and sealed boxes of Hearth itself.
Bytes xchacha_seal(const Secret32& key, const ByteArray<24>& nonce, ByteView aad, ByteView plain);
Result<Bytes> xchacha_open(const Secret32& key, const ByteArray<24>& nonce, ByteView aad,
                           ByteView sealed);

// --- Signatures ---------------------------------------------------------------------------------
// Private key: the 32-byte Ed25519 seed (RFC 8032 §5.1.5) or the P-256 scalar, big-endian. An
// Ed25519 key caches the expanded form, so signing costs one pass. Public: 32 bytes, or 65 bytes
// uncompressed for P-256. ECDSA signatures are DER (RFC 9420 §5.1.2 via RFC 8446 §4.2.3).
class SignatureKey final {
 public:
  static Result<SignatureKey> generate(CipherSuite suite, RandomSource& random);
  static Result<SignatureKey> from_private(CipherSuite suite, ByteView private_key);
  SignatureKey clone() const;

  CipherSuite suite() const noexcept { return suite_; }
  const Bytes& public_key() const noexcept { return public_; }
  ByteView private_key() const noexcept { return ByteView(private_.view()).first(32); }
  Result<Bytes> sign(ByteView message) const;

 private:
  SignatureKey() = default;
  CipherSuite suite_ = kDefaultSuite;
  Secret<64> private_;  // Ed25519: seed || public key. P-256: scalar, then zeros.
  Bytes public_;
};
Status verify(CipherSuite suite, ByteView public_key, ByteView message, ByteView signature);
// A public key of the right shape for `suite`.
Status check_signature_public_key(CipherSuite suite, ByteView public_key);

// --- KEM keys (X25519 or P-256), used by HPKE ---------------------------------------------------
using KemPrivateKey = Secret32;  // X25519 scalar, or P-256 scalar big-endian.
struct KemKeyPair {
  KemPrivateKey private_key;
  Bytes public_key;  // 32 bytes, or 65 bytes uncompressed for P-256.
};
Result<KemKeyPair> kem_generate(CipherSuite suite, RandomSource& random);
Result<Bytes> kem_public_key(CipherSuite suite, const KemPrivateKey& key);
// Raw Diffie-Hellman; refuses the all-zero result and points off the curve.
Result<Secret32> kem_dh(CipherSuite suite, const KemPrivateKey& key, ByteView public_key);
Status check_kem_public_key(CipherSuite suite, ByteView public_key);

}  // namespace hearth::crypto
