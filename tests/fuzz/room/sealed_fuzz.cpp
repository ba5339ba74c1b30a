// What opens under a key that the other end may hold as well: door cards, knocks, envelopes, boxes,
// payloads, notes, reports. The first byte says where the bytes go; they are sealed first where
// that is needed to reach the decoder behind the AEAD.
#include "protocol/room/door_card.h"
#include "protocol/room/envelope.h"
#include "protocol/room/gate.h"
#include "protocol/room/knock.h"
#include "protocol/room/report.h"
#include "protocol/room/sealed_box.h"
#include "tests/support/room_builder.h"

namespace {

using namespace hearth;

struct Fixed {
  test::RoomBuilder builder;
  crypto::SeededRandom random{1};
  Secret32 k_door = room::door_key(builder.room, random.secret<16>());
  room::EnvelopeKey envelope{builder.room, 1, random.secret<16>()};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static Fixed fixed;
  const room::RoomId& room = fixed.builder.room;
  const ByteView input(data + 1, size - 1);
  switch (data[0] % 9) {
    case 0: {
      const auto sealed = room::seal_padded(
          fixed.k_door, concat({view_of("hearth door"), room.bytes}), input, fixed.random);
      if (!sealed) break;
      (void)room::DoorCard::open(room, fixed.k_door, fixed.builder.server_part, *sealed);
      break;
    }
    case 1: (void)room::open_knock(room, input, fixed.k_door, &fixed.builder.desk); break;
    case 2:
      for (const auto kind : {room::EntryKind::commit, room::EntryKind::app}) {
        (void)fixed.envelope.open({room::Seq{1}, kind, 1, to_bytes(input)});
      }
      break;
    case 3: (void)room::open_box(room, "hearth knock", fixed.builder.desk, input); break;
    case 4: (void)room::open_payload(room, input, {}); break;
    case 5: {
      const auto to = test::public_desk_key(fixed.builder.desk);
      const auto box =
          room::seal_box(room, "hearth denial", std::span(&to, 1), input, fixed.random);
      if (box) (void)room::open_denial(room, *box, fixed.builder.desk);
      break;
    }
    case 6: (void)room::open_note(room, input, fixed.builder.desk); break;
    case 7: {
      // As large as a note, whatever is inside.
      Bytes padded = to_bytes(input);
      padded.resize(room::kNotePaddedSize);
      const auto to = test::public_desk_key(fixed.builder.desk);
      const auto box = room::seal_box_among(room, "hearth note", std::span(&to, 1),
                                            room::kNoteCopies, padded, fixed.random);
      const auto note = box ? room::open_note(room, *box, fixed.builder.desk)
                            : Result<room::Note>(std::unexpected(box.error()));
      if (!note) break;
      (void)note->verify(room, {});
      room::NoteAssembly assembly;
      (void)assembly.take(note->sender ? note->sender->key : room::PublicKey{}, *note);
      break;
    }
    case 8: (void)room::open_report_text(text_of(input), fixed.builder.desk); break;
  }
  return 0;
}
