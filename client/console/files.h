// New files that a face asks for.
#pragma once

#include <string>
#include <string_view>

namespace hearth::client {

inline constexpr std::string_view kAuditFile = "audit";
inline constexpr std::string_view kCardFile = "card";

// A file to be made: its whole content, and the tag of the command that asked for it.
struct NewFile {
  std::string path;
  std::string content;
  std::string_view kind;  // What it is, as above.
  std::uint64_t tag = 0;
};

// Makes the file, readable for its owner alone, and waits until the disk has it. Never writes over
// anything. Empty when it is done; else a sentence that says why it is not, and nothing is left.
std::string write_new_file(const NewFile& file);

}  // namespace hearth::client
