// Every attack fails; and where its defence is switched off, it succeeds.
//
// Compiled twice: for the parts as they are shipped, and for those in which a defence can fall.
#include <gtest/gtest.h>

#include "tests/adversary/attacks.h"
#include "tests/adversary/without.h"

namespace hearth::test {
namespace {

class Attacks : public testing::TestWithParam<Attack> {};

std::string name_of(const testing::TestParamInfo<Attack>& info) {
  return std::string(info.param.name);
}

#if defined(HEARTH_TEST_DEFENCES)

TEST_P(Attacks, SucceedsWithoutItsDefence) {
  if (GetParam().defence == Defence::none) GTEST_SKIP() << "seen, not held off";
  const Without without(GetParam().defence);
  EXPECT_TRUE(GetParam().succeeds(0));
}

INSTANTIATE_TEST_SUITE_P(Unguarded, Attacks, testing::ValuesIn(attacks()), name_of);

#else

TEST_P(Attacks, Fails) {
  ASSERT_FALSE(defences_can_fall());
  EXPECT_FALSE(GetParam().succeeds(0));
}

INSTANTIATE_TEST_SUITE_P(Guarded, Attacks, testing::ValuesIn(attacks()), name_of);

#endif

}  // namespace
}  // namespace hearth::test
