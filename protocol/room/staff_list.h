// The signed list of a room's staff, chained from the founders.
#pragma once

#include <algorithm>
#include <set>

#include "protocol/room/genesis.h"

namespace hearth::room {

inline constexpr std::size_t kStaffMax = 16;
// The longest chain of lists a door card carries. Beyond it the room is founded anew.
inline constexpr std::size_t kStaffListsMax = 64;

// What somebody of the staff is beside being staff.
inline constexpr std::uint8_t kStaffLead = 1;    // Changes the list alone.
inline constexpr std::uint8_t kStaffDeputy = 2;  // Changes it together with q - 1 others.
inline constexpr std::uint8_t kStaffFlags = kStaffLead | kStaffDeputy;

// StaffEntry   staff_id32 | staff_server32 | desk32 | flags u8
struct StaffEntry {
  PublicKey staff_id;
  PublicKey staff_server;
  DeskKey desk;
  std::uint8_t flags = 0;

  bool is_lead() const noexcept { return (flags & kStaffLead) != 0; }
  bool is_deputy() const noexcept { return (flags & kStaffDeputy) != 0; }
  bool same_keys(const StaffEntry& other) const noexcept {
    return staff_id == other.staff_id && staff_server == other.staff_server && desk == other.desk;
  }
  static Result<StaffEntry> decode(Reader& reader);
  friend bool operator==(const StaffEntry&, const StaffEntry&) = default;
};
void encode(Writer& writer, const StaffEntry& entry);

// At least one lead, and no larger a quorum than there are deputies.
template <class Entry>
bool staff_can_act(const std::vector<Entry>& entries, std::uint8_t quorum) {
  const auto has = [&](std::uint8_t flag) {
    return std::ranges::count_if(entries, [=](const Entry& e) { return (e.flags & flag) != 0; });
  };
  return has(kStaffLead) >= 1 && quorum <= has(kStaffDeputy);
}

// Whether `signers`, who all belong to `before`, may make `after` of it: one lead may, and `quorum`
// deputies; and whoever of them only goes, so that nothing else changes. `key` names an entry. The
// same rule for the members' list and for its twin on the server.
template <class Entry, class Key>
bool may_change_staff(const std::vector<Entry>& before, std::uint8_t quorum,
                      const std::vector<Entry>& after, std::uint8_t quorum_after,
                      const std::set<PublicKey>& signers, Key key) {
  std::size_t deputies = 0;
  const Entry* gone = nullptr;
  std::vector<Entry> left;
  for (const Entry& entry : before) {
    const bool signs = signers.contains(std::invoke(key, entry));
    if (signs && (entry.flags & kStaffLead) != 0) return true;
    if (signs && (entry.flags & kStaffDeputy) != 0) ++deputies;
    if (std::ranges::find(after, std::invoke(key, entry), key) != after.end()) {
      left.push_back(entry);
    } else {
      gone = &entry;
    }
  }
  if (quorum >= 1 && deputies >= quorum) return true;
  const bool steps_back =
      left.size() + 1 == before.size() && left == after && quorum == quorum_after;
  return steps_back && signers.contains(std::invoke(key, *gone));
}

// StaffList   number u32 | previous hash32 | q u8 | entries<V>, 1..16, ascending by staff_id |
//             acceptances<V>{staff_id32, by_id64, by_server64} |
//             signatures<V>{staff_id32, signature64}, both ascending by staff_id
// The unsigned part is everything before the acceptances. Each signature covers
// "hearth staff list" | room_id | the unsigned part. An acceptance is signed by both keys of a
// newcomer over "hearth staff accept" | room_id | previous | the entry without its flags.
struct StaffList {
  struct Acceptance {
    PublicKey staff_id;
    Signature by_id;
    Signature by_server;

    // The newcomer's yes to an entry in the list that follows `previous`.
    static Acceptance make(const RoomId& room, const Hash& previous, const StaffEntry& entry,
                           const crypto::SignatureKey& staff_id,
                           const crypto::SignatureKey& staff_server);
    // signature_invalid.
    Status verify(const RoomId& room, const Hash& previous, const StaffEntry& entry) const;
    static Result<Acceptance> decode(Reader& reader);
    friend bool operator==(const Acceptance&, const Acceptance&) = default;
  };
  struct Signed {
    PublicKey staff_id;
    Signature signature;

    static Result<Signed> decode(Reader& reader);
    friend bool operator==(const Signed&, const Signed&) = default;
  };

  std::uint32_t number = 1;
  Hash previous{};
  std::uint8_t quorum = 0;  // So many deputies together change the list; 0: they do not.
  std::vector<StaffEntry> entries;
  std::vector<Acceptance> acceptances;
  std::vector<Signed> signatures;

  // The list that would follow this one with these entries: numbered and chained, in order, without
  // acceptances and signatures.
  StaffList next(std::vector<StaffEntry> entries, std::uint8_t quorum) const;
  // Each in its place; a second one by the same person replaces the first.
  void accept(Acceptance acceptance);
  void sign(const RoomId& room, const crypto::SignatureKey& staff_id);
  void add_signature(Signed by);  // By somebody else.
  // signature_invalid.
  Status verify(const RoomId& room, const Signed& by) const;
  // SHA-256("hearth staff list" | the unsigned part): the head of the chain.
  Hash hash() const;

  // Checks a first list against the parts that the room id commits to: number 1, previous zero,
  // exactly the founders, all of them lead, deputies as MemberPart names them, its q, no
  // acceptances, signed by each. staff_list_invalid.
  Status check_first(const RoomId& room, const ServerPart& server_part,
                     const MemberPart& member_part) const;
  // Checks that this list follows `before`: number and hash; an acceptance of everybody whose keys
  // are not in `before`, and of nobody else; signatures of people of `before` who may
  // (may_change_staff), all of which hold. staff_list_invalid.
  Status check_next(const RoomId& room, const StaffList& before) const;

  const StaffEntry* find(const PublicKey& staff_id) const noexcept;
  const StaffEntry* find_server(const PublicKey& staff_server) const noexcept;
  // Everybody's staff_id, ascending.
  std::vector<PublicKey> ids() const;

  static Result<StaffList> decode(Reader& reader);
  friend bool operator==(const StaffList&, const StaffList&) = default;
};
void encode(Writer& writer, const StaffList& list);

// The chain from the founders on: 1 to 64 lists, the first of them the founders', each following
// the one before. staff_list_invalid.
Status check_staff_chain(const RoomId& room, const ServerPart& server_part,
                         const MemberPart& member_part, const std::vector<StaffList>& lists);

}  // namespace hearth::room
