// The talk that must not be disturbed.
#include "tests/hostile/hostile.h"

namespace hearth::test {

HonestRoom::HonestRoom(std::uint16_t port) : thread_([this, port] { talk(port); }) {}

HonestRoom::~HonestRoom() {
  if (thread_.joinable()) finish();
}

bool HonestRoom::finish() {
  stopping_ = true;
  thread_.join();
  return sound_;
}

void HonestRoom::talk(std::uint16_t port) {
  WireRoom room;
  sound_ = room.found(port, room::Retention::day, 1) && room.open(room::Admission::lobby) &&
           room.add_gate(0, 5);
  if (!sound_) return;
  const auto anna = room.enter(1);
  const auto bela = room.enter(2);
  sound_ = anna && bela;
  // Each line is read by everybody before the next is said.
  while (sound_ && !stopping_) {
    const auto said = (lines_ % 2 == 0 ? anna : bela)->append(room.append_of({room.line()}));
    const auto* taken = std::get_if<wire::Appended>(&said);
    sound_ = taken && anna->read_until(taken->first) && bela->read_until(taken->first) &&
             room.staff->read_until(taken->first);
    if (sound_) ++lines_;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
}

}  // namespace hearth::test
