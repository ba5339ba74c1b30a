// What the log says to people: who is here, who did what to whom.
#include <algorithm>

#include "client/core/log_reader.h"

namespace hearth::client {
namespace {

constexpr std::size_t kHandleDigitsMin = 8;

}  // namespace

// Every act is shown to everybody, with who did it.
void LogReader::show_act(const room::LogRecord& record, const room::Control& control,
                         Reading& reading) {
  const auto show = [&](Event event) { reading.events.push_back(std::move(event)); };
  const Person by = actor(control);
  const auto each = [&](const std::vector<room::Handle>& handles, bool muted) {
    for (const room::Handle& handle : handles) show(MuteChanged{person(handle), muted, by});
  };
  switch (control.op()) {
    case room::Op::open:
      return show(Opened{std::get<room::OpenOp>(control.args).new_generation, by});
    case room::Op::rebuild:
      for (const room::Handle& handle : std::get<room::RebuildOp>(control.args).dropped) {
        show(Removed{person(handle), record.seq, by});
      }
      return show(Rebuilt{by});
    case room::Op::close: return show(Closed{by});
    case room::Op::remove: {
      const auto& op = std::get<room::RemoveOp>(control.args);
      for (const room::Handle& handle : op.handles) {
        show(Removed{person(handle), record.seq, by, std::chrono::seconds(op.ban_seconds)});
      }
      return show(GenerationBegan{op.new_generation});
    }
    case room::Op::leave:
      return show(Left{person(room::handle_of(room_, control.signer)), record.seq});
    case room::Op::gate_add: {
      const auto& op = std::get<room::GateAddOp>(control.args);
      return show(InvitationMade{op.uses, (op.flags & room::GateAddOp::kStanding) != 0, by});
    }
    case room::Op::gate_revoke: return show(InvitationRevoked{by});
    case room::Op::mute: return each(std::get<room::MuteOp>(control.args).handles, true);
    case room::Op::unmute: return each(std::get<room::UnmuteOp>(control.args).handles, false);
    case room::Op::supporter_add: {
      const auto& op = std::get<room::SupporterAddOp>(control.args);
      const bool keeper = (op.rights & room::SupporterAddOp::kKeeper) != 0;
      return show(SupporterChanged{op.staff_server, true, keeper, by});
    }
    case room::Op::supporter_remove:
      return show(SupporterChanged{std::get<room::SupporterRemoveOp>(control.args).staff_server,
                                   false, false, by});
    case room::Op::to_lobby:
      for (const room::Handle& handle : std::get<room::ToLobbyOp>(control.args).handles) {
        show(LobbyChanged{person(handle), true, by});
      }
      return;
    case room::Op::call_back:
      for (const room::Handle& handle : std::get<room::CallBackOp>(control.args).handles) {
        show(LobbyChanged{person(handle), false, by});
      }
      return;
    case room::Op::pause:
      return show(PauseChanged{true, control.role == room::SignerRole::server, by});
    case room::Op::resume: return show(PauseChanged{false, false, by});
    case room::Op::lock: return show(LockChanged{true, by});
    case room::Op::unlock: return show(LockChanged{false, by});
    case room::Op::slow_mode:
      return show(SlowModeChanged{std::get<room::SlowModeOp>(control.args).seconds, by});
    case room::Op::erase:
      return show(Erased{std::get<room::EraseOp>(control.args).seqs, false, by});
    case room::Op::undo_erase:
      return show(Erased{std::get<room::UndoEraseOp>(control.args).seqs, true, by});
    default: return;
  }
}

// --- People -------------------------------------------------------------------------------------

Person LogReader::person(const room::Handle& handle) const {
  Person person{handle, {}, false, false};
  if (!conversation_) return person;
  person.own = handle == conversation_->own_handle();
  if (const Peer* const known = peer(handle)) {
    person.name = known->name;
    person.staff = known->staff;
  }
  return person;
}

const Peer* LogReader::peer(const room::Handle& handle) const {
  if (!conversation_) return nullptr;
  const Roster& roster = conversation_->roster();
  if (const auto found = roster.find(handle); found != roster.end()) return &found->second;
  const auto found = departed_.find(handle);
  return found == departed_.end() ? nullptr : &found->second;
}

std::vector<Person> LogReader::people() const {
  std::vector<Person> people;
  if (!conversation_ || waiting_ || !state_) return people;
  for (const auto& [handle, peer] : conversation_->roster()) {
    if (state_->member(handle)) people.push_back(person(handle));
  }
  return people;
}

Result<room::Handle> LogReader::find(std::string_view who, bool gone) const {
  std::optional<room::Handle> found;
  bool ambiguous = false;
  const auto consider = [&](const room::Handle& handle, std::string_view name) {
    const bool by_handle = who.size() >= kHandleDigitsMin && to_hex(handle.view()).starts_with(who);
    if (name != who && !by_handle) return;
    ambiguous |= found.has_value();
    found = handle;
  };
  for (const Person& person : people()) consider(person.handle, person.name);
  if (!found && gone) {
    for (const auto& [handle, peer] : departed_) consider(handle, peer.name);
  }
  if (ambiguous) return fail(ClientErrc::member_ambiguous);
  if (!found) return fail(ClientErrc::member_unknown);
  return *found;
}

Person LogReader::staff_person(const room::PublicKey& staff_id) const {
  Person found;
  found.staff = true;
  if (!conversation_) return found;
  for (const auto& [handle, peer] : conversation_->roster()) {
    if (peer.staff_id != staff_id) continue;
    found = person(handle);
    // A dead leaf of theirs counts where there is no other: the meeting may just have ended.
    if (!state_ || state_->member(handle)) break;
  }
  return found;
}

Person LogReader::actor(const room::Control& control) const {
  if (control.role == room::SignerRole::server) return {};
  if (control.role == room::SignerRole::member) {
    return person(room::handle_of(room_, control.signer));
  }
  const room::StaffEntry* entry =
      conversation_ ? conversation_->policy().staff.find_server(control.signer) : nullptr;
  return staff_person(entry ? entry->staff_id : room::PublicKey{});
}

std::vector<room::Handle> LogReader::staff_inside() const {
  std::vector<room::Handle> found;
  for (const Person& person : people()) {
    if (person.staff) found.push_back(person.handle);
  }
  return found;
}

std::vector<mls::LeafIndex> LogReader::dead_leaves() const {
  std::vector<mls::LeafIndex> leaves;
  if (!inside()) return leaves;
  for (const auto& [handle, peer] : conversation_->roster()) {
    if (!state_->member(handle)) leaves.push_back(peer.leaf);
  }
  return leaves;
}

}  // namespace hearth::client
