// Notes: short sealed words between one person and the desk, outside the log.
#pragma once

#include <deque>

#include "protocol/room/sealed_box.h"

namespace hearth::room {

inline constexpr std::size_t kNoteCopies = 17;           // In every note, whomever it is for.
inline constexpr std::size_t kNotePaddedSize = 1024;     // What is inside, padded.
inline constexpr std::size_t kNoteContentSizeMax = 884;  // Of one part, beside a signature.
inline constexpr std::size_t kNotePartsMax = 80;
inline constexpr std::size_t kNoteTextSizeMax = 800;  // Of a nudge or a line: always one part.
// Every note on the wire has exactly this size: length of the copies, copies, nonce, content, tag.
inline constexpr std::size_t kNoteBytes =
    2 + kNoteCopies * kBoxCopySize + 24 + kNotePaddedSize + crypto::kTagSize;

// Unknown types are kept and not shown. 14 (reach-out) and 15 (one-to-one) are taken.
enum class NoteType : std::uint8_t {
  answer = 1,  // Answer.
  nudge = 2,   // UTF-8: a private word of the staff.
  line = 3,    // UTF-8: to the desk, or of the desk to somebody who waits.
  report = 4,  // Report (report.h).
  fault = 5,   // FaultNote.
  appointment_offer = 6,
  appointment_answer = 7,
  supporter_offer = 8,
  supporter_answer = 9,
  quorum_request = 10,
  quorum_signature = 11,
  referral_request = 12,
  referral_answer = 13,
};
std::string_view name_of(NoteType type) noexcept;  // Empty for an unknown one.

// Note   version u16 | type u8 | id16 | re16 (zeros: none) | part u8 | parts u8 (1..80) |
//        optional sender{key32, signature64} | content<V>
// `key` is the delivery key of a member or of a guest's knock, or a staff_server key. It signs
// "hearth note" | room_id | to32 | the note without the signature, where `to` is the handle of the
// one person it is for, zeros for the desk: nobody can pass a note on as written to somebody else.
struct Note {
  static constexpr std::uint16_t kVersion = 1;
  struct Sender {
    PublicKey key;
    Signature signature;
    friend bool operator==(const Sender&, const Sender&) = default;
  };

  std::uint16_t version = kVersion;
  NoteType type = NoteType::answer;
  Bytes16 id{};  // Random; the same for all parts and repetitions.
  Bytes16 re{};  // What it answers.
  std::uint8_t part = 0;
  std::uint8_t parts = 1;
  std::optional<Sender> sender;
  Bytes content;

  void sign(const RoomId& room, const Handle& to, const crypto::SignatureKey& key);
  // signature_invalid, also where nobody signed. Whose key it is, is for the caller.
  Status verify(const RoomId& room, const Handle& to) const;

  static Result<Note> decode(Reader& reader);
  friend bool operator==(const Note&, const Note&) = default;
};
void encode(Writer& writer, const Note& note);

// A sealed box ("hearth note") of kNoteCopies copies around pad(Note), exactly kNoteBytes: neither
// type, recipients nor their number can be seen. `to`: 1..kNoteCopies. size_invalid.
Result<Bytes> seal_note(const RoomId& room, const Note& note, std::span<const DeskKey> to,
                        crypto::RandomSource& random);
// size_invalid, recipient_missing, open_failed, or what the decoder says.
Result<Note> open_note(const RoomId& room, ByteView sealed, const crypto::KemKeyPair& key);

// A note as its reader means it: all parts together.
struct WholeNote {
  NoteType type = NoteType::answer;
  Bytes16 id{};
  Bytes16 re{};
  Bytes content;
  friend bool operator==(const WholeNote&, const WholeNote&) = default;
};

// The parts of `whole`, not signed yet. size_invalid beyond kNotePartsMax.
Result<std::vector<Note>> parts_of(const WholeNote& whole);

// Puts parts together, in any order and with repetitions. Bounded: at most kSeriesMax notes are
// unfinished, two of one sender; the oldest is given up. Owned by who reads notes.
class NoteAssembly final {
 public:
  static constexpr std::size_t kSeriesMax = 32;
  static constexpr std::size_t kSeriesPerSenderMax = 2;

  // The note that this part completes, or nothing (yet). Parts that contradict each other end their
  // series.
  std::optional<WholeNote> take(const PublicKey& from, const Note& note);
  std::size_t unfinished() const noexcept { return series_.size(); }

 private:
  struct Series {
    PublicKey from;
    WholeNote whole;  // Without content.
    std::vector<std::optional<Bytes>> parts;
  };
  void make_place(const PublicKey& from);

  std::deque<Series> series_;  // The oldest first.
};

// --- Contents ------------------------------------------------------------------------------------

enum class AnswerCode : std::uint8_t { heard = 1, accepted = 2, declined = 3 };

// code u8 | text<V>
struct Answer {
  AnswerCode code = AnswerCode::heard;
  std::string text;  // UTF-8, at most kNoteTextSizeMax.
  static Result<Answer> decode(Reader& reader);
  friend bool operator==(const Answer&, const Answer&) = default;
};
void encode(Writer& writer, const Answer& answer);

// commit_seq u64 | h32 | reason<V>
struct FaultNote {
  Seq commit;          // The entry that we could not follow.
  Hash h{};            // Our chain's value there.
  std::string reason;  // The name of an error, at most 64 bytes.
  static Result<FaultNote> decode(Reader& reader);
  friend bool operator==(const FaultNote&, const FaultNote&) = default;
};
void encode(Writer& writer, const FaultNote& fault);

// The text of a nudge or a line: not empty, UTF-8, within kNoteTextSizeMax; name_invalid.
Result<std::string> note_text(ByteView content);

}  // namespace hearth::room
