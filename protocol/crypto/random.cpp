// The system's random bytes, and a stream that a seed decides.
#include "protocol/crypto/random.h"

#include <sodium.h>

#include "protocol/bytes/codec.h"
#include "protocol/crypto/sodium/sodium.h"

namespace hearth::crypto {

void SystemRandom::fill(std::span<Byte> target) {
  if (target.empty()) return;  // libsodium takes no null pointer, even for nothing.
  sodium::ready();
  randombytes_buf(target.data(), target.size());
}

SeededRandom::SeededRandom(std::uint64_t seed) {
  const Bytes number = Writer().u64(seed).take();
  key_ = sha256({view_of("hearth seeded random"), number});
}

// Each call begins at a fresh block, so what a call yields depends on the sizes asked before.
void SeededRandom::fill(std::span<Byte> target) {
  constexpr std::size_t kBlockSize = 64;
  constexpr ByteArray<crypto_stream_chacha20_NONCEBYTES> kNonce{};
  if (target.empty()) return;
  sodium::ready();
  wipe(target.data(), target.size());
  crypto_stream_chacha20_xor_ic(target.data(), target.data(), target.size(), kNonce.data(), block_,
                                key_.data());
  block_ += (target.size() + kBlockSize - 1) / kBlockSize;
}

}  // namespace hearth::crypto
