// Signing as a member.
#include "client/core/own_act.h"

namespace hearth::client {

Result<wire::Append::Item> own_act(const Conversation& conversation,
                                   const meeting::RoomState& state, const room::Anchor& head,
                                   room::OpArgs args, std::uint64_t place) {
  const crypto::SignatureKey& key = conversation.stay().delivery;
  room::Control control;
  control.room = state.room();
  control.role = room::SignerRole::member;
  control.signer = room::public_key_of(key);
  control.args = std::move(args);
  control.base_seq = head.seq;
  control.counter = state.counter(control.role, control.signer) + 1 + place;
  HEARTH_TRY(Bytes body, room::seal_control(control, key));
  return wire::Append::Item{room::EntryKind::control, state.generation(), std::move(body)};
}

}  // namespace hearth::client
