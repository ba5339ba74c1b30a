// Reports: messages opened to the staff, each with the proof of who said it.
#pragma once

#include "protocol/room/note.h"
#include "protocol/room/payload.h"

namespace hearth::room {

inline constexpr std::size_t kReportReasonSizeMax = 256;
inline constexpr std::size_t kReportItemsMax = 21;  // One message, and ten on either side.
inline constexpr std::size_t kReportSizeMax = 60'000;

// One message.
//   seq u64 | H(body)32 | commitment32 | k_f32 | Payload<V> | sender key32 | optional tag32
// The sender's key is the one by which the server knows who said it: delivery of a member,
// staff_server of staff.
struct ReportItem {
  Seq seq;
  Hash body_hash{};
  Hash commitment{};
  Bytes32 k_f{};  // Opened with the message; it protects nothing any more.
  Payload payload;
  PublicKey sender;
  std::optional<Bytes32> tag;

  // commitment_invalid unless the commitment is to exactly this payload. That the entry at `seq`
  // carried this commitment is for the verifier's own log to say, or for the server's tag.
  Status check_commitment(const RoomId& room) const;

  static Result<ReportItem> decode(Reader& reader);
  friend bool operator==(const ReportItem&, const ReportItem&) = default;
};
void encode(Writer& writer, const ReportItem& item);

// Report   version u16 | reason<V> | reported u8 | items<V>, 1..21, in order of seq
struct Report {
  static constexpr std::uint16_t kVersion = 1;

  std::uint16_t version = kVersion;
  std::string reason;         // UTF-8, at most 256 bytes.
  std::uint8_t reported = 0;  // Which of the items; the others are its neighbours.
  std::vector<ReportItem> items;

  // Drops neighbours, the farther one first, until the report fits kReportSizeMax. size_invalid
  // when the message alone does not.
  Status fit();

  static Result<Report> decode(Reader& reader);
  friend bool operator==(const Report&, const Report&) = default;
};
void encode(Writer& writer, const Report& report);

// A report for the safeguarding key, as text to be handed over outside: lines of base64url over
//   version u8 = 1 | room_id16 | sealed box ("hearth report") around pad(Report)
Result<std::string> seal_report_text(const RoomId& room, const Report& report, const DeskKey& to,
                                     crypto::RandomSource& random);
struct OpenedReport {
  RoomId room;
  Report report;
};
// Takes the text with any white space in it. value_invalid where it is no such text,
// recipient_missing or open_failed.
Result<OpenedReport> open_report_text(std::string_view text, const crypto::KemKeyPair& key);

}  // namespace hearth::room
