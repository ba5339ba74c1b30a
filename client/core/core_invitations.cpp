// The door from inside: invitations, the lock, who is let in.
#include <algorithm>

#include "client/core/answer.h"
#include "protocol/defence.h"
#include "protocol/room/knock.h"
#include "protocol/room/referral.h"

namespace hearth::client {

// --- Invitations --------------------------------------------------------------------------------

Status Core::Model::Answer::operator()(Invite& asked) {
  HEARTH_CHECK(staff());
  room::GateLabel label;
  label.issuer = room::public_key_of(m.house_->staff->id);
  label.text = std::move(asked.label);
  if (asked.standing) label.kind = room::GateKind::standing;
  if (asked.staff_pass) label.kind = room::GateKind::staff_pass;
  auto sealed = label.seal(m.house_->id, m.house_->desks(), m.random_);
  if (!sealed) return fail(ClientErrc::label_invalid);
  Secret16 seed = m.random_.secret<16>();
  room::GateAddOp op;
  op.gate = room::gate_ref_of(room::public_key_of(room::gate_key(m.house_->id, seed)));
  op.uses = std::max<std::uint16_t>(asked.uses, 1);
  op.expiry = unix_seconds(m.now_ + asked.valid);
  if (asked.standing) op.flags |= room::GateAddOp::kStanding;
  if (asked.staff_pass) {
    op.flags = room::GateAddOp::kStaffPass;
    op.uses = 1;
  }
  op.label = *std::move(sealed);
  return add({ActErrand{std::move(op), std::move(seed), asked.valid}});
}

// --- Referrals ----------------------------------------------------------------------------------

Status Core::Model::Answer::operator()(OpenReferrals& asked) {
  HEARTH_CHECK(staff());
  room::GateLabel label;
  label.issuer = room::public_key_of(m.house_->staff->id);
  label.kind = room::GateKind::referral_pool;
  HEARTH_TRY(Bytes sealed, label.seal(m.house_->id, m.house_->desks(), m.random_));
  Secret16 seed = m.random_.secret<16>();
  room::GateAddOp op;
  op.gate = room::gate_ref_of(room::public_key_of(room::gate_key(m.house_->id, seed)));
  op.uses = std::clamp<std::uint16_t>(asked.uses, 1, 100);
  op.expiry = unix_seconds(m.now_ + asked.valid);
  op.label = std::move(sealed);
  return add({ActErrand{std::move(op), std::move(seed), asked.valid, true}});
}

Status Core::Model::Answer::operator()(AskReferral&) {
  HEARTH_CHECK(inside());
  HEARTH_TRY(m.referral_asked_, m.send_note(Desk::Address::desk(), room::NoteType::referral_request,
                                            Writer().u16(1).bytes(), tag));
  return {};
}

// Whoever of the staff holds the pool answers by itself. How many links a member gets is bounded;
// what becomes of them nobody is told.
void Core::Model::on_referral_asked(const Desk::Letter& letter) {
  const Secret16* pool = reader_ && reader_->inside() ? book_.pool(reader_->state()) : nullptr;
  const Person who = person_of(letter.from);
  if (!pool || who.name.empty() || ++referrals_given_[letter.from.handle] > kReferralsMax) return;
  room::Link link = link_of(*pool);
  auto token = room::Referral{letter.from.handle, who.name, random_.array<16>()}.seal(
      house_->id, house_->desks(), random_);
  if (!token) return;
  link.referral = *std::move(token);
  const std::string text = link.text();
  (void)send_note(letter.from.address(), room::NoteType::referral_answer, view_of(text), 0,
                  letter.note.id);
}

void Core::Model::on_referral(const Desk::Letter& letter) {
  if (letter.from.kind != wire::NoteFrom::staff || letter.note.re != referral_asked_) return;
  const std::string text(text_of(letter.note.content));
  const auto link = room::Link::parse(text);
  if (!link || link->room != house_->id || link->referral.empty()) return;
  referral_asked_ = {};
  show(ReferralLink{text});
}

// --- What there is ------------------------------------------------------------------------------

Status Core::Model::Answer::operator()(AskInvites&) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(read());
  m.show(m.invites(), tag);
  return {};
}

Status Core::Model::Answer::operator()(RevokeInvite& asked) {
  HEARTH_CHECK(staff());
  if (!asked.link.empty()) {
    HEARTH_TRY(const room::Link link, room::Link::parse(asked.link));
    const auto key = room::public_key_of(room::gate_key(m.house_->id, link.gate_seed));
    return act(room::GateRevokeOp{room::gate_ref_of(key)});
  }
  const auto gate = m.book_.gate(asked.number);
  if (!gate) return fail(ClientErrc::invitation_unknown);
  return act(room::GateRevokeOp{*gate});
}

Status Core::Model::Answer::operator()(ReprintInvite& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(read());
  const auto ref = m.book_.gate(asked.number);
  const InvitationBook::Page* page = ref ? m.book_.find(*ref) : nullptr;
  const meeting::Gate* gate = ref ? m.reader_->state().gate(*ref) : nullptr;
  if (!page || !page->seed || !gate) return fail(ClientErrc::invitation_unknown);
  const Instant expiry = instant_from_unix(gate->expiry);
  m.show(Invitation{m.link_text(*page->seed), gate->uses_left,
                    std::max(expiry - m.now_, Duration::zero()), m.house_->title(),
                    m.house_->card.schedule},
         tag);
  return {};
}

Invites Core::Model::invites() {
  Invites list;
  const meeting::RoomState& state = reader_->state();
  book_.number_all(state);
  for (const auto& [ref, gate] : state.gates()) {
    const InvitationBook::Page& page = *book_.find(ref);
    InviteLine line;
    line.number = page.number;
    if (page.label) {
      line.label = page.label->text;
      line.issuer = reader_->staff_person(page.label->issuer);
    }
    line.uses_left = gate.uses_left;
    line.expiry = gate.expiry;
    line.standing = (gate.flags & room::GateAddOp::kStanding) != 0;
    line.staff_pass = (gate.flags & room::GateAddOp::kStaffPass) != 0;
    line.tainted = gate.tainted();
    line.link_held = page.seed.has_value();
    list.invites.push_back(std::move(line));
  }
  std::ranges::sort(list.invites, {}, &InviteLine::number);
  return list;
}

std::string Core::Model::link_text(const Secret16& seed) const { return link_of(seed).text(); }

room::Link Core::Model::link_of(const Secret16& seed) const {
  room::Link link;
  link.host = host_;
  const bool open_door = reader_->state().admission() == room::Admission::open;
  link.flags = open_door ? room::Link::kOpenDoor : std::uint8_t{0};
  link.room = house_->id;
  link.s_door = house_->s_door.clone();
  link.gate_seed = seed.clone();
  return link;
}

// --- The lock -----------------------------------------------------------------------------------

Status Core::Model::Answer::operator()(ChangeLock&) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  if (m.new_lock_ && m.new_lock_->seq.value == 0) return fail(ClientErrc::not_now);
  m.new_lock_ = NewLock{m.random_.secret<16>(), tag, {}};
  return m.post_new_lock();
}

Status Core::Model::post_new_lock() {
  return outbox_.post(room::PayloadType::new_lock, to_bytes(new_lock_->s_door.view()), 0, random_);
}

// A lock of ours, read where everybody reads it.
void Core::Model::on_own_lock(room::Seq seq) {
  if (!new_lock_) return;
  const bool again = new_lock_->seq.value != 0;
  new_lock_->seq = seq;
  adopt_lock(new_lock_->s_door, reader_->person(reader_->conversation()->own_handle()));
  if (!again) put_door_later(std::exchange(new_lock_->tag, 0));
}

void Core::Model::adopt_lock(const Secret16& s_door, const Person& by) {
  if (house_->s_door == s_door) return;  // Said again, for those who came in between.
  if (!stands(Defence::lock)) return;
  house_->s_door = s_door.clone();
  if (link_) link_->s_door = s_door.clone();
  show(LockReplaced{by});
}

void Core::Model::put_door_later(std::uint64_t tag) {
  if (!door_due_) door_due_ = DoorDue{};
  door_due_->tags.push_back(tag);
  door_due_->in_flight = false;  // What is on its way is older.
}

// Until the server has the card, newcomers are shown an older one, or none.
void Core::Model::put_door() {
  if (!door_due_ || door_due_->in_flight || !house_->staff) return;
  if (session_->role() != room::Role::staff) return;
  ++house_->card.number;
  keep_first();
  auto sealed = house_->card.seal(house_->id, house_->k_door(), house_->staff->id, random_);
  if (!sealed) return on_door_put(sealed.error().name);
  door_due_->in_flight = true;
  session_->put_door(*std::move(sealed), house_->staff->server);
}

void Core::Model::on_door_put(std::string_view refusal) {
  if (!door_due_ || (refusal.empty() && !door_due_->in_flight)) return;
  const DoorDue due = *std::exchange(door_due_, std::nullopt);
  for (const std::uint64_t tag : due.tags) {
    if (refusal.empty()) {
      done(tag);
    } else {
      show(Refused{refusal}, tag);
    }
  }
}

// Whoever was admitted by a Welcome made before its author had read our lock came in too late to
// read it, too: it is said once more.
void Core::Model::on_admitted_by(const room::Control& admit) {
  if (!new_lock_ || new_lock_->seq.value == 0 || admit.base_seq >= new_lock_->seq) return;
  if (!outbox_.has(room::PayloadType::new_lock)) (void)post_new_lock();
}

// --- Letting in ---------------------------------------------------------------------------------

Status Core::Model::Answer::operator()(AdmitAll&) {
  HEARTH_CHECK(inside());
  if (m.admitter_.size() == 0) return fail(ClientErrc::nobody_waits);
  m.admitter_.approve_all();
  return admit();
}

Status Core::Model::Answer::operator()(Admit& asked) {
  HEARTH_CHECK(inside());
  if (!m.admitter_.approve(asked.slot)) return fail(ClientErrc::slot_unknown);
  return admit();
}

// With the next admission: how often somebody says yes does not make it more commits.
Status Core::Model::Answer::admit() {
  if (m.admit_tags_.size() >= Errands::kErrandsMax) return fail(ClientErrc::too_much_unsent);
  m.admit_tags_.push_back(tag);
  return {};
}

Status Core::Model::Answer::operator()(Deny& asked) {
  HEARTH_CHECK(inside());
  const Guest* guest = m.admitter_.find(asked.slot);
  if (!guest) return fail(ClientErrc::slot_unknown);
  HEARTH_TRY(Bytes sealed, room::seal_denial(m.house_->id, asked.text, guest->direct, m.random_));
  m.send(wire::Deny{asked.slot, std::move(sealed)});
  m.admitter_.forget(asked.slot);
  m.done(tag);
  return {};
}

}  // namespace hearth::client
