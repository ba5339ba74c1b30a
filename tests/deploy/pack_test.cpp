// `hearth pack` as a script meets it: what the program says by its exit code.
#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/wait.h>

namespace hearth::test {
namespace {

int code_of(const char* arguments) {
  const std::string command = std::string(HEARTH_PROGRAM) + " pack " + arguments;
  const int status = std::system((command + " </dev/null >/dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(PackProgram, EndsWithACodeThatScriptsCanUse) {
  EXPECT_EQ(code_of("check client/packs/en/meetings.pack client/packs/en/services-sample.pack"), 0);
  EXPECT_EQ(code_of("show client/packs/en/meetings.pack hour --variant religious"), 0);
  EXPECT_EQ(code_of("--help"), 0);
  EXPECT_EQ(code_of("check --help"), 0);
  EXPECT_EQ(code_of("check client/packs/en/meetings.pack README.md"), 1);
  EXPECT_EQ(code_of("show README.md"), 1);
  EXPECT_EQ(code_of("check client/packs/nowhere.pack"), 2);
  EXPECT_EQ(code_of("check"), 2);
  EXPECT_EQ(code_of("chekc client/packs/en/meetings.pack"), 2);
  EXPECT_EQ(code_of(""), 2);
}

}  // namespace
}  // namespace hearth::test
