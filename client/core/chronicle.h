// Who came in when, and who said which entry: what moderation needs to know afterwards.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "protocol/room/control_ops.h"
#include "protocol/time.h"

namespace hearth::client {

// Chronicle remembers of one meeting what the room state forgets: the place of each admission, and
// the entries of each handle that this client saw. Who comes back under another handle stays the
// same person. Memory alone, and only of what this client read; gone with the meeting.
//
// Owned by the model; outlives readers, so that a re-admitted staff person keeps what they saw.
class Chronicle final {
 public:
  static constexpr std::size_t kStaysMax = 4096;  // The oldest are forgotten.
  static constexpr std::size_t kSaidMax = 8192;   // Of one handle: the newest.

  // `at`: nothing where it was read long after it happened.
  void on_admit(const room::AdmitOp& op, room::Seq seq, std::optional<Instant> at);
  void on_said(const room::Handle& who, room::Seq seq);
  // A restart lost the entries after this place.
  void on_lost(room::Seq after);
  void clear() { stays_.clear(); }

  std::vector<room::Seq> said_by(const room::Handle& who) const;
  // Handles of today whose person was first admitted after this place, or at or after this time.
  std::vector<room::Handle> came_after(room::Seq seq) const;
  std::vector<room::Handle> came_since(Instant at) const;

 private:
  struct Stay {
    room::Seq came;  // {0}: before this client.
    std::optional<Instant> at;
    std::deque<room::Seq> said;
  };
  Stay& stay(const room::Handle& who);

  std::map<room::Handle, Stay> stays_;
};

}  // namespace hearth::client
