// A log that hands everything on, for logs that change one thing.
#pragma once

#include <memory>

#include "server/log/room_log.h"

namespace hearth::tests {

class ForwardingLog : public server::RoomLog {
 public:
  explicit ForwardingLog(std::unique_ptr<RoomLog> kept) : kept_(std::move(kept)) {}

  void commit(server::LogBatch batch, Done done) override {
    kept_->commit(std::move(batch), std::move(done));
  }
  void create(room::RoomId room, room::Hash member_part, Bytes door_card, Done done) override {
    kept_->create(room, member_part, std::move(door_card), std::move(done));
  }
  void rooms(Completion<std::vector<room::RoomId>> done) override { kept_->rooms(std::move(done)); }
  void load(room::RoomId room, Completion<server::KeptRoom> done) override {
    kept_->load(room, std::move(done));
  }
  void read(room::RoomId room, room::Seq after, room::Seq up_to, std::size_t rows_max,
            Completion<std::vector<server::LogRow>> done) override {
    kept_->read(room, after, up_to, rows_max, std::move(done));
  }
  void expire(server::Expiry expiry, Completion<std::size_t> done) override {
    kept_->expire(expiry, std::move(done));
  }
  void forget_keys(Instant before, Done done) override {
    kept_->forget_keys(before, std::move(done));
  }
  void mark_stopped(server::LogBatch pending, Done done) override {
    kept_->mark_stopped(std::move(pending), std::move(done));
  }
  void remove(room::RoomId room, Done done) override { kept_->remove(room, std::move(done)); }

 protected:
  RoomLog& kept() noexcept { return *kept_; }

 private:
  std::unique_ptr<RoomLog> kept_;
};

}  // namespace hearth::tests
