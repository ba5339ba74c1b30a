// Notes: signing, sealing to a constant size, and putting parts together.
#include "protocol/room/note.h"

#include <algorithm>
#include <array>

#include "protocol/room/envelope.h"
#include "protocol/room/error.h"
#include "protocol/room/text.h"

namespace hearth::room {
namespace {

constexpr std::string_view kLabel = "hearth note";
constexpr std::array<std::size_t, 1> kPadded{kNotePaddedSize};
constexpr std::size_t kReasonSizeMax = 64;

void encode_head(Writer& writer, const Note& note) {
  writer.u16(note.version).u8(static_cast<std::uint8_t>(note.type)).raw(note.id).raw(note.re);
  writer.u8(note.part).u8(note.parts);
}

Bytes signed_bytes(const RoomId& room, const Handle& to, const Note& note, const PublicKey& key) {
  Writer writer;
  writer.raw(view_of(kLabel)).raw(room.bytes).raw(to.bytes);
  encode_head(writer, note);
  writer.raw(key.bytes).vector(note.content);
  return writer.take();
}

}  // namespace

std::string_view name_of(NoteType type) noexcept {
  constexpr std::array<std::string_view, 14> kNames{
      "",
      "answer",
      "nudge",
      "line",
      "report",
      "fault",
      "appointment_offer",
      "appointment_answer",
      "supporter_offer",
      "supporter_answer",
      "quorum_request",
      "quorum_signature",
      "referral_request",
      "referral_answer",
  };
  const auto number = static_cast<std::size_t>(type);
  return kNames[number < kNames.size() ? number : 0];
}

// --- One note ------------------------------------------------------------------------------------

void Note::sign(const RoomId& room, const Handle& to, const crypto::SignatureKey& key) {
  const PublicKey own = public_key_of(key);
  sender = Sender{own, room::sign(key, signed_bytes(room, to, *this, own))};
}

Status Note::verify(const RoomId& room, const Handle& to) const {
  if (!sender) return fail(RoomErrc::signature_invalid);
  return room::verify(sender->key, signed_bytes(room, to, *this, sender->key), sender->signature);
}

Result<Note> Note::decode(Reader& reader) {
  Note note;
  HEARTH_TRY(note.version, reader.u16());
  if (note.version != kVersion) return fail(RoomErrc::version_unsupported);
  HEARTH_TRY(const std::uint8_t type, reader.u8());
  note.type = static_cast<NoteType>(type);
  HEARTH_TRY(note.id, reader.array<16>());
  HEARTH_TRY(note.re, reader.array<16>());
  HEARTH_TRY(note.part, reader.u8());
  HEARTH_TRY(note.parts, reader.u8());
  if (note.parts > kNotePartsMax || note.part >= note.parts) {
    return hearth::fail(make_error(CodecErrc::value_invalid));
  }
  HEARTH_TRY(note.sender, reader.optional_of<Sender>([](Reader& r) -> Result<Sender> {
    Sender sender;
    HEARTH_TRY(sender.key, PublicKey::decode(r));
    HEARTH_TRY(sender.signature, Signature::decode(r));
    return sender;
  }));
  HEARTH_TRY(note.content, reader.vector(kNoteContentSizeMax));
  return note;
}

void encode(Writer& writer, const Note& note) {
  encode_head(writer, note);
  writer.optional_of(note.sender, [](Writer& w, const Note::Sender& sender) {
    w.raw(sender.key.bytes).raw(sender.signature.bytes);
  });
  writer.vector(note.content);
}

Result<Bytes> seal_note(const RoomId& room, const Note& note, std::span<const DeskKey> to,
                        crypto::RandomSource& random) {
  if (note.content.size() > kNoteContentSizeMax) return fail(RoomErrc::size_invalid);
  HEARTH_TRY(const Bytes padded, pad(encoded(note), 0, kPadded));
  HEARTH_TRY(Bytes sealed, seal_box_among(room, kLabel, to, kNoteCopies, padded, random));
  expects(sealed.size() == kNoteBytes);
  return sealed;
}

Result<Note> open_note(const RoomId& room, ByteView sealed, const crypto::KemKeyPair& key) {
  if (sealed.size() != kNoteBytes) return fail(RoomErrc::size_invalid);
  HEARTH_TRY(const Bytes padded, open_box(room, kLabel, key, sealed));
  if (padded.size() != kNotePaddedSize) return fail(RoomErrc::size_invalid);
  HEARTH_TRY(const Bytes plain, unpad(padded));
  return decode_exact<Note>(plain);
}

// --- Several parts -------------------------------------------------------------------------------

Result<std::vector<Note>> parts_of(const WholeNote& whole) {
  const std::size_t size = whole.content.size();
  const std::size_t count =
      std::max<std::size_t>(1, (size + kNoteContentSizeMax - 1) / kNoteContentSizeMax);
  if (count > kNotePartsMax) return fail(RoomErrc::size_invalid);
  std::vector<Note> notes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = i * kNoteContentSizeMax;
    const ByteView part =
        ByteView(whole.content).subspan(begin, std::min(kNoteContentSizeMax, size - begin));
    Note note;
    note.type = whole.type;
    note.id = whole.id;
    note.re = whole.re;
    note.part = static_cast<std::uint8_t>(i);
    note.parts = static_cast<std::uint8_t>(count);
    note.content = to_bytes(part);
    notes.push_back(std::move(note));
  }
  return notes;
}

std::optional<WholeNote> NoteAssembly::take(const PublicKey& from, const Note& note) {
  if (note.parts == 1) return WholeNote{note.type, note.id, note.re, note.content};
  auto series = std::ranges::find_if(
      series_, [&](const Series& s) { return s.from == from && s.whole.id == note.id; });
  if (series == series_.end()) {
    make_place(from);
    series_.push_back(
        {from, {note.type, note.id, note.re, {}}, std::vector<std::optional<Bytes>>(note.parts)});
    series = std::prev(series_.end());
  }
  std::optional<Bytes>* part =
      note.part < series->parts.size() ? &series->parts[note.part] : nullptr;
  if (series->whole.type != note.type || series->whole.re != note.re ||
      series->parts.size() != note.parts || (*part && **part != note.content)) {
    series_.erase(series);
    return std::nullopt;
  }
  *part = note.content;
  if (!std::ranges::all_of(series->parts, [](const auto& p) { return p.has_value(); })) {
    return std::nullopt;
  }
  WholeNote whole = std::move(series->whole);
  for (const std::optional<Bytes>& each : series->parts) append(whole.content, *each);
  series_.erase(series);
  return whole;
}

void NoteAssembly::make_place(const PublicKey& from) {
  const auto of_sender = [&](const Series& s) { return s.from == from; };
  if (std::cmp_greater_equal(std::ranges::count_if(series_, of_sender), kSeriesPerSenderMax)) {
    series_.erase(std::ranges::find_if(series_, of_sender));
  } else if (series_.size() >= kSeriesMax) {
    series_.pop_front();
  }
}

// --- Contents ------------------------------------------------------------------------------------

Result<Answer> Answer::decode(Reader& reader) {
  Answer answer;
  HEARTH_TRY(const std::uint8_t code, reader.u8());
  if (code < 1 || code > static_cast<std::uint8_t>(AnswerCode::declined)) {
    return hearth::fail(make_error(CodecErrc::enum_invalid));
  }
  answer.code = static_cast<AnswerCode>(code);
  HEARTH_TRY(answer.text, decode_text(reader, kNoteTextSizeMax));
  return answer;
}

void encode(Writer& writer, const Answer& answer) {
  writer.u8(static_cast<std::uint8_t>(answer.code)).vector(view_of(answer.text));
}

Result<FaultNote> FaultNote::decode(Reader& reader) {
  FaultNote fault;
  HEARTH_TRY(fault.commit, Seq::decode(reader));
  HEARTH_TRY(fault.h, reader.array<32>());
  HEARTH_TRY(fault.reason, decode_text(reader, kReasonSizeMax));
  return fault;
}

void encode(Writer& writer, const FaultNote& fault) {
  encode(writer, fault.commit);
  writer.raw(fault.h).vector(view_of(fault.reason));
}

Result<std::string> note_text(ByteView content) {
  const std::string_view text = text_of(content);
  if (text.empty() || text.size() > kNoteTextSizeMax || !is_utf8(text)) {
    return fail(RoomErrc::name_invalid);
  }
  return std::string(text);
}

}  // namespace hearth::room
