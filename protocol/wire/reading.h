// Reading the log: resume, entries, heads.
#pragma once

#include "protocol/room/chain.h"
#include "protocol/wire/record.h"

namespace hearth::wire {

// C→S, as member or staff, once per connection.   after_seq u64 (0: from the genesis on)
struct Resume {
  static constexpr RecordType kType = RecordType::resume;
  room::Seq after;
  static Result<Resume> decode(Reader& reader);
  friend bool operator==(const Resume&, const Resume&) = default;
};
void encode(Writer& writer, const Resume& message);

// S→C, in log order.   LogRecord | optional tag32
// The tag is the server's word for who said it, for reports: with the body of an app entry, as long
// as the server holds one. The same bytes go to everybody.
struct EntryRecord {
  static constexpr RecordType kType = RecordType::entry;
  room::LogRecord record;
  std::optional<Bytes32> tag{};
  static Result<EntryRecord> decode(Reader& reader);
  friend bool operator==(const EntryRecord&, const EntryRecord&) = default;
};
void encode(Writer& writer, const EntryRecord& message);

// S→C: everything up to this head has been sent; what follows is live.   Checkpoint
struct CaughtUp {
  static constexpr RecordType kType = RecordType::caught_up;
  room::Checkpoint checkpoint;
  static Result<CaughtUp> decode(Reader& reader);
  friend bool operator==(const CaughtUp&, const CaughtUp&) = default;
};
void encode(Writer& writer, const CaughtUp& message);

// S→C, to staff alone: the line of who leads the meeting has been down for a while, or is there
// again. Nobody signs it: it is a reason to look, and gives nobody any right.
//   lead32 | down u8 (0, 1)
struct LeadLine {
  static constexpr RecordType kType = RecordType::lead_line;
  room::PublicKey lead;  // staff_server.
  bool down = false;
  static Result<LeadLine> decode(Reader& reader);
  friend bool operator==(const LeadLine&, const LeadLine&) = default;
};
void encode(Writer& writer, const LeadLine& message);

// C→S. Empty.
struct GetCheckpoint {
  static constexpr RecordType kType = RecordType::get_checkpoint;
  static Result<GetCheckpoint> decode(Reader& reader);
  friend bool operator==(const GetCheckpoint&, const GetCheckpoint&) = default;
};
void encode(Writer& writer, const GetCheckpoint& message);

// S→C: a head that the log has acknowledged.   Checkpoint
struct CheckpointRecord {
  static constexpr RecordType kType = RecordType::checkpoint;
  room::Checkpoint checkpoint;
  static Result<CheckpointRecord> decode(Reader& reader);
  friend bool operator==(const CheckpointRecord&, const CheckpointRecord&) = default;
};
void encode(Writer& writer, const CheckpointRecord& message);

}  // namespace hearth::wire
