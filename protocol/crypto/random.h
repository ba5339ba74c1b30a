// Where random bytes come from: always handed in, so that tests can replay them.
#pragma once

#include <functional>

#include "protocol/bytes/secret.h"

namespace hearth::crypto {

// A source of random bytes. Production uses SystemRandom; a test may pass a seeded one.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<Byte> target) = 0;

  template <std::size_t N>
  ByteArray<N> array() {
    ByteArray<N> bytes;
    fill(bytes);
    return bytes;
  }
  template <std::size_t N>
  Secret<N> secret() {
    Secret<N> bytes;
    fill(bytes.mutable_view());
    return bytes;
  }
};

// libsodium's generator (the kernel's, on every platform we build for).
class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<Byte> target) override;
};

// A deterministic stream (ChaCha20 under `seed`), for tests and instruments only.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void fill(std::span<Byte> target) override;

 private:
  Bytes32 key_;
  std::uint64_t block_ = 0;
};

}  // namespace hearth::crypto
