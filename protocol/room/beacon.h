// The beacon: what the lead's client says into the silence of a live room.
#pragma once

#include "protocol/room/chain.h"

namespace hearth::room {

// Beacon   seq u64 | h32 | epoch_authenticator[0..8)
// The content of an app payload. `at` is the last entry that its author had accepted. Who holds
// another h there, or another authenticator in the same epoch, is shown another room.
struct Beacon {
  static constexpr std::size_t kAuthenticatorSize = 8;

  Anchor at;
  ByteArray<kAuthenticatorSize> authenticator{};

  static Beacon make(const Anchor& at, ByteView epoch_authenticator);
  bool fits(ByteView epoch_authenticator) const;
  static Result<Beacon> decode(Reader& reader) noexcept;
  friend bool operator==(const Beacon&, const Beacon&) = default;
};
void encode(Writer& writer, const Beacon& beacon);

}  // namespace hearth::room
