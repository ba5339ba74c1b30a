// What one knows of a room outside its log: where it is, its founding parts, its door.
#pragma once

#include "client/core/action.h"
#include "client/core/conversation.h"
#include "protocol/room/door_card.h"
#include "protocol/room/link.h"
#include "protocol/wire/door.h"

namespace hearth::client {

inline constexpr std::size_t kHostSizeMax = 253;
bool is_host(std::string_view host) noexcept;

// Everything here has been checked against the room id. With `staff` it is a founder's.
struct House {
  std::string host;
  room::RoomId id;
  room::ServerPart server_part;
  room::DoorCard card;
  Secret16 s_door;
  std::optional<StaffKeys> staff;
  // Keys of an appointment that we have accepted and that is not in force yet.
  std::optional<StaffKeys> appointed{};
  // Keys by which we help from outside.
  std::optional<StaffKeys> supporter{};

  const std::string& title() const noexcept { return card.member_part.title; }
  // Of today's staff.
  std::vector<room::DeskKey> desks() const;
  Secret32 k_door() const noexcept { return room::door_key(id, s_door); }
  // The staff of the door card, as a Welcome must name them.
  Conversation::Expected expected() const;
  // The list that follows today's, from a commit or a Welcome; another one changes nothing.
  void follow_staff(const room::StaffList& list);
  // The same from what `keep` wrote: the parts fit the room id and each other, or kept_invalid.
  void keep(KeptWriter& out) const;
  static Result<House> resume(Reader& in);
  // The first policy of a new group.
  room::Policy policy(room::Admission admission, room::Generation generation) const;
};

// Makes the founding parts, the founder's keys and the signed door card, for this server.
Result<House> found_house(const CreateRoom& asked, const room::PublicKey& server_id,
                          crypto::RandomSource& random);
// What create_room carries; the session adds key and signature.
Result<wire::CreateRoom> create_request(const House& house, crypto::RandomSource& random);

// Opens what stands at the door: room id, staff from the founders on, signature of the card.
Result<House> enter_house(const room::Link& link, const wire::Door& door);

}  // namespace hearth::client
