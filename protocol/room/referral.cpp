// Referral tokens, sealed and opened.
#include "protocol/room/referral.h"

#include "protocol/room/envelope.h"
#include "protocol/room/error.h"
#include "protocol/room/leaf_extension.h"
#include "protocol/room/sealed_box.h"
#include "protocol/room/text.h"

namespace hearth::room {
namespace {

constexpr std::string_view kBoxLabel = "hearth referral";
constexpr std::size_t kPaddedSize[] = {128};

}  // namespace

Result<Bytes> Referral::seal(const RoomId& room, std::span<const DeskKey> desks,
                             crypto::RandomSource& random_source) const {
  HEARTH_CHECK(check_display_name(name));
  HEARTH_TRY(const Bytes padded, pad(encoded(*this), 0, kPaddedSize));
  return seal_box(room, kBoxLabel, desks, padded, random_source);
}

Result<Referral> Referral::open(const RoomId& room, const crypto::KemKeyPair& desk,
                                ByteView sealed) {
  HEARTH_TRY(const Bytes padded, open_box(room, kBoxLabel, desk, sealed));
  if (padded.size() != kPaddedSize[0]) return fail(RoomErrc::size_invalid);
  HEARTH_TRY(const Bytes plain, unpad(padded));
  return decode_exact<Referral>(plain);
}

Result<Referral> Referral::decode(Reader& reader) {
  Referral referral;
  HEARTH_TRY(referral.issuer, Handle::decode(reader));
  HEARTH_TRY(referral.name, decode_text(reader, kDisplayNameSizeMax));
  HEARTH_TRY(referral.random, reader.array<16>());
  return referral;
}

void encode(Writer& writer, const Referral& referral) {
  encode(writer, referral.issuer);
  writer.vector(view_of(referral.name)).raw(referral.random);
}

}  // namespace hearth::room
