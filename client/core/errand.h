// Errands: bundles of commits and control entries that we want in the log.
#pragma once

#include <deque>

#include "client/core/admitter.h"
#include "client/core/hold.h"
#include "protocol/wire/appending.h"

namespace hearth::client {

// One signed act, as it is.
struct ActErrand {
  room::OpArgs args;
  std::optional<Secret16> gate_seed{};  // Of a gate_add: for the link, once the gate is in the log.
  Duration valid{};
  bool pool = false;                      // Of referrals: handed out to members, not printed.
  std::uint64_t act = 0;                  // Its number in the UndoList, where it stands there...
  std::optional<room::OpArgs> inverse{};  // ...and what takes it back.
};
// A new group: open, or rebuild.
struct FoundErrand {
  bool rebuild = false;
  room::Admission admission = room::Admission::lobby;
  std::vector<room::Handle> dropped{};  // Of a rebuild: who shall not come back.
};
// The folded state, for newcomers to begin with.
struct StateErrand {};
// Everybody who is approved, in one commit.
struct AdmitErrand {
  std::size_t count_max = room::kAdmitMax;  // Halved when a bundle is too large or refused.
  std::vector<std::uint64_t> tags{};        // Of the commands that asked for it.
};
// At most kRemoveMax people, and with them the leaves of all who have left.
struct RemoveErrand {
  static constexpr std::size_t kRemoveMax = 64;
  std::vector<room::Handle> handles;
  std::uint32_t ban_seconds = 0;
  std::uint64_t act = 0;
  bool pauses = false;  // After two lost races the room is paused first.
};
// The leaves of all who have left; in a stored room the Updates that wait, too.
struct TidyErrand {};
// An Update of our own leaf, a proposal for the next commit of a steward: with a fresh key, or with
// the certificate of an appointment that we have accepted.
struct UpdateErrand {
  bool certificate = false;
};
// The next list of the staff, with everybody's signatures: the commit, its twin for the server, and
// the end of those who are dismissed.
struct StaffErrand {
  room::StaffList list;
  room::StaffSetOp twin;
  std::vector<room::Handle> removed{};
  std::optional<room::Handle> newcomer{};  // Whose Update with the certificate must wait.
};
struct LeaveErrand {};
// One act of ours as a member, as it is.
struct OwnErrand {
  room::OpArgs args;
};

struct Errand {
  std::variant<ActErrand, FoundErrand, StateErrand, AdmitErrand, RemoveErrand, TidyErrand,
               UpdateErrand, StaffErrand, LeaveErrand, OwnErrand>
      what;
  std::uint64_t tag = 0;
  unsigned lost_races = 0;
  std::optional<Bytes16> in_flight{};  // The key of its Append.
  std::vector<std::uint64_t> slots{};  // Of an admission: who is in it.

  template <class T>
  const T* as() const noexcept {
    return std::get_if<T>(&what);
  }
};

// What an errand is made from.
struct Workshop {
  const House& house;
  LogReader& reader;
  Admitter& admitter;
  crypto::RandomSource& random;
};

// Makes the Append of the errand from the present head of the log, and notes its key in it. A
// commit among its entries is staged in the conversation. An error: it cannot be done (any more).
Result<wire::Append> make(Errand& errand, Workshop shop);

// What is to be done, one at a time: each is read in the log before the next one is made, so that
// counters rise and commits follow each other.
//
// Owned by the model. Outlives connections.
class Errands final {
 public:
  static constexpr std::size_t kErrandsMax = 256;

  void add(Errand errand) { queue_.push_back(std::move(errand)); }
  void add_first(Errand errand);  // But after one that is on its way.
  bool full() const noexcept { return queue_.size() >= kErrandsMax; }
  bool empty() const noexcept { return queue_.empty(); }
  // The next one, unless one is on its way or a refusal is being waited out.
  Errand* ready(const meeting::RoomState& state, Instant now) noexcept;
  Errand* in_flight() noexcept;
  // The errand whose Append has been read; it is off the list.
  std::optional<Errand> on_read(const Bytes16& key);
  // It was refused, and is off its way. Null if the key is none of ours.
  Errand* on_refused(const Bytes16& key) noexcept;
  Hold& hold() noexcept { return hold_; }
  std::optional<Instant> due() const noexcept {
    return queue_.empty() ? std::nullopt : hold_.due();
  }
  Errand drop_first();
  // Brings the first that is no admission to the front; false where there is none.
  bool pass_over_admissions();
  void clear() { queue_.clear(); }
  // The group it was made in is gone.
  void unmake();
  template <class T>
  bool has() const noexcept {
    for (const Errand& errand : queue_) {
      if (errand.as<T>()) return true;
    }
    return false;
  }

 private:
  std::deque<Errand> queue_;
  Hold hold_;
};

}  // namespace hearth::client
