// Signing an act.
#include "client/core/own_act.h"

namespace hearth::client {

Result<wire::Append::Item> signed_act(const meeting::RoomState& state, room::SignerRole role,
                                      const crypto::SignatureKey& key, room::Seq base_seq,
                                      room::OpArgs args, std::uint64_t place) {
  room::Control control;
  control.room = state.room();
  control.role = role;
  control.signer = room::public_key_of(key);
  control.args = std::move(args);
  control.base_seq = base_seq;
  control.counter = state.counter(role, control.signer) + 1 + place;
  HEARTH_TRY(Bytes body, room::seal_control(control, key));
  return wire::Append::Item{room::EntryKind::control, state.generation(), std::move(body)};
}

Result<wire::Append::Item> own_act(const Conversation& conversation,
                                   const meeting::RoomState& state, const room::Anchor& head,
                                   room::OpArgs args, std::uint64_t place) {
  return signed_act(state, room::SignerRole::member, conversation.stay().delivery, head.seq,
                    std::move(args), place);
}

}  // namespace hearth::client
