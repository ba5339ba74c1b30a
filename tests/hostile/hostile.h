// The parts of a hostile run. Each works against the server on `port` and counts what it meets.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "tests/hostile/tally.h"
#include "tests/support/wire_room.h"

namespace hearth::test {

// Two people in a room of their own who talk on, whatever happens elsewhere.
class HonestRoom final {
 public:
  explicit HonestRoom(std::uint16_t port);
  ~HonestRoom();

  // Ends the talk; false when a line did not arrive, or the room could not be had.
  bool finish();
  std::uint64_t lines() const noexcept { return lines_; }

 private:
  void talk(std::uint16_t port);

  std::atomic<bool> stopping_ = false;
  std::atomic<bool> sound_ = true;
  std::atomic<std::uint64_t> lines_ = 0;
  std::thread thread_;
};

// Steers the server into every refusal that can be had on purpose. False: one could not be had.
bool tour_refusals(std::uint16_t port, Tally& tally);

// The room that the storm rages in. Each thread has a founder and a member of its own, because the
// same key on two connections ends the older one.
struct StormRoom {
  WireRoom room;
  unsigned threads = 0;

  bool prepare(std::uint16_t port, unsigned threads);
  crypto::SignatureKey founder(unsigned thread) const { return signature_key("storm", thread); }
};

// Mutated frames in every state, until `left` is used up. One thread's part; true if the server
// answered to the end.
bool storm(const StormRoom& place, unsigned thread, std::uint64_t seed, std::atomic<long>& left,
           Tally& tally);

// Hostile handshakes and WebSocket frames. One thread's part.
bool rattle(std::uint16_t port, std::uint64_t seed, std::atomic<long>& left, Tally& tally);

}  // namespace hearth::test
