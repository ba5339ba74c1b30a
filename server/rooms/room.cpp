// Judging, numbering and remembering.
#include "server/rooms/room.h"

#include <algorithm>

#include "protocol/defence.h"
#include "server/limits.h"

namespace hearth::server {

using room::AppendRefusal;
using room::EntryKind;

Room::Room(room::RoomId id, room::ServerPart server_part, const KeptRoom& kept)
    : state_(id, std::move(server_part)),
      member_part_(kept.member_part),
      door_card_(kept.door_card) {
  for (const Idempotency& answer : kept.appended) {
    answers_.emplace(answer.key, Answer{{}, answer, std::nullopt});
    answers_in_order_.push_back(answer.key);
  }
  for (const WaitingWelcome& waiting : kept.welcomes)
    welcomes_.emplace(waiting.handle, WelcomeKept{waiting.welcome});
}

Status Room::restore(const LogRow& row) {
  const room::LogRecord& record = row.record;
  const room::Hash expected = room::chain_step(id(), head_.h, record.seq, record.kind,
                                               record.generation, record.body_hash());
  // A restart is chained to the last durable row, which is the one before it here.
  if (expected != row.h) return fail(make_error(LogErrc::corrupt));
  // The genesis made the state.
  const bool genesis = record.seq.count() == 1;
  if (!genesis) HEARTH_CHECK(fold(record));
  if (record.kind == EntryKind::control && record.body()) {
    const auto control = room::peek_control(*record.body());
    note(record, row.h, control ? &*control : nullptr);
  } else {
    note(record, row.h, nullptr);
  }
  if (!genesis && record.seq.run() > head_.seq.run()) restarts_.push_back(record.seq);
  head_ = {record.seq, row.h};
  saved_head_ = record.seq;
  return {};
}

// A control entry without its body is covered by a later `state`: up to there only the chain is
// known, and from there on everything again.
Status Room::fold(const room::LogRecord& record) {
  const bool control = record.kind == EntryKind::control;
  if (control && record.is_tombstone()) folded_ = false;
  if (folded_) return state_.apply(record);
  if (!control || record.is_tombstone()) return {};
  HEARTH_TRY(const room::Control act, room::peek_control(*record.body()));
  if (act.op() != room::Op::state) return {};
  HEARTH_TRY(state_, meeting::RoomState::from_state(
                         id(), state_.server_part(),
                         {record.seq, record.kind, record.generation, *record.body()}));
  folded_ = true;
  return {};
}

// Remembers what of this entry goes when the group does.
void Room::note(const room::LogRecord& record, const room::Hash& h, const room::Control* control) {
  const bool handshake = record.kind == EntryKind::commit || record.kind == EntryKind::proposal;
  const bool of_member = control && control->role == room::SignerRole::member;
  if (!record.is_tombstone() && handshake) mortal_.push_back(record.seq);
  if (of_member) mortal_acts_.push_back(record.seq);
  if (!control) return;
  const room::Op op = control->op();
  if (op == room::Op::state) {
    // Readers begin here now, and so does the next start of the server.
    const auto kept = std::ranges::lower_bound(mortal_acts_, ended_);
    dropping_.insert(dropping_.end(), mortal_acts_.begin(), kept);
    mortal_acts_.erase(mortal_acts_.begin(), kept);
  }
  if (op == room::Op::close || op == room::Op::rebuild) {
    // A rebuild keeps members' rows: the meeting goes on, only the group is another.
    dropping_.insert(dropping_.end(), mortal_.begin(), mortal_.end());
    mortal_.clear();
  }
  if (op == room::Op::close) ended_ = record.seq;
  if (op == room::Op::close) forget_group();
  const auto drop_welcomes = [this](const std::vector<room::Handle>& handles) {
    for (const room::Handle& handle : handles)
      if (welcomes_.erase(handle) > 0) welcomes_gone_.push_back(handle);
  };
  if (const auto* remove = std::get_if<room::RemoveOp>(&control->args))
    drop_welcomes(remove->handles);
  if (const auto* rebuild = std::get_if<room::RebuildOp>(&control->args))
    drop_welcomes(rebuild->dropped);
  note_lobby({record.seq, h}, *control);
}

void Room::note_lobby(const room::Anchor& at, const room::Control& control) {
  if (const auto* to_lobby = std::get_if<room::ToLobbyOp>(&control.args)) {
    for (const room::Handle& handle : to_lobby->handles) {
      // Once is enough: what was held back stays held back.
      const auto known = in_lobby_.find(handle);
      if (known == in_lobby_.end() || known->second.until)
        in_lobby_.insert_or_assign(handle, InLobby{at, std::nullopt});
    }
  } else if (const auto* call_back = std::get_if<room::CallBackOp>(&control.args)) {
    for (const room::Handle& handle : call_back->handles) {
      const auto known = in_lobby_.find(handle);
      if (known != in_lobby_.end() && !known->second.until) known->second.until = at.seq;
    }
  } else if (const auto* remove = std::get_if<room::RemoveOp>(&control.args)) {
    for (const room::Handle& handle : remove->handles) in_lobby_.erase(handle);
  } else if (const auto* rebuild = std::get_if<room::RebuildOp>(&control.args)) {
    for (const room::Handle& handle : rebuild->dropped) in_lobby_.erase(handle);
  } else if (control.op() == room::Op::leave) {
    in_lobby_.erase(room::handle_of(id(), control.signer));
  } else if (control.op() == room::Op::close) {
    in_lobby_.clear();
  }
}

std::optional<room::Anchor> Room::lobby_end(const room::Handle& handle, room::Seq delivered) const {
  const auto known = in_lobby_.find(handle);
  if (known == in_lobby_.end()) return std::nullopt;
  const InLobby& wait = known->second;
  if (wait.until && delivered >= *wait.until) return std::nullopt;
  return wait.since;
}

void Room::forget_group() {
  for (const auto& [handle, welcome] : welcomes_) welcomes_gone_.push_back(handle);
  welcomes_.clear();
  commit_quota_.clear();
  append_quota_.clear();
  last_spoke_.clear();
  if (!is_live()) return;
  live_bodies_.clear();
  live_bytes_ = 0;
}

// Tables that nothing else shortens while a group lives on.
void Room::forget_old(Instant now) {
  while (!answers_in_order_.empty()) {
    const auto oldest = answers_.find(answers_in_order_.front());
    if (oldest != answers_.end() && now - oldest->second.at < limits::kIdempotencyTime) break;
    if (oldest != answers_.end()) answers_.erase(oldest);
    answers_in_order_.pop_front();
  }
  const std::size_t quotas_max =
      2 * (state_.members().size() + room::kStaffMax + meeting::kSupportersMax);
  const auto forget_strangers = [&](auto& table) {
    if (table.size() <= quotas_max) return;
    std::erase_if(table, [&](const auto& entry) {
      return !state_.knows(room::Role::member, entry.first) && !state_.is_staff(entry.first) &&
             !state_.supporter(entry.first);
    });
  };
  forget_strangers(commit_quota_);
  forget_strangers(append_quota_);
  forget_strangers(last_spoke_);
}

std::optional<StagedAppend> Room::start(bool stopped_cleanly, const crypto::SignatureKey& server_id,
                                        Instant now) {
  for (auto& [key, answer] : answers_) answer.at = now;
  // The time to undo an erasure begins anew, since nobody knows when it began.
  for (const room::Seq seq : state_.erased()) erased_at_.try_emplace(seq, now);
  if (stopped_cleanly || !is_live() || !state_.is_open()) return std::nullopt;
  return append_as_server(room::RestartOp{head_}, server_id, now);
}

std::optional<StagedAppend> Room::stage_pause(const crypto::SignatureKey& server_id, Instant now) {
  if (!state_.is_open() || state_.paused() || !is_live()) return std::nullopt;
  return append_as_server(room::PauseOp{}, server_id, now);
}

std::optional<StagedAppend> Room::append_as_server(room::OpArgs args,
                                                   const crypto::SignatureKey& server_id,
                                                   Instant now) {
  room::Control control;
  control.room = id();
  control.role = room::SignerRole::server;
  control.signer = room::public_key_of(server_id);
  control.args = std::move(args);
  control.base_seq = head_.seq;
  control.counter = state_.counter(control.role, control.signer) + 1;
  auto body = room::seal_control(control, server_id);
  if (!body) return std::nullopt;
  auto staged = state_.stage_server({EntryKind::control, state_.generation(), *body});
  if (!staged) return std::nullopt;
  std::vector<wire::Append::Item> items;
  items.push_back({EntryKind::control, state_.generation(), std::move(*body)});
  return number(std::move(*staged), std::move(items), now);
}

std::optional<room::Judged<Idempotency>> Room::answered(const wire::Append& append) const {
  const auto found = answers_.find(append.idempotency);
  if (found == answers_.end()) return std::nullopt;
  const Answer& answer = found->second;
  if (answer.bytes && *answer.bytes != crypto::sha256(encoded(append)))
    return room::refuse(AppendRefusal::idempotency_reused);
  return answer.idempotency;
}

room::Judgement Room::check_sizes(const wire::Append& append) const {
  std::size_t size = 0;
  for (const auto& item : append.entries) size += item.body.size();
  for (const auto& welcome : append.welcomes)
    size += welcome.bytes.size() + welcome.handles.size() * room::Handle::kSize;
  if (size > wire::kAppendSizeMax) return room::refuse(AppendRefusal::too_large);
  return {};
}

// Every newcomer gets exactly one Welcome, and nobody else gets any.
room::Judgement Room::check_welcomes(const wire::Append& append,
                                     const std::vector<room::Control>& acts) const {
  std::vector<room::Handle> admitted;
  for (const room::Control& act : acts)
    if (const auto* admit = std::get_if<room::AdmitOp>(&act.args))
      for (const auto& newcomer : admit->newcomers) admitted.push_back(newcomer.handle);
  std::vector<room::Handle> welcomed;
  for (const auto& welcome : append.welcomes)
    welcomed.insert(welcomed.end(), welcome.handles.begin(), welcome.handles.end());
  std::ranges::sort(admitted);
  std::ranges::sort(welcomed);
  if (admitted != welcomed) return room::refuse(AppendRefusal::welcome_invalid);
  return {};
}

room::Judged<StagedAppend> Room::stage(const meeting::Speaker& speaker, const wire::Append& append,
                                       const KnockWaits& knock_waits, Instant now) {
  if (const auto sized = check_sizes(append); !sized) return std::unexpected(sized.error());
  const auto& quota =
      append_quota_.try_emplace(speaker.key, limits::kAppendsPerSecond, limits::kAppendBurst);
  const Duration rest = quota.first->second.take(now);
  if (rest > Duration::zero() && stands(Defence::append_rate))
    return room::refuse(AppendRefusal::rate_limited, static_cast<std::uint64_t>(rest.count()));
  const bool has_commit = std::ranges::any_of(
      append.entries, [](const auto& item) { return item.kind == EntryKind::commit; });
  if (has_commit) {
    const auto& commits = commit_quota_.try_emplace(speaker.key, limits::kCommitsPerMinute / 60.0,
                                                    double{limits::kCommitsPerMinute});
    if (const Duration wait = commits.first->second.take(now); wait > Duration::zero())
      return room::refuse(AppendRefusal::rate_limited, static_cast<std::uint64_t>(wait.count()));
  }
  const Duration pace = std::chrono::seconds(state_.slow_mode_seconds());
  const bool speaks = std::ranges::any_of(
      append.entries, [](const auto& item) { return item.kind == EntryKind::app; });
  if (speaks && pace > Duration::zero() && speaker.role != room::Role::staff) {
    const auto last = last_spoke_.find(speaker.key);
    if (last != last_spoke_.end() && now - last->second < pace)
      return room::refuse(AppendRefusal::rate_limited,
                          static_cast<std::uint64_t>((pace - (now - last->second)).count()));
  }

  std::vector<meeting::Draft> drafts;
  for (const auto& item : append.entries) drafts.push_back({item.kind, item.generation, item.body});
  auto staged = state_.stage(speaker, drafts, append.expect_commit_seq, now);
  if (!staged) return std::unexpected(staged.error());
  std::vector<room::Control> acts;
  for (const auto& act : staged->acts) acts.push_back(act.control);
  for (const room::Control& act : acts) {
    if (const auto* admit = std::get_if<room::AdmitOp>(&act.args))
      for (const auto& newcomer : admit->newcomers)
        if (!knock_waits(newcomer)) return room::refuse(AppendRefusal::knock_not_waiting);
    if (const auto* undo = std::get_if<room::UndoEraseOp>(&act.args))
      for (const room::Seq seq : undo->seqs)
        if (const auto at = erased_at_.find(seq);
            at == erased_at_.end() || now - at->second >= limits::kEraseUndoTime)
          return room::refuse(AppendRefusal::erase_too_late);
  }
  if (const auto welcomed = check_welcomes(append, acts); !welcomed)
    return std::unexpected(welcomed.error());

  // From here on nothing can refuse it.
  if (speaks) last_spoke_.insert_or_assign(speaker.key, now);
  StagedAppend made = number(std::move(*staged), append.entries, now);
  made.answer.key = append.idempotency;
  answers_.insert_or_assign(append.idempotency,
                            Answer{now, made.answer, crypto::sha256(encoded(append))});
  answers_in_order_.push_back(append.idempotency);
  if (answers_in_order_.size() > limits::kIdempotencyKeysMax) {
    answers_.erase(answers_in_order_.front());
    answers_in_order_.pop_front();
  }
  for (const auto& welcome : append.welcomes)
    for (const room::Handle& handle : welcome.handles) {
      welcomes_.insert_or_assign(handle, WelcomeKept{welcome.bytes});
      // In a live room they wait in memory; in a stored one they must outlive the server.
      if (made.batch && !is_live()) made.batch->welcomes.push_back({handle, welcome.bytes});
    }
  if (made.batch) made.batch->appended.push_back(made.answer);
  for (const room::Control& act : acts) {
    if (const auto* erase = std::get_if<room::EraseOp>(&act.args))
      for (const room::Seq seq : erase->seqs) erased_at_.try_emplace(seq, now);
    if (const auto* undo = std::get_if<room::UndoEraseOp>(&act.args))
      for (const room::Seq seq : undo->seqs) erased_at_.erase(seq);
  }
  return made;
}

StagedAppend Room::number(meeting::RoomState::Staged&& staged,
                          std::vector<wire::Append::Item> items, Instant now) {
  StagedAppend made;
  const bool live = is_live() && std::ranges::all_of(items, [](const auto& item) {
                      return item.kind == EntryKind::app;
                    });
  std::vector<LogRow> rows;
  std::vector<room::Hash> places;  // The chain after each record.
  room::Seq seq = staged.first;
  for (auto& act : staged.acts) made.acts.push_back(std::move(act.control));
  std::vector<const room::Control*> control_of(items.size(), nullptr);
  for (std::size_t i = 0; i < staged.acts.size(); ++i)
    control_of[staged.acts[i].index] = &made.acts[i];

  if (staged.first.run() > head_.seq.run()) restarts_.push_back(staged.first);
  for (std::size_t i = 0; i < items.size(); ++i) {
    room::LogRecord record =
        room::LogRecord::of({seq, items[i].kind, items[i].generation, std::move(items[i].body)});
    head_ = {seq, room::chain_step(id(), head_.h, seq, record.kind, record.generation,
                                   record.body_hash())};
    LogRow row{record, head_.h};
    places.push_back(head_.h);
    if (is_live() && record.kind == EntryKind::app) {
      keep_live(record);
      row.record.content = record.body_hash();
    }
    rows.push_back(std::move(row));
    made.records.push_back(std::move(record));
    seq = seq.next();
  }
  made.answer.first = staged.first;
  made.answer.count = staged.count;
  made.answer.last_h = head_.h;
  state_.install(std::move(staged));
  for (std::size_t i = 0; i < made.records.size(); ++i)
    note(made.records[i], places[i], control_of[i]);

  if (live) {
    unsaved_.insert(unsaved_.end(), rows.begin(), rows.end());
    return made;
  }
  LogBatch batch;
  batch.room = id();
  batch.now = now;
  // The hashes of live entries leave with the next durable one.
  batch.rows = std::exchange(unsaved_, {});
  batch.rows.insert(batch.rows.end(), std::make_move_iterator(rows.begin()),
                    std::make_move_iterator(rows.end()));
  saved_head_ = batch.rows.back().record.seq;
  made.batch = std::move(batch);
  return made;
}

void Room::keep_live(const room::LogRecord& record) {
  live_bodies_.emplace(record.seq, *record.body());
  live_bytes_ += record.body()->size();
  while (live_bytes_ > limits::kLiveBytesMax) {
    live_bytes_ -= live_bodies_.begin()->second.size();
    live_bodies_.erase(live_bodies_.begin());
  }
}

room::LogRecord Room::served(const LogRow& row) const {
  room::LogRecord record = row.record;
  const bool erased = state_.erased().contains(record.seq) || erased_at_.contains(record.seq);
  if (erased && record.kind == EntryKind::app) {
    record.content = record.body_hash();
    return record;
  }
  if (!record.is_tombstone()) return record;
  if (const auto body = live_bodies_.find(record.seq); body != live_bodies_.end())
    record.content = body->second;
  return record;
}

std::vector<LogRow> Room::unsaved_after(room::Seq after, std::size_t rows_max) const {
  std::vector<LogRow> rows;
  for (const LogRow& row : unsaved_)
    if (row.record.seq > after && rows.size() < rows_max) rows.push_back(row);
  return rows;
}

// Counts go on over a restart, so a reader of an older run holds counts that now mean other
// entries: it goes on where its run was cut off.
room::Seq Room::resume_point(room::Seq after) const noexcept {
  const auto cut = std::ranges::find(restarts_, after.run() + 1, &room::Seq::run);
  if (cut != restarts_.end()) after = std::min(after, room::Seq::at(after.run(), cut->count() - 1));
  return std::min(after, head_.seq);
}

std::optional<Bytes> Room::welcome_for(const room::Handle& handle) {
  const auto found = welcomes_.find(handle);
  if (found == welcomes_.end()) return std::nullopt;
  found->second.fetched = true;
  return found->second.bytes;
}

bool Room::welcome_opened(const room::Handle& handle) {
  const auto found = welcomes_.find(handle);
  if (found == welcomes_.end() || !found->second.fetched) return false;
  welcomes_.erase(found);
  return true;
}

LogBatch Room::stop_batch(Instant now) const {
  LogBatch batch;
  batch.room = id();
  batch.now = now;
  batch.rows = unsaved_;
  return batch;
}

LogBatch Room::housekeeping(Instant now) {
  LogBatch batch;
  batch.room = id();
  batch.now = now;
  batch.bodies_dropped = std::exchange(dropping_, {});
  if (!is_live()) batch.welcomes_taken = std::exchange(welcomes_gone_, {});
  welcomes_gone_.clear();
  for (auto erased = erased_at_.begin(); erased != erased_at_.end();) {
    if (now - erased->second < limits::kEraseUndoTime) {
      ++erased;
      continue;
    }
    if (const auto body = live_bodies_.find(erased->first); body != live_bodies_.end()) {
      live_bytes_ -= body->second.size();
      live_bodies_.erase(body);
    }
    batch.erased.push_back(erased->first);
    erased = erased_at_.erase(erased);
  }
  forget_old(now);
  return batch;
}

}  // namespace hearth::server
