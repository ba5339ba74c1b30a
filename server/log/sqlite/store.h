// The tables of a room log and what is done to them, one call at a time.
#pragma once

#include <filesystem>
#include <memory>

#include "server/log/room_log.h"

namespace hearth::server {

struct SqliteOptions {
  std::filesystem::path file;
  // The two knobs that only the crash tests turn: a VFS by name, and synchronous=OFF, which shows
  // that those tests can fail.
  std::string vfs;
  bool synchronous_full = true;
};

// Used on one thread. Writing calls stand between begin() and end(); nothing is kept of what stands
// between begin() and a failure.
class SqliteStore final {
 public:
  // Opens or creates; fails with a reason when the file is not ours or is from a newer version.
  static Result<std::unique_ptr<SqliteStore>> open(const SqliteOptions& options);
  ~SqliteStore();

  Status begin();
  Status end();  // Durable when it returns success.
  void roll_back();
  // One commit's part of the transaction, which can be undone alone.
  Status save();
  Status release_save();
  Status undo_to_save();

  Status create(const room::RoomId& room, const room::Hash& member_part, ByteView door_card);
  Status commit(const LogBatch& batch, bool stopped_cleanly);
  Result<std::size_t> expire(const Expiry& expiry);
  Status forget_keys(Instant before);
  Status remove(const room::RoomId& room);
  // Empties the write-ahead log, so that what was deleted is gone from it too. Outside begin/end.
  Status truncate_wal();

  Result<std::vector<room::RoomId>> rooms();
  Result<KeptRoom> load(const room::RoomId& room);
  Result<std::vector<LogRow>> read(const room::RoomId& room, room::Seq after, room::Seq up_to,
                                   std::size_t rows_max);

 private:
  struct Tables;
  explicit SqliteStore(std::unique_ptr<Tables> tables);

  Status execute(const char* sql);
  Result<std::int64_t> number_of(const room::RoomId& room);

  std::unique_ptr<Tables> tables_;
};

}  // namespace hearth::server
