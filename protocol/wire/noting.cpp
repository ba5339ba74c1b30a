// The messages about notes and tags, as bytes.
#include "protocol/wire/noting.h"

#include <algorithm>
#include <array>

#include "protocol/room/entry.h"
#include "protocol/wire/field.h"

namespace hearth::wire {
namespace {

constexpr std::size_t kSlotAt = 24;

}  // namespace

Bytes32 ref_of_slot(std::uint64_t slot) noexcept {
  Bytes32 ref{};
  for (std::size_t i = ref.size(); i > kSlotAt; --i, slot >>= 8) {
    ref[i - 1] = static_cast<Byte>(slot & 0xff);
  }
  return ref;
}

std::optional<std::uint64_t> slot_of_ref(const Bytes32& ref) noexcept {
  const auto is_zero = [](Byte byte) { return byte == 0; };
  if (!std::ranges::all_of(ByteView(ref).first(kSlotAt), is_zero)) return std::nullopt;
  std::uint64_t slot = 0;
  for (const Byte byte : ByteView(ref).subspan(kSlotAt)) slot = slot << 8 | byte;
  return slot;
}

Result<Note> Note::decode(Reader& reader) {
  Note message;
  HEARTH_TRY(message.id, reader.array<16>());
  HEARTH_TRY(const std::uint8_t to, reader.u8());
  message.to = static_cast<NoteTo>(to);
  HEARTH_TRY(message.ref, reader.array<32>());
  HEARTH_TRY(message.sealed, reader.vector(room::kBodySizeMax));
  const bool holds = (message.to == NoteTo::desk && message.ref == Bytes32{}) ||
                     message.to == NoteTo::handle ||
                     (message.to == NoteTo::slot && slot_of_ref(message.ref));
  if (!holds) return hearth::fail(make_error(CodecErrc::value_invalid));
  return message;
}
void encode(Writer& writer, const Note& message) {
  writer.raw(message.id).u8(static_cast<std::uint8_t>(message.to)).raw(message.ref);
  writer.vector(message.sealed);
}

Result<NoteShown> NoteShown::decode(Reader& reader) {
  NoteShown message;
  HEARTH_TRY(message.id, reader.array<16>());
  HEARTH_TRY(const std::uint8_t from, reader.u8());
  message.from = static_cast<NoteFrom>(from);
  HEARTH_TRY(message.ref, reader.array<32>());
  HEARTH_TRY(message.sealed, reader.vector(room::kBodySizeMax));
  const bool holds = message.from == NoteFrom::handle || message.from == NoteFrom::staff ||
                     (message.from == NoteFrom::slot && slot_of_ref(message.ref));
  if (!holds) return hearth::fail(make_error(CodecErrc::value_invalid));
  return message;
}
void encode(Writer& writer, const NoteShown& message) {
  writer.raw(message.id).u8(static_cast<std::uint8_t>(message.from)).raw(message.ref);
  writer.vector(message.sealed);
}

Result<NoteSent> NoteSent::decode(Reader& reader) {
  NoteSent message;
  HEARTH_TRY(message.id, reader.array<16>());
  HEARTH_TRY(message.reached, reader.u16());
  return message;
}
void encode(Writer& writer, const NoteSent& message) {
  writer.raw(message.id).u16(message.reached);
}

std::string_view name_of(NoteRefusal reason) noexcept {
  constexpr std::array<std::string_view, 5> kNames{"unknown_reason", "size_invalid", "not_allowed",
                                                   "unknown", "rate_limited"};
  const auto number = static_cast<std::size_t>(reason);
  return kNames[number < kNames.size() ? number : 0];
}

Result<NoteRefused> NoteRefused::decode(Reader& reader) {
  NoteRefused message;
  HEARTH_TRY(message.id, reader.array<16>());
  HEARTH_TRY(message.reason, field::enum16(reader, NoteRefusal::rate_limited));
  return message;
}
void encode(Writer& writer, const NoteRefused& message) {
  writer.raw(message.id).u16(static_cast<std::uint16_t>(message.reason));
}

Result<CheckTag> CheckTag::decode(Reader& reader) {
  CheckTag message;
  HEARTH_TRY(message.room, room::RoomId::decode(reader));
  HEARTH_TRY(message.seq, room::Seq::decode(reader));
  HEARTH_TRY(message.body_hash, reader.array<32>());
  HEARTH_TRY(message.commitment, reader.array<32>());
  HEARTH_TRY(message.handle, room::Handle::decode(reader));
  HEARTH_TRY(message.tag, reader.array<32>());
  return message;
}
void encode(Writer& writer, const CheckTag& message) {
  writer.raw(message.room.bytes);
  encode(writer, message.seq);
  writer.raw(message.body_hash).raw(message.commitment).raw(message.handle.bytes).raw(message.tag);
}

Result<TagChecked> TagChecked::decode(Reader& reader) {
  HEARTH_TRY(const bool valid, reader.presence());
  return TagChecked{valid};
}
void encode(Writer& writer, const TagChecked& message) { writer.presence(message.valid); }

}  // namespace hearth::wire
