// The writer.
#include <array>
#include <charconv>

#include "client/json/json.h"
#include "client/json/utf8.h"

namespace hearth::json {
namespace {

constexpr std::uint32_t kReplacement = 0xfffd;

void write_escaped(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += "\\u00";
  out.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
  out.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
}

void write_string(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const auto character = first_character(text);
    const std::size_t size = character ? character->size : 1;
    if (!character) {
      append_utf8(out, kReplacement);
    } else if (text[0] == '"' || text[0] == '\\' || character->code_point < 0x20) {
      write_escaped(out, text[0]);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  out.push_back('"');
}

template <class Number>
void write_number(std::string& out, Number number) {
  std::array<char, 32> digits;  // The shortest form of a double has at most 24 characters.
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  expects(end.ec == std::errc{});
  out.append(digits.data(), end.ptr);
}

// With a point or an exponent, so that it reads back as a double and not as a whole number.
void write_double(std::string& out, double number) {
  const std::size_t before = out.size();
  write_number(out, number);
  if (out.find_first_of(".e", before) == out.npos) out += ".0";
}

void write(std::string& out, const Value& value);

void write_array(std::string& out, const Array& items) {
  out.push_back('[');
  for (const Value& item : items) {
    if (&item != &items.front()) out.push_back(',');
    write(out, item);
  }
  out.push_back(']');
}

void write_object(std::string& out, const Object& members) {
  out.push_back('{');
  for (const Member& member : members) {
    if (&member != &members.front()) out.push_back(',');
    write_string(out, member.key);
    out.push_back(':');
    write(out, member.value);
  }
  out.push_back('}');
}

void write(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (value.is_bool()) {
    out += value.as_bool() ? "true" : "false";
  } else if (value.is_i64()) {
    write_number(out, value.as_i64());
  } else if (value.is_u64()) {
    write_number(out, value.as_u64());
  } else if (value.is_number()) {
    write_double(out, value.as_double());
  } else if (value.is_string()) {
    write_string(out, value.as_string());
  } else if (value.is_array()) {
    write_array(out, value.as_array());
  } else {
    write_object(out, value.as_object());
  }
}

}  // namespace

std::string to_text(const Value& value) {
  std::string out;
  write(out, value);
  return out;
}

}  // namespace hearth::json
