// The sentences of an agenda.
#pragma once

#include <string>

#include "client/core/event.h"

namespace hearth::client {

// One line each, as words.h has them. Of a card that is everything it says.
std::string line(const ItemBegan& e);
std::string line(const ItemOver& e);
std::string line(const AgendaShown& e);

}  // namespace hearth::client
