// What the log says: entries, the end of the past, answers to what we append.
#include "client/core/model.h"

#include "protocol/defence.h"

namespace hearth::client {
namespace {

constexpr unsigned kRacesBeforePause = 2;
constexpr unsigned kRefusalsMax = 20;

}  // namespace

void Core::Model::follow() {
  room::Chain chain = chain_ ? *std::exchange(chain_, std::nullopt) : room::Chain(house_->id);
  audit_.begin(chain.head());
  session_->follow(std::move(chain));
}

void Core::Model::on_followed(const session::Followed& followed) {
  const room::LogRecord& record = followed.record;
  const room::Chain& chain = *session_->chain();
  // What an earlier reader of ours held must be what we are shown now.
  if (past_chain_) {
    const auto held = past_chain_->at(record.seq);
    if (held && *held != chain.head().h && stands(Defence::chain)) {
      return hard_stop(make_error(ClientErrc::history_forked).name);
    }
    if (record.seq >= past_chain_->seq()) past_chain_.reset();
  }
  audit_.add(record, chain.head().h);
  const bool restarted = record.seq.run() > reader_->head().seq.run() && reader_->ready();
  if (restarted) {
    const room::Seq after = room::Seq::at(record.seq.run() - 1, record.seq.count() - 1);
    pending_.on_lost(after);
    outbox_.on_lost(after);
  }

  const auto key = pending_.on_record(record);
  std::optional<Outbox::Draft> draft;
  if (key) draft = outbox_.on_read(*key, record.seq);
  const bool own = key && record.kind == room::EntryKind::app;
  Reading reading = reader_->read(record, followed.lost, chain, own);
  const bool durable =
      record.kind != room::EntryKind::app || house_->server_part.retention != room::Retention::live;
  if (durable) {
    pending_.settle(record.seq);
    outbox_.settle(record.seq);
  }
  if (own || reading.heard) remember(followed, reading.heard ? &*reading.heard : nullptr);
  if (reading.faulted) report_fault(reading, chain.head());
  on_reading(std::move(reading));
  if (stage_ == Stage::ended) return;
  if (draft && !draft->shown) {
    Person self = reader_->conversation() ? reader_->person(reader_->conversation()->own_handle())
                                          : Person{{}, name_, false, true};
    show(Message{record.seq, chain.head().h, std::move(self), std::move(draft->text)}, draft->tag);
  }
  if (key) {
    if (auto errand = errands_.on_read(*key)) on_errand_done(*std::move(errand));
  }
}

void Core::Model::on_reading(Reading reading) {
  for (Event& event : reading.events) show(std::move(event));
  if (reading.stop) return hard_stop(reading.stop->name, std::move(reading.witness));
  if (reading.staff) house_->follow_staff(*reading.staff);
  cut_off_ |= reading.cut_off;
  if (reading.entered) on_entered();
  if (reading.removed) return end(leaving_ ? "left" : "removed");
  const bool staff = house_->staff.has_value();
  if (reading.closed) {
    stage_ = Stage::closed;
    outbox_ = {};
    tidy_at_.reset();
    if (!staff) {
      // Handles, commits and keys of this meeting are gone; the way back is the door.
      stay_.reset();
      arrival_.reset();
      errands_.clear();
    }
    return;
  }
  // Staff found the group again (plan_upkeep); what they had on its way is refused, and made anew.
  if ((reading.rebuilt || reading.faulted) && !staff) {
    regrouped_ = true;
    knock_again();
  }
}

void Core::Model::on_entered() {
  stage_ = Stage::inside;
  cut_off_ = false;
  show(Entered{house_->title(), reader_->people(), std::exchange(been_inside_, true)},
       std::exchange(knock_tag_, 0));
}

void Core::Model::on_caught_up(const session::CaughtUpWith& caught_up) {
  backoff_.reset();
  for (Event& event : reader_->flush()) show(std::move(event));
  if (stage_ == Stage::joining) return hard_stop("admission_missing");
  show(Online{caught_up.head});
  outbox_.release();
  errands_.hold().release();
  if (audit_asked_) send(wire::GetCheckpoint{});
  const std::vector<wire::Append> unread = pending_.unread();
  if (!regrouped_) {
    for (const wire::Append& message : unread) send(message);
    return;
  }
  // Sealed for a group that is gone: made anew for this one.
  regrouped_ = false;
  for (const wire::Append& message : unread) pending_.on_refused(message.idempotency);
  outbox_.unseal_all();
  errands_.unmake();
}

// --- Audits
// ---------------------------------------------------------------------------------------

// The session has verified it. What was read since is left out: the head of a list is signed.
void Core::Model::on_checkpoint(const room::Checkpoint& checkpoint) {
  if (!audit_asked_ || !house_) return;
  const AuditAsked asked = *std::exchange(audit_asked_, std::nullopt);
  auto list = audit_.up_to(checkpoint);
  if (!list) return show(Refused{make_error(ClientErrc::not_now).name}, asked.tag);
  list->room = house_->id;
  list->member_part = hash_of(house_->card.member_part);
  list->server_part = house_->server_part;
  show(AuditReady{asked.path, *std::move(list)}, asked.tag);
}

// --- Answers to what we append
// --------------------------------------------------------------------

void Core::Model::on_append_refused(const wire::AppendRefused& refused) {
  if (!pending_.on_refused(refused.idempotency)) return;
  if (Errand* errand = errands_.on_refused(refused.idempotency)) {
    return on_errand_refused(*errand, refused.refusal);
  }
  const auto draft = outbox_.on_refused(refused.idempotency, refused.refusal, now_);
  if (draft) show(NotSent{draft->text, room::name_of(refused.refusal.reason)}, draft->tag);
}

void Core::Model::on_errand_done(Errand errand) {
  if (const auto* act = errand.as<ActErrand>(); act && act->gate_seed) {
    const auto& gate = std::get<room::GateAddOp>(act->args);
    room::Link link;
    link.host = host_;
    const bool open_door = reader_->state().admission() == room::Admission::open;
    link.flags = open_door ? room::Link::kOpenDoor : std::uint8_t{0};
    link.room = house_->id;
    link.s_door = house_->s_door.clone();
    link.gate_seed = act->gate_seed->clone();
    return show(
        Invitation{link.text(), gate.uses, act->valid, house_->title(), house_->card.schedule},
        errand.tag);
  }
  // Newcomers begin with it; and after a close the server drops members' acts once it covers them.
  const auto* act = errand.as<ActErrand>();
  const bool closes = act && room::op_of(act->args) == room::Op::close;
  if (errand.as<FoundErrand>() || closes) errands_.add_first({StateErrand{}});
  if (errand.as<AdmitErrand>()) {
    for (const std::uint64_t slot : errand.slots) admitter_.forget(slot);
  }
  if (const auto* remove = errand.as<RemoveErrand>(); remove && remove->pauses) {
    errands_.add_first({ActErrand{room::ResumeOp{}, {}, {}}});
  }
  if (errand.as<TidyErrand>() || errand.as<RemoveErrand>()) {
    tidied_ = now_;
    tidy_at_.reset();
  }
  done(errand.tag);
}

void Core::Model::on_errand_refused(Errand& errand, const room::Refusal& refusal) {
  if (Conversation* conversation = reader_->conversation()) conversation->discard_staged();
  const bool again = ++errand.lost_races <= kRefusalsMax;
  if (again && errands_.hold().on_refused(refusal, now_)) {
    auto* remove = std::get_if<RemoveErrand>(&errand.what);
    const bool lost =
        refusal.reason == room::AppendRefusal::conflict && errand.lost_races >= kRacesBeforePause;
    if (remove && lost && !remove->pauses && !reader_->state().paused()) {
      // Nobody but staff commits in a paused room: the third race cannot be lost.
      remove->pauses = true;
      errands_.add_first({ActErrand{room::PauseOp{}, {}, {}}});
      errands_.hold().release();
    }
    return;
  }
  if (auto* admit = std::get_if<AdmitErrand>(&errand.what); admit && again) {
    if (errand.slots.size() > 1) {
      admit->count_max = errand.slots.size() / 2;
      return;
    }
    for (const std::uint64_t slot : errand.slots) admitter_.forget(slot);
  }
  const Errand dropped = errands_.drop_first();
  show(Refused{room::name_of(refusal.reason)}, dropped.tag);
}

}  // namespace hearth::client
