// RULES.md against the sources: its tests and errors exist, and no rule is cited that has no row.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace hearth::mls {
namespace {

namespace fs = std::filesystem;

// Tests run from the root of the sources.
std::string text_of_file(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string text_below(const fs::path& folder) {
  std::string text;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto extension = entry.path().extension();
    if (extension == ".h" || extension == ".cpp") text += text_of_file(entry.path());
  }
  return text;
}

struct Row {
  std::string rule, says, rfc, check, error, passes, breaks;
};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line.substr(1));
  for (std::string cell; std::getline(stream, cell, '|');) {
    const auto first = cell.find_first_not_of(' ');
    const auto last = cell.find_last_not_of(' ');
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
  }
  return cells;
}

std::vector<Row> rows() {
  std::vector<Row> rows;
  std::istringstream text(text_of_file("protocol/mls/RULES.md"));
  for (std::string line; std::getline(text, line);) {
    if (line.size() < 2 || line[0] != '|' || std::isdigit(line[2]) == 0) continue;
    const auto cells = cells_of(line);
    EXPECT_EQ(cells.size(), 7u) << line;
    if (cells.size() != 7) continue;
    rows.push_back({cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6]});
  }
  return rows;
}

std::set<std::string> all_matches(const std::string& text, const std::regex& pattern,
                                  const std::function<std::string(const std::smatch&)>& key) {
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    found.insert(key(*at));
  }
  return found;
}

std::set<std::string> tests_that_exist() {
  static const std::regex kTest(R"(TEST(?:_[FP])?\(([A-Za-z0-9]+), ([A-Za-z0-9]+)\))");
  return all_matches(text_below("tests/unit/protocol/mls"), kTest, [](const std::smatch& match) {
    return match[1].str() + "." + match[2].str();
  });
}

TEST(RulesTable, HasARowForEachRuleAndEachRowOnce) {
  std::set<std::string> seen;
  for (const Row& row : rows()) EXPECT_TRUE(seen.insert(row.rule).second) << row.rule;
  EXPECT_GT(seen.size(), 100u);
}

TEST(RulesTable, NamesTestsThatExist) {
  const std::set<std::string> tests = tests_that_exist();
  for (const Row& row : rows()) {
    EXPECT_TRUE(tests.contains(row.passes)) << row.rule << ": " << row.passes;
    EXPECT_TRUE(tests.contains(row.breaks)) << row.rule << ": " << row.breaks;
  }
}

TEST(RulesTable, NamesErrorsThatExist) {
  const std::string words =
      text_of_file("protocol/mls/error.h") + text_of_file("protocol/crypto/suite.h");
  for (const Row& row : rows()) {
    if (row.error == "--") continue;
    const std::string name = row.error.starts_with("fault: ") ? row.error.substr(7) : row.error;
    EXPECT_TRUE(std::regex_search(words, std::regex("\\n  " + name + "\\b")))
        << row.rule << ": " << name;
  }
}

// A breaking test asks for its error by name.
TEST(RulesTable, NamesErrorsThatTheBreakingTestsExpect) {
  const std::string tests = text_below("tests/unit/protocol/mls");
  for (const Row& row : rows()) {
    if (row.error == "--") continue;
    const auto dot = row.breaks.find('.');
    const std::string head = row.breaks.substr(0, dot) + ", " + row.breaks.substr(dot + 1) + ")";
    const auto begin = tests.find(head);
    ASSERT_NE(begin, std::string::npos) << row.breaks;
    const std::string body = tests.substr(begin, tests.find("\n}\n", begin) - begin);
    const std::string name = row.error.starts_with("fault: ") ? row.error.substr(7) : row.error;
    EXPECT_NE(body.find(name), std::string::npos) << row.rule << ": " << row.breaks;
  }
}

TEST(RulesTable, NamesChecksThatExist) {
  const std::string code = text_below("protocol/mls");
  static const std::regex kName("`([A-Za-z_:]+)`");
  for (const Row& row : rows()) {
    const auto names = all_matches(row.check, kName, [](const std::smatch& match) {
      const std::string name = match[1].str();
      return name.substr(name.rfind(':') + 1);
    });
    EXPECT_FALSE(names.empty()) << row.rule;
    for (const std::string& name : names) {
      EXPECT_NE(code.find(name + "("), std::string::npos) << row.rule << ": " << name;
    }
  }
}

TEST(RulesTable, HasARowForEachRuleThatTheCodeCites) {
  std::set<std::string> known;
  for (const Row& row : rows()) known.insert(row.rule);
  static const std::regex kCitation(R"(Rules? ([0-9][0-9., \-andto]*))");
  static const std::regex kNumber(R"([0-9]+(?:\.[0-9]+)*-[0-9]+)");
  std::set<std::string> cited;
  const std::string code = text_below("protocol/mls");
  for (const std::string& list :
       all_matches(code, kCitation, [](const std::smatch& match) { return match[1].str(); })) {
    cited.merge(all_matches(list, kNumber, [](const std::smatch& match) { return match.str(); }));
  }
  EXPECT_GT(cited.size(), 80u);
  for (const std::string& rule : cited) EXPECT_TRUE(known.contains(rule)) << rule;
}

}  // namespace
}  // namespace hearth::mls
