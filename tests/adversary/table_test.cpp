// The table of attacks is the one in the threat model, and the tests it names exist.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/adversary/attack_table.h"
#include "tests/adversary/attacks.h"
#include "tests/support/golden.h"

namespace hearth::test {
namespace {

constexpr const char* kThreatModel = "protocol/spec/threat_model.md";

std::string text_of_file(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::set<std::string> tests_in_ctest() {
  std::set<std::string> names;
  const std::string command =
      std::string("'") + HEARTH_CTEST + "' --test-dir '" + HEARTH_BUILD + "' -N 2>/dev/null";
  std::FILE* ctest = popen(command.c_str(), "r");
  std::array<char, 4096> line{};
  while (ctest && std::fgets(line.data(), line.size(), ctest)) {
    std::string text = line.data();
    const std::size_t colon = text.find(": ");
    if (!text.contains("Test") || colon == std::string::npos) continue;
    text = text.substr(colon + 2);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    names.insert(std::move(text));
  }
  if (ctest) pclose(ctest);
  return names;
}

TEST(AttackTable, IsTheOneInTheThreatModel) {
  std::string text = text_of_file(kThreatModel);
  const std::size_t begins = text.find(kTableBegins);
  const std::size_t ends = text.find(kTableEnds);
  ASSERT_NE(begins, std::string::npos);
  ASSERT_NE(ends, std::string::npos);
  const std::size_t size = ends + kTableEnds.size() - begins;
  if (rewrite_golden()) {
    text.replace(begins, size, attack_table_text());
    std::ofstream(kThreatModel) << text;
    return;
  }
  EXPECT_EQ(text.substr(begins, size), attack_table_text())
      << "run this test with HEARTH_REWRITE_GOLDEN=1";
}

TEST(AttackTable, NamesTestsThatExist) {
  const std::set<std::string> known = tests_in_ctest();
  const std::string stages = text_of_file("tests/run.sh");
  ASSERT_GT(known.size(), 100U);
  for (const TableRow& row : attack_table()) {
    for (const std::string_view test : row.tests) {
      const bool stage = test.starts_with("stage:");
      const bool exists = stage ? stages.contains("\"" + std::string(test.substr(6)) + " ")
                                : known.contains(std::string(test));
      EXPECT_TRUE(exists) << row.attack << ": " << test;
    }
  }
}

// An attack that no row names would be performed for nobody.
TEST(AttackTable, NamesEveryAttackAndItsTwinExists) {
  const std::set<std::string> known = tests_in_ctest();
  const std::string table = attack_table_text();
  for (const Attack& attack : attacks()) {
    const std::string name(attack.name);
    EXPECT_TRUE(table.contains("`Guarded/Attacks.Fails/" + name + "`")) << name;
    EXPECT_TRUE(known.contains("Unguarded/Attacks.SucceedsWithoutItsDefence/" + name)) << name;
  }
}

// A defence that could not be switched off in the unguarded build would have an idle twin.
TEST(UnguardedBuild, HoldsEveryFileWithADefence) {
  const std::string listed = text_of_file("tests/adversary/CMakeLists.txt");
  std::size_t found = 0;
  for (const char* root : {"client", "protocol", "server"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      const std::string path = entry.path().string();
      if (!path.ends_with(".cpp") && !path.ends_with(".h")) continue;
      if (!text_of_file(path.c_str()).contains("stands(Defence::")) continue;
      if (path == "protocol/defence.h") continue;  // It only explains it.
      ++found;
      EXPECT_TRUE(listed.contains(path)) << path;
      EXPECT_TRUE(path.ends_with(".cpp")) << path << ": headers are compiled into others";
    }
  }
  EXPECT_GT(found, 10U);
}

}  // namespace
}  // namespace hearth::test
