// The policy extension, as bytes.
#include "protocol/room/policy.h"

#include "protocol/room/error.h"

namespace hearth::room {

Result<Policy> Policy::decode(Reader& reader) {
  Policy policy;
  HEARTH_TRY(policy.version, reader.u16());
  if (policy.version != kVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(policy.room, RoomId::decode(reader));
  HEARTH_TRY(const ByteView staff, reader.vector_view());
  HEARTH_TRY(policy.staff, decode_exact<StaffList>(staff));
  HEARTH_TRY(policy.admission, decode_admission(reader));
  HEARTH_TRY(policy.limits, Limits::decode(reader));
  HEARTH_TRY(policy.generation, reader.u16());
  if (policy.generation == 0) return fail(RoomErrc::policy_invalid);
  return policy;
}

void encode(Writer& writer, const Policy& policy) {
  writer.u16(policy.version).raw(policy.room.bytes).vector(encoded(policy.staff));
  writer.u8(static_cast<std::uint8_t>(policy.admission));
  encode(writer, policy.limits);
  writer.u16(policy.generation);
}

}  // namespace hearth::room
