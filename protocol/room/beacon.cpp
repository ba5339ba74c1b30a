// Making, comparing and spelling beacons.
#include "protocol/room/beacon.h"

namespace hearth::room {

Beacon Beacon::make(const Anchor& at, ByteView epoch_authenticator) {
  const auto first = to_array<kAuthenticatorSize>(epoch_authenticator.first(kAuthenticatorSize));
  expects(first.has_value());
  return {at, *first};
}

bool Beacon::fits(ByteView epoch_authenticator) const {
  return equal(authenticator, epoch_authenticator.first(kAuthenticatorSize));
}

Result<Beacon> Beacon::decode(Reader& reader) noexcept {
  Beacon beacon;
  HEARTH_TRY(beacon.at, Anchor::decode(reader));
  HEARTH_TRY(beacon.authenticator, reader.array<kAuthenticatorSize>());
  return beacon;
}

void encode(Writer& writer, const Beacon& beacon) {
  encode(writer, beacon.at);
  writer.raw(beacon.authenticator);
}

}  // namespace hearth::room
