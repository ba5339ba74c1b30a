// Offers and answers, spelled and checked.
#include "protocol/room/appointment.h"

namespace hearth::room {

Result<AppointmentOffer> AppointmentOffer::decode(Reader& reader) {
  AppointmentOffer offer;
  HEARTH_TRY(offer.previous, reader.array<crypto::kHashSize>());
  HEARTH_TRY(offer.number, reader.u32());
  return offer;
}

void encode(Writer& writer, const AppointmentOffer& offer) {
  writer.raw(offer.previous).u32(offer.number);
}

AppointmentAnswer AppointmentAnswer::make(const RoomId& room, const AppointmentOffer& offer,
                                          const StaffEntry& entry,
                                          const crypto::SignatureKey& staff_id,
                                          const crypto::SignatureKey& staff_server) {
  const auto listed =
      StaffList::Acceptance::make(room, offer.previous, entry, staff_id, staff_server);
  const auto set = StaffSetOp::acceptance(room, offer.number, entry.desk, staff_server);
  return {entry, listed.by_id, listed.by_server, set.signature};
}

Status AppointmentAnswer::verify(const RoomId& room, const AppointmentOffer& offer) const {
  HEARTH_CHECK(for_list().verify(room, offer.previous, entry));
  StaffSetOp set;
  set.number = offer.number;
  return set.verify_acceptance(room, {entry.staff_server, entry.desk, entry.flags}, for_set());
}

Result<AppointmentAnswer> AppointmentAnswer::decode(Reader& reader) {
  AppointmentAnswer answer;
  HEARTH_TRY(answer.entry, StaffEntry::decode(reader));
  HEARTH_TRY(answer.by_id, Signature::decode(reader));
  HEARTH_TRY(answer.by_server, Signature::decode(reader));
  HEARTH_TRY(answer.server_accept, Signature::decode(reader));
  return answer;
}

void encode(Writer& writer, const AppointmentAnswer& answer) {
  encode(writer, answer.entry);
  encode(writer, answer.by_id);
  encode(writer, answer.by_server);
  encode(writer, answer.server_accept);
}

Result<SupporterOffer> SupporterOffer::decode(Reader& reader) {
  SupporterOffer offer;
  HEARTH_TRY(offer.rights, reader.u8());
  constexpr std::uint8_t kAll = SupporterAddOp::kDesk | SupporterAddOp::kKeeper;
  if (offer.rights == 0 || (offer.rights & ~kAll) != 0) {
    return hearth::fail(make_error(CodecErrc::enum_invalid));
  }
  return offer;
}

void encode(Writer& writer, const SupporterOffer& offer) { writer.u8(offer.rights); }

Result<SupporterAnswer> SupporterAnswer::decode(Reader& reader) {
  SupporterAnswer answer;
  HEARTH_TRY(answer.staff_server, PublicKey::decode(reader));
  HEARTH_TRY(answer.desk, DeskKey::decode(reader));
  HEARTH_TRY(answer.acceptance, Signature::decode(reader));
  return answer;
}

void encode(Writer& writer, const SupporterAnswer& answer) {
  encode(writer, answer.staff_server);
  encode(writer, answer.desk);
  encode(writer, answer.acceptance);
}

Result<QuorumSignature> QuorumSignature::decode(Reader& reader) {
  QuorumSignature signature;
  HEARTH_TRY(signature.staff_id, PublicKey::decode(reader));
  HEARTH_TRY(signature.by_id, Signature::decode(reader));
  HEARTH_TRY(signature.by_server, Signature::decode(reader));
  return signature;
}

void encode(Writer& writer, const QuorumSignature& signature) {
  encode(writer, signature.staff_id);
  encode(writer, signature.by_id);
  encode(writer, signature.by_server);
}

}  // namespace hearth::room
