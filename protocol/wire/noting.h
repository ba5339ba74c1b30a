// Notes between one person and the desk, and the question whether a tag is the server's.
#pragma once

#include "protocol/room/ids.h"
#include "protocol/wire/record.h"

namespace hearth::wire {

// Whom a note is for. A handle and a slot only for staff and supporters; what else it may name is
// refused by the decoder, so that every value has one encoding.
enum class NoteTo : std::uint8_t { desk = 1, handle = 2, slot = 3 };
enum class NoteFrom : std::uint8_t { handle = 2, slot = 3, staff = 4 };

// A slot as a ref: a u64 in the last eight bytes, zeros before.
Bytes32 ref_of_slot(std::uint64_t slot) noexcept;
std::optional<std::uint64_t> slot_of_ref(const Bytes32& ref) noexcept;

// C→S, in any role.   id16 | to u8 | ref32 (the handle; the slot; zeros for the desk) | sealed<V>
struct Note {
  static constexpr RecordType kType = RecordType::note;
  Bytes16 id{};  // Of this record alone; the answer names it.
  NoteTo to = NoteTo::desk;
  Bytes32 ref{};
  Bytes sealed;  // room::seal_note; exactly room::kNoteBytes.
  static Result<Note> decode(Reader& reader);
  friend bool operator==(const Note&, const Note&) = default;
};
void encode(Writer& writer, const Note& message);

// S→C.   id16 | from u8 | ref32 (the handle, the slot, or the staff_server key) | sealed<V>
struct NoteShown {
  static constexpr RecordType kType = RecordType::note_shown;
  Bytes16 id{};
  NoteFrom from = NoteFrom::handle;
  Bytes32 ref{};
  Bytes sealed;
  static Result<NoteShown> decode(Reader& reader);
  friend bool operator==(const NoteShown&, const NoteShown&) = default;
};
void encode(Writer& writer, const NoteShown& message);

// S→C.   id16 | reached u16: connections that it was handed to. 0: nobody is there.
struct NoteSent {
  static constexpr RecordType kType = RecordType::note_sent;
  Bytes16 id{};
  std::uint16_t reached = 0;
  static Result<NoteSent> decode(Reader& reader);
  friend bool operator==(const NoteSent&, const NoteSent&) = default;
};
void encode(Writer& writer, const NoteSent& message);

enum class NoteRefusal : std::uint16_t {
  size_invalid = 1,  // Not exactly room::kNoteBytes.
  not_allowed,       // A guest who does not wait, or to anybody but the desk by who is not staff.
  unknown,           // No such handle in the room, or no such slot.
  rate_limited,
};
std::string_view name_of(NoteRefusal reason) noexcept;

// S→C.   id16 | reason u16
struct NoteRefused {
  static constexpr RecordType kType = RecordType::note_refused;
  Bytes16 id{};
  NoteRefusal reason = NoteRefusal::size_invalid;
  static Result<NoteRefused> decode(Reader& reader);
  friend bool operator==(const NoteRefused&, const NoteRefused&) = default;
};
void encode(Writer& writer, const NoteRefused& message);

// C→S, at any time after hello, also before authentication; at most ten a minute.
//   room_id16 | seq u64 | H(body)32 | commitment32 | handle32 | tag32
struct CheckTag {
  static constexpr RecordType kType = RecordType::check_tag;
  room::RoomId room;
  room::Seq seq;
  room::Hash body_hash{};
  room::Hash commitment{};  // In front of that body.
  room::Handle handle;      // room::handle_of the key that said it.
  Bytes32 tag{};
  static Result<CheckTag> decode(Reader& reader);
  friend bool operator==(const CheckTag&, const CheckTag&) = default;
};
void encode(Writer& writer, const CheckTag& message);

// S→C, in the order of the questions.   valid u8 (0|1)
// 0 for an unknown room and a tag of another start of the server too, in the same time.
struct TagChecked {
  static constexpr RecordType kType = RecordType::tag_checked;
  bool valid = false;
  static Result<TagChecked> decode(Reader& reader);
  friend bool operator==(const TagChecked&, const TagChecked&) = default;
};
void encode(Writer& writer, const TagChecked& message);

}  // namespace hearth::wire
