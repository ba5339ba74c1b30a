// A build without OpenSSL: suites 1 and 2 are refused before anything here is called.
#include "protocol/crypto/openssl/openssl.h"

namespace hearth::crypto::openssl {

bool built_in() noexcept { return false; }

void aes_gcm_seal(std::span<Byte>, ByteView, const Nonce&, ByteView, ByteView) {
  unreachable_state();
}
bool aes_gcm_open(std::span<Byte>, ByteView, const Nonce&, ByteView, ByteView) {
  unreachable_state();
}
bool p256_scalar_valid(ByteView) { unreachable_state(); }
bool p256_point_valid(ByteView) { unreachable_state(); }
P256Point p256_public(const Secret32&) { unreachable_state(); }
std::optional<Secret32> p256_dh(const Secret32&, ByteView) { unreachable_state(); }
Bytes ecdsa_sign(const Secret32&, ByteView) { unreachable_state(); }
bool ecdsa_verify(ByteView, ByteView, ByteView) { unreachable_state(); }

}  // namespace hearth::crypto::openssl
