// What a staff person's client knows about the room's invitations.
#pragma once

#include <map>

#include "client/core/house.h"
#include "protocol/meeting/room_state.h"
#include "protocol/room/gate_label.h"

namespace hearth::client {

// The room state knows a gate by its hash, uses and expiry. The label is read from the control
// entry, by the staff's desk keys alone; the seed is known to whoever made the gate. Each gate has
// a number of this client's own, so that it can be spoken of without a link.
//
// Owned by the model. Remembers the label of a gate that is gone, since its guests may be here.
class InvitationBook final {
 public:
  static constexpr std::size_t kLabelsMax = 1024;  // The oldest numbers are forgotten.
  static constexpr std::size_t kKeptMax = 256;     // In a vault.

  struct Page {
    std::uint32_t number = 0;
    std::optional<room::GateLabel> label;
    std::optional<Secret16> seed;
  };

  // The gate is in the log. `signer` is the staff_server that signed: a label that names another
  // issuer than that is none.
  void on_gate_add(const House& house, const room::GateAddOp& op, const room::PublicKey& signer);
  // Who passed a link of the pool on to this guest.
  void note_referral(const room::Handle& guest, const room::Handle& referrer);
  std::optional<room::Handle> referrer(const room::Handle& guest) const;
  // The open pool that this client can hand out from.
  const Secret16* pool(const meeting::RoomState& state) const;
  void keep_seed(const room::GateRef& gate, Secret16 seed);
  // Numbers those that were there before this client came.
  void number_all(const meeting::RoomState& state);

  // The newest pages that have anything on them.
  void keep(KeptWriter& out) const;
  static Result<InvitationBook> resume(Reader& in);

  const Page* find(const room::GateRef& gate) const noexcept;
  std::optional<room::GateRef> gate(std::uint32_t number) const noexcept;
  // The text of its label; empty where there is none.
  std::string label(const room::GateRef& gate) const;
  std::optional<room::PublicKey> issuer(const room::GateRef& gate) const;

 private:
  Page& page(const room::GateRef& gate);

  std::map<room::GateRef, Page> pages_;
  std::map<room::Handle, room::Handle> referrals_;  // Guest → who passed the link on.
  std::uint32_t last_number_ = 0;
};

}  // namespace hearth::client
