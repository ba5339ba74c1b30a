// The steps of a kick, from the server's first byte of it to the last reader's last entry.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hearth::test {

// Who dies there.
enum class KickSide : std::uint8_t {
  server,  // The process of hearthd.
  kicker,  // The process of the client that sends the bundle.
  member,  // The process of a client that reads it.
  line,    // Nobody: a reader's line breaks, and its client comes back.
};
std::string_view name_of(KickSide side) noexcept;

// What must be found right afterwards, on the disk and in every client alike.
enum class KickOutcome : std::uint8_t { neither, both, either };
std::string_view name_of(KickOutcome outcome) noexcept;

struct KickStep {
  std::string_view name;
  KickSide side;
  KickOutcome expected;
  std::string_view what;  // The moment, in words.
};

// In the order in which a kick passes them, side by side: protocol/spec/protocol.md §9.4, which a
// test compares.
std::span<const KickStep> kick_steps() noexcept;

}  // namespace hearth::test
