// A pack: the readings, prompts, cards and templates of a group in one text file.
//
// The format is told by example in client/packs/README.md. A file begins with `hearth-pack 1`;
// sections begin in column 0, what belongs to them is set in by two blanks each; `#` begins a
// comment line. Lines of a text are joined; an empty line or a `- ` begins a new one.
#pragma once

#include <chrono>

#include "client/agenda/plan.h"

namespace hearth::agenda {

inline constexpr std::size_t kPackSizeMax = 256 * 1024;
inline constexpr std::size_t kPackTextsMax = 256;
inline constexpr std::size_t kPackTemplatesMax = 32;
inline constexpr std::size_t kPackLineSizeMax = 1024;
inline constexpr std::size_t kProblemsMax = 50;  // Then reading stops.

// Which words a group wants where it may choose.
enum class Variant : std::uint8_t { non_religious = 1, religious = 2 };
std::string_view name_of(Variant variant) noexcept;  // "non-religious", "religious"
std::optional<Variant> variant_of(std::string_view name) noexcept;

enum class TextKind : std::uint8_t { reading = 1, prompt = 2, card = 3 };
std::string_view name_of(TextKind kind) noexcept;

struct PackText {
  TextKind kind = TextKind::reading;
  std::string name;                // [a-z0-9-], at most 40.
  std::optional<Variant> variant;  // Nothing: for all.
  std::string title;               // Of a card.
  std::string text;                // Empty only in a card that nobody has filled in.
  std::optional<std::chrono::year_month_day> review;  // Of a card: true until that day.
  std::size_t line = 0;                               // Where it begins, from 1.
};

struct TemplateItem {
  Item item;  // Without the texts it refers to.
  std::string prompt;
  std::string reading;
  TextKind reading_kind = TextKind::reading;  // Or card.
};

struct Template {
  std::string name;
  std::string title;
  std::uint16_t minutes = 0;  // What the meeting takes, without the lounges around it.
  std::vector<TemplateItem> items;
  std::size_t line = 0;
};

struct Pack {
  std::string language;  // As "en" or "ms-Arab".
  std::string title;
  std::vector<Variant> variants;  // At least one; the first is meant where none is named.
  std::vector<PackText> texts;
  std::vector<Template> templates;

  // The text of this name for `variant`, or the one for all.
  const PackText* find(TextKind kind, std::string_view name, Variant variant) const noexcept;
  const Template* find_template(std::string_view name) const noexcept;
  // The whole plan of a template of this pack; always sound.
  Plan plan(const Template& from, Variant variant) const;
};

// What is wrong in a line and what to do about it, without a full stop. A note is no error.
struct Problem {
  std::size_t line = 1;  // From 1.
  std::string what;
  bool note = false;
};

struct PackReport {
  std::optional<Pack> pack;       // Only where no problem is an error.
  std::vector<Problem> problems;  // By line.
};

// NFC, which the caller has (ICU is not everywhere).
using Compose = std::string (*)(std::string_view);
// Reads a file's content. Never throws, for any input.
PackReport read_pack(std::string_view content, Compose nfc);

}  // namespace hearth::agenda
