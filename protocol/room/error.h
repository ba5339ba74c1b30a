// The reasons for which the shared words of a room refuse something.
#pragma once

#include <cstdint>

#include "protocol/error.h"

namespace hearth::room {

enum class RoomErrc : std::uint32_t {
  size_invalid = 1,  // Not exactly a bucket, or too large for the largest.
  padding_invalid,   // The length inside does not fit, or a pad byte is not zero.
  open_failed,       // The AEAD says no: wrong key, wrong place, or changed bytes.
  signature_invalid,
  commitment_invalid,  // The payload is not the one that was committed to.
  version_unsupported,
  link_invalid,        // Not 70 characters of base64url.
  link_checksum,       // A character was lost or changed on the way.
  room_id_mismatch,    // These parts are not the ones that the room id commits to.
  genesis_invalid,     // A part breaks its own rules: no founder, doubled keys, limits.
  possession_invalid,  // The delivery key did not sign for this leaf.
  staff_certificate_invalid,
  staff_list_invalid,  // Does not follow from the founders, or is not signed by all of them.
  name_invalid,        // Too long, empty, or not UTF-8.
  policy_invalid,
  chain_gap,              // The record does not follow the one before.
  chain_broken,           // A restart names a head that we do not hold.
  restart_hides_durable,  // A restart drops a commit, proposal or control entry that we have seen.
  recipient_missing,      // None of the sealed copies is for this key.
  control_invalid,        // A control body that does not hold one signed Control.
  op_unknown,
};
Error make_error(RoomErrc code) noexcept;
inline std::unexpected<Error> fail(RoomErrc code) noexcept {
  return hearth::fail(make_error(code));
}

}  // namespace hearth::room
