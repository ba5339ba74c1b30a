// Making a KeyPackage and a knock around it.
#include "client/core/arrival.h"

#include "protocol/room/knock.h"

namespace hearth::client {

Result<Arrival> Arrival::prepare(const House& house, std::string_view name, Instant now,
                                 crypto::RandomSource& random) {
  HEARTH_TRY(StayKeys stay, StayKeys::generate(name, random));
  const mls::Lifetime lifetime{unix_seconds(now - kClockSkewMax), unix_seconds(now + kKnockValid)};
  const crypto::SignatureKey* staff_id = house.staff ? &house.staff->id : nullptr;
  HEARTH_TRY(mls::KeyPackageBundle key_package,
             mls::make_key_package(kSuite, stay.identity(house.id, staff_id), lifetime, random));
  return Arrival{std::move(stay), std::move(key_package), false, false};
}

Result<wire::KnockRequest> Arrival::knock(const House& house, room::Role role,
                                          const crypto::SignatureKey& voucher, bool open_door,
                                          std::string greeting, Bytes referral,
                                          crypto::RandomSource& random) const {
  const room::Handle handle = stay.handle(house.id);
  room::Knock knock = room::Knock::make(house.id, key_package.message(), handle, role, voucher,
                                        std::move(greeting));
  knock.referral = std::move(referral);
  wire::KnockRequest request{handle, {}};
  if (open_door || role == room::Role::staff) {
    HEARTH_TRY(request.sealed, room::seal_knock_for_door(house.id, knock, house.k_door(), random));
    return request;
  }
  HEARTH_TRY(request.sealed, room::seal_knock_for_desks(house.id, knock, house.desks(), random));
  return request;
}

}  // namespace hearth::client
