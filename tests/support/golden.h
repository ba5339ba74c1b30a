// Golden lines: `name value` files under tests/vectors, rewritten by HEARTH_REWRITE_GOLDEN=1 and
// reviewed in the diff.
#pragma once

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hearth::test {

// Lines in order; `#` begins a comment line.
using GoldenLines = std::vector<std::pair<std::string, std::string>>;

inline bool rewrite_golden() { return std::getenv("HEARTH_REWRITE_GOLDEN") != nullptr; }

inline std::map<std::string, std::string> read_golden(const std::string& path) {
  std::map<std::string, std::string> lines;
  std::ifstream file(path);
  for (std::string name, value; file >> name;) {
    if (name.starts_with('#')) {
      std::getline(file, value);
    } else if (file >> value) {
      lines[name] = value;
    }
  }
  return lines;
}

inline void write_golden(const std::string& path, const std::string& origin,
                         const GoldenLines& lines) {
  std::ofstream file(path);
  file << "# " << origin << "\n";
  for (const auto& [name, value] : lines) file << name << ' ' << value << "\n";
}

}  // namespace hearth::test
