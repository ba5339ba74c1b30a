// The arguments of the floor's operations, as bytes.
#include "protocol/room/floor_ops.h"

#include <array>

namespace hearth::room {
namespace {

constexpr std::array<std::string_view, 6> kModes{"unknown", "free",    "queue",
                                                 "round",   "respond", "staff_only"};

std::unexpected<Error> value_invalid() noexcept {
  return hearth::fail(make_error(CodecErrc::value_invalid));
}

Result<std::uint16_t> seconds(Reader& reader) {
  HEARTH_TRY(const std::uint16_t seconds, reader.u16());
  if (seconds > kTurnSecondsMax) return value_invalid();
  return seconds;
}

}  // namespace

std::string_view name_of(Mode mode) noexcept {
  const auto number = static_cast<std::size_t>(mode);
  return kModes[number < kModes.size() ? number : 0];
}

Result<Mode> decode_mode(Reader& reader) {
  HEARTH_TRY(const std::uint8_t value, reader.u8());
  if (value == 0 || value >= kModes.size()) return value_invalid();
  return static_cast<Mode>(value);
}

void put(Writer& writer, const ModeOp& op) {
  writer.u8(static_cast<std::uint8_t>(op.mode)).u16(op.turn_seconds).u8(op.flags);
}
void put(Writer& writer, const CallOnOp& op) { writer.raw(op.handle.bytes).u16(op.seconds); }
void put(Writer& writer, const GrantOp& op) { writer.raw(op.handle.bytes).u16(op.seconds); }
void put(Writer& writer, const SkipOp& op) { writer.raw(op.handle.bytes); }
void put(Writer& writer, const LeadOp& op) { writer.raw(op.replaces.bytes); }

Result<ModeOp> get_mode(Reader& reader) {
  ModeOp op;
  HEARTH_TRY(op.mode, decode_mode(reader));
  HEARTH_TRY(op.turn_seconds, seconds(reader));
  HEARTH_TRY(op.flags, reader.u8());
  if (op.flags > (ModeOp::kPassesOn | ModeOp::kFair)) return value_invalid();
  return op;
}

Result<CallOnOp> get_call_on(Reader& reader) {
  CallOnOp op;
  HEARTH_TRY(op.handle, Handle::decode(reader));
  HEARTH_TRY(op.seconds, seconds(reader));
  return op;
}

Result<GrantOp> get_grant(Reader& reader) {
  GrantOp op;
  HEARTH_TRY(op.handle, Handle::decode(reader));
  HEARTH_TRY(op.seconds, seconds(reader));
  if (op.seconds == 0) return value_invalid();
  return op;
}

Result<SkipOp> get_skip(Reader& reader) {
  SkipOp op;
  HEARTH_TRY(op.handle, Handle::decode(reader));
  return op;
}

Result<LeadOp> get_lead(Reader& reader) {
  LeadOp op;
  HEARTH_TRY(op.replaces, PublicKey::decode(reader));
  return op;
}

}  // namespace hearth::room
