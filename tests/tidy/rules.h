// The rules of the text itself: who includes whom, how long a line is, what is not left behind.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::tidy {

// One source file: its path from the root of the sources, with forward slashes, and all its text.
struct Source {
  std::string path;
  std::string text;
};

// One broken rule, at a line counted from 1. It prints as a compiler would say it.
struct Violation {
  std::string path;
  std::size_t line = 0;
  std::string reason;

  friend bool operator==(const Violation&, const Violation&) = default;
};

void PrintTo(const Violation& violation, std::ostream* out);

// Includes that point the wrong way, by the table in rules.cpp.
std::vector<Violation> wrong_arrows(const Source& source);

// Lines beyond 100 characters (not bytes), tabs, blanks at a line's end, a missing last newline,
// files beyond 600 lines.
std::vector<Violation> bad_layout(const Source& source);

// A first line that does not say what the file is; a header without #pragma once.
std::vector<Violation> bad_opening(const Source& source);

// Commented-out or disabled code, notes to oneself without a kind.
std::vector<Violation> leftovers(const Source& source);

// Beast's templates cost 12 s a file: one .cpp instantiates them for the server, another for the
// client.
std::vector<Violation> beast_at_large(const std::vector<Source>& sources);

}  // namespace hearth::tidy
