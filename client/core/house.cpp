// Founding a room, and reading its door.
#include "client/core/house.h"

#include "protocol/room/error.h"
#include "protocol/room/text.h"

namespace hearth::client {

Conversation::Expected House::expected() const { return {id, card.staff()}; }

std::vector<room::DeskKey> House::desks() const {
  std::vector<room::DeskKey> desks;
  for (const room::StaffEntry& entry : card.staff().entries) desks.push_back(entry.desk);
  return desks;
}

room::Policy House::policy(room::Admission admission, room::Generation generation) const {
  room::Policy policy;
  policy.room = id;
  policy.staff = card.staff();
  policy.admission = admission;
  policy.limits = server_part.limits;
  policy.generation = generation;
  return policy;
}

void House::follow_staff(const room::StaffList& list) {
  if (!list.check_next(id, card.staff()) || card.staff_lists.size() >= room::kStaffListsMax) return;
  card.staff_lists.push_back(list);
  ++card.number;
}

// --- Keeping ------------------------------------------------------------------------------------

void House::keep(KeptWriter& out) const {
  out.text(host).raw(id.bytes).value(server_part).value(card).raw(s_door.view());
  for (const auto* keys : {&staff, &appointed, &supporter}) {
    out.presence(*keys);
    if (*keys) (*keys)->keep(out);
  }
}

Result<House> House::resume(Reader& in) {
  constexpr std::size_t kPartMax = 8 * 1024;
  constexpr std::size_t kCardMax = 512 * 1024;  // All lists, all texts.
  House house;
  HEARTH_TRY(house.host, read_text(in, kHostSizeMax));
  HEARTH_TRY(house.id, room::RoomId::decode(in));
  HEARTH_TRY(house.server_part, read_value<room::ServerPart>(in, kPartMax));
  HEARTH_TRY(house.card, read_value<room::DoorCard>(in, kCardMax));
  HEARTH_TRY(const auto s_door, in.array<Secret16::kSize>());
  house.s_door = Secret16(s_door);
  for (auto* keys : {&house.staff, &house.appointed, &house.supporter}) {
    HEARTH_TRY(*keys, in.optional_of<StaffKeys>(StaffKeys::resume));
  }
  const room::Hash member_part = hash_of(house.card.member_part);
  HEARTH_CHECK(room::check_room_id(house.id, house.server_part, member_part));
  HEARTH_CHECK(room::check_staff_chain(house.id, house.server_part, house.card.member_part,
                                       house.card.staff_lists));
  return house;
}

Result<House> found_house(const CreateRoom& asked, const room::PublicKey& server_id,
                          crypto::RandomSource& random) {
  const auto fits = [](std::string_view text, std::size_t size_max) {
    return text.size() <= size_max && room::is_utf8(text);
  };
  if (!fits(asked.title, room::kTitleSizeMax) || !fits(asked.agreement, room::kDoorTextSizeMax) ||
      !fits(asked.schedule, room::kDoorTextSizeMax) ||
      !fits(asked.services, room::kDoorTextSizeMax)) {
    return fail(ClientErrc::text_invalid);
  }
  House house;
  house.host = asked.host;
  HEARTH_TRY(house.staff, StaffKeys::generate(random));
  house.s_door = random.secret<16>();

  house.server_part.nonce = random.array<32>();
  house.server_part.server_id = server_id;
  house.server_part.founders = {room::public_key_of(house.staff->server)};
  house.server_part.limits = asked.limits;
  house.server_part.retention = asked.retention;
  house.server_part.staff_min = asked.staff_min;
  room::MemberPart& member_part = house.card.member_part;
  member_part.salt = random.array<32>();
  member_part.title = asked.title;
  member_part.founders = {room::public_key_of(house.staff->id)};
  member_part.safeguarding = asked.safeguarding;
  house.id = room::room_id_of(hash_of(house.server_part), hash_of(member_part));

  room::StaffList first;
  first.entries = {house.staff->entry(room::kStaffLead)};
  first.sign(house.id, house.staff->id);
  HEARTH_CHECK(first.check_first(house.id, house.server_part, member_part));
  house.card.staff_lists.push_back(std::move(first));
  house.card.agreement = asked.agreement;
  house.card.schedule = asked.schedule;
  house.card.services = asked.services;
  return house;
}

Result<wire::CreateRoom> create_request(const House& house, crypto::RandomSource& random) {
  wire::CreateRoom request;
  request.server_part = encoded(house.server_part);
  request.member_part_hash = hash_of(house.card.member_part);
  HEARTH_TRY(request.door_card, house.card.seal(house.id, house.k_door(), house.staff->id, random));
  return request;
}

Result<House> enter_house(const room::Link& link, const wire::Door& door) {
  House house;
  house.host = link.host;
  house.id = link.room;
  house.s_door = link.s_door.clone();
  HEARTH_TRY(house.server_part, decode_exact<room::ServerPart>(door.server_part));
  HEARTH_CHECK(room::check_room_id(link.room, house.server_part, door.member_part_hash));
  HEARTH_TRY(house.card,
             room::DoorCard::open(link.room, house.k_door(), house.server_part, door.door_card));
  return house;
}

}  // namespace hearth::client
