// What is shipped holds no switch for a defence; the build of the tests that has one shows that the
// look can find it.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

namespace hearth {
namespace {

bool asks_whether_a_defence_stands(const std::string& program) {
  std::FILE* nm = popen(("nm --defined-only -C '" + program + "'").c_str(), "r");
  std::array<char, 65536> line{};
  bool found = false;
  int lines = 0;
  while (nm != nullptr && std::fgets(line.data(), line.size(), nm) != nullptr) {
    ++lines;
    found |= std::string(line.data()).contains("hearth::stands(");
  }
  if (nm != nullptr) pclose(nm);
  EXPECT_GT(lines, 1000) << program;
  return found;
}

TEST(Shipped, HoldsNoSwitchForADefence) {
  EXPECT_FALSE(asks_whether_a_defence_stands(HEARTH_SERVER));
  EXPECT_FALSE(asks_whether_a_defence_stands(HEARTH_CLIENT));
}

TEST(Shipped, WouldBeFoundToHoldOne) {
  EXPECT_TRUE(asks_whether_a_defence_stands(HEARTH_UNGUARDED));
}

}  // namespace
}  // namespace hearth
