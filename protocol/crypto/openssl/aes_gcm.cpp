// AES-128-GCM by OpenSSL's EVP interface.
#include <openssl/err.h>
#include <openssl/evp.h>

#include <limits>
#include <memory>

#include "protocol/crypto/openssl/openssl.h"

namespace hearth::crypto::openssl {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

// Fetched once: looking an algorithm up by name costs more than sealing a short message.
const EVP_CIPHER* cipher() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
  expects(fetched != nullptr);
  return fetched;
}

// EVP counts in int; nothing we encrypt comes near it.
int size_of(ByteView bytes) {
  expects(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  return static_cast<int>(bytes.size());
}

constexpr std::size_t kKeySize = 16;

}  // namespace

bool built_in() noexcept { return true; }

void aes_gcm_seal(std::span<Byte> sealed, ByteView key, const Nonce& nonce, ByteView aad,
                  ByteView plain) {
  expects(sealed.size() == plain.size() + kTagSize && key.size() == kKeySize);
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  expects(context &&
          EVP_EncryptInit_ex2(context.get(), cipher(), key.data(), nonce.data(), nullptr) == 1);
  if (!aad.empty()) {
    expects(EVP_EncryptUpdate(context.get(), nullptr, &size, aad.data(), size_of(aad)) == 1);
  }
  if (!plain.empty()) {
    expects(EVP_EncryptUpdate(context.get(), sealed.data(), &size, plain.data(), size_of(plain)) ==
            1);
  }
  Byte* const tag = sealed.data() + plain.size();
  expects(EVP_EncryptFinal_ex(context.get(), tag, &size) == 1 && size == 0 &&
          EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, tag) == 1);
}

bool aes_gcm_open(std::span<Byte> plain, ByteView key, const Nonce& nonce, ByteView aad,
                  ByteView sealed) {
  expects(sealed.size() == plain.size() + kTagSize && key.size() == kKeySize);
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  expects(context &&
          EVP_DecryptInit_ex2(context.get(), cipher(), key.data(), nonce.data(), nullptr) == 1);
  if (!aad.empty()) {
    expects(EVP_DecryptUpdate(context.get(), nullptr, &size, aad.data(), size_of(aad)) == 1);
  }
  if (!plain.empty()) {
    expects(EVP_DecryptUpdate(context.get(), plain.data(), &size, sealed.data(), size_of(plain)) ==
            1);
  }
  ByteArray<kTagSize> tag = *to_array<kTagSize>(sealed.last(kTagSize));
  expects(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1);
  ByteArray<kTagSize> rest;  // GCM has no last block; EVP wants a place for one.
  if (EVP_DecryptFinal_ex(context.get(), rest.data(), &size) == 1) return true;
  // Whoever uses TLS on this thread must not find our failure in the queue.
  ERR_clear_error();
  wipe(plain.data(), plain.size());
  return false;
}

}  // namespace hearth::crypto::openssl
