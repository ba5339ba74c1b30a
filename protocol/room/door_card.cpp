// The door card, sealed by staff and opened by guests.
#include "protocol/room/door_card.h"

#include "protocol/room/envelope.h"
#include "protocol/room/error.h"
#include "protocol/room/text.h"

namespace hearth::room {
namespace {

Bytes labelled(const RoomId& room) { return concat({view_of("hearth door"), room.bytes}); }

}  // namespace

Result<Bytes> DoorCard::seal(const RoomId& room, const Secret32& k_door,
                             const crypto::SignatureKey& staff_id,
                             crypto::RandomSource& random) const {
  const Bytes card = encoded(*this);
  Writer plain;
  plain.raw(card);
  encode(plain, public_key_of(staff_id));
  encode(plain, sign(staff_id, concat({labelled(room), card})));
  return seal_padded(k_door, labelled(room), plain.bytes(), random);
}

Result<DoorCard> DoorCard::open(const RoomId& room, const Secret32& k_door,
                                const ServerPart& server_part, ByteView sealed) {
  HEARTH_TRY(const Bytes plain, open_padded(k_door, labelled(room), sealed));
  Reader reader(plain);
  HEARTH_TRY(DoorCard card, DoorCard::decode(reader));
  HEARTH_TRY(const PublicKey staff_id, PublicKey::decode(reader));
  HEARTH_TRY(const Signature signature, Signature::decode(reader));
  HEARTH_CHECK(reader.finish());

  HEARTH_CHECK(check_room_id(room, server_part, hash_of(card.member_part)));
  HEARTH_CHECK(check_staff_chain(room, server_part, card.member_part, card.staff_lists));
  if (!card.staff().find(staff_id)) return fail(RoomErrc::signature_invalid);
  HEARTH_CHECK(verify(staff_id, concat({labelled(room), encoded(card)}), signature));
  return card;
}

Result<DoorCard> DoorCard::decode(Reader& reader) {
  DoorCard card;
  HEARTH_TRY(card.version, reader.u16());
  if (card.version != kVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(card.number, reader.u32());
  HEARTH_TRY(card.member_part, MemberPart::decode(reader));
  HEARTH_TRY(card.staff_lists,
             reader.vector_of<StaffList>([](Reader& r) { return StaffList::decode(r); }));
  if (card.staff_lists.empty() || card.staff_lists.size() > kStaffListsMax) {
    return fail(RoomErrc::staff_list_invalid);
  }
  HEARTH_TRY(card.agreement, decode_text(reader, kDoorTextSizeMax));
  HEARTH_TRY(card.schedule, decode_text(reader, kDoorTextSizeMax));
  HEARTH_TRY(card.services, decode_text(reader, kDoorTextSizeMax));
  return card;
}

void encode(Writer& writer, const DoorCard& card) {
  writer.u16(card.version).u32(card.number);
  encode(writer, card.member_part);
  writer.vector_of(card.staff_lists, [](Writer& w, const StaffList& list) { encode(w, list); });
  writer.vector(view_of(card.agreement));
  writer.vector(view_of(card.schedule));
  writer.vector(view_of(card.services));
}

}  // namespace hearth::room
