// The safety code: a 128-bit number, its last 25 decimal digits.
#include "protocol/room/safety_code.h"

#include "protocol/bytes/codec.h"

namespace hearth::room {

std::string safety_code(const RoomId& room, std::uint64_t epoch, ByteView epoch_authenticator,
                        const Hash& h) {
  Writer number;
  number.u64(epoch);
  Hash hash =
      crypto::sha256({view_of("hearth code"), room.bytes, number.bytes(), epoch_authenticator, h});
  const std::span<Byte> value = std::span(hash).first(16);
  std::string digits(25, '0');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    unsigned remainder = 0;  // Long division by ten, byte by byte.
    for (Byte& byte : value) {
      const unsigned part = remainder * 256 + byte;
      byte = static_cast<Byte>(part / 10);
      remainder = part % 10;
    }
    *digit = static_cast<char>('0' + remainder);
  }
  return digits;
}

}  // namespace hearth::room
