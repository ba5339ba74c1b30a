// Text from other people, made safe to print and to hear.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/time.h"

namespace hearth::client {

// Other people's text on one line: line ends and tabs become spaces; control characters, bidi
// controls, invisible tags and what is not UTF-8 become U+FFFD. Joiners stay: scripts need them.
std::string neutral(std::string_view text);

// neutral(text) between U+2068 and U+2069, so that a right-to-left name leaves the line around it
// alone (UAX #9). An empty text stays empty.
std::string isolated(std::string_view text);

// "1 person", "3 people".
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);
// "2 seconds", "3 hours", "7 days": the largest unit that fits whole.
std::string spoken(Duration duration);

}  // namespace hearth::client
