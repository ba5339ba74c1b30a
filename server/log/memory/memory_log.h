// A RoomLog that forgets everything with the process: for tests and for rooms of one evening.
#pragma once

#include <map>

#include "server/log/room_log.h"

namespace hearth::server {

// Answers every call before it returns. Not thread-safe: one owner, one thread.
class MemoryLog final : public RoomLog {
 public:
  void create(room::RoomId room, room::Hash member_part, Bytes door_card, Done done) override;
  void rooms(Completion<std::vector<room::RoomId>> done) override;
  void load(room::RoomId room, Completion<KeptRoom> done) override;
  void commit(LogBatch batch, Done done) override;
  void read(room::RoomId room, room::Seq after, room::Seq up_to, std::size_t rows_max,
            Completion<std::vector<LogRow>> done) override;
  void expire(Expiry expiry, Completion<std::size_t> done) override;
  void forget_keys(Instant before, Done done) override;
  void mark_stopped(LogBatch pending, Done done) override;
  void remove(room::RoomId room, Done done) override;

 private:
  struct Row {
    LogRow row;
    std::uint64_t bucket = 0;
  };
  struct Key {
    Idempotency appended;
    std::uint64_t bucket = 0;
  };
  struct Kept {
    room::Hash member_part{};
    Bytes door_card;
    std::vector<Row> rows;
    std::vector<Key> keys;
    std::map<room::Handle, Bytes> welcomes;
    bool stopped_cleanly = false;
  };

  Status apply(LogBatch batch);

  std::map<room::RoomId, Kept> rooms_;
};

}  // namespace hearth::server
