// What libsodium does for us, as the suite dispatch sees it. Hashes are in suite.h directly.
#pragma once

#include "protocol/crypto/suite.h"

namespace hearth::crypto::sodium {

// Initialises libsodium once, whichever thread comes first; it picks the fast implementations then.
void ready();

// ChaCha20-Poly1305 (RFC 8439). `sealed` is kTagSize longer than the plaintext.
void chacha_seal(std::span<Byte> sealed, ByteView key, const Nonce& nonce, ByteView aad,
                 ByteView plain);
[[nodiscard]] bool chacha_open(std::span<Byte> plain, ByteView key, const Nonce& nonce,
                               ByteView aad, ByteView sealed);

// Ed25519 (RFC 8032). The expanded key is seed || public key.
Secret<64> ed25519_expand(ByteView seed);
ByteArray<64> ed25519_sign(const Secret<64>& expanded, ByteView message);
// Refuses S not below L, and public keys and R that are of small order or not canonical.
[[nodiscard]] bool ed25519_verify(ByteView public_key, ByteView message, ByteView signature);

// X25519 (RFC 7748). The product is nothing when it is all zero.
Bytes32 x25519_public(const Secret32& scalar);
std::optional<Secret32> x25519(const Secret32& scalar, const Bytes32& point);

}  // namespace hearth::crypto::sodium
