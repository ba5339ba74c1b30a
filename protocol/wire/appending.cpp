// Append and its answers, as bytes.
#include "protocol/wire/appending.h"

#include "protocol/wire/field.h"

namespace hearth::wire {
namespace {

Result<Append::Item> decode_item(Reader& reader) {
  Append::Item item;
  HEARTH_TRY(item.kind, room::decode_entry_kind(reader));
  HEARTH_TRY(item.generation, reader.u16());
  HEARTH_TRY(item.body, reader.vector(room::kBodySizeMax));
  return item;
}

Result<Append::WelcomeFor> decode_welcome(Reader& reader) {
  Append::WelcomeFor welcome;
  HEARTH_TRY(welcome.handles, field::list<room::Handle>(reader, 1, kWelcomesMax));
  HEARTH_TRY(welcome.bytes, reader.vector());
  return welcome;
}

}  // namespace

Result<Append> Append::decode(Reader& reader) {
  Append message;
  HEARTH_TRY(message.idempotency, reader.array<16>());
  HEARTH_TRY(message.expect_commit_seq,
             reader.optional_of<room::Seq>([](Reader& r) { return room::Seq::decode(r); }));
  HEARTH_TRY(message.entries, reader.vector_of<Item>(decode_item));
  HEARTH_TRY(message.welcomes, reader.vector_of<WelcomeFor>(decode_welcome));
  if (message.entries.empty() || message.entries.size() > kAppendEntriesMax ||
      message.welcomes.size() > kWelcomesMax) {
    return hearth::fail(make_error(CodecErrc::length_invalid));
  }
  return message;
}

void encode(Writer& writer, const Append& message) {
  writer.raw(message.idempotency);
  writer.optional_of(message.expect_commit_seq,
                     [](Writer& w, const room::Seq& seq) { encode(w, seq); });
  writer.vector_of(message.entries, [](Writer& w, const Append::Item& item) {
    w.u8(static_cast<std::uint8_t>(item.kind)).u16(item.generation).vector(item.body);
  });
  writer.vector_of(message.welcomes, [](Writer& w, const Append::WelcomeFor& welcome) {
    w.vector_of(welcome.handles, [](Writer& h, const room::Handle& handle) { encode(h, handle); });
    w.vector(welcome.bytes);
  });
}

Result<Appended> Appended::decode(Reader& reader) {
  Appended message;
  HEARTH_TRY(message.idempotency, reader.array<16>());
  HEARTH_TRY(message.first, room::Seq::decode(reader));
  HEARTH_TRY(message.count, reader.u8());
  HEARTH_TRY(message.h, reader.array<32>());
  return message;
}
void encode(Writer& writer, const Appended& message) {
  writer.raw(message.idempotency).u64(message.first.value).u8(message.count).raw(message.h);
}

Result<AppendRefused> AppendRefused::decode(Reader& reader) {
  AppendRefused message;
  HEARTH_TRY(message.idempotency, reader.array<16>());
  HEARTH_TRY(message.refusal.reason, field::enum16(reader, room::kAppendRefusalLast));
  HEARTH_TRY(message.refusal.detail, reader.u64());
  return message;
}
void encode(Writer& writer, const AppendRefused& message) {
  writer.raw(message.idempotency).u16(static_cast<std::uint16_t>(message.refusal.reason));
  writer.u64(message.refusal.detail);
}

}  // namespace hearth::wire
