// The phrases that people know, and the floor that each means.
#include "tests/scenarios/item.h"

#include <array>
#include <utility>

namespace hearth::test {
namespace {

using Phrase = std::pair<std::string_view, std::string_view>;
constexpr std::array kModes{Phrase{"Go round", "round"}, Phrase{"one word", "round"},
                            Phrase{"raise your hand", "queue"}, Phrase{"open to all", "respond"}};

constexpr std::array<std::string_view, 10> kNumbers{"one", "two",   "three", "four", "five",
                                                    "six", "seven", "eight", "nine", "ten"};

}  // namespace

std::optional<Item> item_of(std::string_view text) {
  Item item;
  for (const auto& [phrase, mode] : kModes) {
    if (text.find(phrase) == std::string_view::npos) continue;
    if (!item.mode.empty() && item.mode != mode) return std::nullopt;
    item.mode = mode;
  }
  if (item.mode.empty()) return std::nullopt;
  if (const std::size_t end = text.find(" minutes each"); end != std::string_view::npos) {
    for (std::size_t i = 0; i < kNumbers.size(); ++i) {
      if (text.substr(0, end).ends_with(kNumbers[i])) item.turn_seconds = 60 * (i + 1);
    }
    if (item.turn_seconds == 0) return std::nullopt;
  }
  return item;
}

}  // namespace hearth::test
