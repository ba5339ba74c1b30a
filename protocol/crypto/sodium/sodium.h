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

// SHA-512 of the parts in order.
Secret<64> sha512(std::span<const ByteView> parts);

// ristretto255 (RFC 9496). A scalar is 32 bytes, little-endian and below the order of the group; an
// element is the one encoding, of 32 bytes, of its point. libsodium takes the identity for a valid
// element, we do not: what says `false` here has met it, or bytes that encode nothing.
[[nodiscard]] bool ristretto_valid(ByteView element);
[[nodiscard]] bool ristretto_add(std::span<Byte, 32> sum, ByteView a, ByteView b);
[[nodiscard]] bool ristretto_multiply(std::span<Byte, 32> product, ByteView scalar,
                                      ByteView element);
[[nodiscard]] bool ristretto_multiply_base(std::span<Byte, 32> product, ByteView scalar);
void ristretto_from_hash(std::span<Byte, 32> element, const Secret<64>& uniform);

// Below the order, and not zero.
[[nodiscard]] bool scalar_valid(ByteView scalar);
Secret32 scalar_reduce(const Secret<64>& number);
Secret32 scalar_multiply(ByteView a, ByteView b);
Secret32 scalar_subtract(ByteView a, ByteView b);
Secret32 scalar_invert(const Secret32& scalar);  // Of one that is valid.

}  // namespace hearth::crypto::sodium
