// The staff list, signed and checked.
#include "protocol/room/staff_list.h"

#include "protocol/defence.h"
#include "protocol/room/error.h"

namespace hearth::room {
namespace {

void encode_unsigned(Writer& writer, const StaffList& list) {
  writer.u32(list.number).raw(list.previous).u8(list.quorum);
  writer.vector_of(list.entries, [](Writer& w, const StaffEntry& entry) { encode(w, entry); });
}

Bytes signed_bytes(const RoomId& room, const StaffList& list) {
  Writer writer;
  writer.raw(view_of("hearth staff list")).raw(room.bytes);
  encode_unsigned(writer, list);
  return writer.take();
}

Bytes accepted_bytes(const RoomId& room, const Hash& previous, const StaffEntry& entry) {
  return concat({view_of("hearth staff accept"), room.bytes, previous, entry.staff_id.bytes,
                 entry.staff_server.bytes, entry.desk.bytes});
}

std::set<PublicKey> set_of(const std::vector<PublicKey>& keys) {
  return {keys.begin(), keys.end()};
}

// At most one for each of the staff, in one order only.
template <class T>
Result<std::vector<T>> decode_ascending(Reader& reader) {
  HEARTH_TRY(std::vector<T> items, reader.vector_of<T>([](Reader& r) { return T::decode(r); }));
  const bool ascending =
      std::ranges::adjacent_find(items, std::greater_equal<>(), &T::staff_id) == items.end();
  if (items.size() > kStaffMax || !ascending) return fail(RoomErrc::staff_list_invalid);
  return items;
}

// Puts `item` in its place, over one of the same person.
template <class T>
void put(std::vector<T>& items, T item) {
  const auto place = std::ranges::lower_bound(items, item.staff_id, {}, &T::staff_id);
  if (place != items.end() && place->staff_id == item.staff_id) {
    *place = item;
  } else {
    items.insert(place, item);
  }
}

std::unexpected<Error> invalid() noexcept { return fail(RoomErrc::staff_list_invalid); }

}  // namespace

Result<StaffEntry> StaffEntry::decode(Reader& reader) {
  StaffEntry entry;
  HEARTH_TRY(entry.staff_id, PublicKey::decode(reader));
  HEARTH_TRY(entry.staff_server, PublicKey::decode(reader));
  HEARTH_TRY(entry.desk, DeskKey::decode(reader));
  HEARTH_TRY(entry.flags, reader.u8());
  if (entry.flags > kStaffFlags) return invalid();
  return entry;
}

void encode(Writer& writer, const StaffEntry& entry) {
  encode(writer, entry.staff_id);
  encode(writer, entry.staff_server);
  encode(writer, entry.desk);
  writer.u8(entry.flags);
}

StaffList::Acceptance StaffList::Acceptance::make(const RoomId& room, const Hash& list_before,
                                                  const StaffEntry& entry,
                                                  const crypto::SignatureKey& staff_id,
                                                  const crypto::SignatureKey& staff_server) {
  const Bytes bytes = accepted_bytes(room, list_before, entry);
  return {entry.staff_id, room::sign(staff_id, bytes), room::sign(staff_server, bytes)};
}

Status StaffList::Acceptance::verify(const RoomId& room, const Hash& list_before,
                                     const StaffEntry& entry) const {
  const Bytes bytes = accepted_bytes(room, list_before, entry);
  HEARTH_CHECK(room::verify(entry.staff_id, bytes, by_id));
  return room::verify(entry.staff_server, bytes, by_server);
}

Result<StaffList::Acceptance> StaffList::Acceptance::decode(Reader& reader) {
  Acceptance acceptance;
  HEARTH_TRY(acceptance.staff_id, PublicKey::decode(reader));
  HEARTH_TRY(acceptance.by_id, Signature::decode(reader));
  HEARTH_TRY(acceptance.by_server, Signature::decode(reader));
  return acceptance;
}

Result<StaffList::Signed> StaffList::Signed::decode(Reader& reader) {
  Signed by;
  HEARTH_TRY(by.staff_id, PublicKey::decode(reader));
  HEARTH_TRY(by.signature, Signature::decode(reader));
  return by;
}

StaffList StaffList::next(std::vector<StaffEntry> new_entries, std::uint8_t new_quorum) const {
  std::ranges::sort(new_entries, {}, &StaffEntry::staff_id);
  return {number + 1, hash(), new_quorum, std::move(new_entries), {}, {}};
}

void StaffList::accept(Acceptance acceptance) { put(acceptances, acceptance); }

void StaffList::sign(const RoomId& room, const crypto::SignatureKey& staff_id) {
  put(signatures, {public_key_of(staff_id), room::sign(staff_id, signed_bytes(room, *this))});
}

void StaffList::add_signature(Signed by) { put(signatures, by); }

Status StaffList::verify(const RoomId& room, const Signed& by) const {
  return room::verify(by.staff_id, signed_bytes(room, *this), by.signature);
}

Hash StaffList::hash() const {
  Writer writer;
  encode_unsigned(writer, *this);
  return crypto::sha256({view_of("hearth staff list"), writer.bytes()});
}

Status StaffList::check_first(const RoomId& room, const ServerPart& server_part,
                              const MemberPart& member_part) const {
  const std::set<PublicKey> deputies = set_of(member_part.deputies);
  std::set<PublicKey> server_keys;
  std::size_t deputies_found = 0;
  for (const StaffEntry& entry : entries) {
    const bool deputy = deputies.contains(entry.staff_id);
    deputies_found += deputy ? 1 : 0;
    if (entry.flags != (kStaffLead | (deputy ? kStaffDeputy : 0))) return invalid();
    server_keys.insert(entry.staff_server);
  }
  const std::vector<PublicKey> ids_now = ids();
  const bool founders_only = number == 1 && previous == Hash{} && quorum == member_part.quorum &&
                             entries.size() == member_part.founders.size() &&
                             set_of(ids_now) == set_of(member_part.founders) &&
                             server_keys == set_of(server_part.founders) &&
                             deputies_found == deputies.size();
  if (!founders_only || !acceptances.empty()) return invalid();
  if (!std::ranges::equal(signatures, ids_now, {}, &Signed::staff_id)) return invalid();
  const Bytes message = signed_bytes(room, *this);
  for (const Signed& by : signatures) {
    if (!room::verify(by.staff_id, message, by.signature)) return invalid();
  }
  return {};
}

Status StaffList::check_next(const RoomId& room, const StaffList& before) const {
  const bool follows = number == before.number + 1 && number != 0 && previous == before.hash();
  if (!follows || !staff_can_act(entries, quorum)) return invalid();
  // Everybody new says yes, and nobody is asked twice.
  auto acceptance = acceptances.begin();
  for (const StaffEntry& entry : entries) {
    const StaffEntry* old = before.find(entry.staff_id);
    if (old && old->same_keys(entry)) continue;
    const bool accepted = acceptance != acceptances.end() &&
                          acceptance->staff_id == entry.staff_id &&
                          acceptance->verify(room, previous, entry);
    if (!accepted) return invalid();
    ++acceptance;
  }
  if (acceptance != acceptances.end()) return invalid();

  const Bytes message = signed_bytes(room, *this);
  std::set<PublicKey> signers;
  for (const Signed& by : signatures) {
    const bool holds = before.find(by.staff_id) && signers.insert(by.staff_id).second &&
                       room::verify(by.staff_id, message, by.signature);
    if (!holds) return invalid();
  }
  const bool may = may_change_staff(before.entries, before.quorum, entries, quorum, signers,
                                    &StaffEntry::staff_id);
  if (!may && stands(Defence::quorum)) return invalid();
  return {};
}

const StaffEntry* StaffList::find(const PublicKey& staff_id) const noexcept {
  const auto found = std::ranges::find(entries, staff_id, &StaffEntry::staff_id);
  return found == entries.end() ? nullptr : &*found;
}

const StaffEntry* StaffList::find_server(const PublicKey& staff_server) const noexcept {
  const auto found = std::ranges::find(entries, staff_server, &StaffEntry::staff_server);
  return found == entries.end() ? nullptr : &*found;
}

std::vector<PublicKey> StaffList::ids() const {
  std::vector<PublicKey> all;
  for (const StaffEntry& entry : entries) all.push_back(entry.staff_id);
  return all;
}

Result<StaffList> StaffList::decode(Reader& reader) {
  StaffList list;
  HEARTH_TRY(list.number, reader.u32());
  HEARTH_TRY(list.previous, reader.array<crypto::kHashSize>());
  HEARTH_TRY(list.quorum, reader.u8());
  HEARTH_TRY(list.entries, decode_ascending<StaffEntry>(reader));
  HEARTH_TRY(list.acceptances, decode_ascending<Acceptance>(reader));
  HEARTH_TRY(list.signatures, decode_ascending<Signed>(reader));
  std::set<PublicKey> server_keys;
  for (const StaffEntry& entry : list.entries) server_keys.insert(entry.staff_server);
  if (list.entries.empty() || server_keys.size() != list.entries.size()) return invalid();
  return list;
}

void encode(Writer& writer, const StaffList& list) {
  encode_unsigned(writer, list);
  writer.vector_of(list.acceptances, [](Writer& w, const StaffList::Acceptance& acceptance) {
    encode(w, acceptance.staff_id);
    encode(w, acceptance.by_id);
    encode(w, acceptance.by_server);
  });
  writer.vector_of(list.signatures, [](Writer& w, const StaffList::Signed& by) {
    encode(w, by.staff_id);
    encode(w, by.signature);
  });
}

Status check_staff_chain(const RoomId& room, const ServerPart& server_part,
                         const MemberPart& member_part, const std::vector<StaffList>& lists) {
  if (lists.empty() || lists.size() > kStaffListsMax) return invalid();
  HEARTH_CHECK(lists.front().check_first(room, server_part, member_part));
  for (std::size_t i = 1; i < lists.size(); ++i) {
    HEARTH_CHECK(lists[i].check_next(room, lists[i - 1]));
  }
  return {};
}

}  // namespace hearth::room
