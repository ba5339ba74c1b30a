// The words for "it did not work": Result<T>, Error, and expects() for what must never happen.
#pragma once

#include <cstdint>
#include <expected>
#include <source_location>
#include <string_view>

namespace hearth {

// An Error is a small value: which folder speaks (`domain`), which of its reasons (`code`), and the
// reason's name. The name is the word used in the trace, in counters and in test vectors, so it is
// a literal with static lifetime; it never carries user data.
//
// Each folder defines its own `enum class XErrc` and a `make_error(XErrc)`.
struct Error {
  std::string_view domain;  // e.g. "codec", "mls", "wire"; static lifetime.
  std::uint32_t code = 0;   // The enumerator's value within the domain.
  std::string_view name;    // e.g. "truncated"; static lifetime.

  friend bool operator==(const Error& a, const Error& b) noexcept {
    return a.domain == b.domain && a.code == b.code;
  }
};

template <class T>
using Result = std::expected<T, Error>;
using Status = std::expected<void, Error>;

inline std::unexpected<Error> fail(Error error) noexcept { return std::unexpected<Error>(error); }

// States a fact that only a bug can break. Natively it throws std::logic_error (and so ends the
// owner: one connection, one room); where exceptions do not exist it traps. On in release too.
void expects(bool condition, std::source_location where = std::source_location::current());

[[noreturn]] void unreachable_state(
    std::source_location where = std::source_location::current());

}  // namespace hearth

// Propagates an error of a Result-returning expression. The one macro of the project: g++ 12 has no
// other way to write `auto x = try(expr)` without exceptions.
#define HEARTH_CONCAT_INNER(a, b) a##b
#define HEARTH_CONCAT(a, b) HEARTH_CONCAT_INNER(a, b)
#define HEARTH_TRY_IMPL(result, declaration, ...)          \
  auto result = (__VA_ARGS__);                             \
  if (!result) return std::unexpected(result.error());     \
  declaration = *std::move(result)
// HEARTH_TRY(auto x, f()): declares or assigns `x` from the value, or returns the error.
#define HEARTH_TRY(declaration, ...) \
  HEARTH_TRY_IMPL(HEARTH_CONCAT(hearth_try_, __LINE__), declaration, __VA_ARGS__)
// HEARTH_CHECK(f()): for Status; returns the error or goes on.
#define HEARTH_CHECK(...)                                                            \
  do {                                                                               \
    if (auto hearth_status = (__VA_ARGS__); !hearth_status)                          \
      return std::unexpected(hearth_status.error());                                 \
  } while (false)
