// The staff list, signed and checked.
#include "protocol/room/staff_list.h"

#include <algorithm>
#include <set>

#include "protocol/room/error.h"

namespace hearth::room {
namespace {

void encode_unsigned(Writer& writer, const StaffList& list) {
  writer.u32(list.number).raw(list.previous);
  writer.vector_of(list.entries, [](Writer& w, const StaffEntry& entry) { encode(w, entry); });
}

Bytes signed_bytes(const RoomId& room, const StaffList& list) {
  Writer writer;
  writer.raw(view_of("hearth staff list")).raw(room.bytes);
  encode_unsigned(writer, list);
  return writer.take();
}

std::set<PublicKey> set_of(const std::vector<PublicKey>& keys) {
  return {keys.begin(), keys.end()};
}

}  // namespace

Result<StaffEntry> StaffEntry::decode(Reader& reader) {
  StaffEntry entry;
  HEARTH_TRY(entry.staff_id, PublicKey::decode(reader));
  HEARTH_TRY(entry.staff_server, PublicKey::decode(reader));
  HEARTH_TRY(entry.desk, DeskKey::decode(reader));
  return entry;
}

void encode(Writer& writer, const StaffEntry& entry) {
  encode(writer, entry.staff_id);
  encode(writer, entry.staff_server);
  encode(writer, entry.desk);
}

void StaffList::sign(const RoomId& room, const crypto::SignatureKey& staff_id) {
  signatures.push_back({public_key_of(staff_id), room::sign(staff_id, signed_bytes(room, *this))});
}

Hash StaffList::hash() const {
  Writer writer;
  encode_unsigned(writer, *this);
  return crypto::sha256({view_of("hearth staff list"), writer.bytes()});
}

Status StaffList::check_first(const RoomId& room, const ServerPart& server_part,
                              const MemberPart& member_part) const {
  std::set<PublicKey> ids;
  std::set<PublicKey> server_keys;
  for (const StaffEntry& entry : entries) {
    ids.insert(entry.staff_id);
    server_keys.insert(entry.staff_server);
  }
  const bool founders_only =
      number == 1 && previous == Hash{} && entries.size() == member_part.founders.size() &&
      ids == set_of(member_part.founders) && server_keys == set_of(server_part.founders);
  if (!founders_only || signatures.size() != entries.size()) {
    return fail(RoomErrc::staff_list_invalid);
  }
  const Bytes message = signed_bytes(room, *this);
  for (const Signed& by : signatures) {
    // Erased once used, so that nobody signs for two.
    if (ids.erase(by.staff_id) == 0 || !room::verify(by.staff_id, message, by.signature)) {
      return fail(RoomErrc::staff_list_invalid);
    }
  }
  return {};
}

const StaffEntry* StaffList::find(const PublicKey& staff_id) const noexcept {
  const auto found = std::ranges::find(entries, staff_id, &StaffEntry::staff_id);
  return found == entries.end() ? nullptr : &*found;
}

Result<StaffList> StaffList::decode(Reader& reader) {
  StaffList list;
  HEARTH_TRY(list.number, reader.u32());
  HEARTH_TRY(list.previous, reader.array<crypto::kHashSize>());
  HEARTH_TRY(list.entries,
             reader.vector_of<StaffEntry>([](Reader& r) { return StaffEntry::decode(r); }));
  HEARTH_TRY(list.signatures, reader.vector_of<Signed>([](Reader& r) -> Result<Signed> {
    Signed by;
    HEARTH_TRY(by.staff_id, PublicKey::decode(r));
    HEARTH_TRY(by.signature, Signature::decode(r));
    return by;
  }));
  return list;
}

void encode(Writer& writer, const StaffList& list) {
  encode_unsigned(writer, list);
  writer.vector_of(list.signatures, [](Writer& w, const StaffList::Signed& by) {
    encode(w, by.staff_id);
    encode(w, by.signature);
  });
}

}  // namespace hearth::room
