// Who may write to whom, and handing it over.
#include "server/rooms/desk.h"

#include "protocol/room/note.h"

namespace hearth::server {

std::expected<std::uint16_t, wire::NoteRefusal> hand_over(Seat& from, const wire::Note& note,
                                                          const Seats& seats, const Lobby& lobby,
                                                          const meeting::RoomState& state,
                                                          Instant now) {
  using wire::NoteRefusal;
  if (note.sealed.size() != room::kNoteBytes) return std::unexpected(NoteRefusal::size_invalid);
  if (from.notes.take(now) > Duration::zero()) return std::unexpected(NoteRefusal::rate_limited);
  if (!from.is_desk() && note.to != wire::NoteTo::desk)
    return std::unexpected(NoteRefusal::not_allowed);

  wire::NoteShown shown;
  shown.id = note.id;
  shown.sealed = note.sealed;
  switch (from.speaker.role) {
    case room::Role::gate: {
      const auto slot = lobby.slot_of(from);
      if (!slot) return std::unexpected(NoteRefusal::not_allowed);
      shown.from = wire::NoteFrom::slot;
      shown.ref = wire::ref_of_slot(*slot);
      break;
    }
    case room::Role::member:
      shown.from = wire::NoteFrom::handle;
      shown.ref = from.handle.bytes;
      break;
    default:
      shown.from = wire::NoteFrom::staff;
      shown.ref = from.speaker.key.bytes;
      break;
  }

  // One encoding for all who get it.
  const auto frames = frames_for(wire::record_of(shown));
  std::uint16_t reached = 0;
  const auto give = [&](Seat& seat) {
    if (!seat.outbox.has_room()) return;
    for (const Frame& frame : frames) seat.outbox.push(frame);
    ++reached;
  };
  switch (note.to) {
    case wire::NoteTo::desk:
      for (const auto& [number, seat] : seats)
        if (seat != &from && seat->is_desk()) give(*seat);
      break;
    case wire::NoteTo::handle: {
      const room::Handle handle{note.ref};
      if (!state.member(handle)) return std::unexpected(NoteRefusal::unknown);
      for (const auto& [number, seat] : seats)
        if (seat->speaker.role == room::Role::member && seat->handle == handle) give(*seat);
      break;
    }
    case wire::NoteTo::slot: {
      Seat* const guest = lobby.guest_in(*wire::slot_of_ref(note.ref));
      if (!guest) return std::unexpected(NoteRefusal::unknown);
      give(*guest);
      break;
    }
  }
  return reached;
}

}  // namespace hearth::server
