// What to make of a record, of a disk, of a client: did a kick happen there, or not?
#pragma once

#include <filesystem>

#include "tests/crash/guest.h"
#include "tests/crash/kick_steps.h"

namespace hearth::test {

// The run ends here, and says why.
struct KickFailed {
  std::string why;
};
[[noreturn]] void broken(std::string why);

// What a record is to a kick.
enum class Part : std::uint8_t { none, append, answer, commit, removal };
Part part_of_sent(ByteView record);
Part part_of_received(ByteView record);
// Whether the body of a control entry does.
bool removes_somebody(const Bytes& body);

// Whom a kick is about, and where the room was before it.
struct KickedRoom {
  room::RoomId room;
  room::Handle removed;
  room::GateRef gate;  // By which they came.
  client::StatusReport before;
};

// What the database in `data` comes to, folded as the next start of a server would: both (commit
// and removal side by side, no member, no gate) or neither. KickFailed for anything else.
KickOutcome on_disk(const std::filesystem::path& data, const KickedRoom& at);
// What a client holds that has caught up: the epoch, the generation, the people, what it was shown.
KickOutcome in_client(Guest& who, const KickedRoom& at);

}  // namespace hearth::test
