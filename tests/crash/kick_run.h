// One kick with one death in it, and what is found afterwards.
#pragma once

#include <filesystem>
#include <string>

#include "tests/crash/kick_steps.h"

namespace hearth::test {

struct KickOptions {
  std::filesystem::path server;  // hearthd-test.
  // Faults planted to show that the run finds them.
  bool torn = false;         // The server keeps the entries of a kick one by one.
  bool lying = false;        // The disk says that it has a kick, and has not.
  bool not_removed = false;  // Whoever is held to be the removed has not been removed.
};

struct KickReport {
  KickOutcome found = KickOutcome::either;  // Right after the death; `either`: the run broke.
  std::string fault;                        // Empty: none.
  unsigned handed = 0;                      // Later entries handed to the removed...
  unsigned opened = 0;                      // ...and opened by them: none.
  unsigned opened_inside = 0;               // By a member who was away, of the same ones.
};

// Anna founds an open room on a server of its own; Ben, Cleo, Emil and Mallory come in, and for the
// steps of the kicker Dora, who is staff too. Emil goes away, in every second run Mallory too.
// Then Anna kicks Mallory, and somebody dies at `step`. `number` draws the rest: whether the room
// is kept, the disk, who is away.
KickReport run_kick(const KickStep& step, unsigned number, const KickOptions& options);

}  // namespace hearth::test
