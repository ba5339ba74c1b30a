// The log as one client is told it, which need not be the log that is.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "protocol/room/chain.h"

namespace hearth::test {

// The log as it is: what the rooms deliver, before anybody lays a hand on it.
class Truth final {
 public:
  void note(const room::RoomId& room, const room::LogRecord& record) {
    if (!chain_) chain_.emplace(room);
    if (record.seq.count() <= chain_->seq().count()) return;  // Somebody else's copy of it.
    if (!chain_->accept(record)) return;                      // Behind somebody who reads on.
    places_[record.seq] = chain_->head().h;
  }
  bool holds(const room::Anchor& at) const {
    const auto found = places_.find(at.seq);
    return found != places_.end() && found->second == at.h;
  }
  std::optional<room::Hash> at(room::Seq seq) const {
    const auto found = places_.find(seq);
    return found == places_.end() ? std::nullopt : std::optional(found->second);
  }
  room::Anchor head() const { return chain_ ? chain_->head() : room::Anchor{}; }

 private:
  std::optional<room::Chain> chain_;
  std::map<room::Seq, room::Hash> places_;
};

// What has been told to one client. Once `rewritten` is set, entries are numbered as if those that
// were left out had never been, and every head is signed for this log instead of the true one: what
// a server can do that holds server_id and cares about nothing else.
struct Story {
  struct Told {
    room::LogRecord record;
    room::Hash h{};
    room::Seq truly;  // Its true place; 0 for what was made up.
  };

  room::RoomId room;
  room::Anchor start;
  std::vector<Told> told;
  bool rewritten = false;

  room::Anchor head() const {
    return told.empty() ? start : room::Anchor{told.back().record.seq, told.back().h};
  }
  // Numbers the record if need be, and takes it.
  const room::LogRecord& tell(room::LogRecord record, room::Seq truly) {
    const room::Anchor before = head();
    if (rewritten) record.seq = before.seq.next();
    const room::Hash h = room::chain_step(room, before.h, record.seq, record.kind,
                                          record.generation, record.body_hash());
    told.push_back({std::move(record), h, truly});
    return told.back().record;
  }
  // Where a reader of this story who asks for what follows `after` truly stands.
  room::Seq truly_after(room::Seq after) const {
    room::Seq truly = told.empty() || after <= start.seq ? start.seq : room::Seq{};
    for (const Told& one : told) {
      if (one.record.seq > after) break;
      if (one.truly.value != 0) truly = one.truly;
    }
    return truly.value == 0 ? start.seq : truly;
  }
  // It will be told again from there.
  void forget_after(room::Seq after) {
    while (!told.empty() && told.back().record.seq > after) told.pop_back();
  }
};

}  // namespace hearth::test
