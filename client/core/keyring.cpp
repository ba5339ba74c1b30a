// Making keys, and the leaf that they stand for.
#include "client/core/keyring.h"

#include "client/core/error.h"
#include "protocol/room/policy.h"

namespace hearth::client {

Result<StaffKeys> StaffKeys::generate(crypto::RandomSource& random) {
  HEARTH_TRY(crypto::SignatureKey server, crypto::SignatureKey::generate(kSuite, random));
  HEARTH_TRY(crypto::SignatureKey id, crypto::SignatureKey::generate(kSuite, random));
  HEARTH_TRY(crypto::KemKeyPair desk, crypto::kem_generate(kSuite, random));
  return StaffKeys{std::move(server), std::move(id), std::move(desk)};
}

room::StaffEntry StaffKeys::entry(std::uint8_t flags) const {
  const auto desk_key = room::DeskKey::from(desk.public_key);
  expects(desk_key.has_value());
  return {room::public_key_of(id), room::public_key_of(server), *desk_key, flags};
}

Result<StayKeys> StayKeys::generate(std::string_view name, crypto::RandomSource& random) {
  if (!room::check_display_name(name)) return fail(ClientErrc::name_invalid);
  HEARTH_TRY(crypto::SignatureKey delivery, crypto::SignatureKey::generate(kSuite, random));
  HEARTH_TRY(crypto::KemKeyPair direct, crypto::kem_generate(kSuite, random));
  HEARTH_TRY(crypto::SignatureKey leaf, crypto::SignatureKey::generate(kSuite, random));
  return StayKeys{std::string(name), std::move(delivery), std::move(direct), std::move(leaf)};
}

Result<StayKeys> StayKeys::renewed(crypto::RandomSource& random) const {
  HEARTH_TRY(StayKeys fresh, generate(name, random));
  fresh.delivery = delivery.clone();
  return fresh;
}

void StaffKeys::keep(KeptWriter& out) const { out.key(server).key(id).key(desk); }

Result<StaffKeys> StaffKeys::resume(Reader& in) {
  HEARTH_TRY(crypto::SignatureKey server, read_signature_key(in));
  HEARTH_TRY(crypto::SignatureKey id, read_signature_key(in));
  HEARTH_TRY(crypto::KemKeyPair desk, read_kem_key(in));
  return StaffKeys{std::move(server), std::move(id), std::move(desk)};
}

void StayKeys::keep(KeptWriter& out) const { out.text(name).key(delivery).key(direct).key(leaf); }

Result<StayKeys> StayKeys::resume(Reader& in) {
  HEARTH_TRY(std::string name, read_text(in, room::kDisplayNameSizeMax));
  if (!room::check_display_name(name)) return fail(ClientErrc::kept_invalid);
  HEARTH_TRY(crypto::SignatureKey delivery, read_signature_key(in));
  HEARTH_TRY(crypto::KemKeyPair direct, read_kem_key(in));
  HEARTH_TRY(crypto::SignatureKey leaf, read_signature_key(in));
  return StayKeys{std::move(name), std::move(delivery), std::move(direct), std::move(leaf)};
}

room::Handle StayKeys::handle(const room::RoomId& room) const {
  return room::handle_of(room, room::public_key_of(delivery));
}

mls::Identity StayKeys::identity(const room::RoomId& room, const crypto::SignatureKey* staff_id,
                                 crypto::SignatureKey leaf_key) const {
  const auto direct_key = room::DeskKey::from(direct.public_key);
  expects(direct_key.has_value());
  const room::LeafExtension extension =
      room::LeafExtension::make(room, leaf_key.public_key(), delivery, *direct_key, name, staff_id);
  return {mls::basic_credential(handle(room).view()),
          std::move(leaf_key),
          mls::capabilities_for({static_cast<std::uint16_t>(kSuite)},
                                {room::kPolicyExtensionType, room::kLeafExtensionType}),
          {{room::kLeafExtensionType, encoded(extension)}}};
}

}  // namespace hearth::client
