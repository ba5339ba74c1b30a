// One action in, the effects out; then whatever can be done now.
#include "client/core/core.h"

#include <algorithm>

#include "client/core/model.h"

namespace hearth::client {
std::string_view name_of(Stage stage) noexcept {
  switch (stage) {
    case Stage::idle: return "idle";
    case Stage::creating: return "creating";
    case Stage::door: return "door";
    case Stage::waiting: return "waiting";
    case Stage::joining: return "joining";
    case Stage::inside: return "inside";
    case Stage::closed: return "closed";
    case Stage::ended: return "ended";
  }
  return {};
}

Result<Core> Core::resume(crypto::RandomSource& random, ByteView kept) {
  Core core(random);
  HEARTH_CHECK(core.model_->resume(kept));
  return core;
}

Core::Core(crypto::RandomSource& random) : model_(std::make_unique<Model>(random)) {}
Core::~Core() = default;
Core::Core(Core&&) noexcept = default;
Core& Core::operator=(Core&&) noexcept = default;

Effects Core::update(Action action, Instant now) { return model_->update(std::move(action), now); }
bool Core::ended() const noexcept { return model_->ended(); }

Effects Core::Model::update(Action action, Instant now) {
  now_ = std::max(now_, now);
  effects_.clear();
  if (auto* asked = std::get_if<Command>(&action)) {
    command(std::move(*asked));
  } else if (const auto* connected = std::get_if<Connected>(&action)) {
    on_connected(*connected);
  } else if (const auto* received = std::get_if<RecordReceived>(&action)) {
    on_record(*received);
  } else if (std::holds_alternative<ConnectionLost>(action)) {
    on_lost();
  } else {
    timer_.reset();
  }
  on_time();
  if (std::exchange(reintroduce_, false) && session_) {
    introduction_ = 0;
    connect_now();
  }
  pump();
  flush_session();
  put_keep();
  set_timer();
  return std::move(effects_);
}

void Core::Model::flush_session() {
  if (!session_) return;
  for (Bytes& record : session_->take_records()) effects_.push_back(Send{std::move(record)});
}

void Core::Model::end(std::string_view reason) {
  if (stage_ == Stage::ended) return;
  forget_stay(reason);
  stage_ = Stage::ended;
  connect_at_.reset();
  knock_at_.reset();
  pace_.forget_waiting();
  tidy_at_.reset();
  adds_held_until_.reset();
  drop_session();
  show(Ended{reason});
  effects_.push_back(Finish{});
}

void Core::Model::hard_stop(std::string_view reason, std::string witness) {
  keeping_ = keep_now_ = false;  // What was kept before is the last that holds.
  show(HardStop{reason, std::move(witness)});
  end("hard_stop");
}

// --- What can be done now
// -------------------------------------------------------------------------

void Core::Model::pump() {
  pump_desk();
  if (stage_ == Stage::ended || !caught_up() || !reader_ || !reader_->ready()) return;
  plan_upkeep();
  put_door();
  pump_errands();
  pump_texts();
}

void Core::Model::pump_errands() {
  while (Errand* errand = errands_.ready(reader_->state(), now_)) {
    // What was said before goes first.
    if (errand->as<AdmitErrand>() && adds_held()) {
      if (!errands_.pass_over_admissions()) return;
      continue;
    }
    const bool last_words = errand->as<LeaveErrand>() != nullptr;
    if (last_words && !outbox_.empty()) return;
    auto message = make(*errand, {*house_, *reader_, admitter_, random_});
    if (message && encoded(*message).size() >= wire::kAppendSizeMax) {
      message = hearth::fail(room::make_error(room::AppendRefusal::too_large));
      errand->in_flight.reset();
    }
    auto* admit = std::get_if<AdmitErrand>(&errand->what);
    if (message) {
      if (admit) {
        admit->tags.insert(admit->tags.end(), admit_tags_.begin(), admit_tags_.end());
        admit_tags_.clear();
      }
      return append(*std::move(message));
    }
    if (admit && errand->slots.size() > 1) {
      // One of them spoils it for the others, or they are too many: half of them first.
      admit->count_max = errand->slots.size() / 2;
      errand->slots.clear();
      continue;
    }
    if (admit) {
      for (const std::uint64_t slot : errand->slots) admitter_.forget(slot);
    }
    const Errand dropped = errands_.drop_first();
    if (const auto* vain = dropped.as<AdmitErrand>()) refuse_admission(*vain, message.error().name);
    if (dropped.tag != 0) refuse(message.error(), dropped.tag);
  }
}

void Core::Model::pump_texts() {
  if (!reader_->inside() || outbox_.empty()) return;
  const crypto::SignatureKey* staff_server = house_->staff ? &house_->staff->server : nullptr;
  for (wire::Append& message : outbox_.seal_ready(*reader_->conversation(), reader_->state(),
                                                  reader_->head(), staff_server, now_, random_)) {
    append(std::move(message));
  }
}

void Core::Model::append(wire::Append message) {
  keep_first();
  send(message);
  pending_.sent(std::move(message));
}

// --- Time
// -----------------------------------------------------------------------------------------

void Core::Model::on_time() {
  if (connect_at_ && now_ >= *connect_at_) connect_now();
  if (knock_at_ && now_ >= *knock_at_) knock();
  if (keep_at_ && now_ >= *keep_at_) keep_first();
}

void Core::Model::set_timer() {
  std::optional<Instant> next;
  const auto consider = [&](const std::optional<Instant>& at) {
    if (at && *at > now_ && (!next || *at < *next)) next = at;
  };
  if (stage_ != Stage::ended) {
    if (writes_to_desk()) consider(desk_.due());
    if (writes_to_desk() && !checking_.empty()) consider(tag_pace_ - kTagEvery * kTagsAtOnce);
    for (const auto& at :
         {connect_at_, knock_at_, pace_.at(), tidy_at_, adds_held_until_, keep_at_}) {
      consider(at);
    }
    if (caught_up()) {
      consider(silence_at_);
      consider(item_over_at_);
      consider(turn_clock_.due());
      for (const Offer& offer : offers_) consider(offer.until);
      if (stored()) consider(ages_.next(now_));
      consider(outbox_.due());
      consider(errands_.due());
    }
  }
  if (next && next != timer_) effects_.push_back(SetTimer{*next});
  timer_ = next;
}

}  // namespace hearth::client
