// What a client keeps of the log for an audit: places, hashes, and the signed acts.
#pragma once

#include <deque>

#include "protocol/room/chain.h"
#include "protocol/room/genesis.h"

namespace hearth::client {

// One place of the log without its content: only control entries keep their body, which holds
// handles and keys, and nothing that anybody has said.
struct AuditEntry {
  room::LogRecord record;
  room::Hash h{};  // Of the chain after it.
};

// A room's log as one client has read it, for whoever wants to check it later without that client.
struct AuditList {
  room::RoomId room;
  room::Hash member_part{};      // With the genesis, what the room id commits to.
  room::ServerPart server_part;  // The genesis.
  // Where `entries` begin: {0, zeros} when they are the whole log, else before a `state`.
  room::Anchor start;
  std::vector<AuditEntry> entries;
  room::Checkpoint checkpoint;  // Of the last of them, by the server of the genesis.
};

// AuditLog follows the log and remembers it, content-free. What a restart lost is forgotten as the
// log forgot it. Beyond its bounds it lets the oldest entries go, up to a `state`, from where a
// reader can begin; a log without one for so long is followed again from the next.
//
// Owned by the model; it outlives readers and connections.
class AuditLog final {
 public:
  static constexpr std::size_t kEntriesMax = 1 << 17;
  static constexpr std::size_t kBodyBytesMax = 16 * 1024 * 1024;

  // The next record comes after `place`. Forgets everything, unless this goes on from there.
  void begin(const room::Anchor& place);
  // `h`: the chain's value after the record. What is held already is passed over.
  void add(const room::LogRecord& record, const room::Hash& h);

  // The start and the entries up to `checkpoint`; nothing where this place is not held. The room's
  // own parts are the caller's.
  std::optional<AuditList> up_to(const room::Checkpoint& checkpoint) const;

  std::size_t size() const noexcept { return entries_.size(); }

 private:
  const AuditEntry* find(room::Seq seq) const noexcept;
  void drop_last();
  void drop_first();
  bool overfull() const noexcept {
    return entries_.size() > kEntriesMax || body_bytes_ > kBodyBytesMax;
  }

  room::Anchor start_;
  std::deque<AuditEntry> entries_;
  std::size_t body_bytes_ = 0;
  bool gap_ = false;   // Too much came without a `state`: the next one is waited for.
  room::Anchor seen_;  // The place of the last record, held or not.
};

}  // namespace hearth::client
