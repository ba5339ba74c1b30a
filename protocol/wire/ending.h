// The last words of a connection.
#pragma once

#include "protocol/wire/record.h"

namespace hearth::wire {

// S→C, then the connection ends.   code u16 | text<V> (the code's name, at most 64 bytes)
struct ErrorRecord {
  static constexpr RecordType kType = RecordType::error;
  WireErrc code = WireErrc::internal;
  static Result<ErrorRecord> decode(Reader& reader);  // An unknown code reads as `internal`.
  friend bool operator==(const ErrorRecord&, const ErrorRecord&) = default;
};
void encode(Writer& writer, const ErrorRecord& message);

enum class GoodbyeReason : std::uint16_t {
  shutting_down = 1,
  removed,      // This key is not in the room any more.
  room_closed,  // The meeting ended; members return by the door.
  outbox_full,  // Too far behind; resume.
  replaced,     // The same key connected again.
  asked,        // The answer to bye.
};
std::string_view name_of(GoodbyeReason reason) noexcept;

// S→C, then the connection ends.   reason u16 | retry_after_ms u32 (0: no need to wait)
struct Goodbye {
  static constexpr RecordType kType = RecordType::goodbye;
  GoodbyeReason reason = GoodbyeReason::asked;
  std::uint32_t retry_after_ms = 0;
  static Result<Goodbye> decode(Reader& reader);
  friend bool operator==(const Goodbye&, const Goodbye&) = default;
};
void encode(Writer& writer, const Goodbye& message);

// C→S. Empty.
struct Bye {
  static constexpr RecordType kType = RecordType::bye;
  static Result<Bye> decode(Reader& reader);
  friend bool operator==(const Bye&, const Bye&) = default;
};
void encode(Writer& writer, const Bye& message);

}  // namespace hearth::wire
