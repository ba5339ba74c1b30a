// A RoomLog on SQLite, on a thread of its own, with group commit.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "server/log/sqlite/store.h"

namespace hearth::server {

// Commits that wait together share one transaction and one fsync: while the disk is busy with one
// group, the next one gathers. If the transaction fails, every commit in it fails, and none is
// kept.
//
// Any thread may call; completions run on the log's own thread. The destructor finishes what was
// asked for before, then joins.
class SqliteLog final : public RoomLog {
 public:
  // How many commits one transaction takes: bounds the time to the first acknowledgement.
  static constexpr std::size_t kGroupMax = 256;

  static Result<std::unique_ptr<SqliteLog>> open(const SqliteOptions& options);
  ~SqliteLog() override;

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
  // A job that writes runs inside the group's transaction and answers after it; any other job runs
  // alone.
  struct Job {
    std::move_only_function<Status(SqliteStore&)> write;  // Either this and `done` ...
    Done done;
    std::move_only_function<void(SqliteStore&)> alone;  // ... or this.
  };

  explicit SqliteLog(std::unique_ptr<SqliteStore> store);
  void push(Job job);
  void write(std::move_only_function<Status(SqliteStore&)> work, Done done);
  void alone(std::move_only_function<void(SqliteStore&)> work);
  void run();
  void run_group(std::deque<Job>& jobs);

  std::unique_ptr<SqliteStore> store_;
  std::mutex mutex_;  // Guards the two below; never held while the disk works.
  std::deque<Job> waiting_;
  bool stopping_ = false;
  std::condition_variable wake_;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace hearth::server
