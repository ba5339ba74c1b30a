// Deriving keys touches no heap: it is what a message costs most often, and what a heap keeps.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>

#include "protocol/crypto/labels.h"

namespace {
std::atomic<int> allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace hearth::crypto {
namespace {

template <class Work>
int allocations_of(Work work) {
  const int before = allocations;
  work();
  return allocations - before;
}

TEST(Heap, IsSeenWhenItIsUsed) {
  EXPECT_GT(allocations_of([] { Bytes(100).swap(*std::make_unique<Bytes>()); }), 0);
}

TEST(Heap, IsNotTouchedByDerivingKeys) {
  const Secret32 secret;
  const ByteArray<300> context{};
  ByteArray<100> out;

  EXPECT_EQ(allocations_of([&] {
              (void)hmac_sha256(secret.view(), context);
              (void)hkdf_extract(secret.view(), context);
              hkdf_expand(secret.view(), context, out);
              expand_with_label(secret.view(), "label", context, out);
              (void)derive_secret(secret.view(), "label");
              derive_tree_secret(secret.view(), "key", 7, out);
              (void)sha256({secret.view(), context});
              (void)ref_hash("label", context);
            }),
            0);
}

}  // namespace
}  // namespace hearth::crypto
