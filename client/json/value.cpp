// What a JSON value holds and how it is built.
#include <algorithm>
#include <cmath>

#include "client/json/json.h"

namespace hearth::json {
namespace {

// The alternative T of a value's data; a bug when it holds another.
template <class T, class Data>
auto& held_as(Data& data) {
  auto* held = std::get_if<T>(&data);
  expects(held != nullptr);
  return *held;
}

std::string_view name_of(JsonErrc code) noexcept {
  switch (code) {
    case JsonErrc::truncated: return "truncated";
    case JsonErrc::syntax_invalid: return "syntax_invalid";
    case JsonErrc::number_invalid: return "number_invalid";
    case JsonErrc::string_invalid: return "string_invalid";
    case JsonErrc::depth_exceeded: return "depth_exceeded";
    case JsonErrc::key_repeated: return "key_repeated";
    case JsonErrc::trailing_text: return "trailing_text";
  }
  return "unknown";
}

}  // namespace

Error make_error(JsonErrc code) noexcept {
  return Error{"json", static_cast<std::uint32_t>(code), name_of(code)};
}

Value::Value() noexcept = default;
Value::~Value() = default;
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;

Value::Value(bool value) noexcept : data_(value) {}
Value::Value(double value) noexcept : data_(value) { expects(std::isfinite(value)); }
Value::Value(std::string value) noexcept : data_(std::move(value)) {}
Value::Value(std::string_view value) : data_(std::string(value)) {}
Value::Value(const char* value) : data_(std::string(value)) {}
Value::Value(Array value) noexcept : data_(std::move(value)) {}
Value::Value(Object value) noexcept : data_(std::move(value)) {}
Value::Value(Integer value) noexcept : data_(value) {}
Value::Value(Unsigned value) noexcept : data_(value) {
  if (std::in_range<std::int64_t>(value.value)) {
    data_ = Integer{static_cast<std::int64_t>(value.value)};
  }
}

bool Value::is_null() const noexcept { return std::holds_alternative<std::monostate>(data_); }
bool Value::is_bool() const noexcept { return std::holds_alternative<bool>(data_); }
bool Value::is_number() const noexcept {
  return is_i64() || is_u64() || std::holds_alternative<double>(data_);
}
bool Value::is_i64() const noexcept { return std::holds_alternative<Integer>(data_); }
bool Value::is_u64() const noexcept {
  const auto* integer = std::get_if<Integer>(&data_);
  return integer != nullptr ? integer->value >= 0 : std::holds_alternative<Unsigned>(data_);
}
bool Value::is_string() const noexcept { return std::holds_alternative<std::string>(data_); }
bool Value::is_array() const noexcept { return std::holds_alternative<Array>(data_); }
bool Value::is_object() const noexcept { return std::holds_alternative<Object>(data_); }

bool Value::as_bool() const { return held_as<bool>(data_); }
std::int64_t Value::as_i64() const { return held_as<Integer>(data_).value; }
std::uint64_t Value::as_u64() const {
  expects(is_u64());
  return is_i64() ? static_cast<std::uint64_t>(as_i64()) : held_as<Unsigned>(data_).value;
}
double Value::as_double() const {
  if (is_i64()) return static_cast<double>(as_i64());
  if (is_u64()) return static_cast<double>(as_u64());
  return held_as<double>(data_);
}
const std::string& Value::as_string() const { return held_as<std::string>(data_); }
std::string& Value::as_string() { return held_as<std::string>(data_); }
const Array& Value::as_array() const { return held_as<Array>(data_); }
Array& Value::as_array() { return held_as<Array>(data_); }
const Object& Value::as_object() const { return held_as<Object>(data_); }
Object& Value::as_object() { return held_as<Object>(data_); }

const Value* Value::find(std::string_view key) const noexcept {
  const auto* members = std::get_if<Object>(&data_);
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find(*members, key, &Member::key);
  return found == members->end() ? nullptr : &found->value;
}

Value* Value::find(std::string_view key) noexcept {
  return const_cast<Value*>(std::as_const(*this).find(key));
}

Value& Value::set(std::string_view key, Value value) {
  if (is_null()) data_ = Object{};
  if (Value* older = find(key)) {
    *older = std::move(value);
  } else {
    as_object().push_back(Member{std::string(key), std::move(value)});
  }
  return *this;
}

Value& Value::push(Value value) {
  if (is_null()) data_ = Array{};
  as_array().push_back(std::move(value));
  return *this;
}

bool operator==(const Value& a, const Value& b) { return a.data_ == b.data_; }

Value object(std::initializer_list<Member> members) { return Value(Object(members)); }

Value array(std::initializer_list<Value> items) { return Value(Array(items)); }

}  // namespace hearth::json
