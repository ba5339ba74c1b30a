// ChaCha20-Poly1305 and XChaCha20-Poly1305.
#include <sodium.h>

#include "protocol/crypto/sodium/sodium.h"

namespace hearth::crypto {
namespace sodium {

void chacha_seal(std::span<Byte> sealed, ByteView key, const Nonce& nonce, ByteView aad,
                 ByteView plain) {
  expects(sealed.size() == plain.size() + kTagSize &&
          key.size() == crypto_aead_chacha20poly1305_ietf_KEYBYTES);
  ready();
  crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(),
                                            aad.data(), aad.size(), nullptr, nonce.data(),
                                            key.data());
}

bool chacha_open(std::span<Byte> plain, ByteView key, const Nonce& nonce, ByteView aad,
                 ByteView sealed) {
  expects(sealed.size() == plain.size() + kTagSize &&
          key.size() == crypto_aead_chacha20poly1305_ietf_KEYBYTES);
  ready();
  return crypto_aead_chacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(),
                                                   sealed.size(), aad.data(), aad.size(),
                                                   nonce.data(), key.data()) == 0;
}

}  // namespace sodium

Bytes xchacha_seal(const Secret32& key, const ByteArray<24>& nonce, ByteView aad, ByteView plain) {
  sodium::ready();
  Bytes sealed(plain.size() + kTagSize);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(),
                                             aad.data(), aad.size(), nullptr, nonce.data(),
                                             key.view().data());
  return sealed;
}

Result<Bytes> xchacha_open(const Secret32& key, const ByteArray<24>& nonce, ByteView aad,
                           ByteView sealed) {
  if (sealed.size() < kTagSize) return fail(make_error(CryptoErrc::open_failed));
  sodium::ready();
  Bytes plain(sealed.size() - kTagSize);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(),
                                                 sealed.size(), aad.data(), aad.size(),
                                                 nonce.data(), key.view().data()) != 0) {
    return fail(make_error(CryptoErrc::open_failed));
  }
  return plain;
}

}  // namespace hearth::crypto
