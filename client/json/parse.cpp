// The reader: recursive descent, bounded in depth.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "client/json/json.h"
#include "client/json/utf8.h"

namespace hearth::json {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool has_repeated_key(const Object& members) {
  std::vector<std::string_view> keys;
  keys.reserve(members.size());
  for (const Member& member : members) keys.push_back(member.key);
  std::ranges::sort(keys);
  return std::ranges::adjacent_find(keys) != keys.end();
}

class Parser final {
 public:
  explicit Parser(std::string_view text) noexcept : rest_(text) {}

  Result<Value> document() {
    HEARTH_TRY(Value value, this->value(0));
    skip_space();
    if (!rest_.empty()) return fail(make_error(JsonErrc::trailing_text));
    return value;
  }

 private:
  Result<Value> value(std::size_t depth) {
    skip_space();
    if (rest_.empty()) return fail(make_error(JsonErrc::truncated));
    switch (rest_[0]) {
      case '{': return object(depth);
      case '[': return array(depth);
      case '"': {
        HEARTH_TRY(std::string text, string());
        return Value(std::move(text));
      }
      case 't': return literal("true", Value(true));
      case 'f': return literal("false", Value(false));
      case 'n': return literal("null", Value());
      default: return number();
    }
  }

  Result<Value> object(std::size_t depth) {
    if (depth == kDepthMax) return fail(make_error(JsonErrc::depth_exceeded));
    rest_.remove_prefix(1);
    Object members;
    if (accept('}')) return Value(std::move(members));
    while (true) {
      skip_space();
      HEARTH_TRY(std::string key, string());
      HEARTH_CHECK(expect(':'));
      HEARTH_TRY(Value member, value(depth + 1));
      members.push_back(Member{std::move(key), std::move(member)});
      if (accept('}')) break;
      HEARTH_CHECK(expect(','));
    }
    if (has_repeated_key(members)) return fail(make_error(JsonErrc::key_repeated));
    return Value(std::move(members));
  }

  Result<Value> array(std::size_t depth) {
    if (depth == kDepthMax) return fail(make_error(JsonErrc::depth_exceeded));
    rest_.remove_prefix(1);
    Array items;
    if (accept(']')) return Value(std::move(items));
    while (true) {
      HEARTH_TRY(Value item, value(depth + 1));
      items.push_back(std::move(item));
      if (accept(']')) break;
      HEARTH_CHECK(expect(','));
    }
    return Value(std::move(items));
  }

  Result<Value> literal(std::string_view word, Value value) {
    if (rest_.starts_with(word)) {
      rest_.remove_prefix(word.size());
      return value;
    }
    return fail(
        make_error(word.starts_with(rest_) ? JsonErrc::truncated : JsonErrc::syntax_invalid));
  }

  // number = [ "-" ] int [ frac ] [ exp ]
  Result<Value> number() {
    std::size_t size = 0;
    const auto at = [&](char c) { return size < rest_.size() && rest_[size] == c; };
    const auto digits = [&] {
      const std::size_t before = size;
      while (size < rest_.size() && is_digit(rest_[size])) ++size;
      return size - before;
    };
    if (at('-')) ++size;
    if (size == 0 && !is_digit(rest_[0])) return fail(make_error(JsonErrc::syntax_invalid));
    const bool leading_zero = at('0');
    const std::size_t int_digits = digits();
    bool whole = true;
    bool valid = int_digits == 1 || (int_digits > 1 && !leading_zero);
    if (at('.')) {
      ++size;
      whole = false;
      valid = digits() > 0 && valid;
    }
    if (at('e') || at('E')) {
      ++size;
      whole = false;
      if (at('+') || at('-')) ++size;
      valid = digits() > 0 && valid;
    }
    if (!valid) return fail(make_error(JsonErrc::number_invalid));
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return whole ? whole_number(text) : real_number(text);
  }

  static Result<Value> whole_number(std::string_view text) {
    std::int64_t integer = 0;
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, integer).ec == std::errc{}) return Value(integer);
    std::uint64_t large = 0;
    if (text[0] != '-' && std::from_chars(text.data(), end, large).ec == std::errc{}) {
      return Value(large);
    }
    return real_number(text);
  }

  // strtod, because libc++ has no from_chars for doubles yet. The grammar is checked already, and
  // nothing of ours sets a locale.
  static Result<Value> real_number(std::string_view text) {
    const double number = std::strtod(std::string(text).c_str(), nullptr);
    if (!std::isfinite(number)) return fail(make_error(JsonErrc::number_invalid));
    return Value(number);
  }

  Result<std::string> string() {
    HEARTH_CHECK(expect('"'));
    std::string text;
    while (true) {
      if (rest_.empty()) return fail(make_error(JsonErrc::truncated));
      if (rest_[0] == '"') break;
      if (rest_[0] == '\\') {
        HEARTH_CHECK(escape(text));
        continue;
      }
      const auto character = first_character(rest_);
      if (!character || character->code_point < 0x20) {
        return fail(make_error(JsonErrc::string_invalid));
      }
      text += rest_.substr(0, character->size);
      rest_.remove_prefix(character->size);
    }
    rest_.remove_prefix(1);
    return text;
  }

  Status escape(std::string& text) {
    if (rest_.size() < 2) return fail(make_error(JsonErrc::truncated));
    const char c = rest_[1];
    if (c == 'u') return unicode_escape(text);
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t index = kNames.find(c);
    if (index == kNames.npos) return fail(make_error(JsonErrc::string_invalid));
    text.push_back(kMeanings[index]);
    rest_.remove_prefix(2);
    return {};
  }

  // \uXXXX, or two of them for what lies beyond U+FFFF (RFC 8259 §7).
  Status unicode_escape(std::string& text) {
    HEARTH_TRY(const std::uint32_t first, code_unit());
    if (first < 0xd800 || first > 0xdfff) {
      append_utf8(text, first);
      return {};
    }
    if (first > 0xdbff) return fail(make_error(JsonErrc::string_invalid));
    HEARTH_TRY(const std::uint32_t second, code_unit());
    if (second < 0xdc00 || second > 0xdfff) return fail(make_error(JsonErrc::string_invalid));
    append_utf8(text, 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
    return {};
  }

  Result<std::uint32_t> code_unit() {
    constexpr std::size_t kSize = 6;
    if (!rest_.starts_with("\\u")) return fail(make_error(JsonErrc::string_invalid));
    if (rest_.size() < kSize) return fail(make_error(JsonErrc::truncated));
    std::uint32_t unit = 0;
    const char* const end = rest_.data() + kSize;
    const auto read = std::from_chars(rest_.data() + 2, end, unit, 16);
    if (read.ec != std::errc{} || read.ptr != end) {
      return fail(make_error(JsonErrc::string_invalid));
    }
    rest_.remove_prefix(kSize);
    return unit;
  }

  void skip_space() noexcept {
    const std::size_t size = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(std::min(size, rest_.size()));
  }

  // After white space: takes `c` if it comes next.
  bool accept(char c) noexcept {
    skip_space();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  Status expect(char c) noexcept {
    if (accept(c)) return {};
    return fail(make_error(rest_.empty() ? JsonErrc::truncated : JsonErrc::syntax_invalid));
  }

  std::string_view rest_;
};

}  // namespace

Result<Value> parse(std::string_view text) { return Parser(text).document(); }

}  // namespace hearth::json
