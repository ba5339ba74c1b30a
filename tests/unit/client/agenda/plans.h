// Plans that the tests of the agenda share.
#pragma once

#include "client/agenda/agenda.h"

namespace hearth::agenda {

inline Item item(std::string name, room::Mode mode, std::uint16_t minutes) {
  Item made;
  made.name = std::move(name);
  made.mode = mode;
  made.minutes = minutes;
  return made;
}

// Doors, a welcome with words, a queue, a poll and a lounge: 30 minutes and the lounges around
// them.
inline Plan half_hour() {
  Item doors = item("Doors", room::Mode::free, 15);
  doors.kind = ItemKind::lounge;
  Item welcome = item("Welcome", room::Mode::staff_only, 5);
  welcome.reading = "You are welcome here.\nYou may pass.";
  welcome.prompt = "Take a breath.";
  Item shares = item("Shares", room::Mode::queue, 20);
  shares.turn_seconds = 240;
  shares.flags = room::ModeOp::kPassesOn | room::ModeOp::kFair;
  shares.prompt = "One at a time.";
  Item poll = item("Feedback", room::Mode::staff_only, 5);
  poll.kind = ItemKind::poll;
  poll.questions = {"Were you heard?", "Will you come again?"};
  Item after = item("Lounge", room::Mode::free, 15);
  after.kind = ItemKind::lounge;
  return {"Saturday circle", {doors, welcome, shares, poll, after}};
}

}  // namespace hearth::agenda
