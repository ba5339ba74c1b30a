// Ed25519 and X25519.
#include <sodium.h>

#include "protocol/crypto/sodium/sodium.h"

namespace hearth::crypto::sodium {

Secret<64> ed25519_expand(ByteView seed) {
  expects(seed.size() == crypto_sign_SEEDBYTES);
  ready();
  Bytes32 public_key;
  Secret<64> expanded;
  crypto_sign_seed_keypair(public_key.data(), expanded.mutable_view().data(), seed.data());
  return expanded;
}

ByteArray<64> ed25519_sign(const Secret<64>& expanded, ByteView message) {
  ready();
  ByteArray<64> signature;
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                       expanded.view().data());
  return signature;
}

bool ed25519_verify(ByteView public_key, ByteView message, ByteView signature) {
  if (public_key.size() != crypto_sign_PUBLICKEYBYTES || signature.size() != crypto_sign_BYTES) {
    return false;
  }
  ready();
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                     public_key.data()) == 0;
}

Bytes32 x25519_public(const Secret32& scalar) {
  ready();
  Bytes32 point;
  crypto_scalarmult_base(point.data(), scalar.view().data());
  return point;
}

std::optional<Secret32> x25519(const Secret32& scalar, const Bytes32& point) {
  ready();
  Secret32 product;
  // libsodium refuses small-order points and the zero they lead to; we do not rely on that alone.
  if (crypto_scalarmult(product.mutable_view().data(), scalar.view().data(), point.data()) != 0 ||
      product == Secret32{}) {
    return std::nullopt;
  }
  return product;
}

}  // namespace hearth::crypto::sodium
