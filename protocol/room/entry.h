// One place in the room log: an entry with its body, or what is left of it.
#pragma once

#include <variant>

#include "protocol/room/ids.h"

namespace hearth::room {

inline constexpr std::size_t kBodySizeMax = 65536;

// Entry   seq u64 | kind u8 | generation u16 | body<V>
struct Entry {
  Seq seq;
  EntryKind kind = EntryKind::app;
  Generation generation = 0;
  Bytes body;

  static Result<Entry> decode(Reader& reader);
  friend bool operator==(const Entry&, const Entry&) = default;
};
void encode(Writer& writer, const Entry& entry);

// An entry as it is served: bodies expire or are erased, their hashes stay.
//   LogRecord   seq u64 | kind u8 | generation u16 | form u8 | form 0: body<V>, form 1: hash32
struct LogRecord {
  Seq seq;
  EntryKind kind = EntryKind::app;
  Generation generation = 0;
  std::variant<Bytes, Hash> content;  // The body, or SHA-256(body).

  static LogRecord of(Entry entry);
  // What remains of `entry` when its body goes.
  static LogRecord tombstone_of(const Entry& entry);

  bool is_tombstone() const noexcept { return std::holds_alternative<Hash>(content); }
  const Bytes* body() const noexcept { return std::get_if<Bytes>(&content); }
  Hash body_hash() const noexcept;

  static Result<LogRecord> decode(Reader& reader);
  friend bool operator==(const LogRecord&, const LogRecord&) = default;
};
void encode(Writer& writer, const LogRecord& record);

}  // namespace hearth::room
