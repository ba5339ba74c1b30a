// The printable invitation: one page that holds everything and asks nothing of the network.
#pragma once

#include <string>
#include <string_view>

#include "client/core/event.h"

namespace hearth::client {

struct Card {
  std::string link;      // A secret: whoever has the card has it.
  std::string title;     // Left out where it is empty, as it should be on paper.
  std::string schedule;  // When the room meets, as its staff wrote it; may be empty.
};

// What to say where there is no invitation to print.
inline constexpr std::string_view kNoInvitation =
    "There is no invitation to print yet. Make one with /invite first.";
// The card of an invitation; its title only where it is asked for.
Card card_of(const Invitation& invitation, bool titled);

// An HTML page of one printed side: QR code and link, when, and how to come in, in five languages.
// No script, no font, no picture and no address is loaded from anywhere; a reader's policy header
// inside says so. Empty where the link fits no code.
std::string card_page(const Card& card);

}  // namespace hearth::client
