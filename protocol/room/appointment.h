// What the notes about offices say: offers, their acceptance, and signatures asked of deputies.
#pragma once

#include "protocol/room/control_ops.h"

namespace hearth::room {

// Note 6, of staff to a member: would you be staff?   previous list hash32 | number u32
// The list that names them would follow `previous` and have this number.
struct AppointmentOffer {
  Hash previous{};
  std::uint32_t number = 0;

  static Result<AppointmentOffer> decode(Reader& reader);
  friend bool operator==(const AppointmentOffer&, const AppointmentOffer&) = default;
};
void encode(Writer& writer, const AppointmentOffer& offer);

// Note 7, of the member to the desk: yes, with these keys.
//   StaffEntry | by_id64 | by_server64 | server_accept64
// The first two are the acceptance in the list, the third the one in its twin (StaffSetOp).
struct AppointmentAnswer {
  StaffEntry entry;
  Signature by_id;
  Signature by_server;
  Signature server_accept;

  static AppointmentAnswer make(const RoomId& room, const AppointmentOffer& offer,
                                const StaffEntry& entry, const crypto::SignatureKey& staff_id,
                                const crypto::SignatureKey& staff_server);
  // signature_invalid.
  Status verify(const RoomId& room, const AppointmentOffer& offer) const;
  StaffList::Acceptance for_list() const { return {entry.staff_id, by_id, by_server}; }
  StaffSetOp::Signed for_set() const { return {entry.staff_server, server_accept}; }

  static Result<AppointmentAnswer> decode(Reader& reader);
  friend bool operator==(const AppointmentAnswer&, const AppointmentAnswer&) = default;
};
void encode(Writer& writer, const AppointmentAnswer& answer);

// Note 8, of staff to a member: would you help from outside?   rights u8 (SupporterAddOp's)
struct SupporterOffer {
  std::uint8_t rights = SupporterAddOp::kDesk;

  static Result<SupporterOffer> decode(Reader& reader);
  friend bool operator==(const SupporterOffer&, const SupporterOffer&) = default;
};
void encode(Writer& writer, const SupporterOffer& offer);

// Note 9, of the member to the desk: yes, with these keys.
//   staff_server32 | desk32 | acceptance64
struct SupporterAnswer {
  PublicKey staff_server;
  DeskKey desk;
  Signature acceptance;

  // The act that it makes possible; its `verify` says whether the acceptance holds.
  SupporterAddOp act(std::uint8_t rights) const { return {staff_server, desk, rights, acceptance}; }
  static Result<SupporterAnswer> decode(Reader& reader);
  friend bool operator==(const SupporterAnswer&, const SupporterAnswer&) = default;
};
void encode(Writer& writer, const SupporterAnswer& answer);

// Note 10, of a deputy to the desk, is a StaffList to be signed. Note 11 answers it.
//   staff_id32 | signature64 | server signature64
struct QuorumSignature {
  PublicKey staff_id;
  Signature by_id;      // Of the list.
  Signature by_server;  // Of its twin.

  static Result<QuorumSignature> decode(Reader& reader);
  friend bool operator==(const QuorumSignature&, const QuorumSignature&) = default;
};
void encode(Writer& writer, const QuorumSignature& signature);

}  // namespace hearth::room
