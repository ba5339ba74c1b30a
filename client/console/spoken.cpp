// Neutralising, isolating, and a little counting.
#include "client/console/spoken.h"

#include <algorithm>

#include "client/json/utf8.h"

namespace hearth::client {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

bool is_space_like(std::uint32_t c) noexcept {
  return c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r' || c == 0x85 ||
         c == 0x2028 || c == 0x2029;
}

}  // namespace

std::string neutral(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto character = json::first_character(text);
    const std::uint32_t c = character ? character->code_point : kReplacement;
    text.remove_prefix(character ? character->size : 1);
    if (is_space_like(c)) {
      out.push_back(' ');
    } else {
      json::append_utf8(out, json::is_harmful(c) ? kReplacement : c);
    }
  }
  return out;
}

std::string isolated(std::string_view text) {
  if (text.empty()) return {};
  return "\u2068" + neutral(text) + "\u2069";
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

std::string spoken(Duration duration) {
  using namespace std::chrono;
  const auto all = std::max<std::int64_t>(1, duration_cast<seconds>(duration).count());
  const auto whole = static_cast<std::uint64_t>(all);
  if (whole % 86400 == 0) return counted(whole / 86400, "day", "days");
  if (whole % 3600 == 0) return counted(whole / 3600, "hour", "hours");
  if (whole % 60 == 0) return counted(whole / 60, "minute", "minutes");
  return counted(whole, "second", "seconds");
}

}  // namespace hearth::client
