// The policy extension, as bytes.
#include "protocol/room/policy.h"

#include <algorithm>

#include "protocol/room/error.h"

namespace hearth::room {

bool Policy::is_steward(const PublicKey& staff_id) const noexcept {
  return std::ranges::binary_search(stewards, staff_id);
}

Result<Policy> Policy::decode(Reader& reader) {
  Policy policy;
  HEARTH_TRY(policy.version, reader.u16());
  if (policy.version != kVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(policy.room, RoomId::decode(reader));
  HEARTH_TRY(policy.staff_head, reader.array<crypto::kHashSize>());
  HEARTH_TRY(policy.stewards,
             reader.vector_of<PublicKey>([](Reader& r) { return PublicKey::decode(r); }));
  HEARTH_TRY(policy.admission, decode_admission(reader));
  HEARTH_TRY(policy.limits, Limits::decode(reader));
  HEARTH_TRY(policy.generation, reader.u16());
  const bool ascending =
      std::ranges::adjacent_find(policy.stewards, std::greater_equal<>()) == policy.stewards.end();
  if (policy.stewards.empty() || policy.stewards.size() > kStewardsMax || !ascending ||
      policy.generation == 0) {
    return fail(RoomErrc::policy_invalid);
  }
  return policy;
}

void encode(Writer& writer, const Policy& policy) {
  writer.u16(policy.version).raw(policy.room.bytes).raw(policy.staff_head);
  writer.vector_of(policy.stewards, [](Writer& w, const PublicKey& key) { encode(w, key); });
  writer.u8(static_cast<std::uint8_t>(policy.admission));
  encode(writer, policy.limits);
  writer.u16(policy.generation);
}

}  // namespace hearth::room
