// The port behind which room logs are kept: what a room needs of a disk, and nothing else.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/error.h"
#include "protocol/room/chain.h"
#include "protocol/time.h"

namespace hearth::server {

enum class LogErrc : std::uint32_t {
  room_exists = 1,
  room_unknown,
  gap,           // The rows do not follow the last one kept.
  write_failed,  // The disk said no; nothing of the transaction was kept.
  read_failed,
  corrupt,  // What is kept does not fit together.
  stopped,  // The log is shutting down.
  in_use,   // Another process keeps its rooms there.
};
Error make_error(LogErrc code) noexcept;

// The same Append again gets the same answer: its key, and where its entries went.
struct Idempotency {
  Bytes16 key{};
  room::Seq first;
  std::uint32_t count = 0;
  room::Hash last_h{};
  friend bool operator==(const Idempotency&, const Idempotency&) = default;
};

// A Welcome waiting for the member who will ask for it under this handle.
struct WaitingWelcome {
  room::Handle handle;
  Bytes welcome;
  friend bool operator==(const WaitingWelcome&, const WaitingWelcome&) = default;
};

// A row of the log: a record and the chain's value after it. A live entry is kept as a tombstone.
struct LogRow {
  room::LogRecord record;
  room::Hash h{};
  friend bool operator==(const LogRow&, const LogRow&) = default;
};

// One room's transaction: everything in it becomes durable, or nothing.
struct LogBatch {
  room::RoomId room;
  std::vector<LogRow> rows;              // Consecutive counts after the last row kept.
  std::vector<Idempotency> appended;     // Appends whose entries are among the rows kept by now.
  std::vector<WaitingWelcome> welcomes;  // Replaces one that waits under the same handle.
  std::vector<room::Handle> welcomes_taken;
  std::vector<room::Seq> bodies_dropped;  // Their bodies go for good, their hashes stay.
  std::vector<room::Seq> erased;          // The same, for those among them that are app entries.
  std::optional<Bytes> door_card;
  Instant now{};  // Kept in 15-minute buckets only.
};

// What a room is rebuilt from.
struct KeptRoom {
  room::RoomId id;
  room::Hash member_part{};
  Bytes door_card;
  room::Anchor head;             // The last row kept; {0, zeros} in a room without rows.
  bool stopped_cleanly = false;  // Set by mark_stopped, reset by the next commit.
  std::vector<Idempotency> appended;
  std::vector<WaitingWelcome> welcomes;
};

// Bodies of `kind` whose bucket ended before `before` go for good. `up_to`, where it is set, spares
// what comes after that place.
struct Expiry {
  room::RoomId room;
  room::EntryKind kind = room::EntryKind::app;
  Instant before{};
  std::optional<room::Seq> up_to;
};

// A RoomLog keeps rows, and knows nothing of what they mean. No row has a sender, an address or an
// exact time.
//
// Every operation answers through its completion, exactly once, in the order of the calls (reads
// may overtake commits that came after them, never those before). The completion may run on another
// thread, or before the call returns: callers post to their own executor. A commit is complete when
// it would survive the loss of power.
class RoomLog {
 public:
  template <class T>
  using Completion = std::move_only_function<void(Result<T>)>;
  using Done = std::move_only_function<void(Status)>;

  virtual ~RoomLog() = default;

  // A new room without rows. Who then finds it without rows at a start may remove it.
  virtual void create(room::RoomId room, room::Hash member_part, Bytes door_card, Done done) = 0;
  virtual void rooms(Completion<std::vector<room::RoomId>> done) = 0;
  virtual void load(room::RoomId room, Completion<KeptRoom> done) = 0;
  virtual void commit(LogBatch batch, Done done) = 0;

  // The rows after `after` and up to `up_to`, in order, at most `rows_max` of them. Counts are
  // gapless over all runs, so it is the counts of the two that say where.
  virtual void read(room::RoomId room, room::Seq after, room::Seq up_to, std::size_t rows_max,
                    Completion<std::vector<LogRow>> done) = 0;

  // Deletes for real: overwritten in the file, gone from the write-ahead log. Answers how many.
  virtual void expire(Expiry expiry, Completion<std::size_t> done) = 0;
  // Forgets idempotency keys from before `before`, in all rooms.
  virtual void forget_keys(Instant before, Done done) = 0;
  // The room stops with `pending` (hashes of live entries) kept; the next start needs no restart.
  virtual void mark_stopped(LogBatch pending, Done done) = 0;
  // The room and all of its rows.
  virtual void remove(room::RoomId room, Done done) = 0;
};

// The start of the 15-minute bucket of `at`, in seconds since 1970.
std::uint64_t time_bucket(Instant at) noexcept;

}  // namespace hearth::server
