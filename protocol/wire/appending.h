// Append: the one way to write into a room's log.
#pragma once

#include "protocol/room/entry.h"
#include "protocol/room/refusal.h"
#include "protocol/wire/record.h"

namespace hearth::wire {

inline constexpr std::size_t kAppendSizeMax = 256 * 1024;  // The record, type included.
inline constexpr std::size_t kAppendEntriesMax = 8;
inline constexpr std::size_t kWelcomesMax = 64;

// C→S.   idempotency16 | optional expect_commit_seq u64 | entries<V>{kind u8, generation u16,
//        body<V>}, 1..8 | welcomes<V>{handles<V>, bytes<V>}, at most 64
// One transaction: consecutive numbers or none.
struct Append {
  static constexpr RecordType kType = RecordType::append;
  struct Item {
    room::EntryKind kind = room::EntryKind::app;
    room::Generation generation = 0;
    Bytes body;
    friend bool operator==(const Item&, const Item&) = default;
  };
  struct WelcomeFor {
    std::vector<room::Handle> handles;  // One Welcome may serve several; 1..64.
    Bytes bytes;                        // MLSMessage of a Welcome.
    friend bool operator==(const WelcomeFor&, const WelcomeFor&) = default;
  };

  Bytes16 idempotency{};  // Random; the same key with the same bytes returns the same answer.
  std::optional<room::Seq> expect_commit_seq;  // Where a commit is among the entries.
  std::vector<Item> entries;
  std::vector<WelcomeFor> welcomes;
  static Result<Append> decode(Reader& reader);
  friend bool operator==(const Append&, const Append&) = default;
};
void encode(Writer& writer, const Append& message);

// S→C: durable (kind 3 of a live room: ordered).   idempotency16 | first seq u64 | count u8 | h32
struct Appended {
  static constexpr RecordType kType = RecordType::appended;
  Bytes16 idempotency{};
  room::Seq first;
  std::uint8_t count = 0;
  room::Hash h{};  // At the last of them.
  static Result<Appended> decode(Reader& reader);
  friend bool operator==(const Appended&, const Appended&) = default;
};
void encode(Writer& writer, const Appended& message);

// S→C: nothing was appended.   idempotency16 | reason u16 | detail u64
struct AppendRefused {
  static constexpr RecordType kType = RecordType::append_refused;
  Bytes16 idempotency{};
  room::Refusal refusal;
  static Result<AppendRefused> decode(Reader& reader);
  friend bool operator==(const AppendRefused&, const AppendRefused&) = default;
};
void encode(Writer& writer, const AppendRefused& message);

}  // namespace hearth::wire
