// Room logs in maps and vectors.
#include "server/log/memory/memory_log.h"

#include <algorithm>

namespace hearth::server {

namespace {

void drop_body(room::LogRecord& record) { record.content = record.body_hash(); }

}  // namespace

void MemoryLog::create(room::RoomId room, room::Hash member_part, Bytes door_card, Done done) {
  const auto [place, fresh] = rooms_.try_emplace(room);
  if (!fresh) return done(fail(make_error(LogErrc::room_exists)));
  place->second.member_part = member_part;
  place->second.door_card = std::move(door_card);
  done({});
}

void MemoryLog::rooms(Completion<std::vector<room::RoomId>> done) {
  std::vector<room::RoomId> ids;
  for (const auto& [id, kept] : rooms_) ids.push_back(id);
  done(std::move(ids));
}

void MemoryLog::load(room::RoomId room, Completion<KeptRoom> done) {
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return done(fail(make_error(LogErrc::room_unknown)));
  const Kept& kept = found->second;
  KeptRoom loaded;
  loaded.id = room;
  loaded.member_part = kept.member_part;
  loaded.door_card = kept.door_card;
  loaded.stopped_cleanly = kept.stopped_cleanly;
  if (!kept.rows.empty()) loaded.head = {kept.rows.back().row.record.seq, kept.rows.back().row.h};
  for (const Key& key : kept.keys) loaded.appended.push_back(key.appended);
  for (const auto& [handle, welcome] : kept.welcomes) loaded.welcomes.push_back({handle, welcome});
  done(std::move(loaded));
}

Status MemoryLog::apply(LogBatch batch) {
  const auto found = rooms_.find(batch.room);
  if (found == rooms_.end()) return fail(make_error(LogErrc::room_unknown));
  Kept& kept = found->second;
  std::uint32_t count = kept.rows.empty() ? 0 : kept.rows.back().row.record.seq.count();
  for (const LogRow& row : batch.rows)
    if (row.record.seq.count() != ++count) return fail(make_error(LogErrc::gap));

  const std::uint64_t bucket = time_bucket(batch.now);
  for (LogRow& row : batch.rows) kept.rows.push_back({std::move(row), bucket});
  for (const Idempotency& appended : batch.appended) kept.keys.push_back({appended, bucket});
  for (WaitingWelcome& waiting : batch.welcomes)
    kept.welcomes.insert_or_assign(waiting.handle, std::move(waiting.welcome));
  for (const room::Handle& handle : batch.welcomes_taken) kept.welcomes.erase(handle);
  const auto drop = [&](room::Seq seq, bool app_only) {
    const auto row =
        std::ranges::find(kept.rows, seq, [](const Row& r) { return r.row.record.seq; });
    if (row == kept.rows.end()) return;
    if (!app_only || row->row.record.kind == room::EntryKind::app) drop_body(row->row.record);
  };
  for (const room::Seq seq : batch.bodies_dropped) drop(seq, false);
  for (const room::Seq seq : batch.erased) drop(seq, true);
  if (batch.door_card) kept.door_card = std::move(*batch.door_card);
  kept.stopped_cleanly = false;
  return {};
}

void MemoryLog::commit(LogBatch batch, Done done) { done(apply(std::move(batch))); }

void MemoryLog::read(room::RoomId room, room::Seq after, room::Seq up_to, std::size_t rows_max,
                     Completion<std::vector<LogRow>> done) {
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return done(fail(make_error(LogErrc::room_unknown)));
  std::vector<LogRow> rows;
  for (const Row& row : found->second.rows) {
    const std::uint32_t count = row.row.record.seq.count();
    if (count <= after.count() || count > up_to.count()) continue;
    if (rows.size() == rows_max) break;
    rows.push_back(row.row);
  }
  done(std::move(rows));
}

void MemoryLog::expire(Expiry expiry, Completion<std::size_t> done) {
  const auto found = rooms_.find(expiry.room);
  if (found == rooms_.end()) return done(fail(make_error(LogErrc::room_unknown)));
  std::size_t dropped = 0;
  for (Row& row : found->second.rows) {
    room::LogRecord& record = row.row.record;
    if (record.kind != expiry.kind || record.is_tombstone()) continue;
    if (row.bucket >= time_bucket(expiry.before)) continue;
    if (expiry.up_to && record.seq.count() > expiry.up_to->count()) continue;
    drop_body(record);
    ++dropped;
  }
  done(dropped);
}

void MemoryLog::forget_keys(Instant before, Done done) {
  for (auto& [id, kept] : rooms_)
    std::erase_if(kept.keys, [&](const Key& key) { return key.bucket < time_bucket(before); });
  done({});
}

void MemoryLog::mark_stopped(LogBatch pending, Done done) {
  const room::RoomId room = pending.room;
  const Status applied = apply(std::move(pending));
  if (applied) rooms_.at(room).stopped_cleanly = true;
  done(applied);
}

void MemoryLog::remove(room::RoomId room, Done done) {
  if (rooms_.erase(room) == 0) return done(fail(make_error(LogErrc::room_unknown)));
  done({});
}

}  // namespace hearth::server
