// Each fault where it bites.
#include "tests/adversary/saboteur.h"

#include <algorithm>
#include <array>

#include "protocol/room/control.h"
#include "tests/adversary/ghost.h"

namespace hearth::test {
namespace {

struct FaultRow {
  Fault fault;
  std::string_view name;
  Chance chance;
};
constexpr std::array<FaultRow, kFaults> kRows{{
    {Fault::drop, "drop", Chance::talk},
    {Fault::swap, "swap", Chance::talk},
    {Fault::repeat, "repeat", Chance::talk},
    {Fault::body_bit, "body_bit", Chance::talk},
    {Fault::kind_changed, "kind_changed", Chance::talk},
    {Fault::generation_changed, "generation_changed", Chance::talk},
    {Fault::body_withheld, "body_withheld", Chance::talk},
    {Fault::drop_renumbered, "drop_renumbered", Chance::talk},
    {Fault::swap_renumbered, "swap_renumbered", Chance::talk},
    {Fault::repeat_renumbered, "repeat_renumbered", Chance::talk},
    {Fault::fork, "fork", Chance::talk},
    {Fault::rollback, "rollback", Chance::reconnect},
    {Fault::act_forged, "act_forged", Chance::talk},
    {Fault::act_by_server, "act_by_server", Chance::talk},
    {Fault::act_repeated, "act_repeated", Chance::talk},
    {Fault::act_backdated, "act_backdated", Chance::act},
    {Fault::restart_hides_durable, "restart_hides_durable", Chance::talk},
    {Fault::restart_hides_talk, "restart_hides_talk", Chance::talk},
    {Fault::restart_other_head, "restart_other_head", Chance::talk},
    {Fault::head_other, "head_other", Chance::reconnect},
    {Fault::head_unsigned, "head_unsigned", Chance::reconnect},
    {Fault::head_ahead, "head_ahead", Chance::reconnect},
    {Fault::server_other, "server_other", Chance::reconnect},
    {Fault::knock_changed, "knock_changed", Chance::knock},
    {Fault::key_package_swapped, "key_package_swapped", Chance::knock},
    {Fault::ghost_without_link, "ghost_without_link", Chance::knock},
    {Fault::ghost_revoked_link, "ghost_revoked_link", Chance::knock},
    {Fault::ghost_published_link, "ghost_published_link", Chance::knock},
    {Fault::door_decoy, "door_decoy", Chance::knock},
    {Fault::door_card_changed, "door_card_changed", Chance::knock},
    {Fault::welcome_changed, "welcome_changed", Chance::knock},
    {Fault::welcome_of_another, "welcome_of_another", Chance::knock},
    {Fault::append_swallowed, "append_swallowed", Chance::talk},
    {Fault::append_doubled, "append_doubled", Chance::talk},
}};

const FaultRow& row_of(Fault fault) noexcept {
  const FaultRow& row = kRows[static_cast<std::size_t>(fault)];
  expects(row.fault == fault);
  return row;
}

template <class Message>
Bytes record(const Message& message) {
  return wire::record_of(message);
}

bool is_staff_act(const room::LogRecord& record) {
  if (record.kind != room::EntryKind::control || !record.body()) return false;
  const auto control = room::peek_control(*record.body());
  return control && control->role == room::SignerRole::staff;
}

}  // namespace

std::string_view name_of(Fault fault) noexcept { return row_of(fault).name; }
Chance chance_of(Fault fault) noexcept { return row_of(fault).chance; }

void Saboteur::arm(Party& victim, std::string link, std::string revoked_link) {
  victim_ = &victim;
  link_ = std::move(link);
  revoked_link_ = std::move(revoked_link);
  skip_ = chance_of(fault_) == Chance::talk ? siege_.draw(3) : 0;
}

// The first chance that comes to an accepted stream, after as many as the seed lets pass.
bool Saboteur::take_chance(Party& to) {
  if (applied_ || !victim_ || to.story.told.empty()) return false;
  if (skip_ > 0) {
    --skip_;
    return false;
  }
  applied_ = true;
  return true;
}

void Saboteur::flip(Bytes& bytes) {
  if (bytes.empty()) return;
  bytes[siege_.draw(bytes.size())] ^= static_cast<Byte>(1 << siege_.draw(8));
}

void Saboteur::tell(Party& to, const room::LogRecord& record, Out& out) {
  const room::Seq truly = record.seq;
  out.push_back(told(to, record, truly));
}

// --- Entries
// ------------------------------------------------------------------------------------------

void Saboteur::entry(Party& to, room::LogRecord record, Out& out) {
  const bool act_for_all = fault_ == Fault::act_forged || fault_ == Fault::act_by_server ||
                           fault_ == Fault::act_repeated;
  if (act_for_all) return act(to, record, out);
  if (&to != victim_) return Tamperer::entry(to, std::move(record), out);
  const auto raw = [&](const room::LogRecord& changed) {
    out.push_back(test::record(wire::EntryRecord{changed}));
  };
  switch (fault_) {
    case Fault::drop:
      if (take_chance(to)) return;
      break;
    case Fault::swap: return swap(to, std::move(record), false, out);
    case Fault::act_backdated:
    case Fault::swap_renumbered: return swap(to, std::move(record), true, out);
    case Fault::repeat:
      tell(to, record, out);
      if (take_chance(to)) raw(record);
      return;
    case Fault::body_bit:
      if (!record.body() || !take_chance(to)) break;
      flip(std::get<Bytes>(record.content));
      break;
    case Fault::kind_changed:
      if (record.kind == room::EntryKind::control || !take_chance(to)) break;
      record.kind =
          record.kind == room::EntryKind::app ? room::EntryKind::proposal : room::EntryKind::app;
      break;
    case Fault::generation_changed:
      if (!take_chance(to)) break;
      record.generation = static_cast<room::Generation>(record.generation - 1);
      break;
    case Fault::body_withheld:
      if (!record.body() || !take_chance(to)) break;
      record.content = record.body_hash();
      break;
    case Fault::drop_renumbered:
      if (!take_chance(to)) break;
      to.story.rewritten = true;
      return;
    case Fault::fork:
      if (!applied_ ? !take_chance(to) : siege_.chance(60)) break;
      to.story.rewritten = true;
      return;
    case Fault::repeat_renumbered: {
      tell(to, record, out);
      std::vector<room::LogRecord> past;
      for (const Story::Told& one : to.story.told) {
        const bool sealed = one.record.kind == room::EntryKind::app && one.record.body();
        if (sealed && one.record.generation == record.generation) past.push_back(one.record);
      }
      if (past.empty() || !take_chance(to)) return;
      to.story.rewritten = true;
      out.push_back(told(to, past[siege_.draw(past.size())], {}));
      return;
    }
    case Fault::restart_hides_durable:
    case Fault::restart_hides_talk:
    case Fault::restart_other_head: return restart(to, record, out);
    default: break;
  }
  tell(to, record, out);
}

void Saboteur::swap(Party& to, room::LogRecord record, bool renumber, Out& out) {
  if (applied_) return tell(to, record, out);
  if (!held_) {
    const bool fits = fault_ != Fault::act_backdated || record.kind == room::EntryKind::app;
    if (!victim_ || to.story.told.empty() || !fits) return tell(to, record, out);
    held_ = std::move(record);
    return;
  }
  const bool later = fault_ != Fault::act_backdated || is_staff_act(record);
  if (!later) {
    tell(to, *std::exchange(held_, std::move(record)), out);
    return;
  }
  applied_ = true;
  to.story.rewritten = renumber;
  tell(to, record, out);
  tell(to, *std::exchange(held_, std::nullopt), out);
}

// An act that staff did not sign, or not again, in everybody's log at the same place.
void Saboteur::act(Party& to, const room::LogRecord& record, Out& out) {
  tell(to, record, out);
  if (!act_ && &to == victim_ && !to.story.told.empty()) {
    auto body = act_body(to.story);
    if (!body || !take_chance(to)) return;
    act_ = std::move(body);
    at_ = record.seq;
  }
  // Who has read beyond that place already gets it after the next entry.
  if (!act_ || record.seq < at_ || !acted_.insert(&to).second) return;
  to.story.rewritten = true;
  const auto generation = siege_.room()->state().generation();
  out.push_back(told(to, {{}, room::EntryKind::control, generation, *act_}, {}));
}

std::optional<Bytes> Saboteur::act_body(const Story& story) {
  const meeting::RoomState& state = siege_.room()->state();
  if (!state.is_open() || state.members().empty()) return std::nullopt;
  if (fault_ == Fault::act_repeated) {
    for (const Story::Told& one : story.told) {
      if (!is_staff_act(one.record)) continue;
      const room::Op op = room::peek_control(*one.record.body())->op();
      if (op == room::Op::mute || op == room::Op::unmute) return *one.record.body();
    }
    return std::nullopt;
  }
  const bool by_server = fault_ == Fault::act_by_server;
  auto member = state.members().begin();
  std::advance(member, static_cast<std::ptrdiff_t>(siege_.draw(state.members().size())));
  room::Control control;
  control.room = siege_.room_id();
  control.role = by_server ? room::SignerRole::server : room::SignerRole::staff;
  control.signer =
      by_server ? room::public_key_of(siege_.server_id()) : state.server_part().founders.front();
  switch (siege_.draw(4)) {
    case 0: control.args = room::MuteOp{{member->first}}; break;
    case 1: control.args = room::LockOp{}; break;
    case 2: control.args = room::CloseOp{}; break;
    default: {
      room::RemoveOp remove;
      remove.handles = {member->first};
      remove.new_generation = static_cast<room::Generation>(state.generation() + 1);
      control.args = std::move(remove);
    }
  }
  control.base_seq = story.start.seq;
  control.counter = state.counter(control.role, control.signer) + 1;
  for (const Story::Told& one : story.told) control.base_seq = one.record.seq;
  // Signed by the only key the server has.
  const Bytes bytes = encoded(control);
  const auto signature = room::sign(siege_.server_id(), concat({view_of("hearth control"), bytes}));
  auto body = room::pad(concat({bytes, signature.view()}), 0, room::kControlBuckets);
  return body ? std::optional(*std::move(body)) : std::nullopt;
}

void Saboteur::restart(Party& to, const room::LogRecord& record, Out& out) {
  tell(to, record, out);
  const std::vector<Story::Told>& told_so_far = to.story.told;
  if (!victim_ || applied_ || told_so_far.size() < 4) return;
  // The last durable one, and one before another durable one.
  const auto durable = [](const Story::Told& one) {
    return one.record.kind != room::EntryKind::app;
  };
  const auto last = std::ranges::find_if(told_so_far.rbegin(), told_so_far.rend(), durable);
  if (last == told_so_far.rend() || last == told_so_far.rbegin()) return;
  const auto earlier = std::find_if(std::next(last), told_so_far.rend(), durable);
  if (earlier == told_so_far.rend()) return;
  const Story::Told& from = fault_ == Fault::restart_hides_durable ? *earlier : *last;
  room::RestartOp restart{{from.record.seq, from.h}};
  if (fault_ == Fault::restart_other_head) restart.last_durable.h[siege_.draw(32)] ^= 1;
  if (!take_chance(to)) return;
  const meeting::RoomState& state = siege_.room()->state();
  room::Control control;
  control.room = siege_.room_id();
  control.role = room::SignerRole::server;
  control.signer = room::public_key_of(siege_.server_id());
  control.base_seq = restart.last_durable.seq;
  control.counter = state.counter(control.role, control.signer) + 1;
  const room::Anchor back = restart.last_durable;
  control.args = std::move(restart);
  const auto body = room::seal_control(control, siege_.server_id());
  expects(body.has_value());
  to.story.forget_after(back.seq);
  to.story.rewritten = false;
  out.push_back(
      told(to, {back.seq.next_run(), room::EntryKind::control, state.generation(), *body}, {}));
  to.story.rewritten = true;
}

// --- Heads and greetings
// ------------------------------------------------------------------------------

bool Saboteur::resigns(const Party& to) const noexcept { return to.story.rewritten; }

room::Checkpoint Saboteur::head_for(const Party& to) const {
  return room::Checkpoint::make(siege_.room_id(), to.story.head(), siege_.server_id());
}

void Saboteur::message(Party& to, wire::ServerMessage message, Out& out) {
  if (auto* door = std::get_if<wire::Door>(&message)) return on_door(to, std::move(*door), out);
  if (auto* shown = std::get_if<wire::KnockShown>(&message)) {
    return on_knock_shown(to, std::move(*shown), out);
  }
  if (auto* welcome = std::get_if<wire::Welcome>(&message); welcome && welcome->bytes) {
    const bool newcomer = victim_ != nullptr;
    if (fault_ == Fault::welcome_changed && newcomer && !applied_) {
      applied_ = true;
      flip(*welcome->bytes);
    }
    if (fault_ == Fault::welcome_of_another && newcomer && welcome_ && !applied_) {
      applied_ = true;
      welcome->bytes = welcome_;
    }
    if (!welcome_) welcome_ = welcome->bytes;
  }
  if (auto* ok = std::get_if<wire::AuthOk>(&message); ok && resigns(to)) ok->head = head_for(to);
  if (auto* now = std::get_if<wire::CheckpointRecord>(&message); now && resigns(to)) {
    now->checkpoint = head_for(to);
  }
  if (auto* caught_up = std::get_if<wire::CaughtUp>(&message)) {
    room::Checkpoint& head = caught_up->checkpoint;
    if (resigns(to)) head = head_for(to);
    if (&to == victim_) {
      const auto signed_as = [&](room::Anchor at) {
        return room::Checkpoint::make(siege_.room_id(), at, siege_.server_id());
      };
      if (fault_ == Fault::head_other && take_chance(to)) {
        room::Anchor other = head.head;
        other.h[siege_.draw(32)] ^= 1;
        head = signed_as(other);
      }
      if (fault_ == Fault::head_ahead && take_chance(to)) {
        head = signed_as({head.head.seq.next(), head.head.h});
      }
      if (fault_ == Fault::head_unsigned && take_chance(to)) {
        head.signature.bytes[siege_.draw(64)] ^= 1;
      }
    }
  }
  auto* greeting = std::get_if<wire::Greeting>(&message);
  if (greeting && &to == victim_ && fault_ == Fault::server_other && take_chance(to)) {
    const auto other = *crypto::SignatureKey::generate(client::kSuite, siege_.random());
    greeting->server_id = room::public_key_of(other);
    greeting->signature =
        room::sign(other, room::greeting_bytes(greeting->version, greeting->nonce, {}));
  }
  Tamperer::message(to, std::move(message), out);
}

void Saboteur::up(Party& from, wire::ClientMessage message, Out& out) {
  auto* append = std::get_if<wire::Append>(&message);
  const bool talk = append && append->entries.size() == 1 &&
                    append->entries[0].kind == room::EntryKind::app && &from == victim_;
  if (fault_ == Fault::append_swallowed && talk && take_chance(from)) {
    const room::Anchor head = from.story.head();
    siege_.inject(from, record(wire::Appended{append->idempotency, head.seq.next(), 1, head.h}));
    return;
  }
  if (fault_ == Fault::append_doubled && talk && take_chance(from)) {
    out.push_back(record(*append));
    append->idempotency = siege_.random().array<16>();
  }
  if (auto* resume = std::get_if<wire::Resume>(&message);
      resume && &from == victim_ && fault_ == Fault::rollback && from.story.told.size() > 8 &&
      take_chance(from)) {
    // The server says that its log ends earlier, and goes on from there.
    const std::size_t back = 1 + siege_.draw(3);
    from.story.told.resize(from.story.told.size() - back);
    from.story.rewritten = true;
  }
  Tamperer::up(from, std::move(message), out);
}

// --- The door
// -----------------------------------------------------------------------------------------

void Saboteur::on_door(Party& to, wire::Door door, Out& out) {
  const auto link = room::Link::parse(link_);
  if (!applied_ && victim_ && link && fault_ == Fault::door_card_changed) {
    applied_ = true;
    flip(door.door_card);
  }
  if (!applied_ && victim_ && link && fault_ == Fault::door_decoy) {
    // A room of the server's own, behind the door of that link.
    client::CreateRoom asked;
    asked.host = "hearth.example";
    asked.title = "Evening";
    auto decoy =
        client::found_house(asked, room::public_key_of(siege_.server_id()), siege_.random());
    expects(decoy.has_value());
    const auto card = decoy->card.seal(link->room, room::door_key(link->room, link->s_door),
                                       decoy->staff->id, siege_.random());
    expects(card.has_value());
    applied_ = true;
    door.server_part = encoded(decoy->server_part);
    door.member_part_hash = hash_of(decoy->card.member_part);
    door.door_card = *card;
  }
  Tamperer::message(to, std::move(door), out);
}

void Saboteur::on_knock_shown(Party& to, wire::KnockShown shown, Out& out) {
  if (applied_ || !victim_) return Tamperer::message(to, std::move(shown), out);
  switch (fault_) {
    case Fault::knock_changed:
      applied_ = true;
      flip(shown.sealed);
      break;
    case Fault::key_package_swapped:
      // Whoever has the link can open the door card, and seal to the desks; the gate's key signs.
      if (auto other = ghost(link_, true)) {
        applied_ = true;
        shown.handle = other->handle;
        shown.sealed = std::move(other->sealed);
      }
      break;
    case Fault::ghost_without_link:
    case Fault::ghost_revoked_link:
      if (auto other = ghost(fault_ == Fault::ghost_revoked_link ? revoked_link_ : link_,
                             fault_ == Fault::ghost_revoked_link)) {
        applied_ = true;
        if (fault_ == Fault::ghost_without_link) other->ref = shown.ref;
        out.push_back(record(*other));
      }
      break;
    default: break;
  }
  Tamperer::message(to, std::move(shown), out);
}

// A knock of the server's own. Without the link it knows neither desks nor lock, and makes them up.
std::optional<wire::KnockShown> Saboteur::ghost(std::string_view text, bool with_link) {
  const auto link = room::Link::parse(text);
  if (!link) return std::nullopt;
  client::House house = house_behind(siege_, *link);
  auto gate = room::gate_key(link->room, link->gate_seed);
  if (!with_link || fault_ == Fault::key_package_swapped) {
    gate = *crypto::SignatureKey::generate(client::kSuite, siege_.random());
  }
  if (!with_link) house.s_door = siege_.random().secret<16>();
  const bool open_door = !with_link || siege_.room()->state().admission() == room::Admission::open;
  const auto ref = room::gate_ref_of(room::public_key_of(gate));
  return ghost_knock(siege_, house, gate, ref.bytes, open_door);
}

}  // namespace hearth::test
