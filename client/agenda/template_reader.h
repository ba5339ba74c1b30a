// Reading one template of a pack.
#pragma once

#include <set>

#include "client/agenda/problems.h"

namespace hearth::agenda {

// A text that an item names; it must stand somewhere in the file.
struct Reference {
  std::size_t line;
  TextKind kind;
  std::string name;
};

// TemplateReader takes the lines below `template NAME`, and gives the template when they end. It
// lives as long as its section.
class TemplateReader final {
 public:
  TemplateReader(Problems& problems, std::vector<Reference>& references, const Line& line,
                 std::string_view name);

  const std::string& name() const noexcept { return template_.name; }
  void read(const Line& line);
  Template end();

 private:
  void read_item_line(const Line& line);
  void begin_item(const Line& line, std::string_view name);
  void end_item();
  void read_mode(const Line& line, std::string_view rest);
  void read_kind(const Line& line, std::string_view word, std::string_view rest);
  void read_question(const Line& line, std::string_view rest);
  void read_say(const Line& line, std::string_view rest);
  void read_reference(const Line& line, std::string_view word, std::string_view rest);
  void judge_mode(const std::string& called);
  void judge_questions(const std::string& called);
  void judge_sum(const std::string& called);
  void nothing_behind(const Line& line, std::string_view word, std::string_view rest);
  // 0 after an error.
  std::uint16_t number(const Line& line, std::string_view word, std::string_view rest,
                       std::size_t most);

  Problems& problems_;
  std::vector<Reference>& references_;
  Template template_;
  std::size_t minutes_line_ = 0;  // 0: none yet.
  bool in_item_ = false;
  TemplateItem item_;
  std::size_t item_line_ = 0;
  std::size_t turn_line_ = 0;
  std::size_t flags_line_ = 0;
  std::set<std::string, std::less<>> seen_;  // Words of the item.
};

}  // namespace hearth::agenda
