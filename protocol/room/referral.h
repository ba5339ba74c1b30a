// Who invited somebody through the referral pool: for the staff alone.
#pragma once

#include "protocol/crypto/random.h"
#include "protocol/room/ids.h"

namespace hearth::room {

inline constexpr std::size_t kReferralSizeMax = 2048;  // Sealed.

// Referral   issuer handle32 | issuer name<V> | random16
// Members invite by the link of one gate for all, the pool, with this token behind it: sealed to
// all desks ("hearth referral") around pad(Referral) to 128 bytes. It goes with the knock, inside
// it, so the log shows the same gate for everybody and an issuer never learns who used a link.
struct Referral {
  Handle issuer;
  std::string name;  // As in the issuer's leaf.
  Bytes16 random{};

  Result<Bytes> seal(const RoomId& room, std::span<const DeskKey> desks,
                     crypto::RandomSource& random_source) const;
  static Result<Referral> open(const RoomId& room, const crypto::KemKeyPair& desk, ByteView sealed);

  static Result<Referral> decode(Reader& reader);
  friend bool operator==(const Referral&, const Referral&) = default;
};
void encode(Writer& writer, const Referral& referral);

}  // namespace hearth::room
