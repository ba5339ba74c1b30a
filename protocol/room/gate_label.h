// What staff note about a gate for each other: who made it, for whom, and of which kind.
#pragma once

#include "protocol/crypto/random.h"
#include "protocol/room/ids.h"

namespace hearth::room {

inline constexpr std::size_t kGateTextSizeMax = 200;

enum class GateKind : std::uint8_t {
  direct = 1,         // For people whom the issuer knows.
  standing = 2,       // The same place every week.
  referral_pool = 3,  // Members hand out its link; see the referral tokens.
  staff_pass = 4,     // A facilitator's: admitted at once by its issuer's client.
};

// GateLabel   version u16 | issuer staff_id32 | text<V> | kind u8
// Sealed to all desks ("hearth gate label") around pad(GateLabel) to 256 bytes, so that a label
// says nothing by its size. The server and the members see a box.
struct GateLabel {
  static constexpr std::uint16_t kVersion = 1;

  std::uint16_t version = kVersion;
  PublicKey issuer;
  std::string text;  // UTF-8, at most 200 bytes.
  GateKind kind = GateKind::direct;

  // name_invalid for a text that does not fit.
  Result<Bytes> seal(const RoomId& room, std::span<const DeskKey> desks,
                     crypto::RandomSource& random) const;
  // recipient_missing for a desk that it was not sealed to. Whether the issuer is staff, and made
  // this gate, is for the caller: the signer of the control entry says so.
  static Result<GateLabel> open(const RoomId& room, const crypto::KemKeyPair& desk,
                                ByteView sealed);

  static Result<GateLabel> decode(Reader& reader);
  friend bool operator==(const GateLabel&, const GateLabel&) = default;
};
void encode(Writer& writer, const GateLabel& label);

}  // namespace hearth::room
