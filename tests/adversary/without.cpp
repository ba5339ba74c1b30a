// The defence that is switched off, and the question that every check asks in such a build.
#include "tests/adversary/without.h"

#include "protocol/error.h"

namespace hearth {
namespace {

Defence fallen = Defence::none;

}  // namespace

#if defined(HEARTH_TEST_DEFENCES)

bool stands(Defence defence) noexcept { return defence != fallen; }

namespace test {
bool defences_can_fall() noexcept { return true; }
}  // namespace test

#else

namespace test {
bool defences_can_fall() noexcept { return false; }
}  // namespace test

#endif

namespace test {

Without::Without(Defence defence) {
  expects(defences_can_fall() && fallen == Defence::none);
  fallen = defence;
}

Without::~Without() { fallen = Defence::none; }

}  // namespace test
}  // namespace hearth
