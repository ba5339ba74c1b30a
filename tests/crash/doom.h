// Where hearthd-test dies: at one named step of a kick (kick_steps.h), by its own SIGKILL.
#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "tests/crash/forwarding_log.h"
#include "tests/crash/lossy_vfs.h"

namespace hearth::tests {

// Told by environment:
//   HEARTH_TEST_DIE_AT=STEP     that step
//   HEARTH_TEST_ARMED=FILE      only once this file is there
//   HEARTH_TEST_SEED=N          which writes reach the disk in a sync that fails
// and two faults planted:
//   HEARTH_TEST_LOG=torn        the entries of a kick are kept one by one
//   HEARTH_TEST_DISK=lying      the sync of a kick succeeds, and the disk has nothing of it
//
// Nothing in hearthd knows of it. The steps are seen from where a kick leaves hearthd's own code:
// the calls of libc that read and write sockets, the port of the room log, SQLite's trace of
// statements, and the disk. There is one, because libc's functions have no other place to find it.
class Doom final {
 public:
  static Doom& of_this_process();

  // Asks SQLite to tell of each statement. Call once, before the first open.
  bool watch_statements();
  Disk& disk() noexcept { return disk_; }

  // From the room's thread.
  void on_received(int socket, const unsigned char* bytes, std::size_t size);
  void before_send(const unsigned char* bytes, std::size_t size);
  void after_send();
  void on_judged(std::size_t rows);
  // From the log's.
  void on_statement(std::string_view sql);
  void on_durable();

 private:
  struct KickDisk final : Disk {
    void sync_begins(std::size_t writes) override;
    Reach reach(std::size_t write) override;
    void sync_ended() override;
    Doom* doom = nullptr;
    bool ours = false;  // The first sync of the kick's transaction.
    bool part = false;
    bool lies = false;
    std::size_t torn = 0;
    unsigned percent = 0;
  };
  enum class Word : std::uint8_t { none, answer, commit, removal, goodbye };

  Doom();
  bool armed() const;
  void reached(std::string_view step);
  void reached(std::string_view step, unsigned count);

  std::string die_at_;
  std::string armed_file_;
  std::mt19937_64 dice_;
  KickDisk disk_;
  int receiving_on_ = -1;  // The socket that the kick comes by.
  std::size_t to_receive_ = 0;
  std::atomic<std::size_t> rows_ = 0;  // Of the kick's batch; 0: it has not come.
  std::size_t inserted_ = 0;
  std::atomic<bool> durable_ = false;
  Word sending_ = Word::none;
  unsigned commits_told_ = 0;
  unsigned removals_told_ = 0;
};

// Tells Doom of the kick's batch. `torn`: the planted fault.
class KickLog final : public ForwardingLog {
 public:
  KickLog(std::unique_ptr<RoomLog> kept, bool torn) : ForwardingLog(std::move(kept)), torn_(torn) {}
  void commit(server::LogBatch batch, Done done) override;

 private:
  bool torn_;
};

}  // namespace hearth::tests
