// How one speaks in an item of a meeting, as the item's text says it to people.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hearth::test {

// What of an item the floor knows. Its text and its timer are the agenda's.
struct Item {
  std::string_view mode;           // As the command `mode` has it.
  std::uint64_t turn_seconds = 0;  // Of each turn; 0: open end.

  friend bool operator==(const Item&, const Item&) = default;
};

// Nothing where the text names no way to speak, or two. "Go round" and "one word" (of each) are a
// round, "raise your hand" a queue, "open to all" is for responses; "N minutes each" a turn.
std::optional<Item> item_of(std::string_view text);

}  // namespace hearth::test
