// The names of the client's reasons.
#include "client/core/error.h"

#include <array>

namespace hearth::client {
namespace {

constexpr std::array<std::string_view, 57> kNames{
    "",
    "not_now",
    "not_inside",
    "not_staff",
    "nobody_waits",
    "slot_unknown",
    "member_unknown",
    "member_ambiguous",
    "member_self",
    "text_invalid",
    "name_invalid",
    "host_invalid",
    "too_much_unsent",
    "message_unknown",
    "not_lead",
    "staff_already",
    "staff_unknown",
    "lead_needed",
    "offer_missing",
    "staff_moved",
    "member_staff",
    "invitation_unknown",
    "label_invalid",
    "nobody_came",
    "nothing_said",
    "nothing_to_undo",
    "undo_by_admission",
    "no_hand",
    "no_turn",
    "no_agenda",
    "agenda_invalid",
    "no_item",
    "item_unsent",
    "item_overtaken",
    "card_invalid",
    "leaf_invalid",
    "identity_changed",
    "handle_doubled",
    "policy_missing",
    "policy_changed",
    "generation_wrong",
    "extension_dropped",
    "proposal_forbidden",
    "author_not_steward",
    "author_not_admitter",
    "welcome_invalid",
    "staff_missing",
    "staff_differs",
    "anchor_differs",
    "history_forked",
    "head_differs",
    "genesis_differs",
    "epoch_differs",
    "wrong_group",
    "update_missing",
    "kept_invalid",
    "kept_over",
};
static_assert(static_cast<std::size_t>(ClientErrc::kept_over) + 1 == kNames.size());

}  // namespace

Error make_error(ClientErrc code) noexcept {
  const auto number = static_cast<std::uint32_t>(code);
  return Error{"client", number, kNames[number < kNames.size() ? number : 0]};
}

}  // namespace hearth::client
