// The last words, as bytes.
#include "protocol/wire/ending.h"

#include <array>

#include "protocol/wire/field.h"

namespace hearth::wire {
namespace {

constexpr std::size_t kTextSizeMax = 64;

}  // namespace

Result<ErrorRecord> ErrorRecord::decode(Reader& reader) {
  HEARTH_TRY(const std::uint16_t code, reader.u16());
  HEARTH_TRY(const ByteView text, reader.vector_view());
  if (text.size() > kTextSizeMax) return hearth::fail(make_error(CodecErrc::length_invalid));
  const bool known = code >= 1 && code <= static_cast<std::uint16_t>(kWireErrcLast);
  return ErrorRecord{known ? static_cast<WireErrc>(code) : WireErrc::internal};
}
void encode(Writer& writer, const ErrorRecord& message) {
  writer.u16(static_cast<std::uint16_t>(message.code)).vector(view_of(name_of(message.code)));
}

std::string_view name_of(GoodbyeReason reason) noexcept {
  constexpr std::array<std::string_view, 7> kNames{
      "unknown", "shutting_down", "removed", "room_closed", "outbox_full", "replaced", "asked"};
  const auto number = static_cast<std::size_t>(reason);
  return kNames[number < kNames.size() ? number : 0];
}

Result<Goodbye> Goodbye::decode(Reader& reader) {
  Goodbye message;
  HEARTH_TRY(message.reason, field::enum16(reader, GoodbyeReason::asked));
  HEARTH_TRY(message.retry_after_ms, reader.u32());
  return message;
}
void encode(Writer& writer, const Goodbye& message) {
  writer.u16(static_cast<std::uint16_t>(message.reason)).u32(message.retry_after_ms);
}

Result<Bye> Bye::decode(Reader&) { return Bye{}; }
void encode(Writer&, const Bye&) {}

}  // namespace hearth::wire
