// Somebody who writes into a room while its server dies again and again.
#pragma once

#include <atomic>
#include <random>
#include <thread>

#include "protocol/session/pending_appends.h"
#include "tests/support/wire_room.h"

namespace hearth::test {

// Where the server is now, and whether to go on; shared by all writers.
struct Weather {
  std::atomic<std::uint16_t> port = 0;  // 0: it is down.
  std::atomic<unsigned> starts = 0;     // How often it was started.
  std::atomic<bool> calm = false;       // Begin nothing new.
  std::atomic<unsigned> writing = 0;    // How many have not said their last word.
};

// What the server said is durable: this entry stands at this place for good.
struct Promise {
  room::Seq seq;
  room::Hash body_hash{};
};

// A writer keeps to the rules of a client: it resumes first, resends the same bytes for what it has
// not read, and stops hard when a check fails. One thread.
class Writer final {
 public:
  // `key` in `role`; staff writes acts and commits too.
  Writer(const WireRoom& room, room::Role role, crypto::SignatureKey key, Weather& weather,
         std::uint64_t seed);
  ~Writer();

  void join() { thread_.join(); }
  // Whether it has read up to the end since the `start`th start.
  bool there_since(unsigned start) const noexcept { return there_ >= start; }
  bool stopped_hard() const noexcept { return stopped_hard_; }

  // After join:
  const RoomMemory& memory() const { return memory_; }
  const std::vector<Promise>& promises() const { return promises_; }
  bool all_read() const { return pending_.empty(); }
  const std::string& fault() const { return fault_; }  // Empty: none.

 private:
  void run();
  bool connect();
  void write_on();
  void leave();
  bool resend();
  bool write_one();
  bool send(const wire::Append& append);
  wire::Append compose();
  bool broken(std::string fault);

  const RoomBuilder& keys_;
  room::Role role_;
  crypto::SignatureKey key_;
  Weather& weather_;
  std::mt19937_64 dice_;
  crypto::SystemRandom random_;
  std::unique_ptr<WireClient> client_;
  RoomMemory memory_;
  session::PendingAppends pending_;
  std::vector<Promise> promises_;
  std::atomic<unsigned> there_ = 0;
  std::atomic<bool> stopped_hard_ = false;
  bool done_writing_ = false;
  std::string fault_;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace hearth::test
