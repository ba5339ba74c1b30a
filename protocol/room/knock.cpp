// Knocks and their answers, sealed and opened.
#include "protocol/room/knock.h"

#include "protocol/room/envelope.h"
#include "protocol/room/error.h"
#include "protocol/room/referral.h"
#include "protocol/room/sealed_box.h"
#include "protocol/room/text.h"

namespace hearth::room {
namespace {

constexpr std::string_view kLabel = "hearth knock";
constexpr std::string_view kDenialLabel = "hearth denial";
constexpr std::uint8_t kFormDoor = 1;
constexpr std::uint8_t kFormDesks = 2;
constexpr std::size_t kNonce = 24;

// What a box for `count` keys adds: the length of its copies takes two bytes from one copy on.
constexpr std::size_t box_overhead(std::size_t count) noexcept {
  return 2 + count * 80 + kNonce + crypto::kTagSize;
}

Bytes signed_bytes(const RoomId& room, ByteView key_package, const Handle& handle) {
  return concat({view_of(kLabel), room.bytes, crypto::sha256(key_package), handle.bytes});
}

Bytes door_aad(const RoomId& room) { return concat({view_of(kLabel), room.bytes}); }

Bytes with_form(std::uint8_t form, ByteView rest) {
  Writer writer;
  writer.u8(form).raw(rest);
  return writer.take();
}

}  // namespace

Knock Knock::make(const RoomId& room, Bytes key_package, const Handle& handle, Role role,
                  const crypto::SignatureKey& key, std::string greeting) {
  Knock knock;
  knock.role = role;
  knock.key = public_key_of(key);
  knock.signature = sign(key, signed_bytes(room, key_package, handle));
  knock.key_package = std::move(key_package);
  knock.greeting = std::move(greeting);
  return knock;
}

Status Knock::verify(const RoomId& room, const Handle& handle) const {
  return room::verify(key, signed_bytes(room, key_package, handle), signature);
}

Result<Knock> Knock::decode(Reader& reader) {
  Knock knock;
  HEARTH_TRY(knock.version, reader.u16());
  if (knock.version != kVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(knock.key_package, reader.vector());
  HEARTH_TRY(knock.role, decode_voucher(reader));
  HEARTH_TRY(knock.key, PublicKey::decode(reader));
  HEARTH_TRY(knock.signature, Signature::decode(reader));
  HEARTH_TRY(knock.greeting, decode_text(reader, kGreetingSizeMax));
  HEARTH_TRY(knock.referral, reader.vector(kReferralSizeMax));
  return knock;
}

void encode(Writer& writer, const Knock& knock) {
  writer.u16(knock.version).vector(knock.key_package);
  writer.u8(static_cast<std::uint8_t>(knock.role));
  encode(writer, knock.key);
  encode(writer, knock.signature);
  writer.vector(view_of(knock.greeting)).vector(knock.referral);
}

Result<Bytes> seal_knock_for_door(const RoomId& room, const Knock& knock, const Secret32& k_door,
                                  crypto::RandomSource& random) {
  HEARTH_TRY(const Bytes padded, pad(encoded(knock), 1 + kNonce + crypto::kTagSize, kBuckets));
  const auto nonce = random.array<kNonce>();
  const Bytes sealed = crypto::xchacha_seal(k_door, nonce, door_aad(room), padded);
  return with_form(kFormDoor, concat({nonce, sealed}));
}

Result<Bytes> seal_knock_for_desks(const RoomId& room, const Knock& knock,
                                   std::span<const DeskKey> desks, crypto::RandomSource& random) {
  HEARTH_TRY(const Bytes padded, pad(encoded(knock), 1 + box_overhead(desks.size()), kBuckets));
  HEARTH_TRY(const Bytes box, seal_box(room, kLabel, desks, padded, random));
  return with_form(kFormDesks, box);
}

Result<Knock> open_knock(const RoomId& room, ByteView sealed, const Secret32& k_door,
                         const crypto::KemKeyPair* desk) {
  if (!is_bucket(EntryKind::app, sealed.size())) return fail(RoomErrc::size_invalid);
  Reader reader(sealed);
  HEARTH_TRY(const std::uint8_t form, reader.u8());
  Bytes padded;
  if (form == kFormDoor) {
    HEARTH_TRY(const auto nonce, reader.array<kNonce>());
    auto opened = crypto::xchacha_open(k_door, nonce, door_aad(room), reader.rest());
    if (!opened) return fail(RoomErrc::open_failed);
    padded = std::move(*opened);
  } else if (form == kFormDesks) {
    if (!desk) return fail(RoomErrc::recipient_missing);
    HEARTH_TRY(padded, open_box(room, kLabel, *desk, reader.rest()));
  } else {
    return hearth::fail(make_error(CodecErrc::enum_invalid));
  }
  HEARTH_TRY(const Bytes plain, unpad(padded));
  return decode_exact<Knock>(plain);
}

Result<Bytes> seal_denial(const RoomId& room, std::string_view text, const DeskKey& direct,
                          crypto::RandomSource& random) {
  if (text.size() > kGreetingSizeMax || !is_utf8(text)) return fail(RoomErrc::name_invalid);
  HEARTH_TRY(const Bytes padded, pad(view_of(text), box_overhead(1), kBuckets));
  return seal_box(room, kDenialLabel, std::span(&direct, 1), padded, random);
}

Result<std::string> open_denial(const RoomId& room, ByteView sealed,
                                const crypto::KemKeyPair& direct) {
  HEARTH_TRY(const Bytes padded, open_box(room, kDenialLabel, direct, sealed));
  HEARTH_TRY(const Bytes text, unpad(padded));
  if (text.size() > kGreetingSizeMax || !is_utf8(text_of(text))) {
    return fail(RoomErrc::name_invalid);
  }
  return std::string(text_of(text));
}

}  // namespace hearth::room
