// The specification and the crash test name the same steps of a kick, with the same outcome.
#include "tests/crash/kick_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

namespace hearth::test {
namespace {

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, by);) parts.push_back(part);
  return parts;
}

// Of each step in the table of §9.4: who dies, and what is found.
std::map<std::string, std::string> specified_steps() {
  std::map<std::string, std::string> steps;
  std::ifstream spec("protocol/spec/protocol.md");
  bool here = false;
  for (std::string line; std::getline(spec, line);) {
    if (line.starts_with("#")) here = line.starts_with("### 9.4 ");
    const auto cells = split(line, '|');
    if (!here || cells.size() != 5 || !cells[1].starts_with(" `")) continue;
    const auto names = split(cells[1], '`');
    for (std::size_t i = 1; i < names.size(); i += 2) {
      EXPECT_FALSE(steps.contains(names[i])) << names[i];
      steps[names[i]] = cells[2] + cells[4];
    }
  }
  return steps;
}

TEST(KickSteps, AreThoseOfTheSpecification) {
  const auto specified = specified_steps();

  for (const KickStep& step : kick_steps()) {
    const auto found = specified.find(std::string(step.name));
    ASSERT_NE(found, specified.end()) << step.name;
    EXPECT_EQ(found->second, " " + std::string(name_of(step.side)) + "  " +
                                 std::string(name_of(step.expected)) + " ")
        << step.name;
  }
  EXPECT_EQ(specified.size(), kick_steps().size());
}

TEST(KickSteps, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const KickStep& step : kick_steps()) {
    EXPECT_TRUE(names.insert(step.name).second) << step.name;
    EXPECT_FALSE(step.what.empty()) << step.name;
  }
}

}  // namespace
}  // namespace hearth::test
