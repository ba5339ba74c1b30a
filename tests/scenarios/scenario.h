// A scenario file: who does what in a meeting, and what must then be so.
#pragma once

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace hearth::test {

// One line of a file. Its form: at_minute, who, action, text, and where needed `to`, `lang`.
struct ScenarioLine {
  std::size_t number = 0;  // In the file, from 1.
  double at_minute = 0;    // From the scheduled start; may be negative.
  std::string who;         // A name, or "@server" for an expectation.
  std::string action;
  std::string text;
  std::vector<std::string> to;  // Names, or "*" alone for everybody.

  bool expects() const { return who == "@server"; }
};

// What is wrong, and in which line.
struct ScenarioBroken : std::runtime_error {
  ScenarioBroken(std::size_t at, const std::string& what) : runtime_error(what), line(at) {}
  std::size_t line;
};

// Reads a file; an empty line is none. Throws ScenarioBroken for the first line that is no JSON
// object, has a field too many, too few or of the wrong kind, or goes back in time.
std::vector<ScenarioLine> read_scenario(const std::filesystem::path& file);

}  // namespace hearth::test
