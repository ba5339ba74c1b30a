// What a scenario expects, and how each of it is seen from outside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/scenarios/stage.h"

namespace hearth::test {

// A clause that an expectation may have. In `words` each {} stands for a name or a list of them.
struct Clause {
  std::string_view words;
  // Throws PlayFailed where it is not so; null where nothing of it can be checked yet.
  void (*check)(Stage& stage, std::size_t line, const std::vector<std::string>& names);
  // The part of a meeting's shape that this clause, or the rest of it, waits for; empty if none.
  std::string_view waits_for;
};

// One clause as it stands in a line, with its names.
struct Expected {
  const Clause* clause = nullptr;
  std::string words;
  std::vector<std::string> names;
};

// Clauses are separated by semicolons. Throws ScenarioBroken for one that nobody can check.
std::vector<Expected> expected_of(const ScenarioLine& line);

}  // namespace hearth::test
