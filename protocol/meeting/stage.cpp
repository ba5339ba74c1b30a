// Judging a whole Append: in order, each entry against the state after those before it.
#include "protocol/defence.h"
#include "protocol/meeting/judge.h"
#include "protocol/room/error.h"

namespace hearth::meeting {

using room::AppendRefusal;
using room::EntryKind;
using room::Judged;
using room::Judgement;
using room::refuse;
using room::Role;
using room::SignerRole;

namespace {

// The control entries of an Append, opened, and what they say about the rest of it.
struct Acts {
  std::vector<RoomState::Staged::Act> acts;
  bool by_staff = false;  // Signed by a staff key: then the whole Append is staff's.
  bool leaves = false;
  bool admits = false;
  bool admits_staff_only = true;
};

Judged<Acts> open_acts(std::span<const Draft> drafts) {
  Acts found;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (drafts[i].kind != EntryKind::control) continue;
    auto control = room::open_control(drafts[i].body);
    if (!control) {
      if (control.error() == make_error(room::RoomErrc::signature_invalid)) {
        return refuse(AppendRefusal::control_signature_invalid);
      }
      const bool unknown = control.error() == make_error(room::RoomErrc::op_unknown);
      return refuse(unknown ? AppendRefusal::op_reserved : AppendRefusal::control_invalid);
    }
    found.by_staff |= control->role == SignerRole::staff;
    found.leaves |= control->op() == room::Op::leave;
    if (const auto* admit = std::get_if<room::AdmitOp>(&control->args)) {
      found.admits = true;
      for (const auto& newcomer : admit->newcomers) {
        found.admits_staff_only &= newcomer.role == Role::staff;
      }
    }
    found.acts.push_back({i, std::move(*control)});
  }
  return found;
}

Judgement check_shape(std::span<const Draft> drafts) {
  if (drafts.empty() || drafts.size() > kEntriesPerAppendMax) {
    return refuse(AppendRefusal::bundle_invalid);
  }
  std::size_t commits = 0;
  for (const Draft& draft : drafts) {
    if (!room::is_bucket(draft.kind, draft.body.size())) {
      return refuse(AppendRefusal::body_size_invalid);
    }
    commits += draft.kind == EntryKind::commit ? 1 : 0;
  }
  if (commits > 1) return refuse(AppendRefusal::bundle_invalid);
  return {};
}

Judgement check_generation(room::Generation carried, room::Generation current) {
  if (carried < current) return refuse(AppendRefusal::generation_old, current);
  if (carried > current) return refuse(AppendRefusal::generation_ahead, current);
  return {};
}

}  // namespace

// The state within an Append. Most Appends are one app entry: those copy nothing.
class Trial final {
 public:
  Trial(const RoomState& base, const Speaker& speaker, const Acts& acts)
      : base_(base), acts_(acts), head_(base.head_) {
    speaker_is_staff_ = speaker.role == Role::staff;
    handle_ = handle_of(base.room_, speaker.key);
  }

  Judgement take(const Draft& draft) {
    HEARTH_CHECK(check_generation(draft.generation, now().generation_));
    if (!now().open_) return refuse(AppendRefusal::room_closed);
    if (!speaker_is_staff_) HEARTH_CHECK(check_member(draft.kind));
    advance();
    if (draft.kind == EntryKind::commit) {
      change().last_commit_seq_ = head_;
      commit_seen_ = true;
    }
    return {};
  }

  Judgement take(const Draft& draft, const room::Control& control, Instant at) {
    // The generation in force before the Append, so that a Remove travels under the old one.
    HEARTH_CHECK(check_generation(draft.generation, base_.generation_));
    HEARTH_CHECK(Judge(change()).judge(control));
    const room::Op op = control.op();
    const bool follows_commit =
        op == room::Op::admit || op == room::Op::remove || op == room::Op::staff_set;
    if (follows_commit && !commit_seen_) {
      return refuse(AppendRefusal::bundle_invalid);
    }
    if (const auto* admit = std::get_if<room::AdmitOp>(&control.args)) {
      HEARTH_CHECK(check_expiry(*admit, at));
    }
    const auto* restart = std::get_if<room::RestartOp>(&control.args);
    const room::Seq seq = restart ? restart->last_durable.seq.next_run() : head_.next();
    change().fold(control, seq);
    head_ = seq;
    return {};
  }

  room::Seq head() const noexcept { return head_; }
  std::optional<RoomState> take_changed() noexcept { return std::move(changed_); }

 private:
  const RoomState& now() const noexcept { return changed_ ? *changed_ : base_; }

  RoomState& change() {
    if (!changed_) changed_ = base_;
    changed_->head_ = head_;
    return *changed_;
  }

  void advance() {
    head_ = head_.next();
    if (changed_) changed_->head_ = head_;
  }

  // What a member's connection may append now.
  Judgement check_member(EntryKind kind) const {
    const Member* member = now().member(handle_);
    if (!member) return refuse(AppendRefusal::not_admitted);
    const bool paused = now().paused_ && !acts_.by_staff;
    // Keys stay with who waits in the lobby; a voice does not. Everybody may always go.
    if (member->in_lobby && !acts_.by_staff && !(kind == EntryKind::proposal && acts_.leaves)) {
      return refuse(AppendRefusal::in_lobby);
    }
    switch (kind) {
      case EntryKind::app:
        if (paused) return refuse(AppendRefusal::paused);
        if (acts_.by_staff) return {};
        if (member->muted) return refuse(AppendRefusal::muted);
        if (!now().floor_.may_speak(handle_) && stands(Defence::turn)) {
          return refuse(AppendRefusal::out_of_turn,
                        static_cast<std::uint64_t>(now().floor_.mode()));
        }
        return {};
      case EntryKind::proposal:
        // Everybody may always go.
        if (paused && !acts_.leaves) return refuse(AppendRefusal::paused);
        return {};
      case EntryKind::commit:
        if (acts_.by_staff) return {};
        if (paused && !(acts_.admits && acts_.admits_staff_only)) {
          return refuse(AppendRefusal::paused);
        }
        if (!member->may_commit && !acts_.admits) return refuse(AppendRefusal::kind_forbidden);
        return {};
      case EntryKind::control: break;
    }
    return {};
  }

  Judgement check_expiry(const room::AdmitOp& op, Instant at) const {
    for (const auto& newcomer : op.newcomers) {
      if (newcomer.role != Role::gate) continue;
      const Gate* gate = now().gate(room::GateRef{newcomer.ref});
      // Written so that no expiry, however late, overflows.
      const std::uint64_t seconds = unix_seconds(at);
      if (seconds > kKnockGraceSeconds && gate->expiry <= seconds - kKnockGraceSeconds) {
        return refuse(AppendRefusal::gate_expired);
      }
    }
    return {};
  }

  const RoomState& base_;
  const Acts& acts_;
  bool speaker_is_staff_ = false;
  room::Handle handle_;
  room::Seq head_;
  bool commit_seen_ = false;
  std::optional<RoomState> changed_;
};

Judged<RoomState::Staged> RoomState::stage(const Speaker& speaker, std::span<const Draft> drafts,
                                           std::optional<room::Seq> expect_commit_seq,
                                           Instant now) const {
  if (speaker.role == Role::gate || !knows(speaker.role, speaker.key)) {
    return refuse(AppendRefusal::not_admitted);
  }
  HEARTH_CHECK(check_shape(drafts));
  bool commits = false;
  for (const Draft& draft : drafts) commits |= draft.kind == EntryKind::commit;
  if (commits && !expect_commit_seq) return refuse(AppendRefusal::expectation_missing);
  if (expect_commit_seq && *expect_commit_seq != last_commit_seq_) {
    return refuse(AppendRefusal::conflict, last_commit_seq_.value);
  }
  HEARTH_TRY(Acts acts, open_acts(drafts));
  for (const Staged::Act& act : acts.acts) {
    // The server signs for itself alone, through stage_server.
    if (act.control.role == SignerRole::server) return refuse(AppendRefusal::kind_forbidden);
    // A supporter carries nobody's acts but its own, and its acts are carried by nobody else.
    const bool of_supporter = act.control.role == SignerRole::supporter;
    if (of_supporter != (speaker.role == Role::supporter)) {
      return refuse(AppendRefusal::kind_forbidden);
    }
  }
  if (speaker.role == Role::supporter && acts.acts.size() != drafts.size()) {
    return refuse(AppendRefusal::kind_forbidden);
  }

  Trial trial(*this, speaker, acts);
  auto act = acts.acts.begin();
  for (const Draft& draft : drafts) {
    if (draft.kind == EntryKind::control) {
      HEARTH_CHECK(trial.take(draft, act++->control, now));
    } else {
      HEARTH_CHECK(trial.take(draft));
    }
  }
  return Staged{head_.next(), static_cast<std::uint32_t>(drafts.size()), std::move(acts.acts),
                trial.take_changed()};
}

Judged<RoomState::Staged> RoomState::stage_server(const Draft& draft) const {
  const std::span<const Draft> drafts(&draft, 1);
  HEARTH_CHECK(check_shape(drafts));
  if (draft.kind != EntryKind::control) return refuse(AppendRefusal::kind_forbidden);
  HEARTH_TRY(Acts acts, open_acts(drafts));
  const room::Control& control = acts.acts.front().control;
  if (control.role != SignerRole::server) return refuse(AppendRefusal::kind_forbidden);
  Trial trial(*this, Speaker{}, acts);
  HEARTH_CHECK(trial.take(draft, control, Instant{}));
  return Staged{trial.head(), 1, std::move(acts.acts), trial.take_changed()};
}

void RoomState::install(Staged&& staged) {
  expects(staged.count > 0 && staged.first > head_);
  if (staged.after) {
    *this = std::move(*staged.after);
  } else {
    expects(staged.first == head_.next());
    head_ = staged.last();
  }
}

}  // namespace hearth::meeting
