// Following the log, forgetting what it forgot, and staying within bounds.
#include "client/core/audit_log.h"

#include <algorithm>

#include "protocol/room/control.h"

namespace hearth::client {
namespace {

bool is_state(const room::LogRecord& record) {
  const Bytes* const body = record.body();
  if (record.kind != room::EntryKind::control || !body) return false;
  const auto control = room::peek_control(*body);
  return control && control->op() == room::Op::state;
}

std::size_t body_size(const AuditEntry& entry) noexcept {
  const Bytes* const body = entry.record.body();
  return body ? body->size() : 0;
}

}  // namespace

const AuditEntry* AuditLog::find(room::Seq seq) const noexcept {
  const auto found = std::ranges::lower_bound(
      entries_, seq, {}, [](const AuditEntry& entry) { return entry.record.seq; });
  return found == entries_.end() || found->record.seq != seq ? nullptr : &*found;
}

void AuditLog::begin(const room::Anchor& place) {
  const AuditEntry* const held = find(place.seq);
  const bool goes_on = !gap_ && (place == start_ || (held && held->h == place.h));
  if (goes_on) return;
  *this = AuditLog();
  start_ = seen_ = place;
}

void AuditLog::add(const room::LogRecord& record, const room::Hash& h) {
  const room::Anchor before = std::exchange(seen_, {record.seq, h});
  if (gap_) {
    if (!is_state(record)) return;
    gap_ = false;
    start_ = before;
  }
  if (const AuditEntry* const held = find(record.seq); held && held->h == h) return;
  // A restart takes the place of what came after the last durable entry.
  while (!entries_.empty() && entries_.back().record.seq.count() >= record.seq.count()) {
    drop_last();
  }
  AuditEntry entry{{record.seq, record.kind, record.generation, record.body_hash()}, h};
  if (record.kind == room::EntryKind::control) entry.record.content = record.content;
  body_bytes_ += body_size(entry);
  entries_.push_back(std::move(entry));
  while (overfull() && !entries_.empty()) drop_first();
}

void AuditLog::drop_last() {
  body_bytes_ -= body_size(entries_.back());
  entries_.pop_back();
}

// Up to the next entry from which somebody could begin.
void AuditLog::drop_first() {
  do {
    start_ = {entries_.front().record.seq, entries_.front().h};
    body_bytes_ -= body_size(entries_.front());
    entries_.pop_front();
  } while (!entries_.empty() && !is_state(entries_.front().record));
  gap_ = entries_.empty();
}

std::optional<AuditList> AuditLog::up_to(const room::Checkpoint& checkpoint) const {
  const AuditEntry* const end = find(checkpoint.head.seq);
  if (gap_ || !end || end->h != checkpoint.head.h) return std::nullopt;
  AuditList list;
  list.start = start_;
  list.checkpoint = checkpoint;
  for (const AuditEntry& entry : entries_) {
    list.entries.push_back(entry);
    if (&entry == end) break;
  }
  return list;
}

}  // namespace hearth::client
