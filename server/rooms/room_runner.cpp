// Ordering, keeping and delivering, in that order.
#include "server/rooms/room_runner.h"

#include "protocol/room/door_card.h"
#include "protocol/room/envelope.h"
#include "server/limits.h"

namespace hearth::server {

RoomRunner::RoomRunner(room::RoomId id, RoomServices& services) : id_(id), services_(services) {}

RoomRunner::~RoomRunner() = default;

room::Checkpoint RoomRunner::checkpoint() const {
  return room::Checkpoint::make(id_, delivered_, services_.server_id);
}

wire::AuthOk RoomRunner::auth_answer(room::Role role) const {
  const auto& part = state().server_part();
  return {role, checkpoint(), state().is_open(), part.retention, part.limits};
}

bool RoomRunner::staff_present() const noexcept {
  for (const auto& [number, seat] : seats_)
    if (seat->is_staff()) return true;
  return false;
}

void RoomRunner::enter(Seat& seat, const meeting::Speaker& speaker) {
  // The same key connected again: the older connection is most likely a dead line. Links are
  // shared, so guests by one gate are many.
  if (speaker.role != room::Role::gate)
    end_seats(
        [&](const Seat& other) {
          return &other != &seat && other.speaker.role == speaker.role &&
                 other.speaker.key == speaker.key;
        },
        wire::GoodbyeReason::replaced);
  lobby_.forget(seat, state(), now());
  seat.speaker = speaker;
  seat.handle =
      speaker.role == room::Role::member ? room::handle_of(id_, speaker.key) : room::Handle{};
  if (speaker.role == room::Role::staff) staff_seen_ = now();
  if (number_of(seat) == 0) seats_.emplace(next_seat_++, &seat);
  // With another key it may admit in another way, or no more.
  const bool admits = speaker.role == room::Role::member || speaker.role == room::Role::staff;
  if (seat.announced_caught_up && admits && !in_lobby(seat))
    lobby_.admitter_ready(seat, state(), now());
}

std::uint64_t RoomRunner::number_of(const Seat& seat) const noexcept {
  for (const auto& [number, known] : seats_)
    if (known == &seat) return number;
  return 0;
}

void RoomRunner::leave(Seat& seat) {
  if (seat.is_staff()) staff_seen_ = now();
  for (Waiting& waiting : waiting_)
    if (waiting.asker == &seat) waiting.asker = nullptr;
  std::erase_if(seats_, [&](const auto& known) { return known.second == &seat; });
  if (room_) lobby_.forget(seat, state(), now());
}

void RoomRunner::end_seats(const std::function<bool(const Seat&)>& whose,
                           wire::GoodbyeReason reason) {
  // Ending may come back as leave(): look at a copy.
  const auto seats = seats_;
  for (const auto& [number, seat] : seats)
    if (seats_.contains(number) && whose(*seat)) seat->outbox.end(reason);
}

// --- Appending ----------------------------------------------------------------------------------

void RoomRunner::append(Seat& seat, const wire::Append& append) {
  const auto refuse = [&](room::Refusal refusal) {
    services_.trace.count(room::name_of(refusal.reason));
    tell(seat, wire::AppendRefused{append.idempotency, refusal});
  };
  if (!ready()) return refuse({room::AppendRefusal::log_unavailable, 0});
  if (const auto answer = room_->answered(append)) {
    if (!*answer) return refuse(answer->error());
    const Idempotency& taken = **answer;
    for (Waiting& waiting : waiting_)
      if (waiting.staged.answer.key == append.idempotency) {
        waiting.asker = &seat;  // It is on its way; this connection gets the answer.
        return;
      }
    tell(seat, wire::Appended{taken.key, taken.first, static_cast<std::uint8_t>(taken.count),
                              taken.last_h});
    return;
  }
  if (waiting_.size() >= limits::kAppendsWaitingMax)
    return refuse({room::AppendRefusal::log_unavailable, 0});
  auto staged = room_->stage(
      seat.speaker, append, [this](const auto& newcomer) { return lobby_.waits(newcomer); }, now());
  if (!staged) return refuse(staged.error());
  services_.trace.count("appended");
  give_tags(*staged, seat.speaker.key);
  push_staged(std::move(*staged), &seat);
}

// A number that a failed write gives back is given again with another tag.
void RoomRunner::give_tags(const StagedAppend& staged, const room::PublicKey& author) {
  const room::Handle handle = room::handle_of(id_, author);
  for (const room::LogRecord& record : staged.records) {
    if (record.kind != room::EntryKind::app || !record.body()) continue;
    const auto commitment = room::commitment_of(*record.body());
    if (!commitment) continue;
    tags_.put(record.seq,
              services_.tag_key.tag(id_, record.seq, record.body_hash(), *commitment, handle),
              now());
  }
}

wire::EntryRecord RoomRunner::entry_of(room::LogRecord record) const {
  std::optional<Bytes32> tag;
  if (record.kind == room::EntryKind::app && record.body()) tag = tags_.find(record.seq);
  return {std::move(record), tag};
}

void RoomRunner::push_staged(StagedAppend staged, Seat* asker) {
  std::optional<LogBatch> batch = std::exchange(staged.batch, std::nullopt);
  waiting_.push_back({std::move(staged), asker, !batch});
  if (batch)
    services_.log.commit(std::move(*batch), [this, era = era_](Status status) {
      services_.post([this, era, status] { guarded([&] { on_committed(era, status); }); });
    });
  deliver_ready();
}

void RoomRunner::on_committed(std::uint64_t era, const Status& status) {
  if (era != era_) return;  // Staged on a room that was thrown away since.
  if (!status) return reload(status.error());
  for (Waiting& waiting : waiting_)
    if (!waiting.durable) {
      waiting.durable = true;  // Answers come in the order of the calls.
      committed_ = waiting.staged.records.back().seq;
      break;
    }
  deliver_ready();
  for (const auto& [number, seat] : std::map(seats_))
    if (seats_.contains(number) && seat->reading == Seat::Reading::refill) refill(*seat);
}

void RoomRunner::reload(const Error& error) {
  services_.trace.room_failed(error);
  ++era_;
  for (Waiting& waiting : waiting_)
    if (waiting.asker)
      tell(*waiting.asker, wire::AppendRefused{waiting.staged.answer.key,
                                               {room::AppendRefusal::log_unavailable, 0}});
  waiting_.clear();
  lobby_.clear();
  room_.reset();
  failed_ = true;
  failed_at_ = now();
  if (started_) std::exchange(started_, nullptr)(fail(error));
}

void RoomRunner::guarded(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception&) {
    reload(make_error(LogErrc::corrupt));
  }
}

void RoomRunner::read_again() {
  failed_ = false;
  load([this](Status status) {
    if (!status) {
      services_.trace.room_failed(status.error());
      failed_ = true;
      failed_at_ = now();
      return;
    }
    for (const auto& [number, seat] : std::map(seats_)) {
      if (!seats_.contains(number) || seat->reading == Seat::Reading::none) continue;
      seat->page_coming = false;
      seat->cursor = room_->resume_point(seat->cursor);
      seat->reading = Seat::Reading::refill;
      refill(*seat);
    }
  });
}

void RoomRunner::deliver_ready() {
  while (!waiting_.empty() && waiting_.front().durable) {
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    delivered_ = {next.staged.records.back().seq, next.staged.answer.last_h};
    const Idempotency& answer = next.staged.answer;
    if (next.asker)
      tell(*next.asker, wire::Appended{answer.key, answer.first,
                                       static_cast<std::uint8_t>(answer.count), answer.last_h});
    deliver(next.staged);
    for (const room::Control& act : next.staged.acts) act_on(act);
  }
  if (waiting_.empty() && started_) std::exchange(started_, nullptr)({});
}

void RoomRunner::deliver(const StagedAppend& staged) {
  for (const room::LogRecord& record : staged.records) {
    // One frame, shared by all who follow.
    const auto frames = frames_for(wire::record_of(entry_of(record)));
    for (const auto& [number, seat] : seats_) {
      if (seat->reading != Seat::Reading::live) continue;
      if (const auto end = lobby_end(*seat); end && record.seq > end->seq) {
        seat->reading = Seat::Reading::lobby;
        continue;
      }
      if (!seat->outbox.has_room()) {
        seat->reading = Seat::Reading::refill;  // Behind: served from the log once it has drained.
        services_.trace.count("reader_behind");
        continue;
      }
      for (const Frame& frame : frames) seat->outbox.push(frame);
      seat->cursor = record.seq;
    }
  }
}

// What an entry means beyond the log, once everybody may know it.
void RoomRunner::act_on(const room::Control& act) {
  const auto gone = [this](const Seat& seat) {
    return seat.speaker.role != room::Role::gate &&
           !state().knows(seat.speaker.role, seat.speaker.key);
  };
  switch (act.op()) {
    case room::Op::admit:
      for (const auto& newcomer : std::get<room::AdmitOp>(act.args).newcomers)
        lobby_.admitted(newcomer.handle);
      break;
    case room::Op::remove:
      end_seats(gone, wire::GoodbyeReason::removed);
      lobby_.refresh(state(), now());  // Gates may be tainted now.
      break;
    case room::Op::leave: end_seats(gone, wire::GoodbyeReason::removed); break;
    case room::Op::staff_set:
    case room::Op::supporter_remove: end_seats(gone, wire::GoodbyeReason::removed); break;
    case room::Op::to_lobby:
      for (const auto& [number, seat] : seats_)
        if (in_lobby(*seat)) lobby_.forget(*seat, state(), now());
      break;
    case room::Op::call_back:
      for (const auto& [number, seat] : std::map(seats_)) {
        if (!seats_.contains(number) || in_lobby(*seat)) continue;
        if (seat->reading == Seat::Reading::lobby) {
          seat->reading = Seat::Reading::refill;
          refill(*seat);
        } else if (seat->reading == Seat::Reading::live) {
          caught_up(*seat, delivered_);  // Nothing was held back; it may admit again.
        }
      }
      break;
    case room::Op::close:
      lobby_.clear();
      end_seats(gone, wire::GoodbyeReason::room_closed);
      break;
    case room::Op::rebuild: end_seats(gone, wire::GoodbyeReason::removed); [[fallthrough]];
    case room::Op::open:
    case room::Op::unlock: lobby_.refresh(state(), now()); break;
    default: break;
  }
}

// --- Reading ------------------------------------------------------------------------------------

void RoomRunner::resume(Seat& seat, room::Seq after) {
  if (!ready()) return seat.outbox.end(wire::GoodbyeReason::shutting_down);
  if (room_->welcome_opened(seat.handle) && !room_->is_live()) {
    LogBatch batch;
    batch.room = id_;
    batch.now = now();
    batch.welcomes_taken.push_back(seat.handle);
    services_.log.commit(std::move(batch), [](Status) {});  // At worst it waits for the close.
  }
  seat.cursor = std::min(room_->resume_point(after), delivered_.seq);
  seat.reading = Seat::Reading::refill;
  refill(seat);
}

void RoomRunner::on_drained(Seat& seat) {
  if (!room_) return;
  if (seat.reading == Seat::Reading::refill) refill(seat);
  lobby_.refresh(state(), now());
}

void RoomRunner::refill(Seat& seat) {
  if (!room_ || seat.page_coming || !seat.outbox.has_room()) return;
  // A restart renumbers from the last durable entry: a reader's place may be beyond it in count, of
  // an older run. Counts are gapless in the log, so the count is where reading goes on.
  const room::Anchor end = lobby_end(seat).value_or(delivered_);
  if (seat.cursor.count() >= end.seq.count()) return caught_up(seat, end);
  const room::Seq saved = std::min(committed_, end.seq);
  if (seat.cursor.count() < saved.count()) {
    seat.page_coming = true;
    services_.log.read(
        id_, seat.cursor, saved, limits::kPageRowsMax,
        [this, era = era_, number = number_of(seat)](Result<std::vector<LogRow>> rows) {
          services_.post([this, era, number, rows = std::move(rows)] {
            guarded([&] { on_page(era, number, rows); });
          });
        });
    return;
  }
  // Live entries that the log has not been told of; those on their way to it come with the next
  // commit's completion.
  std::vector<LogRow> rows = room_->unsaved_after(seat.cursor, limits::kPageRowsMax);
  std::erase_if(rows, [&](const LogRow& row) { return row.record.seq > end.seq; });
  if (rows.empty() || rows.front().record.seq.count() != seat.cursor.count() + 1) return;
  send_page(seat, rows);
}

void RoomRunner::on_page(std::uint64_t era, std::uint64_t seat_number,
                         const Result<std::vector<LogRow>>& rows) {
  const auto found = seats_.find(seat_number);
  if (era != era_ || found == seats_.end()) return;
  Seat& seat = *found->second;
  seat.page_coming = false;
  if (!rows) {
    services_.trace.room_failed(rows.error());
    return seat.outbox.end(wire::GoodbyeReason::shutting_down);
  }
  if (rows->empty()) return seat.outbox.end(wire::GoodbyeReason::shutting_down);
  send_page(seat, *rows);
}

void RoomRunner::send_page(Seat& seat, const std::vector<LogRow>& rows) {
  for (const LogRow& row : rows) {
    if (!seat.outbox.has_room()) return;  // The rest is read again when it has drained.
    push_record(seat.outbox, wire::record_of(entry_of(room_->served(row))));
    seat.cursor = row.record.seq;
  }
  refill(seat);
}

std::optional<room::Anchor> RoomRunner::lobby_end(const Seat& seat) const {
  if (seat.speaker.role != room::Role::member) return std::nullopt;
  auto end = room_->lobby_end(seat.handle, delivered_.seq);
  if (end && end->seq > delivered_.seq) end.reset();  // Not yet.
  return end;
}

void RoomRunner::caught_up(Seat& seat, const room::Anchor& end) {
  const bool waits = in_lobby(seat);
  seat.reading = waits ? Seat::Reading::lobby : Seat::Reading::live;
  if (!waits && seat.speaker.role != room::Role::supporter)
    lobby_.admitter_ready(seat, state(), now());
  if (seat.announced_caught_up) return;
  seat.announced_caught_up = true;
  // Of all that this reader gets: who waits in the lobby is not told how far the others are.
  tell(seat, wire::CaughtUp{room::Checkpoint::make(id_, end, services_.server_id)});
  if (lead_missed_) tell_lead_line(seat);
}

// --- The door -----------------------------------------------------------------------------------

void RoomRunner::knock(Seat& seat, wire::KnockRequest request) {
  const auto taken = room_ ? lobby_.knock(seat, std::move(request), state(), now())
                           : std::unexpected(wire::KnockRefusal::room_closed);
  services_.trace.count(taken ? "knock_waiting" : wire::name_of(taken.error()));
  if (!taken) tell(seat, wire::KnockRefused{taken.error()});
}

void RoomRunner::deny(Seat& seat, const wire::Deny& deny) {
  if (room_) lobby_.deny(seat, deny, state());
}

void RoomRunner::note(Seat& seat, const wire::Note& note) {
  // While the room is read again nobody knows who waits and who is in it.
  const auto reached = room_ ? hand_over(seat, note, seats_, lobby_, state(), now())
                             : std::expected<std::uint16_t, wire::NoteRefusal>(0);
  services_.trace.count(reached ? "note_sent" : "note_refused");
  if (!reached) return tell(seat, wire::NoteRefused{note.id, reached.error()});
  tell(seat, wire::NoteSent{note.id, *reached});
}

void RoomRunner::get_door(Seat& seat) {
  if (!room_) return seat.outbox.end(wire::GoodbyeReason::shutting_down);
  tell(seat, wire::Door{encoded(state().server_part()), room_->member_part(), room_->door_card(),
                        state().locked(), lobby_.admitter_present(state())});
}

void RoomRunner::put_door(Seat& seat, Bytes card) {
  if (!room_) return tell(seat, wire::DoorRefused{wire::DoorRefusal::log_unavailable});
  LogBatch batch;
  batch.room = id_;
  batch.now = now();
  batch.door_card = card;
  services_.log.commit(
      std::move(batch), [this, number = number_of(seat), card = std::move(card)](Status status) {
        services_.post([this, number, card, status] {
          if (status && room_) room_->set_door_card(card);
          const auto found = seats_.find(number);
          if (found == seats_.end()) return;
          if (!status)
            return tell(*found->second, wire::DoorRefused{wire::DoorRefusal::log_unavailable});
          tell(*found->second, wire::DoorPut{});
        });
      });
}

void RoomRunner::get_welcome(Seat& seat) {
  if (!room_) return seat.outbox.end(wire::GoodbyeReason::shutting_down);
  wire::Welcome answer;
  answer.bytes = room_->welcome_for(seat.handle);
  tell(seat, answer);
}

void RoomRunner::get_checkpoint(Seat& seat) { tell(seat, wire::CheckpointRecord{checkpoint()}); }

// --- Beginning, time, end -----------------------------------------------------------------------

void RoomRunner::load(Loaded done) {
  services_.log.load(id_, [this, done = std::move(done)](Result<KeptRoom> kept) mutable {
    services_.post([this, kept = std::move(kept), done = std::move(done)]() mutable {
      if (!kept) return done(fail(kept.error()));
      if (kept->head.seq.count() == 0) return done(fail(make_error(LogErrc::room_unknown)));
      read_rows(std::move(*kept), nullptr, std::move(done));
    });
  });
}

void RoomRunner::read_rows(KeptRoom kept, std::unique_ptr<Room> room, Loaded done) {
  const room::Seq after = room ? room->head().seq : room::Seq{};
  if (room && after.count() >= kept.head.seq.count() && !room->folded())
    return done(fail(make_error(LogErrc::corrupt)));
  if (room && after.count() >= kept.head.seq.count())
    return install(std::move(room), kept.stopped_cleanly, std::move(done));
  constexpr std::size_t kRowsAtOnce = 256;
  const room::Seq up_to = kept.head.seq;
  services_.log.read(
      id_, after, up_to, kRowsAtOnce,
      [this, kept = std::move(kept), room = std::move(room),
       done = std::move(done)](Result<std::vector<LogRow>> rows) mutable {
        services_.post([this, kept = std::move(kept), room = std::move(room),
                        rows = std::move(rows), done = std::move(done)]() mutable {
          if (!rows) return done(fail(rows.error()));
          if (rows->empty()) return done(fail(make_error(LogErrc::corrupt)));
          if (!room) {
            const Bytes* genesis = rows->front().record.body();
            auto part = genesis ? room::decode_genesis(*genesis)
                                : Result<room::ServerPart>(fail(make_error(LogErrc::corrupt)));
            if (!part) return done(fail(part.error()));
            room = std::make_unique<Room>(id_, std::move(*part), kept);
          }
          for (const LogRow& row : *rows)
            if (const Status restored = room->restore(row); !restored)
              return done(fail(restored.error()));
          read_rows(std::move(kept), std::move(room), std::move(done));
        });
      });
}

void RoomRunner::install(std::unique_ptr<Room> room, bool stopped_cleanly, Loaded done) {
  room_ = std::move(room);
  delivered_ = room_->head();
  committed_ = delivered_.seq;
  staff_seen_ = now();
  if (auto restart = room_->start(stopped_cleanly, services_.server_id, now())) {
    // Nobody reads before it is durable: a head without it would say that nothing was lost.
    started_ = std::move(done);
    return push_staged(std::move(*restart), nullptr);
  }
  if (stopped_cleanly) {
    // From here on a crash is a crash again.
    LogBatch mark;
    mark.room = id_;
    mark.now = now();
    services_.log.commit(std::move(mark), [](Status) {});
  }
  done({});
}

void RoomRunner::tick(Instant at) {
  if (failed_ && !stopped_ && at - failed_at_ >= limits::kReloadRest) read_again();
  if (!ready()) return;
  lobby_.tick(state(), at);
  tags_.tick(at);
  if (staff_present()) staff_seen_ = at;
  if (at - staff_seen_ >= limits::kStaffAbsenceMax) {
    staff_seen_ = at;
    if (auto pause = room_->stage_pause(services_.server_id, at)) {
      services_.trace.count("paused_without_staff");
      push_staged(std::move(*pause), nullptr);
    }
  }
  watch_lead(at);
  keep_house(at);
}

void RoomRunner::watch_lead(Instant at) {
  const auto lead = state().is_open() ? state().floor().lead() : std::nullopt;
  if (lead != lead_) {
    lead_ = lead;
    lead_seen_ = at;
    lead_missed_ = false;
  }
  if (!lead_) return;
  const bool here = std::ranges::any_of(seats_, [&](const auto& known) {
    const Seat& seat = *known.second;
    return seat.is_staff() && seat.speaker.key == *lead_;
  });
  if (here) lead_seen_ = at;
  const bool missed = at - lead_seen_ >= limits::kLeadAbsenceMax;
  if (missed == lead_missed_) return;
  lead_missed_ = missed;
  if (missed) services_.trace.count("lead_missed");
  for (const auto& [number, seat] : seats_) tell_lead_line(*seat);
}

void RoomRunner::tell_lead_line(Seat& seat) {
  if (seat.is_staff() && lead_) tell(seat, wire::LeadLine{*lead_, lead_missed_});
}

void RoomRunner::keep_house(Instant at) {
  LogBatch batch = room_->housekeeping(at);
  const bool idle =
      batch.bodies_dropped.empty() && batch.erased.empty() && batch.welcomes_taken.empty();
  if (!idle) services_.log.commit(std::move(batch), [](Status) {});
  if (at - house_kept_ < limits::kHouseTime) return;
  house_kept_ = at;
  const auto expire = [&](room::EntryKind kind, Duration age) {
    services_.log.expire({id_, kind, at - age, std::nullopt}, [](Result<std::size_t>) {});
  };
  const bool week = state().server_part().retention == room::Retention::week;
  expire(room::EntryKind::app, std::chrono::hours(week ? 24 * 7 : 24));
  expire(room::EntryKind::commit, limits::kHandshakeRetention);
  expire(room::EntryKind::proposal, limits::kHandshakeRetention);
}

void RoomRunner::stop(std::move_only_function<void()> done) {
  end_seats([](const Seat&) { return true; }, wire::GoodbyeReason::shutting_down);
  stopped_ = true;
  if (!room_) return services_.post(std::move(done));
  services_.log.mark_stopped(
      room_->stop_batch(now()),
      [this, done = std::move(done)](Status) mutable { services_.post(std::move(done)); });
}

}  // namespace hearth::server
