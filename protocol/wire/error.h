// The reasons for which a connection's bytes are refused.
#pragma once

#include <cstdint>

#include "protocol/error.h"

namespace hearth::wire {

// Why a connection is closed. Sent as `error`; the name is the trace word and the counter label.
enum class WireErrc : std::uint32_t {
  frame_invalid = 1,  // Empty, larger than 80 KiB, a first byte other than 0 or 1, or text.
  record_too_large,   // More than 320 KiB.
  record_unknown,     // A type that this end does not receive.
  record_malformed,   // Its decoder refused it.
  out_of_turn,        // A message that this state of the connection does not take.
  version_unsupported,
  signature_invalid,  // The greeting or a checkpoint is not signed by this server.
  server_unexpected,  // Another server_id than the room's.
  too_many_requests,  // More waiting than the connection may have.
  idle,               // No hello or no authentication in time.
  outbox_full,        // Too far behind; resume.
  server_full,
  shutting_down,
  internal,  // A fault of the server; nothing about it is told.
};
Error make_error(WireErrc code) noexcept;
std::string_view name_of(WireErrc code) noexcept;
inline constexpr WireErrc kWireErrcLast = WireErrc::internal;
inline std::unexpected<Error> fail(WireErrc code) noexcept {
  return hearth::fail(make_error(code));
}

}  // namespace hearth::wire
