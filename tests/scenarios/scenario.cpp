// Lines of JSON into lines with types.
#include "tests/scenarios/scenario.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "client/json/json.h"

namespace hearth::test {
namespace {

using json::Value;

constexpr std::array<std::string_view, 6> kFields{"at_minute", "who", "action",
                                                  "text",      "to",  "lang"};

class LineReader final {
 public:
  LineReader(std::size_t number, const std::string& text) : number_(number) {
    auto value = json::parse(text);
    if (!value || !value->is_object()) fail("is no JSON object");
    value_ = *std::move(value);
    for (const auto& [key, unused] : value_.as_object()) {
      if (std::ranges::find(kFields, key) == kFields.end()) fail("has an unknown field " + key);
    }
  }

  ScenarioLine read() const {
    ScenarioLine line;
    line.number = number_;
    line.at_minute = number("at_minute");
    line.who = string("who");
    line.action = string("action");
    line.text = string("text");
    if (line.who.empty() || line.action.empty()) fail("does not say who does what");
    if (value_.find("lang")) string("lang");
    if (const Value* to = value_.find("to")) line.to = names(*to);
    return line;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw ScenarioBroken(number_, what); }

  const Value& member(const char* key) const {
    const Value* const found = value_.find(key);
    if (!found) fail(std::string("has no ") + key);
    return *found;
  }
  std::string string(const char* key) const {
    const Value& value = member(key);
    if (!value.is_string()) fail(std::string(key) + " is no text");
    return std::string(value.as_string());
  }
  double number(const char* key) const {
    const Value& value = member(key);
    if (!value.is_number()) fail(std::string(key) + " is no number");
    return value.as_double();
  }
  std::vector<std::string> names(const Value& value) const {
    std::vector<std::string> names;
    if (value.is_string()) {
      names.emplace_back(value.as_string());
    } else if (value.is_array()) {
      for (const Value& name : value.as_array()) {
        if (!name.is_string()) fail("to holds what is no name");
        names.emplace_back(name.as_string());
      }
    }
    for (const std::string& name : names) {
      if (name.empty() || (name == "*" && names.size() > 1)) fail("to names nobody");
    }
    if (names.empty()) fail("to names nobody");
    return names;
  }

  std::size_t number_;
  Value value_;
};

}  // namespace

std::vector<ScenarioLine> read_scenario(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw ScenarioBroken(0, "cannot be read: " + file.string());
  std::vector<ScenarioLine> lines;
  std::size_t number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    if (text.empty()) continue;
    lines.push_back(LineReader(number, text).read());
    if (lines.size() > 1 && lines.back().at_minute < lines[lines.size() - 2].at_minute) {
      throw ScenarioBroken(number, "goes back in time");
    }
  }
  if (lines.empty()) throw ScenarioBroken(number, "nothing happens in it");
  return lines;
}

}  // namespace hearth::test
