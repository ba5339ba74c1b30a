// A key from a passphrase, slow on purpose; and memory that keys may lie in for hours.
#pragma once

#include "protocol/crypto/suite.h"

namespace hearth::crypto {

// So many passes over so much memory does every guess cost.
struct PassphraseCost {
  unsigned passes = 3;
  std::size_t memory_size = 0;  // Bytes, at least 8 KiB.
};

// 64 bytes outside the heap: between guard pages, locked against swapping where the system's limit
// allows it (else not locked, which no caller can mend), left out of core files, wiped at the end.
// A moved-from one is empty and may only be dropped or assigned to. Native builds alone.
class LockedKey final {
 public:
  static constexpr std::size_t kSize = 64;

  LockedKey();  // All zero. Throws std::bad_alloc like any allocation.
  ~LockedKey();
  LockedKey(LockedKey&& other) noexcept;
  LockedKey& operator=(LockedKey&& other) noexcept;

  ByteView view() const noexcept { return {bytes_, kSize}; }
  std::span<Byte, kSize> mutable_view() noexcept { return std::span<Byte, kSize>(bytes_, kSize); }

 private:
  Byte* bytes_ = nullptr;
};

// Argon2id version 1.3 (RFC 9106), one lane. length_invalid for a cost that Argon2 does not take or
// memory that cannot be had. Native builds alone: the web is without a vault.
Result<LockedKey> argon2id(ByteView passphrase, const Bytes16& salt, const PassphraseCost& cost);

}  // namespace hearth::crypto
