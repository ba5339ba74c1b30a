// `hearth pack`: says what is wrong with a pack, or what is in it.
#pragma once

#include <expected>
#include <iosfwd>
#include <string>
#include <vector>

#include "client/agenda/plan.h"
#include "protocol/time.h"

namespace hearth::client {

// Reads each file, and writes `file:line: what is wrong; what to do` for every problem to `err`,
// and a line for each good file to `out`. A card that should have been looked at before `now` is
// noted. 0: all are good, notes or not; 1: one is not; 2: one cannot be read.
int pack_check(const std::vector<std::string>& paths, Instant now, std::ostream& out,
               std::ostream& err);

struct PackShown {
  std::string path;
  std::string meeting;  // A template by name: everything it says. Empty: what is in the pack.
  std::string variant;  // Empty: the first of the pack.
};
// The plan of that template, to run a meeting by; or what is wrong, as sentences.
std::expected<agenda::Plan, std::string> plan_of(const PackShown& shown);
// The same codes, and 2 where there is no such template or variant.
int pack_show(const PackShown& shown, std::ostream& out, std::ostream& err);

}  // namespace hearth::client
