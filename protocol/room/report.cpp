// Reports: encoding, fitting, and the sealed text for outside.
#include "protocol/room/report.h"

#include <algorithm>

#include "protocol/room/envelope.h"
#include "protocol/room/error.h"
#include "protocol/room/text.h"

namespace hearth::room {
namespace {

constexpr std::string_view kLabel = "hearth report";
constexpr std::uint8_t kTextVersion = 1;
constexpr std::size_t kLineSize = 72;
// What a box for one key adds.
constexpr std::size_t kBoxOverhead = 2 + kBoxCopySize + 24 + crypto::kTagSize;

}  // namespace

Status ReportItem::check_commitment(const RoomId& room) const {
  HEARTH_TRY(const Payload opened, open_payload(room, concat({k_f, encoded(payload)}), commitment));
  expects(opened == payload);
  return {};
}

Result<ReportItem> ReportItem::decode(Reader& reader) {
  ReportItem item;
  HEARTH_TRY(item.seq, Seq::decode(reader));
  HEARTH_TRY(item.body_hash, reader.array<32>());
  HEARTH_TRY(item.commitment, reader.array<32>());
  HEARTH_TRY(item.k_f, reader.array<32>());
  HEARTH_TRY(const ByteView payload, reader.vector_view());
  HEARTH_TRY(item.payload, decode_exact<Payload>(payload));
  HEARTH_TRY(item.sender, PublicKey::decode(reader));
  HEARTH_TRY(item.tag, reader.optional_of<Bytes32>([](Reader& r) { return r.array<32>(); }));
  return item;
}

void encode(Writer& writer, const ReportItem& item) {
  encode(writer, item.seq);
  writer.raw(item.body_hash).raw(item.commitment).raw(item.k_f).vector(encoded(item.payload));
  encode(writer, item.sender);
  writer.optional_of(item.tag, [](Writer& w, const Bytes32& tag) { w.raw(tag); });
}

Status Report::fit() {
  while (encoded(*this).size() > kReportSizeMax) {
    if (items.size() <= 1) return fail(RoomErrc::size_invalid);
    const std::size_t after = items.size() - 1 - reported;
    if (after >= reported) {
      items.pop_back();
    } else {
      items.erase(items.begin());
      --reported;
    }
  }
  return {};
}

Result<Report> Report::decode(Reader& reader) {
  Report report;
  HEARTH_TRY(report.version, reader.u16());
  if (report.version != kVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(report.reason, decode_text(reader, kReportReasonSizeMax));
  HEARTH_TRY(report.reported, reader.u8());
  HEARTH_TRY(report.items,
             reader.vector_of<ReportItem>([](Reader& r) { return ReportItem::decode(r); }));
  const bool ordered = std::ranges::adjacent_find(report.items, [](const auto& a, const auto& b) {
                         return a.seq >= b.seq;
                       }) == report.items.end();
  if (!ordered || report.items.size() > kReportItemsMax || report.reported >= report.items.size()) {
    return hearth::fail(make_error(CodecErrc::value_invalid));
  }
  return report;
}

void encode(Writer& writer, const Report& report) {
  writer.u16(report.version).vector(view_of(report.reason)).u8(report.reported);
  writer.vector_of(report.items, [](Writer& w, const ReportItem& item) { encode(w, item); });
}

Result<std::string> seal_report_text(const RoomId& room, const Report& report, const DeskKey& to,
                                     crypto::RandomSource& random) {
  HEARTH_TRY(const Bytes padded, pad(encoded(report), kBoxOverhead, kBuckets));
  HEARTH_TRY(const Bytes box, seal_box(room, kLabel, std::span(&to, 1), padded, random));
  Writer writer;
  writer.u8(kTextVersion).raw(room.bytes).raw(box);
  const std::string whole = to_base64url(writer.bytes());
  std::string text;
  for (std::size_t begin = 0; begin < whole.size(); begin += kLineSize) {
    text.append(whole, begin, kLineSize);
    text.push_back('\n');
  }
  return text;
}

Result<OpenedReport> open_report_text(std::string_view text, const crypto::KemKeyPair& key) {
  std::string joined;
  std::ranges::copy_if(text, std::back_inserter(joined),
                       [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
  const auto bytes = from_base64url(joined);
  if (!bytes) return hearth::fail(make_error(CodecErrc::value_invalid));
  Reader reader(*bytes);
  HEARTH_TRY(const std::uint8_t version, reader.u8());
  if (version != kTextVersion) return fail(RoomErrc::version_unsupported);
  OpenedReport opened;
  HEARTH_TRY(opened.room, RoomId::decode(reader));
  HEARTH_TRY(const Bytes padded, open_box(opened.room, kLabel, key, reader.rest()));
  HEARTH_TRY(const Bytes plain, unpad(padded));
  HEARTH_TRY(opened.report, decode_exact<Report>(plain));
  return opened;
}

}  // namespace hearth::room
