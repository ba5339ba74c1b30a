// A stay that has been asked for and not begun: the keys of a knock.
#pragma once

#include "client/core/house.h"
#include "protocol/wire/knocking.h"

namespace hearth::client {

// How long the KeyPackage of a knock may be used. Admitters refuse longer ones.
inline constexpr auto kKnockValid = std::chrono::hours(24);
inline constexpr auto kClockSkewMax = std::chrono::hours(1);

// Each Arrival has fresh keys, and so a handle of its own; it may knock several times until it is
// admitted, with whatever vouches for it then.
struct Arrival {
  StayKeys stay;
  mls::KeyPackageBundle key_package;
  bool knocked = false;   // The server may know its handle already.
  bool admitted = false;  // It says that it does.

  static Result<Arrival> prepare(const House& house, std::string_view name, Instant now,
                                 crypto::RandomSource& random);
  // `voucher` is a gate, or the delivery key of the stay before. Sealed under K_door where any
  // member's client may admit, else to the staff's desk keys.
  Result<wire::KnockRequest> knock(const House& house, room::Role role,
                                   const crypto::SignatureKey& voucher, bool open_door,
                                   std::string greeting, Bytes referral,
                                   crypto::RandomSource& random) const;
};

}  // namespace hearth::client
