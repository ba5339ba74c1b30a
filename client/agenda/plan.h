// The plan of a meeting: its items in their order, with all the words that belong to them.
#pragma once

#include <string>
#include <vector>

#include "protocol/room/floor_ops.h"

namespace hearth::agenda {

// Bounds. Sizes are bytes of UTF-8; together they leave room for a card in one payload (agenda.h).
inline constexpr std::size_t kItemsMax = 64;
inline constexpr std::size_t kTitleSizeMax = 200;  // As the title of a room.
inline constexpr std::size_t kNameSizeMax = 80;
inline constexpr std::size_t kPromptSizeMax = 600;
inline constexpr std::size_t kReadingSizeMax = 6144;
inline constexpr std::size_t kQuestionsMax = 3;
inline constexpr std::size_t kQuestionSizeMax = 200;
inline constexpr std::uint16_t kItemMinutesMax = 240;

enum class ItemKind : std::uint8_t {
  talk = 1,
  poll = 2,    // Anonymous questions; the floor goes by `mode` meanwhile.
  lounge = 3,  // Before, between or after: nobody leads.
};

struct Item {
  std::string name;  // Not empty, one line.
  ItemKind kind = ItemKind::talk;
  room::Mode mode = room::Mode::free;
  std::uint16_t minutes = 1;       // Planned, 1 to kItemMinutesMax.
  std::uint16_t turn_seconds = 0;  // As in room::ModeOp; 0 where nobody takes turns.
  std::uint8_t flags = 0;          // As in room::ModeOp; 0 outside a queue.
  std::string prompt;              // One line, shown to everybody; may be empty.
  std::string reading;             // A reading or a card: paragraphs between '\n'; may be empty.
  std::vector<std::string> questions;  // Of a poll.
  // Some of the texts are not here: they stood in a pack, and did not travel with the card. The
  // lead is to be told, and says it in other words; nobody else needs to know.
  bool abridged = false;
  friend bool operator==(const Item&, const Item&) = default;
};

struct Plan {
  std::string title;  // Not empty, one line.
  std::vector<Item> items;
  friend bool operator==(const Plan&, const Plan&) = default;
};

// UTF-8 without control characters, bidi controls or what nobody sees; '\n' only in a text.
bool is_line(std::string_view text, std::size_t size_max) noexcept;
bool is_text(std::string_view text, std::size_t size_max) noexcept;

// Whether all bounds hold, and turns, flags and questions stand only where they mean something.
bool is_sound(const Item& item) noexcept;
bool is_sound(const Plan& plan) noexcept;

// The items that are the meeting: from the first to the last that is no lounge. A lounge between
// them, a pause, is one of them.
struct Span {
  std::size_t first = 0;
  std::size_t end = 0;  // Behind the last; equal to `first` where there are only lounges.
};
Span meeting_of(const Plan& plan) noexcept;
// The planned minutes of the items [first, end).
unsigned minutes_of(const Plan& plan, Span span) noexcept;

}  // namespace hearth::agenda
