// What a client has sent and not yet read back: nothing lost, nothing doubled.
#pragma once

#include <deque>
#include <optional>

#include "protocol/wire/appending.h"

namespace hearth::session {

// An own Append is finished when all its entries have been *read* in the log, not when it is
// acknowledged. After a lost connection the client resumes first, then resends what it has not
// read, with the same idempotency key and the same bytes.
//
// Owned by the client's model, outlives connections.
class PendingAppends final {
 public:
  void sent(wire::Append append);
  // Marks the entry if it is ours: by body hash, also where the body is gone. Returns the key of
  // its Append, and whether that is finished by it.
  struct Own {
    Bytes16 key{};
    bool finished = false;
    friend bool operator==(const Own&, const Own&) = default;
  };
  std::optional<Own> on_record(const room::LogRecord& record);
  // The server refused it: it will never be read. Returns it, for sealing again or for giving up.
  std::optional<wire::Append> on_refused(const Bytes16& idempotency);
  // Part of it has been read.
  bool begun(const Bytes16& idempotency) const;
  // A restart lost entries from `after` on: what of ours was read there has to be sent again.
  void on_lost(room::Seq after);

  // After CaughtUpWith: what to send again, oldest first.
  std::vector<wire::Append> unread() const;
  bool empty() const noexcept;
  // The entries that have not been read, by which their sender knows them again.
  struct Unread {
    Bytes16 idempotency{};
    room::EntryKind kind = room::EntryKind::app;
    room::Hash hash{};  // Of the body.
  };
  std::vector<Unread> unread_entries() const;
  // Forgets finished ones: nothing before `durable` can be lost any more.
  void settle(room::Seq durable);

 private:
  struct Sent {
    wire::Append append;
    std::vector<room::Hash> hashes;
    std::vector<std::optional<room::Seq>> read;  // Where each entry was read.
    bool finished() const noexcept;
  };
  std::deque<Sent> sent_;
};

}  // namespace hearth::session
