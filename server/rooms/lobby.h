// The knocks that wait at a room's door, in memory only.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "protocol/room/control_ops.h"
#include "protocol/time.h"
#include "protocol/wire/knocking.h"
#include "server/rooms/seat.h"

namespace hearth::server {

// A knock is sealed: the lobby knows the handle that asks, what vouches for it, and the size.
//
// In a lobby room every staff connection sees every knock. In an open one a knock is shown to one
// admitter at a time, staff first, and to another after limits::kAdmitterTimeMax, so that two of
// them do not race to commit; never to somebody who waits themselves. A knock vouched for by a
// staff key goes that way in any room.
class Lobby final {
 public:
  struct Slot {
    room::Handle handle;
    room::Role role = room::Role::gate;
    Bytes32 ref{};
    Bytes sealed;
    Seat* guest = nullptr;
    std::vector<Seat*> shown_to;
    std::vector<Seat*> passed_over;  // Had their time, and did nothing.
    Instant shown_at{};
  };
  using SlotNumber = std::uint64_t;

  // Who may be shown knocks now, in the order in which they became ready.
  void admitter_ready(Seat& seat, const meeting::RoomState& state, Instant now);
  // A connection is gone: as a guest, as an admitter, or both.
  void forget(Seat& seat, const meeting::RoomState& state, Instant now);

  // Takes a knock, answers the guest and shows it. `gate_uses_left` bounds how many may wait by one
  // gate.
  std::expected<SlotNumber, wire::KnockRefusal> knock(Seat& guest, wire::KnockRequest request,
                                                      const meeting::RoomState& state, Instant now);
  // Sends the words on. Nothing when there is no such slot, or it was not shown to this seat.
  void deny(Seat& by, const wire::Deny& deny, const meeting::RoomState& state);

  // Whether a knock waits exactly as `admit` names it.
  bool waits(const room::AdmitOp::Newcomer& newcomer) const noexcept;
  // The newest knock of this guest, while it waits; who waits in a slot.
  std::optional<SlotNumber> slot_of(const Seat& guest) const noexcept;
  Seat* guest_in(SlotNumber slot) const noexcept;
  // The admission is in the log: tells the guest and everybody it was shown to.
  void admitted(const room::Handle& handle);

  // Shows knocks to the next admitter when the one before let its time pass.
  void tick(const meeting::RoomState& state, Instant now);
  // The rules of showing have changed (opened, locked, admission): shows anew.
  void refresh(const meeting::RoomState& state, Instant now);
  // The room closed: nobody waits any more.
  void clear();

  bool admitter_present(const meeting::RoomState& state) const noexcept;
  std::size_t size() const noexcept { return slots_.size(); }

 private:
  void show(SlotNumber number, Slot& slot, const meeting::RoomState& state, Instant now);
  void show_to(Seat& seat, SlotNumber number, Slot& slot);
  void retire(std::map<SlotNumber, Slot>::iterator place);

  SlotNumber next_ = 1;
  std::map<SlotNumber, Slot> slots_;
  std::map<room::Handle, SlotNumber> by_handle_;
  std::vector<Seat*> admitters_;
};

}  // namespace hearth::server
