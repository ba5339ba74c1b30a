// The reasons for which the client refuses what it is asked, shown or sent.
#pragma once

#include <cstdint>

#include "protocol/error.h"

namespace hearth::client {

enum class ClientErrc : std::uint32_t {
  // Commands
  not_now = 1,  // Not at this stage of the stay.
  not_inside,
  not_staff,
  nobody_waits,
  slot_unknown,
  member_unknown,
  member_ambiguous,  // More than one member has this name: use the handle.
  member_self,       // Nobody removes themselves: leave.
  text_invalid,      // Empty, not UTF-8, or too long.
  name_invalid,
  host_invalid,
  too_much_unsent,
  message_unknown,  // None that can be reported: our own, too old, or not there.
  not_lead,         // Neither a lead nor, together with others, a deputy.
  staff_already,
  staff_unknown,       // None of the staff has that name or key.
  lead_needed,         // Somebody must be able to change the staff afterwards.
  offer_missing,       // Nobody has asked.
  staff_moved,         // The staff was changed meanwhile: ask again.
  member_staff,        // Staff are not sent to the lobby, nor left out: dismiss them first.
  invitation_unknown,  // No gate has this number, or this client does not hold its link.
  label_invalid,
  nobody_came,   // After that point, but staff.
  nothing_said,  // That this client saw.
  nothing_to_undo,
  undo_by_admission,  // Who was removed comes back by a new admission alone.
  no_hand,            // No hand is up.
  no_turn,            // Nobody holds the turn.
  no_agenda,          // No plan was given and no card has come.
  agenda_invalid,     // The plan breaks its bounds.
  no_item,            // The agenda has no such item.
  item_unsent,        // The item before is still on its way.
  item_overtaken,     // Somebody else has gone on meanwhile.
  card_invalid,       // Staff posted a card that cannot be read.
  // Of other people's commits and leaves
  leaf_invalid,      // No leaf extension, or one that its own keys did not sign.
  identity_changed,  // A leaf that takes another's delivery key, direct key or name.
  handle_doubled,    // Two leaves of one delivery key.
  policy_missing,
  policy_changed,    // Staff, room or version of the policy cannot be changed this way.
  generation_wrong,  // A Remove begins exactly one generation, and nothing else does.
  extension_dropped,
  proposal_forbidden,
  author_not_steward,
  author_not_admitter,
  // Of a Welcome
  welcome_invalid,  // It holds no Hearth extension, or it does not fit the group.
  staff_missing,    // No leaf of today's staff: nobody keeps this room.
  staff_differs,    // The group's staff is not that of the door card, or not that of the log.
  // Of the log
  anchor_differs,  // The admitter was shown another log than we are.
  history_forked,  // Our own log from before is not the one we are shown now.
  head_differs,    // Somebody's message quotes another log than ours.
  genesis_differs,
  epoch_differs,   // The lead's client is in another epoch of the group than we are.
  wrong_group,     // The log names another group than the one we are in.
  update_missing,  // No Update of this member waits for a commit.
  // Of a stay that was kept
  kept_invalid,  // Not the bytes of a stay, or of one of another version.
  kept_over,     // The stay has ended: nothing of it is left.
};
Error make_error(ClientErrc code) noexcept;
inline std::unexpected<Error> fail(ClientErrc code) noexcept {
  return hearth::fail(make_error(code));
}

}  // namespace hearth::client
