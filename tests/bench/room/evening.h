// One evening of a full room, and how long it took everybody.
#pragma once

#include <map>
#include <random>

#include "protocol/room/genesis.h"
#include "tests/bench/room/crowd.h"

namespace hearth::tests {

struct Plan {
  std::size_t members = 100;              // The facilitator is one of them.
  std::size_t offline = 20;               // Of them, at the rebuild.
  std::size_t guests = 200;               // Who knock later.
  std::chrono::milliseconds over{10000};  // The time over which they come, evenly.
  std::size_t pauses = 50;
  std::chrono::milliseconds talk{250};  // Between two lines while they come.
  // Before rebuild and storm. The server takes six commits a minute of one handle, and what came
  // before has spent some.
  std::chrono::milliseconds quiet{60000};
};

struct Figures {
  std::vector<double> pause_ms;  // From the act to what a core shows: one for each core and pause.
  double rebuild_online_s = 0;   // From the act until everybody online is in the new group.
  double rebuild_offline_s = 0;  // From the return of the others until they are.
  std::size_t shut_out = 0;      // Entries that the one left out tried to open in vain.
  std::size_t admission_commits = 0;
  double admission_s = 0;      // From the first knock until the last guest is inside.
  std::vector<double> wait_s;  // Of each guest.
  std::size_t lines = 0;       // Said meanwhile, and read by everybody.
  double crowd_cpu_s = 0;      // Spent meanwhile by all clients together.
};

// A room with its facilitator, its members, one more who is left out of the rebuild, and guests.
class Evening final {
 public:
  // `threads`: how many serve the clients.
  Evening(const Plan& plan, std::uint16_t port, std::size_t threads, room::Admission admission,
          std::uint64_t seed);

  // What went wrong, in words; empty: nothing. A time that is too long is nothing wrong here.
  std::string run(Figures& figures);

 private:
  struct Seen {
    bool inside = false;
    bool paused = false;
    bool ended = false;
    std::size_t entered = 0;
    Clock::time_point inside_at{};
    Clock::time_point paused_at{};
  };
  struct Line {
    std::size_t author = 0;
    std::size_t due = 0;  // The first so many of the crowd must read it; 0: it was refused.
    std::vector<bool> read;
  };

  bool gather();
  bool pauses(Figures& figures);
  bool rebuild(Figures& figures);
  bool storm(Figures& figures);

  void on_show(Guest& guest, const Shown& shown);
  void on_message(const Guest& guest, const client::Message& message);
  bool wrong(std::string what);  // False.
  Guest& facilitator() noexcept { return crowd_[0]; }
  Guest& offender() noexcept { return crowd_[plan_.members]; }
  bool invite(std::size_t uses);
  void knock(Guest& guest);
  void keep_door();
  void say(Guest& guest, std::size_t due);
  std::size_t draw(std::size_t below) { return random_() % below; }
  bool all_inside(std::size_t from, std::size_t to) const;
  bool everybody_read() const;
  bool agreed(std::size_t from, std::size_t to);
  std::size_t commits();
  std::size_t opened_by_offender(std::size_t& tried);

  Plan plan_;
  room::Admission admission_;
  std::mt19937_64 random_;
  std::map<std::string, Line> lines_;
  std::vector<Seen> seen_;
  std::string link_;
  std::string wrong_;
  std::vector<room::Entry> sealed_;  // What came to the facilitator since it was last emptied.
  Clock::time_point next_admission_{};
  std::size_t next_line_ = 1;
  Crowd crowd_;  // Last: it shows things to all of the above.
};

}  // namespace hearth::tests
