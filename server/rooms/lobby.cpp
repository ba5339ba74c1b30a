// Taking, showing and retiring knocks.
#include "server/rooms/lobby.h"

#include <algorithm>

#include "protocol/defence.h"
#include "protocol/room/envelope.h"
#include "server/limits.h"

namespace hearth::server {

namespace {

template <class Message>
void tell(Seat& seat, const Message& message) {
  push_record(seat.outbox, wire::record_of(message));
}

bool contains(const std::vector<Seat*>& seats, const Seat* seat) {
  return std::ranges::find(seats, seat) != seats.end();
}

// A knock by staff is admitted by any member's client in any mode; one by a tainted gate by staff
// alone.
bool to_everybody_in_turn(const Lobby::Slot& slot, const meeting::RoomState& state) {
  if (slot.role == room::Role::staff) return true;
  if (slot.role == room::Role::gate) {
    const meeting::Gate* gate = state.gate(room::GateRef{slot.ref});
    if (gate && gate->tainted()) return false;
  }
  return state.admission() == room::Admission::open;
}

wire::KnockRefusal knock_refusal_of(room::AppendRefusal reason) {
  switch (reason) {
    case room::AppendRefusal::room_closed: return wire::KnockRefusal::room_closed;
    case room::AppendRefusal::gate_expired: return wire::KnockRefusal::gate_expired;
    case room::AppendRefusal::gate_spent: return wire::KnockRefusal::gate_spent;
    case room::AppendRefusal::gate_unknown: return wire::KnockRefusal::gate_spent;
    default: return wire::KnockRefusal::locked;
  }
}

}  // namespace

void Lobby::admitter_ready(Seat& seat, const meeting::RoomState& state, Instant now) {
  if (contains(admitters_, &seat)) return;
  // Staff first: the front of the line is theirs.
  const auto place = seat.is_staff()
                         ? std::ranges::find_if(admitters_, [](Seat* s) { return !s->is_staff(); })
                         : admitters_.end();
  admitters_.insert(place, &seat);
  refresh(state, now);
}

void Lobby::forget(Seat& seat, const meeting::RoomState& state, Instant now) {
  std::erase(admitters_, &seat);
  for (auto place = slots_.begin(); place != slots_.end();) {
    const auto current = place++;
    Slot& slot = current->second;
    std::erase(slot.shown_to, &seat);
    std::erase(slot.passed_over, &seat);
    if (slot.guest == &seat) retire(current);
  }
  refresh(state, now);
}

std::expected<Lobby::SlotNumber, wire::KnockRefusal> Lobby::knock(Seat& guest,
                                                                  wire::KnockRequest request,
                                                                  const meeting::RoomState& state,
                                                                  Instant now) {
  using wire::KnockRefusal;
  if (!room::is_bucket(room::EntryKind::app, request.sealed.size()) ||
      request.sealed.size() > limits::kKnockBytesMax)
    return std::unexpected(KnockRefusal::size_invalid);
  Slot slot;
  slot.handle = request.handle;
  slot.role = guest.speaker.role;
  slot.guest = &guest;
  switch (guest.speaker.role) {
    case room::Role::gate: slot.ref = room::gate_ref_of(guest.speaker.key).bytes; break;
    case room::Role::member: slot.ref = guest.handle.bytes; break;
    case room::Role::staff: slot.ref = guest.speaker.key.bytes; break;
    case room::Role::supporter: return std::unexpected(KnockRefusal::locked);
  }
  const auto allowed = state.may_knock(slot.role, slot.ref, now);
  if (!allowed && stands(Defence::gate))
    return std::unexpected(knock_refusal_of(allowed.error().reason));
  if (by_handle_.contains(slot.handle)) return std::unexpected(KnockRefusal::handle_waiting);
  const bool full = slots_.size() >= limits::kKnocksWaitingMax;
  if (full && stands(Defence::lobby_slots)) return std::unexpected(KnockRefusal::lobby_full);
  if (slot.role == room::Role::gate) {
    const meeting::Gate* gate = state.gate(room::GateRef{slot.ref});
    const auto waiting =
        std::ranges::count_if(slots_, [&](const auto& s) { return s.second.ref == slot.ref; });
    const bool spent = gate && waiting >= gate->uses_left;
    if (spent && stands(Defence::gate_slots) && stands(Defence::gate))
      return std::unexpected(KnockRefusal::too_many);
  } else if (std::ranges::any_of(slots_, [&](const auto& s) { return s.second.guest == &guest; })) {
    // No gate's uses bound these, so it is one at a time.
    return std::unexpected(KnockRefusal::too_many);
  }

  slot.sealed = std::move(request.sealed);
  const SlotNumber number = next_++;
  by_handle_.emplace(slot.handle, number);
  Slot& kept = slots_.emplace(number, std::move(slot)).first->second;
  tell(guest, wire::KnockWaiting{number});
  show(number, kept, state, now);
  return number;
}

void Lobby::deny(Seat& by, const wire::Deny& deny, const meeting::RoomState& state) {
  const auto place = slots_.find(deny.slot);
  if (place == slots_.end() || !contains(place->second.shown_to, &by)) return;
  if (!by.is_staff() && state.admission() != room::Admission::open) return;
  if (place->second.guest) tell(*place->second.guest, wire::KnockDenied{deny.sealed});
  retire(place);
}

bool Lobby::waits(const room::AdmitOp::Newcomer& newcomer) const noexcept {
  const auto number = by_handle_.find(newcomer.handle);
  if (number == by_handle_.end()) return false;
  const Slot& slot = slots_.at(number->second);
  return slot.role == newcomer.role && slot.ref == newcomer.ref;
}

std::optional<Lobby::SlotNumber> Lobby::slot_of(const Seat& guest) const noexcept {
  std::optional<SlotNumber> newest;
  for (const auto& [number, slot] : slots_)
    if (slot.guest == &guest) newest = number;
  return newest;
}

Seat* Lobby::guest_in(SlotNumber slot) const noexcept {
  const auto place = slots_.find(slot);
  return place == slots_.end() ? nullptr : place->second.guest;
}

void Lobby::admitted(const room::Handle& handle) {
  const auto number = by_handle_.find(handle);
  if (number == by_handle_.end()) return;  // The guest went while the log was writing.
  const auto place = slots_.find(number->second);
  if (place->second.guest) tell(*place->second.guest, wire::Admitted{handle});
  retire(place);
}

void Lobby::retire(std::map<SlotNumber, Slot>::iterator place) {
  for (Seat* seat : place->second.shown_to) tell(*seat, wire::KnockGone{place->first});
  by_handle_.erase(place->second.handle);
  slots_.erase(place);
}

void Lobby::show_to(Seat& seat, SlotNumber number, Slot& slot) {
  slot.shown_to.push_back(&seat);
  tell(seat, wire::KnockShown{number, slot.handle, slot.role, slot.ref, slot.sealed});
}

void Lobby::show(SlotNumber number, Slot& slot, const meeting::RoomState& state, Instant now) {
  if (!state.is_open()) return;
  if (!to_everybody_in_turn(slot, state)) {
    // A member may have seen it before the rules changed.
    std::erase_if(slot.shown_to, [&](Seat* seat) {
      if (seat->is_staff()) return false;
      tell(*seat, wire::KnockGone{number});
      return true;
    });
    for (Seat* seat : admitters_)
      if (seat->is_staff() && !contains(slot.shown_to, seat) && seat->outbox.has_room())
        show_to(*seat, number, slot);
    return;
  }
  if (!slot.shown_to.empty()) return;
  // Whoever waits at the door is outside of the group, and can open to nobody: after a rebuild that
  // is almost everybody, and each would be given its time for nothing.
  const auto waits = [&](const Seat* seat) {
    return std::ranges::any_of(slots_, [&](const auto& s) { return s.second.guest == seat; });
  };
  const auto fresh = [&](Seat* seat) {
    return !contains(slot.passed_over, seat) && seat->outbox.has_room() && !waits(seat);
  };
  auto next = std::ranges::find_if(admitters_, fresh);
  if (next == admitters_.end() && !slot.passed_over.empty()) {
    slot.passed_over.clear();  // All had their time: another round.
    next = std::ranges::find_if(admitters_, fresh);
  }
  if (next == admitters_.end()) return;
  slot.shown_at = now;
  show_to(**next, number, slot);
}

void Lobby::tick(const meeting::RoomState& state, Instant now) {
  for (auto& [number, slot] : slots_) {
    if (!to_everybody_in_turn(slot, state) || slot.shown_to.empty()) continue;
    if (now - slot.shown_at < limits::kAdmitterTimeMax || admitters_.size() < 2) continue;
    for (Seat* seat : slot.shown_to) {
      tell(*seat, wire::KnockGone{number});
      slot.passed_over.push_back(seat);
    }
    slot.shown_to.clear();
    show(number, slot, state, now);
  }
}

void Lobby::refresh(const meeting::RoomState& state, Instant now) {
  for (auto& [number, slot] : slots_) show(number, slot, state, now);
}

void Lobby::clear() {
  while (!slots_.empty()) {
    if (Seat* guest = slots_.begin()->second.guest) tell(*guest, wire::KnockDenied{{}});
    retire(slots_.begin());
  }
}

bool Lobby::admitter_present(const meeting::RoomState& state) const noexcept {
  return std::ranges::any_of(admitters_, [&](const Seat* seat) {
    return seat->is_staff() || state.admission() == room::Admission::open;
  });
}

}  // namespace hearth::server
