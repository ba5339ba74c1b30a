// Entries and records, as bytes.
#include "protocol/room/entry.h"

namespace hearth::room {
namespace {

constexpr std::uint8_t kFormBody = 0;
constexpr std::uint8_t kFormHash = 1;

void encode_head(Writer& writer, Seq seq, EntryKind kind, Generation generation) {
  encode(writer, seq);
  writer.u8(static_cast<std::uint8_t>(kind)).u16(generation);
}

}  // namespace

Result<Entry> Entry::decode(Reader& reader) {
  Entry entry;
  HEARTH_TRY(entry.seq, Seq::decode(reader));
  HEARTH_TRY(entry.kind, decode_entry_kind(reader));
  HEARTH_TRY(entry.generation, reader.u16());
  HEARTH_TRY(entry.body, reader.vector(kBodySizeMax));
  return entry;
}

void encode(Writer& writer, const Entry& entry) {
  encode_head(writer, entry.seq, entry.kind, entry.generation);
  writer.vector(entry.body);
}

LogRecord LogRecord::of(Entry entry) {
  return {entry.seq, entry.kind, entry.generation, std::move(entry.body)};
}

LogRecord LogRecord::tombstone_of(const Entry& entry) {
  return {entry.seq, entry.kind, entry.generation, crypto::sha256(entry.body)};
}

Hash LogRecord::body_hash() const noexcept {
  const Bytes* bytes = body();
  return bytes ? crypto::sha256(*bytes) : std::get<Hash>(content);
}

Result<LogRecord> LogRecord::decode(Reader& reader) {
  LogRecord record;
  HEARTH_TRY(record.seq, Seq::decode(reader));
  HEARTH_TRY(record.kind, decode_entry_kind(reader));
  HEARTH_TRY(record.generation, reader.u16());
  HEARTH_TRY(const std::uint8_t form, reader.u8());
  if (form == kFormBody) {
    HEARTH_TRY(record.content, reader.vector(kBodySizeMax));
  } else if (form == kFormHash) {
    HEARTH_TRY(record.content, reader.array<crypto::kHashSize>());
  } else {
    return hearth::fail(make_error(CodecErrc::enum_invalid));
  }
  return record;
}

void encode(Writer& writer, const LogRecord& record) {
  encode_head(writer, record.seq, record.kind, record.generation);
  if (const Bytes* body = record.body()) {
    writer.u8(kFormBody).vector(*body);
  } else {
    writer.u8(kFormHash).raw(std::get<Hash>(record.content));
  }
}

}  // namespace hearth::room
