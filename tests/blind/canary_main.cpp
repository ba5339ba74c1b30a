// blind_canary PORT TEXT: leaves a text in clear in a stored room and in a live one, as a client
// that forgot to seal it would. The search of the blind-server check must find it everywhere.
#include <cstdio>
#include <cstdlib>

#include "tests/support/wire_room.h"

namespace hearth::test {

namespace {

bool leave(std::uint16_t port, room::Retention retention, std::uint32_t number,
           std::string_view text) {
  WireRoom room;
  if (!room.found(port, retention, number) || !room.open(room::Admission::lobby)) return false;
  auto line = room.line();
  const ByteView words = view_of(text);
  std::copy(words.begin(), words.end(), line.body.begin() + 100);
  return room.staff_appends(room.append_of({std::move(line)}));
}

}  // namespace

}  // namespace hearth::test

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "blind_canary PORT TEXT (at most 400 bytes)\n");
    return 2;
  }
  const auto port = static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10));
  const std::string_view text(argv[2]);
  if (text.size() > 400) return 2;
  const bool left = hearth::test::leave(port, hearth::room::Retention::day, 1, text) &&
                    hearth::test::leave(port, hearth::room::Retention::live, 2, text);
  std::printf("blind_canary: %s\n", left ? "left in both rooms" : "could not be left");
  return left ? 0 : 1;
}
