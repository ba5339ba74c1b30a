// The ladder: what staff do to keep a room safe, and how it is taken back.
#include <algorithm>

#include "client/core/answer.h"

namespace hearth::client {
namespace {

std::vector<room::Handle> without_staff(std::vector<room::Handle> handles,
                                        const LogReader& reader) {
  std::erase_if(handles, [&](const room::Handle& handle) {
    return reader.person(handle).staff || !reader.state().member(handle);
  });
  return handles;
}

}  // namespace

// --- Acts ---------------------------------------------------------------------------------------

Status Core::Model::Answer::act(room::OpArgs args) {
  HEARTH_CHECK(staff());
  ActErrand errand{std::move(args)};
  if (m.reader_ && m.reader_->ready()) {
    errand.inverse = inverse_of(errand.args, m.reader_->state());
    if (errand.inverse) errand.act = m.undo_.next_act();
  }
  return add({std::move(errand)});
}

Status Core::Model::Answer::operator()(MuteMember& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  HEARTH_TRY(const room::Handle handle, m.reader_->find(asked.who));
  if (asked.muted) return act(room::MuteOp{{handle}});
  return act(room::UnmuteOp{{handle}});
}
Status Core::Model::Answer::operator()(SlowMode& asked) {
  return act(room::SlowModeOp{asked.seconds});
}
Status Core::Model::Answer::operator()(Pause&) { return act(room::PauseOp{}); }
Status Core::Model::Answer::operator()(Unpause&) { return act(room::ResumeOp{}); }
Status Core::Model::Answer::operator()(Lock&) { return act(room::LockOp{}); }
Status Core::Model::Answer::operator()(Unlock&) { return act(room::UnlockOp{}); }

Result<room::Handle> Core::Model::Answer::other(std::string_view who) const {
  HEARTH_TRY(const room::Handle handle, m.reader_->find(who));
  if (handle == m.reader_->conversation()->own_handle()) return fail(ClientErrc::member_self);
  return handle;
}

Result<room::Handle> Core::Model::Answer::guest_of(std::string_view who) const {
  HEARTH_TRY(const room::Handle handle, other(who));
  if (m.reader_->person(handle).staff) return fail(ClientErrc::member_staff);
  return handle;
}

Status Core::Model::Answer::operator()(ToLobby& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  HEARTH_TRY(const room::Handle handle, guest_of(asked.who));
  return act(room::ToLobbyOp{{handle}});
}

Status Core::Model::Answer::operator()(CallBack& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  HEARTH_TRY(const room::Handle handle, m.reader_->find(asked.who));
  return act(room::CallBackOp{{handle}});
}

// --- Erasing ------------------------------------------------------------------------------------

// One act, in as many entries as it needs; the last of them answers.
Status Core::Model::Answer::erase(const std::vector<room::Seq>& seqs) {
  const std::uint64_t act = m.undo_.next_act();
  for (std::size_t begin = 0; begin < seqs.size(); begin += room::kErasePerOpMax) {
    const std::size_t end = std::min(seqs.size(), begin + room::kErasePerOpMax);
    room::EraseOp op;
    op.seqs.assign(seqs.begin() + static_cast<std::ptrdiff_t>(begin),
                   seqs.begin() + static_cast<std::ptrdiff_t>(end));
    room::UndoEraseOp inverse{op.seqs};
    Errand errand{ActErrand{std::move(op), {}, {}, false, act, std::move(inverse)}};
    if (m.errands_.full()) return fail(ClientErrc::too_much_unsent);
    if (end == seqs.size()) errand.tag = tag;
    m.errands_.add(std::move(errand));
  }
  return {};
}

Status Core::Model::Answer::operator()(EraseMember& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  HEARTH_TRY(const room::Handle handle, m.reader_->find(asked.who, true));
  const std::vector<room::Seq> said = m.chronicle_.said_by(handle);
  if (said.empty()) return fail(ClientErrc::nothing_said);
  return erase(said);
}

Status Core::Model::Answer::operator()(EraseEntries& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(read());
  std::ranges::sort(asked.seqs);
  const auto doubled = std::ranges::unique(asked.seqs);
  asked.seqs.erase(doubled.begin(), doubled.end());
  if (asked.seqs.empty()) return fail(ClientErrc::nothing_said);
  return erase(asked.seqs);
}

// --- Sending away -------------------------------------------------------------------------------

Status Core::Model::Answer::remove(std::vector<room::Handle> handles, std::uint32_t ban_seconds) {
  const std::uint64_t act = m.undo_.next_act();
  for (std::size_t begin = 0; begin < handles.size(); begin += RemoveErrand::kRemoveMax) {
    const std::size_t end = std::min(handles.size(), begin + RemoveErrand::kRemoveMax);
    RemoveErrand remove;
    remove.handles.assign(handles.begin() + static_cast<std::ptrdiff_t>(begin),
                          handles.begin() + static_cast<std::ptrdiff_t>(end));
    remove.ban_seconds = ban_seconds;
    remove.act = act;
    Errand errand{std::move(remove)};
    if (m.errands_.full()) return fail(ClientErrc::too_much_unsent);
    if (end == handles.size()) errand.tag = tag;
    m.errands_.add(std::move(errand));
  }
  return {};
}

Status Core::Model::Answer::operator()(RemoveMember& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  HEARTH_TRY(const room::Handle handle, other(asked.who));
  return remove({handle}, 0);
}

Status Core::Model::Answer::operator()(BanMember& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  HEARTH_TRY(const room::Handle handle, other(asked.who));
  return remove({handle}, std::max<std::uint32_t>(asked.seconds, 1));
}

Status Core::Model::Answer::operator()(RemoveSince& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  auto came = asked.seq ? m.chronicle_.came_after(*asked.seq)
                        : m.chronicle_.came_since(m.now_ - std::chrono::minutes(asked.minutes));
  came = without_staff(std::move(came), *m.reader_);
  if (came.empty()) return fail(ClientErrc::nobody_came);
  return remove(std::move(came), 0);
}

Status Core::Model::Answer::operator()(AskBans&) {
  HEARTH_CHECK(staff());
  Bans list;
  for (const BanList::Ban& ban : m.bans_.current(m.now_)) {
    list.bans.push_back({{ban.handle, ban.name, false, false}, ban.invitation, ban.until - m.now_});
  }
  m.show(std::move(list), tag);
  return {};
}

// What staff clients note of a removal with a time.
void Core::Model::note_bans(const room::RemoveOp& op, const Reading& reading) {
  if (op.ban_seconds == 0) return;
  for (const room::Handle& handle : op.handles) {
    BanList::Ban ban;
    ban.handle = handle;
    ban.name = reader_->person(handle).name;
    ban.until = now_ + std::chrono::seconds(op.ban_seconds);
    ban.referrer = book_.referrer(handle);
    const auto gate = reading.gates_left.find(handle);
    if (gate != reading.gates_left.end()) {
      ban.gate = gate->second;
      ban.issuer = book_.issuer(gate->second);
      ban.invitation = book_.label(gate->second);
    }
    bans_.add(std::move(ban));
  }
}

// --- Undoing ------------------------------------------------------------------------------------

Status Core::Model::Answer::operator()(Undo&) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(read());
  const std::vector<UndoList::Step> steps = m.undo_.take();
  if (steps.empty()) return fail(ClientErrc::nothing_to_undo);
  for (const UndoList::Step& step : steps) {
    if (!step.inverse) return fail(ClientErrc::undo_by_admission);
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Errand errand{ActErrand{*steps[i].inverse}};
    if (i + 1 == steps.size()) errand.tag = tag;
    m.errands_.add(std::move(errand));
  }
  return {};
}

}  // namespace hearth::client
