// The two sources of random bytes.
#include "protocol/crypto/random.h"

#include <gtest/gtest.h>

#include <set>

namespace hearth::crypto {
namespace {

TEST(SystemRandom, DoesNotRepeatItself) {
  SystemRandom random;
  std::set<Bytes32> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(random.array<32>()).second);
}

TEST(Random, FillsNothingAtAll) {
  SystemRandom system;
  SeededRandom seeded(1);

  system.fill({});
  seeded.fill({});
}

TEST(SeededRandom, RepeatsItselfUnderOneSeed) {
  SeededRandom a(42);
  SeededRandom b(42);
  SeededRandom c(43);

  for (int i = 0; i < 100; ++i) {
    const Bytes32 bytes = a.array<32>();
    EXPECT_EQ(bytes, b.array<32>());
    EXPECT_NE(bytes, c.array<32>());
  }
}

TEST(SeededRandom, NeverYieldsTheSameBlockTwice) {
  SeededRandom random(7);
  std::set<Bytes32> seen;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(seen.insert(random.array<32>()).second);
    const auto longer = random.array<96>();
    for (std::size_t at = 0; at < 96; at += 32) {
      EXPECT_TRUE(seen.insert(*to_array<32>(ByteView(longer).subspan(at, 32))).second);
    }
  }
}

// Old content of the target must not shine through.
TEST(SeededRandom, DoesNotDependOnWhatWasThere) {
  SeededRandom a(9);
  SeededRandom b(9);
  Bytes zeros(40, 0x00);
  Bytes ones(40, 0xff);

  a.fill(zeros);
  b.fill(ones);

  EXPECT_EQ(zeros, ones);
}

}  // namespace
}  // namespace hearth::crypto
