// The suites this build speaks, and random bytes that a test chose itself.
#pragma once

#include <vector>

#include "protocol/crypto/suite.h"

namespace hearth::crypto::test {

inline constexpr auto kSuite1 = CipherSuite::x25519_aes128gcm_sha256_ed25519;
inline constexpr auto kSuite2 = CipherSuite::p256_aes128gcm_sha256_p256;
inline constexpr auto kSuite3 = CipherSuite::x25519_chacha20poly1305_sha256_ed25519;

inline std::vector<CipherSuite> suites() {
  std::vector<CipherSuite> spoken;
  for (const CipherSuite suite : {kSuite1, kSuite2, kSuite3}) {
    if (supported(suite)) spoken.push_back(suite);
  }
  return spoken;
}

inline Error error_of(CryptoErrc code) { return make_error(code); }

// Yields exactly the bytes it was given, in order; asking for more is a bug of the test.
class FixedRandom final : public RandomSource {
 public:
  explicit FixedRandom(Bytes bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<Byte> target) override {
    expects(target.size() <= bytes_.size() - used_);
    for (Byte& byte : target) byte = bytes_[used_++];
  }

 private:
  Bytes bytes_;
  std::size_t used_ = 0;
};

}  // namespace hearth::crypto::test
