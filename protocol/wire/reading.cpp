// The messages about reading the log, as bytes.
#include "protocol/wire/reading.h"

namespace hearth::wire {

Result<Resume> Resume::decode(Reader& reader) {
  HEARTH_TRY(const room::Seq after, room::Seq::decode(reader));
  return Resume{after};
}
void encode(Writer& writer, const Resume& message) { encode(writer, message.after); }

Result<EntryRecord> EntryRecord::decode(Reader& reader) {
  HEARTH_TRY(room::LogRecord record, room::LogRecord::decode(reader));
  HEARTH_TRY(auto tag, reader.optional_of<Bytes32>([](Reader& r) { return r.array<32>(); }));
  if (tag && (record.kind != room::EntryKind::app || record.is_tombstone())) {
    return hearth::fail(make_error(CodecErrc::value_invalid));
  }
  return EntryRecord{std::move(record), tag};
}
void encode(Writer& writer, const EntryRecord& message) {
  encode(writer, message.record);
  writer.optional_of(message.tag, [](Writer& w, const Bytes32& tag) { w.raw(tag); });
}

Result<CaughtUp> CaughtUp::decode(Reader& reader) {
  HEARTH_TRY(const room::Checkpoint checkpoint, room::Checkpoint::decode(reader));
  return CaughtUp{checkpoint};
}
void encode(Writer& writer, const CaughtUp& message) { encode(writer, message.checkpoint); }

Result<LeadLine> LeadLine::decode(Reader& reader) {
  LeadLine message;
  HEARTH_TRY(message.lead, room::PublicKey::decode(reader));
  HEARTH_TRY(message.down, reader.presence());
  return message;
}
void encode(Writer& writer, const LeadLine& message) {
  writer.raw(message.lead.bytes).u8(message.down ? 1 : 0);
}

Result<GetCheckpoint> GetCheckpoint::decode(Reader&) { return GetCheckpoint{}; }
void encode(Writer&, const GetCheckpoint&) {}

Result<CheckpointRecord> CheckpointRecord::decode(Reader& reader) {
  HEARTH_TRY(const room::Checkpoint checkpoint, room::Checkpoint::decode(reader));
  return CheckpointRecord{checkpoint};
}
void encode(Writer& writer, const CheckpointRecord& message) { encode(writer, message.checkpoint); }

}  // namespace hearth::wire
