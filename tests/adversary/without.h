// Switching one defence off, in the build of the tests that is made for it.
#pragma once

#include "protocol/defence.h"

namespace hearth::test {

// Whether this program is one in which defences can be switched off.
bool defences_can_fall() noexcept;

// While it lives, this defence does not stand. Only where defences_can_fall(). Not nested; set
// before threads begin.
class Without final {
 public:
  explicit Without(Defence defence);
  ~Without();
  Without(const Without&) = delete;
};

}  // namespace hearth::test
