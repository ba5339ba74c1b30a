// What every RoomLog promises, as one suite; each implementation instantiates it.
#pragma once

#include <functional>
#include <future>
#include <memory>

#include <gtest/gtest.h>

#include "server/log/room_log.h"

namespace hearth::server::contract {

// Opens a log; called again it opens what the last one left, where the log outlives its process.
struct LogMaker {
  virtual ~LogMaker() = default;
  virtual std::unique_ptr<RoomLog> open() = 0;
  virtual bool outlives_process() const = 0;
};
using MakeLogMaker = std::function<std::unique_ptr<LogMaker>()>;

// Waits for an answer that may come from another thread.
template <class T, class Call>
Result<T> answer_of(Call&& call) {
  std::promise<Result<T>> promise;
  auto future = promise.get_future();
  call([&promise](Result<T> answer) { promise.set_value(std::move(answer)); });
  return future.get();
}

class RoomLogContract : public testing::TestWithParam<MakeLogMaker> {
 protected:
  RoomLogContract() : maker_(GetParam()()), log_(maker_->open()) {}

  void reopen() {
    log_.reset();
    log_ = maker_->open();
  }

  Status create(const room::RoomId& room) {
    return answer_of<void>(
        [&](auto done) { log_->create(room, room::Hash{7}, to_bytes("card"), std::move(done)); });
  }
  Status commit(LogBatch batch) {
    return answer_of<void>([&](auto done) { log_->commit(std::move(batch), std::move(done)); });
  }
  Result<KeptRoom> load(const room::RoomId& room) {
    return answer_of<KeptRoom>([&](auto done) { log_->load(room, std::move(done)); });
  }
  Result<std::vector<LogRow>> read(const room::RoomId& room, std::uint32_t after,
                                   std::uint32_t up_to, std::size_t rows_max = 1000) {
    return answer_of<std::vector<LogRow>>([&](auto done) {
      log_->read(room, room::Seq::at(0, after), room::Seq::at(0, up_to), rows_max, std::move(done));
    });
  }
  Result<std::size_t> expire(Expiry expiry) {
    return answer_of<std::size_t>([&](auto done) { log_->expire(expiry, std::move(done)); });
  }

  static room::RoomId room_named(Byte name) { return room::RoomId{Bytes16{name}}; }
  static LogRow row(std::uint32_t count, std::string_view body,
                    room::EntryKind kind = room::EntryKind::app, std::uint32_t run = 0) {
    room::Entry entry{room::Seq::at(run, count), kind, 1, to_bytes(body)};
    return {room::LogRecord::of(std::move(entry)), room::Hash{static_cast<Byte>(count)}};
  }
  static LogBatch batch(const room::RoomId& room, std::vector<LogRow> rows,
                        Instant now = kMorning) {
    LogBatch made;
    made.room = room;
    made.rows = std::move(rows);
    made.now = now;
    return made;
  }

  static constexpr Instant kMorning = instant_from_unix(1'790'000'100);

  std::unique_ptr<LogMaker> maker_;
  std::unique_ptr<RoomLog> log_;
};

}  // namespace hearth::server::contract
