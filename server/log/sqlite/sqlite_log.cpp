// The thread of the log: gather, write once, answer.
#include "server/log/sqlite/sqlite_log.h"

namespace hearth::server {

Result<std::unique_ptr<SqliteLog>> SqliteLog::open(const SqliteOptions& options) {
  HEARTH_TRY(auto store, SqliteStore::open(options));
  return std::unique_ptr<SqliteLog>(new SqliteLog(std::move(store)));
}

SqliteLog::SqliteLog(std::unique_ptr<SqliteStore> store)
    : store_(std::move(store)), thread_([this] { run(); }) {}

SqliteLog::~SqliteLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void SqliteLog::push(Job job) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void SqliteLog::write(std::move_only_function<Status(SqliteStore&)> work, Done done) {
  push({std::move(work), std::move(done), nullptr});
}

void SqliteLog::alone(std::move_only_function<void(SqliteStore&)> work) {
  push({nullptr, nullptr, std::move(work)});
}

void SqliteLog::run() {
  for (;;) {
    std::deque<Job> jobs;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;  // Stopping, and all that was asked for is done.
      jobs.swap(waiting_);
    }
    while (!jobs.empty()) run_group(jobs);
  }
}

// Takes the first job, and with it the writes that follow without a gap.
void SqliteLog::run_group(std::deque<Job>& jobs) {
  if (!jobs.front().write) {
    jobs.front().alone(*store_);
    jobs.pop_front();
    return;
  }
  std::vector<Job> group;
  while (!jobs.empty() && jobs.front().write && group.size() < kGroupMax) {
    group.push_back(std::move(jobs.front()));
    jobs.pop_front();
  }
  // A commit that is refused (an unknown room, a gap) is that caller's affair alone; the disk's
  // failure is everybody's. Savepoints keep the two apart.
  std::vector<Status> answers;
  Status all = store_->begin();
  for (Job& job : group) {
    if (!all) break;
    Status answer = store_->save();
    if (answer) answer = job.write(*store_);
    if (!answer && answer.error() != make_error(LogErrc::write_failed)) {
      all = store_->undo_to_save();
    } else {
      all = answer ? store_->release_save() : answer;
    }
    answers.push_back(answer);
  }
  if (all) all = store_->end();
  if (!all) store_->roll_back();
  for (std::size_t i = 0; i < group.size(); ++i) group[i].done(all ? answers[i] : all);
}

void SqliteLog::create(room::RoomId room, room::Hash member_part, Bytes door_card, Done done) {
  write([room, member_part, card = std::move(door_card)](
            SqliteStore& store) { return store.create(room, member_part, card); },
        std::move(done));
}

void SqliteLog::rooms(Completion<std::vector<room::RoomId>> done) {
  alone([done = std::move(done)](SqliteStore& store) mutable { done(store.rooms()); });
}

void SqliteLog::load(room::RoomId room, Completion<KeptRoom> done) {
  alone([room, done = std::move(done)](SqliteStore& store) mutable { done(store.load(room)); });
}

void SqliteLog::commit(LogBatch batch, Done done) {
  const bool deletes = !batch.bodies_dropped.empty() || !batch.erased.empty();
  write([batch = std::move(batch)](SqliteStore& store) { return store.commit(batch, false); },
        std::move(done));
  // What was deleted must go from the write-ahead log too; should that fail, the next one does it.
  if (deletes) alone([](SqliteStore& store) { static_cast<void>(store.truncate_wal()); });
}

void SqliteLog::read(room::RoomId room, room::Seq after, room::Seq up_to, std::size_t rows_max,
                     Completion<std::vector<LogRow>> done) {
  alone([=, done = std::move(done)](SqliteStore& store) mutable {
    done(store.read(room, after, up_to, rows_max));
  });
}

void SqliteLog::expire(Expiry expiry, Completion<std::size_t> done) {
  alone([expiry, done = std::move(done)](SqliteStore& store) mutable {
    Status status = store.begin();
    if (!status) return done(std::unexpected(status.error()));
    const Result<std::size_t> dropped = store.expire(expiry);
    status = dropped ? store.end() : Status(std::unexpected(dropped.error()));
    if (!status) store.roll_back();
    if (status && *dropped > 0) status = store.truncate_wal();
    if (!status) return done(std::unexpected(status.error()));
    done(dropped);
  });
}

void SqliteLog::forget_keys(Instant before, Done done) {
  write([before](SqliteStore& store) { return store.forget_keys(before); }, std::move(done));
}

void SqliteLog::mark_stopped(LogBatch pending, Done done) {
  write([pending = std::move(pending)](SqliteStore& store) { return store.commit(pending, true); },
        std::move(done));
}

void SqliteLog::remove(room::RoomId room, Done done) {
  alone([room, done = std::move(done)](SqliteStore& store) mutable {
    Status status = store.begin();
    if (status) status = store.remove(room);
    if (status) status = store.end();
    if (!status) {
      store.roll_back();
      return done(status);
    }
    done(store.truncate_wal());
  });
}

}  // namespace hearth::server
