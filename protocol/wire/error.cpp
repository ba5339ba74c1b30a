// The names of the reasons for which a connection ends.
#include "protocol/wire/error.h"

#include <array>

namespace hearth::wire {
namespace {

constexpr std::array<std::string_view, 15> kNames{
    "unknown",
    "frame_invalid",
    "record_too_large",
    "record_unknown",
    "record_malformed",
    "out_of_turn",
    "version_unsupported",
    "signature_invalid",
    "server_unexpected",
    "too_many_requests",
    "idle",
    "outbox_full",
    "server_full",
    "shutting_down",
    "internal",
};
static_assert(static_cast<std::size_t>(kWireErrcLast) + 1 == kNames.size());

}  // namespace

std::string_view name_of(WireErrc code) noexcept {
  const auto number = static_cast<std::size_t>(code);
  return kNames[number < kNames.size() ? number : 0];
}

Error make_error(WireErrc code) noexcept {
  return Error{"wire", static_cast<std::uint32_t>(code), name_of(code)};
}

}  // namespace hearth::wire
