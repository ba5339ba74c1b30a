// The two parts of a room's birth, their hashes, and the first entry.
#include "protocol/room/genesis.h"

#include <algorithm>
#include <set>

#include "protocol/defence.h"
#include "protocol/room/envelope.h"
#include "protocol/room/error.h"
#include "protocol/room/text.h"

namespace hearth::room {
namespace {

Result<std::vector<PublicKey>> decode_keys(Reader& reader) {
  return reader.vector_of<PublicKey>([](Reader& inner) { return PublicKey::decode(inner); });
}

void encode_keys(Writer& writer, const std::vector<PublicKey>& keys) {
  writer.vector_of(keys, [](Writer& inner, const PublicKey& key) { encode(inner, key); });
}

bool each_once(const std::vector<PublicKey>& keys) {
  return std::set<PublicKey>(keys.begin(), keys.end()).size() == keys.size();
}

bool count_fits(std::size_t founders) noexcept { return founders >= 1 && founders <= kFoundersMax; }

}  // namespace

Result<Limits> Limits::decode(Reader& reader) {
  Limits limits;
  HEARTH_TRY(limits.members_max, reader.u16());
  HEARTH_TRY(limits.gates_max, reader.u16());
  if (limits.members_max < 1 || limits.members_max > kMembersMax || limits.gates_max < 1 ||
      limits.gates_max > kGatesMax) {
    return fail(RoomErrc::genesis_invalid);
  }
  return limits;
}

void encode(Writer& writer, const Limits& limits) {
  writer.u16(limits.members_max).u16(limits.gates_max);
}

Result<ServerPart> ServerPart::decode(Reader& reader) {
  ServerPart part;
  HEARTH_TRY(part.version, reader.u16());
  if (part.version != kGenesisVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(part.nonce, reader.array<32>());
  HEARTH_TRY(part.server_id, PublicKey::decode(reader));
  HEARTH_TRY(part.founders, decode_keys(reader));
  HEARTH_TRY(part.limits, Limits::decode(reader));
  HEARTH_TRY(part.retention, decode_retention(reader));
  HEARTH_TRY(part.staff_min, reader.u8());
  // Strictly ascending: the same founders have one spelling.
  const bool ascending =
      std::ranges::adjacent_find(part.founders, std::greater_equal<>()) == part.founders.end();
  const bool minimum_fits = part.staff_min == 1 || part.staff_min == 2;
  if (!count_fits(part.founders.size()) || !ascending || !minimum_fits) {
    return fail(RoomErrc::genesis_invalid);
  }
  return part;
}

void encode(Writer& writer, const ServerPart& part) {
  writer.u16(part.version).raw(part.nonce);
  encode(writer, part.server_id);
  encode_keys(writer, part.founders);
  encode(writer, part.limits);
  writer.u8(static_cast<std::uint8_t>(part.retention)).u8(part.staff_min);
}

Result<MemberPart> MemberPart::decode(Reader& reader) {
  MemberPart part;
  HEARTH_TRY(part.version, reader.u16());
  if (part.version != kGenesisVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(part.salt, reader.array<32>());
  HEARTH_TRY(part.title, decode_text(reader, kTitleSizeMax));
  HEARTH_TRY(const std::uint8_t type, reader.u8());
  if (type < 1 || type > static_cast<std::uint8_t>(RoomType::lounge)) {
    return hearth::fail(make_error(CodecErrc::enum_invalid));
  }
  part.type = static_cast<RoomType>(type);
  HEARTH_TRY(part.founders, decode_keys(reader));
  HEARTH_TRY(part.deputies, decode_keys(reader));
  HEARTH_TRY(part.quorum, reader.u8());
  HEARTH_TRY(const ByteView safeguarding, reader.vector_view());
  part.safeguarding = DeskKey::from(safeguarding);
  const bool key_fits = safeguarding.empty() || part.safeguarding.has_value();
  const bool founders_fit = count_fits(part.founders.size()) && each_once(part.founders);
  const bool founders_all = std::ranges::all_of(part.deputies, [&](const PublicKey& deputy) {
    return std::ranges::find(part.founders, deputy) != part.founders.end();
  });
  const bool deputies_fit =
      founders_all && each_once(part.deputies) && part.quorum <= part.deputies.size();
  if (!key_fits || !founders_fit || !deputies_fit) return fail(RoomErrc::genesis_invalid);
  return part;
}

void encode(Writer& writer, const MemberPart& part) {
  writer.u16(part.version).raw(part.salt).vector(view_of(part.title));
  writer.u8(static_cast<std::uint8_t>(part.type));
  encode_keys(writer, part.founders);
  encode_keys(writer, part.deputies);
  writer.u8(part.quorum);
  writer.vector(part.safeguarding ? part.safeguarding->view() : ByteView{});
}

Hash hash_of(const ServerPart& part) { return crypto::sha256(encoded(part)); }
Hash hash_of(const MemberPart& part) { return crypto::sha256(encoded(part)); }

RoomId room_id_of(const Hash& server_part, const Hash& member_part) noexcept {
  const Hash hash = crypto::sha256({view_of("hearth room"), server_part, member_part});
  RoomId room;
  std::copy_n(hash.begin(), RoomId::kSize, room.bytes.begin());
  return room;
}

Status check_room_id(const RoomId& room, const ServerPart& server_part,
                     const Hash& member_part) noexcept {
  const bool same = room_id_of(hash_of(server_part), member_part) == room;
  if (!same && stands(Defence::room_id)) {
    return fail(RoomErrc::room_id_mismatch);
  }
  return {};
}

Entry genesis_entry(const ServerPart& part) {
  auto body = pad(encoded(part), 0, kControlBuckets);
  expects(body.has_value());  // 16 founders fit into the third bucket.
  return Entry{Seq::at(0, 1), EntryKind::control, 0, std::move(*body)};
}

Result<ServerPart> decode_genesis(ByteView body) {
  if (!is_bucket(EntryKind::control, body.size())) return fail(RoomErrc::size_invalid);
  HEARTH_TRY(const Bytes part, unpad(body));
  return decode_exact<ServerPart>(part);
}

}  // namespace hearth::room
