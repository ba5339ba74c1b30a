// Breaks the promise of MemoryLog (one owner, one thread) on purpose: two threads make a room each.
#include <thread>

#include "server/log/memory/memory_log.h"

namespace {

using namespace hearth;

void make_room(server::RoomLog& log, std::uint8_t name) {
  room::RoomId id{};
  id.bytes[0] = name;
  log.create(id, {}, {}, [](Status) {});
}

}  // namespace

int main() {
  server::MemoryLog log;
  // Nothing orders the two, whichever runs first.
  std::thread other([&] { make_room(log, 1); });
  make_room(log, 2);
  other.join();
}
