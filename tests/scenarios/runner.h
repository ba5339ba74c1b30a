// Plays a scenario line by line, and says of each what became of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/scenarios/stage.h"

namespace hearth::test {

struct ScenarioReport {
  struct Failure {
    std::size_t line = 0;  // Of the file; 0 where it concerns no line.
    std::string what;
  };
  std::size_t played = 0;    // Lines that real clients acted out.
  std::size_t expected = 0;  // Lines that expect something.
  std::size_t checked = 0;   // Their clauses, each seen to hold; some of them in part.
  std::map<std::string, std::size_t> skipped;    // Acts that belong to a meeting's shape, by name.
  std::map<std::string, std::size_t> unchecked;  // Clauses or parts of them, by what they wait for.
  std::vector<Failure> failures;
};

// Reads FILE and plays it. A line of an unknown act, person or expectation is a failure before
// anything is started. An act that cannot be done ends the play, as nothing after it would mean
// anything; an expectation that does not hold does not.
ScenarioReport run_scenario(const std::filesystem::path& file, StageOptions options);

}  // namespace hearth::test
