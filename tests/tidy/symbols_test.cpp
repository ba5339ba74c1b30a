// The server holds no group secret because it holds no code that could: nothing of hearth::mls is
// linked into it. The client is searched too, to show that the search finds what is there.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

namespace hearth {
namespace {

// How many symbols a program defines, and how many of those live in hearth::mls.
struct SymbolCount {
  int all = 0;
  int mls = 0;
};

SymbolCount symbols_of(const std::string& program) {
  SymbolCount count;
  std::FILE* nm = popen(("nm --defined-only '" + program + "'").c_str(), "r");
  std::array<char, 65536> line{};
  while (nm != nullptr && std::fgets(line.data(), line.size(), nm) != nullptr) {
    ++count.all;
    // `6hearth3mls` is how the namespace is written inside a mangled name.
    if (std::string{line.data()}.contains("6hearth3mls")) ++count.mls;
  }
  if (nm != nullptr) pclose(nm);
  return count;
}

TEST(LinkedServer, HoldsNothingOfMls) {
  const SymbolCount server = symbols_of(HEARTH_SERVER);

  EXPECT_GT(server.all, 1000);
  EXPECT_EQ(server.mls, 0);
}

TEST(LinkedClient, HoldsMlsSoTheSearchCanFail) { EXPECT_GT(symbols_of(HEARTH_CLIENT).mls, 100); }

}  // namespace
}  // namespace hearth
