// Folding, opening and judging entries in log order.
#include "client/core/log_reader.h"

#include <algorithm>

#include "protocol/defence.h"
#include "protocol/room/beacon.h"
#include "protocol/room/safety_code.h"

namespace hearth::client {

using room::EntryKind;

LogReader::LogReader(room::RoomId room, room::ServerPart server_part,
                     std::vector<room::StaffList> staff_lists, room::Anchor start)
    : room_(room),
      server_part_(std::move(server_part)),
      staff_lists_(std::move(staff_lists)),
      previous_(start),
      state_place_(start),
      state_seq_(start.seq) {}

void LogReader::expect(Conversation conversation, const room::Anchor& anchor) {
  end_group();
  conversation_ = std::move(conversation);
  waiting_ = true;
  anchor_ = anchor;
}

void LogReader::end_group() {
  conversation_.reset();
  waiting_ = false;
  anchor_.reset();
  departed_.clear();
  voices_.clear();
  codes_.clear();
}

std::uint32_t LogReader::since_state() const noexcept {
  return previous_.seq.count() - state_seq_.count();
}

// --- One record
// -----------------------------------------------------------------------------------

Reading LogReader::read(const room::LogRecord& record, std::uint32_t lost, const room::Chain& chain,
                        bool own) {
  Reading reading;
  const bool expired = record.kind == EntryKind::app && record.is_tombstone() && !own;
  if (!expired) reading.events = flush();
  if (record.kind == EntryKind::control && record.seq.count() > 1 && record.body()) {
    if (auto control = room::peek_control(*record.body())) reading.act = *std::move(control);
  }
  if (state_ && reading.act) note_gates(*reading.act, reading);
  if (comes_late(record, reading)) {
    previous_ = chain.head();
    return reading;
  }
  std::optional<meeting::Floor> floor;  // Before the act, where it is shown.
  if (state_ && reading.act && conversation_ && !waiting_) floor = state_->floor();
  if (const Status folded = fold(record); !folded) {
    reading.stop = folded.error();
    return reading;
  }
  note(record, lost, chain, reading);
  const bool anchored = anchor_ && record.seq == anchor_->seq;
  if (anchored && chain.head().h != anchor_->h && stands(Defence::chain)) {
    reading.stop = make_error(ClientErrc::anchor_differs);
    return reading;
  }
  if (record.kind == EntryKind::control) {
    if (record.seq.count() > 1) {
      expects(reading.act.has_value());  // The fold has verified it.
      if (floor) show_floor(*floor, *reading.act, reading);
      on_control(record, *reading.act, chain, reading);
    }
  } else if (conversation_ && !waiting_) {
    if (expired) {
      if (expired_.count++ == 0) expired_.first = record.seq;
    } else if (!own) {
      on_sealed(record, chain, reading);
    }
  }
  previous_ = chain.head();
  return reading;
}

// Members' acts are erased when a `state` after the close covers them. Whoever was away for so long
// (staff, with a vault) has lost the group, too, and folds again from that state on.
bool LogReader::comes_late(const room::LogRecord& record, Reading& reading) {
  if (resumed_ && state_ && record.kind == EntryKind::control && record.is_tombstone()) {
    reading.closed = true;
    end_group();
    state_.reset();
    late_ = true;
  }
  if (!late_) return false;
  late_ = !reading.act || reading.act->op() != room::Op::state;
  if (late_) reading.act.reset();  // Nobody has verified it.
  return late_;
}

Status LogReader::fold(const room::LogRecord& record) {
  if (state_) return state_->apply(record);
  if (previous_.seq == room::Seq{}) {
    const auto genesis = room::LogRecord::of(room::genesis_entry(server_part_));
    if (record.seq != genesis.seq || record.kind != genesis.kind ||
        record.body_hash() != genesis.body_hash()) {
      return fail(ClientErrc::genesis_differs);
    }
    state_.emplace(room_, server_part_);
    return {};
  }
  const Bytes* body = record.body();
  if (!body) return fail(ClientErrc::welcome_invalid);  // The admitter sent us to the wrong place.
  HEARTH_TRY(state_, meeting::RoomState::from_state(
                         room_, server_part_, {record.seq, record.kind, record.generation, *body}));
  // One of them has signed it; that they are the room's staff is in the founders' chain alone.
  const bool known = std::ranges::any_of(
      staff_lists_, [&](const room::StaffList& list) { return state_->has_staff_of(list); });
  if (!known) return fail(ClientErrc::staff_differs);
  return {};
}

void LogReader::note(const room::LogRecord& record, std::uint32_t lost, const room::Chain& chain,
                     Reading& reading) {
  if (record.seq.run() != previous_.seq.run()) {
    room::Seq after;
    for (auto seen = entries_.rbegin(); seen != entries_.rend(); ++seen) {
      after = seen->at.seq;
      if (after.count() < record.seq.count()) break;
      seen->lost |= after.run() < record.seq.run();
    }
    if (!waiting_) reading.events.push_back(Gap{after, lost});
    lost_.merge(recent_);
    recent_.clear();
  } else if (record.kind != EntryKind::app) {
    recent_.clear();  // All before a durable entry is durable.
  }
  if (entries_.size() < kEntriesMax) {
    entries_.push_back({chain.head(), record.kind, record.generation, false});
  }
}

std::vector<Event> LogReader::flush() {
  std::vector<Event> events;
  if (expired_.count > 0) events.push_back(std::exchange(expired_, {}));
  return events;
}

// --- Control entries
// ------------------------------------------------------------------------------

// By which gates those came whom this act sends away: the fold forgets it.
void LogReader::note_gates(const room::Control& control, Reading& reading) const {
  const auto* remove = std::get_if<room::RemoveOp>(&control.args);
  if (!remove) return;
  for (const room::Handle& handle : remove->handles) {
    const meeting::Member* member = state_->member(handle);
    if (member && member->gate) reading.gates_left.emplace(handle, *member->gate);
  }
}

void LogReader::on_control(const room::LogRecord& record, const room::Control& control,
                           const room::Chain& chain, Reading& reading) {
  if (!waiting_) show_act(record, control, reading);
  switch (control.op()) {
    case room::Op::open:
    case room::Op::rebuild: on_group(control, chain, reading); break;
    case room::Op::close:
      if (waiting_) break;  // An earlier meeting's.
      reading.closed = true;
      end_group();
      break;
    case room::Op::admit: on_admit(std::get<room::AdmitOp>(control.args), chain, reading); break;
    case room::Op::remove: {
      if (waiting_ || !conversation_) break;
      const auto& handles = std::get<room::RemoveOp>(control.args).handles;
      reading.removed = std::ranges::find(handles, conversation_->own_handle()) != handles.end();
      break;
    }
    case room::Op::leave: {
      if (waiting_ || !conversation_) break;
      reading.removed = room::handle_of(room_, control.signer) == conversation_->own_handle();
      break;
    }
    case room::Op::staff_set:
      if (const Status agreed = check_staff(); !agreed) reading.stop = agreed.error();
      break;
    case room::Op::state:
      state_place_ = previous_;
      state_seq_ = record.seq;
      break;
    default: break;
  }
}

// The log names the group in force.
void LogReader::on_group(const room::Control& control, const room::Chain& chain, Reading& reading) {
  if (waiting_) return;  // We come in later.
  const auto* again = std::get_if<room::RebuildOp>(&control.args);
  const Bytes& group_id = again ? again->group_id : std::get<room::OpenOp>(control.args).group_id;
  const bool ours = founding_ && founding_->group_id() == group_id;
  const bool dropped =
      again && conversation_ &&
      std::ranges::find(again->dropped, conversation_->own_handle()) != again->dropped.end();
  reading.removed = dropped;
  reading.rebuilt = again && !ours && conversation_ && !dropped;
  reading.elsewhere = !ours && !dropped;
  end_group();
  if (!ours) return;
  conversation_ = std::exchange(founding_, std::nullopt);
  if (const Status agreed = check_staff(); !agreed) {
    reading.stop = agreed.error();
    return;
  }
  reading.entered = true;
  push_code(chain.head().h);
}

void LogReader::on_admit(const room::AdmitOp& op, const room::Chain& chain, Reading& reading) {
  if (!conversation_ || !waiting_) return;
  const room::Handle own = conversation_->own_handle();
  const bool ours = std::ranges::any_of(
      op.newcomers, [&](const auto& newcomer) { return newcomer.handle == own; });
  if (!ours) return;
  const room::Seq commit = state_->last_commit_seq();
  const auto h = chain.at(commit);
  // The admitter's place lies before its commit, and we must have passed it.
  const bool passed = anchor_ && anchor_->seq < commit && chain.at(anchor_->seq) == anchor_->h;
  if (state_->group_id() != conversation_->group_id() || !h) {
    reading.stop = make_error(ClientErrc::wrong_group);
    return;
  }
  if (!passed && stands(Defence::chain)) {
    reading.stop = make_error(ClientErrc::anchor_differs);
    return;
  }
  waiting_ = false;
  anchor_.reset();
  if (const Status agreed = check_staff(); !agreed) {
    reading.stop = agreed.error();
    return;
  }
  reading.entered = true;
  push_code(*h);
}

// Whom the server obeys must be whom the members' list names.
Status LogReader::check_staff() const {
  if (!inside() || state_->has_staff_of(conversation_->policy().staff)) return {};
  return fail(ClientErrc::staff_differs);
}

// --- Sealed entries
// -------------------------------------------------------------------------------

void LogReader::on_sealed(const room::LogRecord& record, const room::Chain& chain,
                          Reading& reading) {
  const Bytes* body = record.body();
  if (!conversation_->active()) return;  // In fault, or removed: others read on.
  if (!body) {
    // A commit or proposal that we have not seen and cannot any more: too far behind.
    if (record.kind == EntryKind::commit) {
      reading.events.push_back(Faulted{record.seq, "body_gone", {}});
      reading.faulted = true;
      end_group();
    }
    return;
  }
  if (record.kind == EntryKind::app && lost_.contains(record.body_hash())) return;
  auto opening = conversation_->open({record.seq, record.kind, record.generation, *body});
  if (!opening) {
    const bool forked = opening.error() == mls::make_error(mls::MlsErrc::own_leaf_forked);
    if (forked || !stands(Defence::log_order)) {
      reading.events.push_back(Faulted{record.seq, opening.error().name, {}});
      reading.copied = forked;
      reading.faulted = !forked;
      return;
    }
    reading.events.push_back(Skipped{record.seq, record.kind, opening.error().name, {}});
    return;
  }
  if (auto* turn = std::get_if<TurnTaken>(&*opening)) {
    on_turn(record, std::move(turn->turn), chain, reading);
  } else if (auto* fault = std::get_if<FaultBy>(&*opening)) {
    reading.events.push_back(Faulted{record.seq, fault->reason.name, std::move(fault->author)});
    reading.faulted = true;
  } else if (auto* heard = std::get_if<Heard>(&*opening)) {
    recent_.insert(record.body_hash());
    on_heard(record, std::move(*heard), chain, reading);
  }
}

void LogReader::on_turn(const room::LogRecord& record, Turn turn, const room::Chain& chain,
                        Reading& reading) {
  if (turn.removed_us) {
    reading.cut_off = true;
    return;
  }
  if (turn.new_staff) reading.staff = conversation_->policy().staff;
  reading.committed = true;
  reading.committer = turn.by;
  reading.renewed = turn.renewed;
  for (auto& [handle, peer] : turn.went) departed_.insert_or_assign(handle, std::move(peer));
  for (const auto& [handle, peer] : turn.came) {
    reading.events.push_back(
        Joined{person(handle), record.seq, turn.by ? person(*turn.by) : Person{}});
  }
  push_code(chain.head().h);
}

void LogReader::on_heard(const room::LogRecord& record, Heard heard, const room::Chain& chain,
                         Reading& reading) {
  const room::Anchor& last = heard.payload.last;
  const auto held = chain.at(last.seq);
  const bool differs = last.seq >= record.seq || (held && *held != last.h);
  if (differs && stands(Defence::chain)) {
    reading.stop = make_error(ClientErrc::head_differs);
    reading.witness = std::move(heard.peer.name);
    return;
  }
  if (const std::string_view reason = may_not_say(heard); !reason.empty()) {
    reading.events.push_back(Skipped{record.seq, record.kind, reason, std::move(heard.peer.name)});
    return;
  }
  reading.staff_spoke = heard.peer.staff;
  if (is_double(heard)) return;
  switch (heard.payload.type) {
    case room::PayloadType::text:
      reading.said = heard.from;
      reading.events.push_back(Message{record.seq,
                                       chain.head().h,
                                       {heard.from, heard.peer.name, heard.peer.staff, false},
                                       std::string(text_of(heard.payload.content))});
      reading.heard = std::move(heard);
      return;
    case room::PayloadType::new_lock:
      if (const auto bytes = to_array<Secret16::kSize>(heard.payload.content)) {
        reading.new_lock = Secret16(*bytes);
        reading.speaker = {heard.from, std::move(heard.peer.name), true, false};
      }
      return;
    case room::PayloadType::beacon: return on_beacon(heard, record, chain, reading);
    case room::PayloadType::update_call: reading.update_called = true; return;
    case room::PayloadType::card: {
      auto card = decode_exact<agenda::AgendaCard>(heard.payload.content);
      if (!card) {
        reading.events.push_back(Skipped{record.seq, record.kind,
                                         make_error(ClientErrc::card_invalid).name,
                                         std::move(heard.peer.name)});
        return;
      }
      reading.card = *std::move(card);
      reading.card_after = last.seq;
      reading.speaker = {heard.from, std::move(heard.peer.name), true, false};
      return;
    }
  }
}

// The lead says what it holds. It cannot differ by accident.
void LogReader::on_beacon(const Heard& heard, const room::LogRecord& record,
                          const room::Chain& chain, Reading& reading) {
  const auto beacon = decode_exact<room::Beacon>(heard.payload.content);
  const auto held = beacon ? chain.at(beacon->at.seq) : std::nullopt;
  const bool forked = beacon && (beacon->at.seq >= record.seq || (held && *held != beacon->at.h));
  const bool other_group = beacon && !beacon->fits(conversation_->epoch_authenticator());
  if ((!forked && !other_group) || !stands(Defence::chain)) return;
  reading.stop = make_error(forked ? ClientErrc::head_differs : ClientErrc::epoch_differs);
  reading.witness = heard.peer.name;
}

// The server's rules again, at the same place in the log: what fails is not shown.
std::string_view LogReader::may_not_say(const Heard& heard) const {
  const meeting::Member* member = state_->member(heard.from);
  if (!member) return name_of(room::AppendRefusal::not_admitted);
  if (member->in_lobby) return name_of(room::AppendRefusal::in_lobby);
  if (heard.peer.staff) return {};
  switch (heard.payload.type) {
    case room::PayloadType::card:
    case room::PayloadType::new_lock:
    case room::PayloadType::beacon:
    case room::PayloadType::update_call: return make_error(ClientErrc::not_staff).name;
    default: break;
  }
  if (state_->paused()) return name_of(room::AppendRefusal::paused);
  if (member->muted && stands(Defence::muted)) return name_of(room::AppendRefusal::muted);
  const bool in_turn = state_->floor().may_speak(heard.from);
  if (!in_turn && stands(Defence::turn)) return name_of(room::AppendRefusal::out_of_turn);
  return {};
}

bool LogReader::is_double(const Heard& heard) {
  if (!stands(Defence::doubles)) return false;
  Voice& voice = voices_[heard.from];
  const std::uint64_t counter = heard.payload.counter;
  if (std::ranges::find(voice.ids, heard.payload.id) != voice.ids.end()) return true;
  if (counter + kIdsMax <= voice.counter) return true;  // Older than what is remembered.
  voice.counter = std::max(voice.counter, counter);
  voice.ids.push_back(heard.payload.id);
  if (voice.ids.size() > kIdsMax) voice.ids.pop_front();
  return false;
}

void LogReader::push_code(const room::Hash& h) {
  codes_.push_back(
      {conversation_->epoch(),
       room::safety_code(room_, conversation_->epoch(), conversation_->epoch_authenticator(), h)});
  if (codes_.size() > kCodesMax) codes_.pop_front();
}

}  // namespace hearth::client
