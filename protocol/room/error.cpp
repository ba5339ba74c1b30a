// The names of a room's reasons.
#include "protocol/room/error.h"

#include <array>

namespace hearth::room {
namespace {

constexpr std::array<std::string_view, 22> kNames{
    "unknown",
    "size_invalid",
    "padding_invalid",
    "open_failed",
    "signature_invalid",
    "commitment_invalid",
    "version_unsupported",
    "link_invalid",
    "link_checksum",
    "room_id_mismatch",
    "genesis_invalid",
    "possession_invalid",
    "staff_certificate_invalid",
    "staff_list_invalid",
    "name_invalid",
    "policy_invalid",
    "chain_gap",
    "chain_broken",
    "restart_hides_durable",
    "recipient_missing",
    "control_invalid",
    "op_unknown",
};
static_assert(static_cast<std::size_t>(RoomErrc::op_unknown) + 1 == kNames.size());

}  // namespace

Error make_error(RoomErrc code) noexcept {
  const auto number = static_cast<std::uint32_t>(code);
  return Error{"room", number, kNames[number < kNames.size() ? number : 0]};
}

}  // namespace hearth::room
