// The table of attacks in the threat model: what is attempted, what holds it off, which test shows
// it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::test {

struct TableRow {
  std::string_view attack;
  std::string_view mitigation;
  // Names in ctest; and `stage:NAME`, a stage of tests/run.sh. None: deferred, and `mitigation`
  // says until when.
  std::vector<std::string_view> tests;
};
std::span<const TableRow> attack_table();

// As Markdown, between the two marks of protocol/spec/threat_model.md.
std::string attack_table_text();
inline constexpr std::string_view kTableBegins =
    "<!-- The table is written by adversary_table_test. -->";
inline constexpr std::string_view kTableEnds = "<!-- Here it ends. -->";

}  // namespace hearth::test
