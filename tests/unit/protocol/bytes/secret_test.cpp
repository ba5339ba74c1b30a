// Secrets wipe themselves and compare with their length.
#include "protocol/bytes/secret.h"

#include <gtest/gtest.h>

#include <new>
#include <type_traits>

namespace hearth {
namespace {

Secret<4> sample() { return Secret<4>(ByteArray<4>{1, 2, 3, 4}); }

static_assert(!std::is_copy_constructible_v<Secret32> && !std::is_copy_assignable_v<Secret32>);
static_assert(!std::is_copy_constructible_v<SecretBytes> &&
              !std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<Secret32> &&
              std::is_nothrow_move_constructible_v<SecretBytes>);

TEST(Secret, IsZeroAtFirst) { EXPECT_EQ(Secret<4>{}, Secret<4>(ByteArray<4>{})); }

// The memory outlives the secret here, so we may look at what is left in it.
TEST(Secret, LeavesZerosWhenItGoes) {
  alignas(Secret32) ByteArray<sizeof(Secret32)> memory;
  memory.fill(0xaa);
  auto* secret = ::new (memory.data()) Secret32(Bytes32{0x5e});
  secret->mutable_view()[31] = 0x77;

  secret->~Secret32();

  EXPECT_EQ(memory, (ByteArray<sizeof(Secret32)>{}));
}

TEST(Secret, LeavesZerosBehindWhenItMoves) {
  Secret<4> from = sample();
  const Secret<4> to = std::move(from);
  EXPECT_EQ(to, sample());
  EXPECT_EQ(from, Secret<4>{});

  Secret<4> again = sample();
  Secret<4> target;
  target = std::move(again);
  EXPECT_EQ(target, sample());
  EXPECT_EQ(again, Secret<4>{});
}

TEST(Secret, SurvivesMovingOntoItself) {
  Secret<4> secret = sample();
  Secret<4>& alias = secret;

  secret = std::move(alias);

  EXPECT_EQ(secret, sample());
}

TEST(Secret, IsCopiedOnlyWhenAsked) {
  const Secret<4> original = sample();
  const Secret<4> copy = original.clone();

  EXPECT_EQ(copy, original);
}

TEST(Secret, IsErasedOnDemand) {
  Secret<4> secret = sample();

  secret.erase();

  EXPECT_EQ(secret, Secret<4>{});
}

TEST(Secret, IsMadeFromItsExactLengthOnly) {
  EXPECT_EQ(Secret<4>::from(Bytes{1, 2, 3, 4}), sample());
  EXPECT_THROW((void)Secret<4>::from(Bytes{1, 2, 3}), std::logic_error);
  EXPECT_THROW((void)Secret<4>::from(Bytes{1, 2, 3, 4, 5}), std::logic_error);
}

TEST(SecretBytes, MoveWithoutACopy) {
  SecretBytes from(Bytes{1, 2, 3});
  const Byte* const place = from.view().data();

  const SecretBytes to = std::move(from);

  EXPECT_EQ(to.view().data(), place);
  EXPECT_TRUE(from.empty());
  EXPECT_TRUE(equal(to.clone().view(), to.view()));
}

TEST(Wipe, TakesNothingAtAll) { wipe(nullptr, 0); }

TEST(Wipe, StopsAtTheEnd) {
  ByteArray<4> bytes{1, 2, 3, 4};

  wipe(bytes.data() + 1, 2);

  EXPECT_EQ(bytes, (ByteArray<4>{1, 0, 0, 4}));
}

// A comparison that stops at the shorter end would accept a truncated tag.
TEST(ConstantTimeEquality, ComparesTheLengthToo) {
  const Bytes tag{1, 2, 3};

  EXPECT_TRUE(equal_constant_time(tag, Bytes{1, 2, 3}));
  EXPECT_FALSE(equal_constant_time(tag, Bytes{1, 2}));
  EXPECT_FALSE(equal_constant_time(tag, Bytes{1, 2, 3, 0}));
  EXPECT_FALSE(equal_constant_time(tag, {}));
  EXPECT_TRUE(equal_constant_time({}, {}));
}

TEST(ConstantTimeEquality, SeesEverySingleBit) {
  const ByteArray<32> original{};
  for (std::size_t bit = 0; bit < 256; ++bit) {
    ByteArray<32> changed = original;
    changed[bit / 8] ^= static_cast<Byte>(1u << (bit % 8));
    EXPECT_FALSE(equal_constant_time(original, changed)) << "bit " << bit;
  }
}

}  // namespace
}  // namespace hearth
