// Words, numbers, days and paragraphs of a pack.
#include "client/agenda/pack_text.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "client/json/utf8.h"

namespace hearth::agenda {
namespace {

constexpr std::size_t kReferenceSizeMax = 40;
constexpr std::size_t kQuotedSizeMax = 60;

bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

// How many letters must be put in, taken out or changed.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

std::string hexadecimal(std::uint32_t value) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (int shift = value > 0xFFFF ? 20 : 12; shift >= 0; shift -= 4) {
    out.push_back(kDigits[(value >> shift) & 0xF]);
  }
  return out;
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

Words split_word(std::string_view text) noexcept {
  text = trimmed(text);
  const std::size_t end = std::min(text.find(' '), text.size());
  return {text.substr(0, end), trimmed(text.substr(end))};
}

std::vector<std::string_view> words_in(std::string_view text) {
  std::vector<std::string_view> words;
  for (Words next = split_word(text); !next.first.empty(); next = split_word(next.rest)) {
    words.push_back(next.first);
  }
  return words;
}

std::optional<unsigned> number_in(std::string_view text) noexcept {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::chrono::year_month_day> day_in(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number_in(text.substr(0, 4));
  const auto month = number_in(text.substr(5, 2));
  const auto day = number_in(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return date;
}

bool is_reference(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kReferenceSizeMax &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_language_tag(std::string_view text) noexcept {
  const std::size_t end = std::min(text.find('-'), text.size());
  const std::string_view first = text.substr(0, end);
  if (first.size() < 2 || first.size() > 3 || !std::ranges::all_of(first, is_lower)) return false;
  std::size_t at = end;
  while (at < text.size()) {
    const std::size_t next = std::min(text.find('-', at + 1), text.size());
    const std::string_view part = text.substr(at + 1, next - at - 1);
    const auto fits = [](char c) { return is_letter(c) || is_digit(c); };
    if (part.size() < 2 || part.size() > 8 || !std::ranges::all_of(part, fits)) return false;
    at = next;
  }
  return true;
}

std::string joined(std::span<const std::string> lines) {
  std::string out;
  bool fresh = true;
  for (const std::string& line : lines) {
    if (line.empty()) {
      fresh = true;
      continue;
    }
    if (!out.empty()) out.push_back(fresh || line.starts_with("- ") ? '\n' : ' ');
    out += line;
    fresh = false;
  }
  return out;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view cut = word.substr(0, kReferenceSizeMax);
  std::string_view nearest;
  std::size_t least = std::max<std::size_t>(cut.size() / 2, 1) + 1;
  for (const std::string_view candidate : known) {
    // A word that was cut short or written on is near, however long the rest.
    const bool begun =
        cut.size() >= 3 && (candidate.starts_with(cut) || cut.starts_with(candidate));
    const std::size_t far = begun ? 1 : distance(cut, candidate);
    if (far < least) least = far, nearest = candidate;
  }
  if (!nearest.empty()) return "; did you mean " + std::string(nearest) + "?";
  if (known.empty()) return {};
  std::string out = "; known are";
  for (const std::string_view candidate : known) {
    out += (candidate == known.front() ? " " : ", ") + std::string(candidate);
  }
  return out;
}

std::string unclean(std::string_view line) {
  for (std::size_t number = 1; !line.empty(); ++number) {
    const std::string where = "character " + std::to_string(number) + " ";
    const auto character = json::first_character(line);
    if (!character) return where + "is not UTF-8; save the file as UTF-8";
    const std::uint32_t c = character->code_point;
    if (c == '\t') return where + "is a tab; use blanks";
    if (json::is_harmful(c) || c == 0x2028 || c == 0x2029) {
      return where + "is U+" + hexadecimal(c) +
             ", which nobody sees or which turns the text around it; take it out";
    }
    line.remove_prefix(character->size);
  }
  return {};
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (std::string_view rest = text; !rest.empty();) {
    const auto character = json::first_character(rest);
    const std::size_t size = character ? character->size : 1;
    if (out.size() + size > kQuotedSizeMax) return out + "...\"";
    out += rest.substr(0, size);
    rest.remove_prefix(size);
  }
  return out + "\"";
}

}  // namespace hearth::agenda
