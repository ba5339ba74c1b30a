// The small change of reading a pack: words, numbers, days, paragraphs, and what was meant.
#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::agenda {

// The first word, and what follows it without blanks at either end.
struct Words {
  std::string_view first;
  std::string_view rest;
};
Words split_word(std::string_view text) noexcept;
std::string_view trimmed(std::string_view text) noexcept;
std::vector<std::string_view> words_in(std::string_view text);

// A whole number in digits alone.
std::optional<unsigned> number_in(std::string_view text) noexcept;
// YYYY-MM-DD, a day that exists.
std::optional<std::chrono::year_month_day> day_in(std::string_view text) noexcept;
// Lower-case letters, digits and dashes: 1 to 40.
bool is_reference(std::string_view text) noexcept;
// As "en", "dv", "ms-Arab".
bool is_language_tag(std::string_view text) noexcept;

// The lines of a block as they are shown: those of a paragraph are joined by a blank. An empty
// line, or one that begins with "- ", begins a new one.
std::string joined(std::span<const std::string> lines);

// "; did you mean queue?" for the nearest of `known`, or "; known are ..." where none is near.
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

// What must not stand in a line: "character 7 is U+202E, ...". Empty where there is nothing.
std::string unclean(std::string_view line);

// The value with quotation marks, cut after some characters.
std::string quoted(std::string_view text);

}  // namespace hearth::agenda
