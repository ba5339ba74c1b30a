// What is wrong with a pack, collected while it is read, and the lines it is read in.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "client/agenda/pack.h"

namespace hearth::agenda {

// One line, without comments and blank lines.
struct Line {
  std::size_t number = 0;  // From 1.
  std::size_t indent = 0;
  std::string_view text;  // Composed, without blanks at either end.
};

// Problems keeps the first kProblemsMax, and says that there are more.
class Problems final {
 public:
  void error(std::size_t line, std::string what) { add({line, std::move(what), false}); }
  void note(std::size_t line, std::string what) { add({line, std::move(what), true}); }
  void twice(const Line& line, std::string_view word) {
    error(line.number, std::string(word) + " stands here twice; take one out");
  }
  void wrong_indent(const Line& line, std::size_t indent) {
    error(line.number, "this line is set in by " + std::to_string(line.indent) +
                           "; here it must be " + std::to_string(indent) + " blanks");
  }

  bool full() const noexcept { return full_; }
  bool has_errors() const noexcept { return has_errors_; }

  // By line; the remark that there are more stays the last.
  std::vector<Problem> take() { return std::move(all_); }

 private:
  void add(Problem problem) {
    if (full_) return;
    has_errors_ = has_errors_ || !problem.note;
    if (all_.size() == kProblemsMax) {
      full_ = true;
      has_errors_ = true;
      all_.push_back({problem.line, "there is more to mend; begin with what is above", false});
      return;
    }
    all_.insert(std::ranges::upper_bound(all_, problem.line, {}, &Problem::line), problem);
  }

  std::vector<Problem> all_;
  bool full_ = false;
  bool has_errors_ = false;
};

}  // namespace hearth::agenda
