// What the log says: entries, the end of the past, answers to what we append.
#include "client/core/model.h"

#include "protocol/defence.h"

namespace hearth::client {
namespace {

constexpr unsigned kRacesBeforePause = 2;
constexpr unsigned kRefusalsMax = 20;
// So long Adds wait for the commit of a steward who asked for Updates.
constexpr auto kAddsHeldMax = std::chrono::seconds(15);

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
    const auto begun = [this](const Bytes16& key) { return pending_.begun(key); };
    for (const Bytes16& key : outbox_.on_lost(after, begun)) (void)pending_.on_refused(key);
    chronicle_.on_lost(after);
    card_due_ = true;
  }

  auto ours = pending_.on_record(record);
  if (!sent_before_.empty()) {  // Seldom; a body may be large.
    const auto before = sent_before_.find(record.body_hash());
    if (before != sent_before_.end()) ours = session::PendingAppends::Own{before->second, true};
  }
  keep_soon();
  // What we said or proposed ourselves is not opened: MLS keeps no keys for it.
  const bool own_words = ours && record.kind == room::EntryKind::app;
  const bool own = own_words || (ours && record.kind == room::EntryKind::proposal);
  std::optional<Outbox::Draft> draft;
  if (own_words) draft = outbox_.on_read(ours->key, record.seq);
  Reading reading = reader_->read(record, followed.lost, chain, own);
  const bool durable =
      record.kind != room::EntryKind::app || house_->server_part.retention != room::Retention::live;
  if (durable) {
    pending_.settle(record.seq);
    outbox_.settle(record.seq);
  }
  if (own_words || reading.heard) remember(followed, reading.heard ? &*reading.heard : nullptr);
  if (reading.faulted) report_fault(reading, chain.head());
  on_reading(std::move(reading), record.seq);
  if (stage_ == Stage::ended) return;
  if (draft) on_own_words(*draft, record.seq, chain.head().h);
  if (ours && ours->finished) {
    if (auto errand = errands_.on_read(ours->key)) on_errand_done(*std::move(errand));
  }
}

void Core::Model::on_own_words(const Outbox::Draft& draft, room::Seq seq, const room::Hash& h) {
  const Conversation* conversation = reader_->conversation();
  Person self{{}, name_, false, true};
  if (conversation) self = reader_->person(conversation->own_handle());
  if (draft.is_text()) {
    if (conversation) chronicle_.on_said(self.handle, seq);
    if (!draft.shown) show(Message{seq, h, self, draft.text()}, draft.tag);
  }
  if (draft.type == room::PayloadType::new_lock) on_own_lock(seq);
  // One that we posted again tells us nothing.
  if (draft.type == room::PayloadType::card && !draft.shown && self.staff) {
    const auto card = decode_exact<agenda::AgendaCard>(draft.content);
    if (card && card->item_seconds == 0) on_card(*card, self, draft.tag);
  }
  if (self.staff) on_staff_words();
}

void Core::Model::on_staff_words() {
  watch_.heard(now_);
  silence_stale_ = true;
  if (std::exchange(withheld_, false)) show(WithheldEnded{});
}

void Core::Model::on_act(const room::Control& act, room::Seq seq, const Reading& reading) {
  silence_stale_ = true;
  if (const auto* admit = std::get_if<room::AdmitOp>(&act.args)) {
    const bool inside = reader_->inside() && !reading.entered;
    chronicle_.on_admit(*admit, seq, inside ? std::optional(now_) : std::nullopt);
    card_due_ |= inside;
    on_admitted_by(act);
    pace_.on_admission(now_);
  } else if (std::holds_alternative<room::ModeOp>(act.args)) {
    mode_at_ = seq;
    const bool own = house_->staff && act.signer == room::public_key_of(house_->staff->server);
    if (!own) item_overtaken_ = true;
  } else if (const auto* gate = std::get_if<room::GateAddOp>(&act.args)) {
    book_.on_gate_add(*house_, *gate, act.signer);
  } else if (const auto* remove = std::get_if<room::RemoveOp>(&act.args)) {
    if (house_->staff) note_bans(*remove, reading);
  }
}

void Core::Model::on_reading(Reading reading, room::Seq seq) {
  for (Event& event : reading.events) show(std::move(event));
  if (reading.stop) return hard_stop(reading.stop->name, std::move(reading.witness));
  cut_off_ |= reading.cut_off;
  if (reading.act) on_act(*reading.act, seq, reading);
  if (reading.said) chronicle_.on_said(*reading.said, seq);
  if (reading.staff_spoke) on_staff_words();
  // A card that came again may have been overtaken on its way by the next item.
  const bool stale =
      reading.card && reading.card->item_seconds > 0 && reading.card_after < mode_at_;
  if (reading.card && !stale) on_card(*reading.card, reading.speaker);
  if (reading.new_lock) adopt_lock(*reading.new_lock, reading.speaker);
  if (reading.update_called) adds_held_until_ = now_ + kAddsHeldMax;
  if (reading.committed) on_commit(reading);
  if (reading.staff) on_staff(*reading.staff, reading);
  if (reading.entered) on_entered();
  if (reading.removed) return end(leaving_ ? "left" : "removed");
  if (reading.copied) return on_copied();
  const bool staff = house_->staff.has_value();
  if (reading.closed) {
    stage_ = Stage::closed;
    outbox_ = {};
    agenda_.reset();
    card_due_ = false;
    item_over_at_.reset();
    tidy_at_.reset();
    adds_held_until_.reset();
    chronicle_.clear();
    undo_.clear();
    referrals_given_.clear();
    ages_.clear();
    new_lock_.reset();
    if (!staff) {
      // Handles, commits and keys of this meeting are gone; the way back is the door.
      stay_.reset();
      arrival_.reset();
      errands_.clear();
    }
    return;
  }
  if (reading.elsewhere && caught_up()) come_in();
  // Staff found the group again (plan_upkeep); what they had on its way is refused, and made anew.
  if ((reading.rebuilt || reading.faulted) && !staff) {
    regrouped_ = true;
    knock_again();
  }
}

void Core::Model::on_entered() {
  stage_ = Stage::inside;
  keep_first();
  if (house_->staff && session_ && session_->role() != room::Role::staff) reintroduce_ = true;
  cut_off_ = false;
  remember_staff();
  ages_.clear();
  ages_.note(reader_->conversation()->roster(), now_);
  updated_in_.reset();
  update_called_ = false;
  adds_held_until_.reset();
  show(Entered{house_->title(), reader_->people(), std::exchange(been_inside_, true)},
       std::exchange(knock_tag_, 0));
}

void Core::Model::on_caught_up(const session::CaughtUpWith& caught_up) {
  backoff_.reset();
  for (Event& event : reader_->flush()) show(std::move(event));
  reader_->caught_up();
  drop_overtaken_item();
  if (stage_ == Stage::joining) return hard_stop("admission_missing");
  show(Online{caught_up.head});
  watch_.line_back(now_);
  silence_stale_ = true;
  outbox_.release();
  errands_.hold().release();
  if (audit_asked_) send(wire::GetCheckpoint{});
  come_in();
  come_back();
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
  if (!draft) return;
  silence_stale_ = true;
  const std::string_view reason = room::name_of(refused.refusal.reason);
  if (draft->is_text()) show(not_sent(draft->text(), refused.refusal.reason), draft->tag);
  if (draft->mode) show(Refused{reason}, draft->tag);
  if (draft->type == room::PayloadType::new_lock && new_lock_ && new_lock_->seq.value == 0) {
    show(Refused{reason}, new_lock_->tag);
    new_lock_.reset();
  }
}

void Core::Model::on_errand_done(Errand errand) {
  keep_first();
  if (const auto* act = errand.as<ActErrand>(); act && act->gate_seed) {
    const auto& gate = std::get<room::GateAddOp>(act->args);
    book_.keep_seed(gate.gate, act->gate_seed->clone());
    if (act->pool) return done(errand.tag);
    return show(Invitation{link_text(*act->gate_seed), gate.uses, act->valid, house_->title(),
                           house_->card.schedule},
                errand.tag);
  }
  // Newcomers begin with it; and after a close the server drops members' acts once it covers them.
  const auto* act = errand.as<ActErrand>();
  const bool closes = act && room::op_of(act->args) == room::Op::close;
  if (act && act->inverse) undo_.push({act->act, act->inverse});
  if (errand.as<FoundErrand>() || closes) errands_.add_first({StateErrand{}});
  if (const auto* admit = errand.as<AdmitErrand>()) {
    for (const std::uint64_t slot : errand.slots) admitter_.forget(slot);
    for (const std::uint64_t tag : admit->tags) done(tag);
  }
  if (errand.as<StaffErrand>()) {
    // Newcomers learn of it by the card; whoever steps back has no hand for that any more.
    if (house_->staff) return put_door_later(errand.tag);
  }
  if (const auto* remove = errand.as<RemoveErrand>()) {
    undo_.push({remove->act, std::nullopt});
    if (remove->pauses) errands_.add_first({ActErrand{room::ResumeOp{}}});
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
      errands_.add_first({ActErrand{room::PauseOp{}}});
      errands_.hold().release();
    }
    return;
  }
  const bool too_few = refusal.reason == room::AppendRefusal::staff_too_few;
  if (auto* admit = std::get_if<AdmitErrand>(&errand.what); admit && again && !too_few) {
    if (errand.slots.size() > 1) {
      admit->count_max = errand.slots.size() / 2;
      return;
    }
    for (const std::uint64_t slot : errand.slots) admitter_.forget(slot);
  }
  const Errand dropped = errands_.drop_first();
  if (const auto* admit = dropped.as<AdmitErrand>(); admit && !admit->tags.empty()) {
    return refuse_admission(*admit, room::name_of(refusal.reason));
  }
  show(Refused{room::name_of(refusal.reason)}, dropped.tag);
}

}  // namespace hearth::client
