// What nobody asks for: admissions, states, leaves, and an ear for silence.
#include <algorithm>

#include "client/core/model.h"
#include "protocol/defence.h"

namespace hearth::client {
namespace {

// A newcomer reads at most so many entries before meeting its own admission.
constexpr std::uint32_t kStateEvery = 1000;
// Leavers' leaves and Updates go together: soon after the first, and not more often than this.
constexpr auto kTidyDelay = std::chrono::seconds(10);
constexpr auto kTidyEvery = std::chrono::minutes(10);
// Staff do not all commit at once: each waits so much longer than the one before.
constexpr auto kTidyTurn = std::chrono::seconds(15);
// From asking for Updates to the commit.
constexpr auto kUpdatesWait = std::chrono::seconds(5);
// An Update whose epoch ended before a steward came is made again, but not at once.
constexpr auto kUpdateAgain = std::chrono::minutes(2);

}  // namespace

bool Core::Model::stored() const {
  return house_ && house_->server_part.retention != room::Retention::live;
}

void Core::Model::plan_upkeep() {
  if (reader_->inside()) {
    plan_admission();
    plan_renewal();
    plan_appointment();
  } else if (!admit_tags_.empty()) {
    refuse_admission({}, make_error(ClientErrc::not_inside).name);
  }
  watch_silence();
  watch_turn();
  offer_lead();
  plan_agenda();
  if (!house_->staff) return;
  if (reader_->conversation() && reader_->conversation()->faulted() &&
      !errands_.has<FoundErrand>()) {
    // A steward in fault cannot be helped by anybody.
    errands_.add({FoundErrand{true, reader_->state().admission()}});
  }
  if (!reader_->inside()) return;
  if (reader_->since_state() >= kStateEvery && !errands_.has<StateErrand>()) {
    errands_.add({StateErrand{}});
  }
  plan_tidying();
}

void Core::Model::plan_admission() {
  if (errands_.has<AdmitErrand>() || adds_held()) return;
  const std::size_t approved = admitter_.approved();
  const bool asked = !admit_tags_.empty();
  const bool due = pace_.due(approved, asked, now_);
  // Whom a person named may be gone by now; then the errand says so.
  if (due || (asked && approved == 0)) errands_.add({AdmitErrand{}});
}

// Whoever asked for it meanwhile asked for the same.
void Core::Model::refuse_admission(const AdmitErrand& admit, std::string_view reason) {
  std::vector<std::uint64_t> tags = admit.tags;
  tags.insert(tags.end(), admit_tags_.begin(), admit_tags_.end());
  admit_tags_.clear();
  for (const std::uint64_t tag : tags) show(Refused{reason}, tag);
}

// An Update of our own leaf: with the certificate of an appointment, in every epoch until it is in
// force; or where its key is older than a day. Staff renew theirs with the commit they make.
void Core::Model::plan_renewal() {
  const Conversation& conversation = *reader_->conversation();
  if (house_->staff || errands_.has<UpdateErrand>() || reader_->state().paused()) return;
  if (updated_in_ == conversation.epoch()) return;
  const bool certificate = house_->appointed.has_value();
  if (!certificate) {
    if (!stored() || !ages_.due(conversation.own_handle(), now_)) return;
    if (now_ < update_again_ && !adds_held()) return;
    update_again_ = now_ + kUpdateAgain;
  }
  updated_in_ = conversation.epoch();
  errands_.add({UpdateErrand{certificate}});
}

// Dead leaves, and in a stored room Updates: asked for first, then committed together.
void Core::Model::plan_tidying() {
  const bool renewals =
      stored() && (reader_->conversation()->updates_wait() || ages_.any_due(now_));
  if (reader_->dead_leaves().empty() && !renewals && !update_called_) return tidy_at_.reset();
  if (!tidy_at_) {
    const std::vector<room::Handle> staff = reader_->staff_inside();
    const auto place = std::ranges::find(staff, reader_->conversation()->own_handle());
    const auto turn = kTidyTurn * (place - staff.begin());
    tidy_at_ = std::max(now_ + kTidyDelay, tidied_ + kTidyEvery) + turn;
  }
  if (now_ < *tidy_at_ || errands_.has<TidyErrand>()) return;
  if (stored() && !update_called_) {
    if (!outbox_.post(room::PayloadType::update_call, {}, 0, random_)) return;
    update_called_ = true;
    tidy_at_ = now_ + kUpdatesWait;
    return;
  }
  update_called_ = false;
  ages_.asked(now_);
  errands_.add_first({TidyErrand{}});
}

void Core::Model::on_commit(const Reading& reading) {
  adds_held_until_.reset();
  silence_stale_ = true;
  remember_staff();
  ages_.note(reader_->conversation()->roster(), now_);
  if (!reading.renewed) return;
  tidied_ = now_;
  tidy_at_.reset();
  update_called_ = false;
}

// --- Silence ------------------------------------------------------------------------------------

// Who leads the meeting, if inside and not missed by the server; else, of the staff inside with the
// lead flag, the one with the lowest handle; where nobody inside has it, of all of them.
bool Core::Model::leads() const {
  if (!house_->staff) return false;
  const Conversation& conversation = *reader_->conversation();
  const auto& leader = reader_->state().floor().lead();
  std::optional<room::Handle> first;
  std::optional<room::Handle> lead;
  for (const room::Handle& handle : reader_->staff_inside()) {
    const auto& id = conversation.roster().at(handle).staff_id;
    const room::StaffEntry* entry = id ? conversation.policy().staff.find(*id) : nullptr;
    if (entry && entry->staff_server == lead_down_) continue;
    if (entry && entry->staff_server == leader) return handle == conversation.own_handle();
    if (!first) first = handle;
    if (!lead && entry && entry->is_lead()) lead = handle;
  }
  return (lead ? lead : first) == conversation.own_handle();
}

void Core::Model::watch_silence() {
  // Who is inside is looked up when that may have changed, not with every entry.
  const bool due = silence_at_ && now_ >= *silence_at_;
  if (!std::exchange(silence_stale_, false) && !due) return;
  silence_at_.reset();
  const bool others =
      reader_->inside() &&
      std::ranges::any_of(reader_->people(), [](const auto& p) { return p.staff && !p.own; });
  const bool applies =
      stands(Defence::silence) && reader_->inside() && !stored() && (others || leads());
  if (!applies) {
    watch_.end();
    if (std::exchange(withheld_, false)) show(WithheldEnded{});
    return;
  }
  if (!watch_.running()) watch_.begin(now_);
  if (leads()) {
    if (now_ >= watch_.beacon_at()) {
      if (!outbox_.waits(room::PayloadType::beacon)) {
        (void)outbox_.post(room::PayloadType::beacon, {}, 0, random_);
      }
      watch_.posted(now_);
    }
    silence_at_ = watch_.beacon_at();
  }
  if (withheld_) return;
  if (now_ >= watch_.withheld_at()) {
    withheld_ = true;
    show(Withheld{watch_.silence(now_)});
    return;
  }
  silence_at_ = std::min(silence_at_.value_or(watch_.withheld_at()), watch_.withheld_at());
}

}  // namespace hearth::client
