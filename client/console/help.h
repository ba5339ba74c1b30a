// What /help says.
#pragma once

#include <string_view>

namespace hearth::client {

// Lines, each with its end: every word of the plain face and what it does.
std::string_view help_text() noexcept;

}  // namespace hearth::client
