// Wiping and constant-time comparison, without any library.
#include "protocol/bytes/secret.h"

#include <cstring>

namespace hearth {

void wipe(void* data, std::size_t size) noexcept {
  if (size == 0) return;
  std::memset(data, 0, size);
  // The compiler must assume that somebody reads the zeros.
  __asm__ __volatile__("" : : "r"(data) : "memory");
}

bool equal_constant_time(ByteView a, ByteView b) noexcept {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned>(a[i] ^ b[i]);
    // Hides the value, so that no early exit can be derived from it.
    __asm__ __volatile__("" : "+r"(difference));
  }
  return difference == 0;
}

}  // namespace hearth
