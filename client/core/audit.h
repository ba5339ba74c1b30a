// Checking a room's log without being in the room: chain, signatures, counters, fold, checkpoint.
#pragma once

#include "client/core/audit_log.h"
#include "protocol/meeting/room_state.h"
#include "protocol/room/control.h"

namespace hearth::client {

// Audit checks an AuditList entry by entry, as every client checks the log it reads: the room id
// over the genesis, the chain from h_0 on (or from the stated start), and for each control entry
// its signature, the right of its signer, its counter and its sense in the fold. The first entry
// that does not hold ends it.
//
// A list that does not begin with the genesis takes the room's state on the word of the staff
// person who signed it; `whole` says which one this is.
class Audit final {
 public:
  // The genesis. room_id_mismatch.
  static Result<Audit> begin(const room::RoomId& room, const room::Hash& member_part,
                             const room::ServerPart& server_part);
  // The list goes on after this place, with a `state`; before the first entry alone.
  Status skip_to(const room::Anchor& start);
  // The next entry; the genesis itself has been read by `begin`. Returns what it says, if it is a
  // control entry.
  Result<std::optional<room::Control>> add(const AuditEntry& entry);
  // The last line: the head of the list, signed by the server of the genesis.
  Status finish(const room::Checkpoint& checkpoint) const;

  bool whole() const noexcept { return whole_; }
  const room::Anchor& head() const noexcept { return chain_.head(); }
  std::size_t size() const noexcept { return size_; }  // Entries, the genesis included.
  const meeting::RoomState* state() const noexcept { return state_ ? &*state_ : nullptr; }

 private:
  Audit(const room::RoomId& room, const room::ServerPart& server_part);

  room::RoomId room_;
  room::ServerPart server_part_;
  room::Chain chain_;
  std::optional<meeting::RoomState> state_;  // Absent between `skip_to` and the `state`.
  bool whole_ = true;
  std::size_t size_ = 1;
};

}  // namespace hearth::client
