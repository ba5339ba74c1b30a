// What OpenSSL does for us: AES-128-GCM for suites 1 and 2, P-256 for suite 2. Optional: without it
// `built_in` is false and nothing else here may be reached (absent.cpp).
#pragma once

#include "protocol/crypto/suite.h"

namespace hearth::crypto::openssl {

bool built_in() noexcept;

// AES-128-GCM (NIST SP 800-38D). `sealed` is kTagSize longer than the plaintext.
void aes_gcm_seal(std::span<Byte> sealed, ByteView key, const Nonce& nonce, ByteView aad,
                  ByteView plain);
[[nodiscard]] bool aes_gcm_open(std::span<Byte> plain, ByteView key, const Nonce& nonce,
                                ByteView aad, ByteView sealed);

// P-256. Private keys are scalars of 32 bytes, big-endian; points are uncompressed, 65 bytes.
using P256Point = ByteArray<65>;
// Is 0 < scalar < the group's order?
bool p256_scalar_valid(ByteView scalar);
// Has the right length and form, and lies on the curve?
bool p256_point_valid(ByteView point);
P256Point p256_public(const Secret32& scalar);  // Of a valid scalar.
// The x-coordinate of scalar * point; nothing when either is not valid.
std::optional<Secret32> p256_dh(const Secret32& scalar, ByteView point);

// ECDSA with SHA-256, signatures in DER. OpenSSL draws the per-signature secret itself.
Bytes ecdsa_sign(const Secret32& scalar, ByteView message);
[[nodiscard]] bool ecdsa_verify(ByteView point, ByteView message, ByteView signature);

}  // namespace hearth::crypto::openssl
