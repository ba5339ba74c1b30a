// The GroupInfo extension inside a Welcome: what a newcomer needs beside the tree.
#pragma once

#include "protocol/room/chain.h"

namespace hearth::room {

inline constexpr std::uint16_t kWelcomeExtensionType = 0xF003;

// version u16 | generation u16 | s_g16 | s_door16 | anchor{seq u64, h32} | start{seq u64, h32}
struct WelcomeExtension {
  static constexpr std::uint16_t kVersion = 1;

  std::uint16_t version = kVersion;
  Generation generation = 1;
  Secret16 s_g;  // Of `generation`.
  Secret16 s_door;
  Anchor anchor;  // A head the admitter had seen when it made the commit: a newcomer whose chain
                  // differs there is being shown another room.
  Anchor start;   // The place before the last `state` entry; {0, zeros} where there is none yet.
                  // Resume after it: the first record is the state (or the genesis).

  static Result<WelcomeExtension> decode(Reader& reader);
};
void encode(Writer& writer, const WelcomeExtension& extension);

}  // namespace hearth::room
