// A small, strict JSON (RFC 8259): a value, a reader for hostile input, a writer.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/error.h"

// JSON is how scripts talk to the client and how test vectors are kept. Nothing that peers or the
// server say is JSON.
namespace hearth::json {

enum class JsonErrc : std::uint32_t {
  truncated = 1,   // The text ends before the value does.
  syntax_invalid,  // A character that cannot stand where it stands.
  number_invalid,  // Not a number of RFC 8259 §6, or beyond the range of a double.
  string_invalid,  // Control character, unknown escape, lone surrogate, or not UTF-8.
  depth_exceeded,  // More than kDepthMax arrays and objects inside each other.
  key_repeated,    // Two members of one object with one name.
  trailing_text,   // Something after the value.
};
Error make_error(JsonErrc code) noexcept;

inline constexpr std::size_t kDepthMax = 64;

class Value;
struct Member;
using Array = std::vector<Value>;
using Object = std::vector<Member>;  // Members keep the order in which they were written.

// One JSON value. Strings are UTF-8. A whole number that fits 64 bits stays exact, every other
// number is a double. Asking `as_x` of a value that is not an x is a bug of the caller (`expects`):
// ask `is_x` first where the text came from outside.
class Value final {
 public:
  Value() noexcept;  // null
  ~Value();
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;

  Value(bool value) noexcept;
  Value(double value) noexcept;  // Finite: JSON has no other doubles.
  Value(std::string value) noexcept;
  Value(std::string_view value);
  Value(const char* value);
  Value(Array value) noexcept;
  Value(Object value) noexcept;
  template <std::signed_integral T>
  Value(T value) noexcept : Value(Integer{static_cast<std::int64_t>(value)}) {}
  template <std::unsigned_integral T>  // Of a bool the constructor above is the better match.
  Value(T value) noexcept : Value(Unsigned{static_cast<std::uint64_t>(value)}) {}

  bool is_null() const noexcept;
  bool is_bool() const noexcept;
  bool is_number() const noexcept;
  bool is_i64() const noexcept;  // A whole number in the range of std::int64_t.
  bool is_u64() const noexcept;  // A whole number in the range of std::uint64_t.
  bool is_string() const noexcept;
  bool is_array() const noexcept;
  bool is_object() const noexcept;

  bool as_bool() const;
  std::int64_t as_i64() const;
  std::uint64_t as_u64() const;
  double as_double() const;  // Of any number.
  const std::string& as_string() const;
  std::string& as_string();
  const Array& as_array() const;
  Array& as_array();
  const Object& as_object() const;
  Object& as_object();

  // The member `key` of an object; null when there is none or this is not an object.
  const Value* find(std::string_view key) const noexcept;
  Value* find(std::string_view key) noexcept;

  // Gives an object (or null, which becomes one) the member `key`, in place of an older one.
  Value& set(std::string_view key, Value value);
  // Appends to an array (or to null, which becomes one).
  Value& push(Value value);

  friend bool operator==(const Value& a, const Value& b);

 private:
  struct Integer {
    std::int64_t value;
    bool operator==(const Integer&) const = default;
  };
  struct Unsigned {  // Inside a Value only for what does not fit Integer.
    std::uint64_t value;
    bool operator==(const Unsigned&) const = default;
  };
  explicit Value(Integer value) noexcept;
  explicit Value(Unsigned value) noexcept;

  std::variant<std::monostate, bool, Integer, Unsigned, double, std::string, Array, Object> data_;
};

struct Member {
  std::string key;
  Value value;
  friend bool operator==(const Member&, const Member&) = default;
};

Value object(std::initializer_list<Member> members = {});
Value array(std::initializer_list<Value> items = {});

// Reads exactly one value, with white space around it. Never throws, for any input.
Result<Value> parse(std::string_view text);

// Writes on one line without spaces. The result is always valid JSON: what is not UTF-8 in a string
// becomes U+FFFD.
std::string to_text(const Value& value);

}  // namespace hearth::json
