// Offices by note: offers to members and their answers, signatures asked of other deputies.
#include <algorithm>

#include "client/core/answer.h"

namespace hearth::client {
namespace {

using room::NoteType;

constexpr std::size_t kOffersMax = 16;
// So long an offer of ours is open; and so long its acceptance waits for the leaf's certificate.
constexpr auto kOfferTime = std::chrono::minutes(10);
constexpr auto kCertificateTime = std::chrono::minutes(1);

}  // namespace

// --- Asking -------------------------------------------------------------------------------------

Status Core::Model::Answer::operator()(Appoint& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  const room::StaffList& today = m.house_->card.staff();
  const room::StaffEntry* own = m.own_entry();
  const bool deputy = own && own->is_deputy() && today.quorum > 0;
  if (!own || (!own->is_lead() && !deputy)) return fail(ClientErrc::not_lead);
  HEARTH_TRY(const room::Handle handle, m.reader_->find(asked.who));
  if (m.reader_->person(handle).staff) return fail(ClientErrc::staff_already);
  if (today.entries.size() >= room::kStaffMax || m.offers_.size() >= kOffersMax) {
    return fail(ClientErrc::too_much_unsent);
  }
  Offer offer;
  offer.to = handle;
  offer.terms = {today.hash(), today.number + 1};
  offer.tag = tag;
  offer.until = m.now_ + kOfferTime;
  HEARTH_TRY(offer.id, m.send_note(Desk::Address::member(handle), NoteType::appointment_offer,
                                   encoded(offer.terms), 0));
  m.offers_.push_back(std::move(offer));
  return {};
}

Status Core::Model::Answer::operator()(AppointSupporter& asked) {
  HEARTH_CHECK(staff());
  HEARTH_CHECK(inside());
  HEARTH_TRY(const room::Handle handle, guest_of(asked.who));
  if (m.offers_.size() >= kOffersMax) return fail(ClientErrc::too_much_unsent);
  Offer offer;
  offer.to = handle;
  offer.rights = room::SupporterAddOp::kDesk;
  if (asked.keeper) offer.rights |= room::SupporterAddOp::kKeeper;
  offer.tag = tag;
  offer.until = m.now_ + kOfferTime;
  HEARTH_TRY(offer.id, m.send_note(Desk::Address::member(handle), NoteType::supporter_offer,
                                   encoded(room::SupporterOffer{offer.rights}), 0));
  m.offers_.push_back(std::move(offer));
  return {};
}

// A deputy's signature alone is not enough: the others at the desk are asked for theirs.
Status Core::Model::ask_quorum(StaffErrand change, std::uint64_t tag) {
  Quorum quorum{std::move(change), {}, tag};
  HEARTH_TRY(quorum.id, send_note(Desk::Address::desk(), NoteType::quorum_request,
                                  encoded(quorum.change.list), 0));
  quorum_ = std::move(quorum);
  return {};
}

// --- Answering ----------------------------------------------------------------------------------

Status Core::Model::Answer::operator()(AcceptAppointment&) {
  HEARTH_CHECK(inside());
  if (!m.offered_) return fail(ClientErrc::offer_missing);
  const OfferHere offer = *std::exchange(m.offered_, std::nullopt);
  HEARTH_TRY(StaffKeys keys, StaffKeys::generate(m.random_));
  Bytes content;
  NoteType type = NoteType::appointment_answer;
  if (offer.rights != 0) {
    type = NoteType::supporter_answer;
    room::SupporterAddOp yes{room::public_key_of(keys.server), keys.entry().desk, offer.rights, {}};
    yes.accept(m.house_->id, keys.server);
    content = encoded(room::SupporterAnswer{yes.staff_server, yes.desk, yes.acceptance});
  } else {
    content = encoded(room::AppointmentAnswer::make(m.house_->id, offer.terms, keys.entry(),
                                                    keys.id, keys.server));
  }
  HEARTH_TRY([[maybe_unused]] const Bytes16 id,
             m.send_note(Desk::Address::desk(), type, content, tag, offer.id));
  if (offer.rights == 0) {
    // The certificate goes into our leaf by an Update, in the commit that appoints us.
    m.house_->appointed = std::move(keys);
    m.updated_in_.reset();
  } else {
    m.house_->supporter = std::move(keys);
  }
  m.keep_first();
  return {};
}

Status Core::Model::Answer::operator()(DeclineAppointment&) {
  if (!m.offered_) return fail(ClientErrc::offer_missing);
  const OfferHere offer = *std::exchange(m.offered_, std::nullopt);
  HEARTH_TRY([[maybe_unused]] const Bytes16 id,
             m.send_note(Desk::Address::desk(), NoteType::answer,
                         encoded(room::Answer{room::AnswerCode::declined, {}}), tag, offer.id));
  return {};
}

Status Core::Model::Answer::operator()(SignQuorum&) {
  HEARTH_CHECK(staff());
  if (!m.quorum_asked_) return fail(ClientErrc::offer_missing);
  QuorumHere asked = *std::exchange(m.quorum_asked_, std::nullopt);
  const StaffKeys& keys = *m.house_->staff;
  room::QuorumSignature answer{room::public_key_of(keys.id), {}, {}};
  asked.list.sign(m.house_->id, keys.id);
  for (const auto& by : asked.list.signatures) {
    if (by.staff_id == answer.staff_id) answer.by_id = by.signature;
  }
  room::StaffSetOp twin = room::StaffSetOp::of(asked.list);
  twin.sign(m.house_->id, keys.server);
  answer.by_server = twin.signatures.front().signature;
  HEARTH_TRY([[maybe_unused]] const Bytes16 id,
             m.send_note(Desk::Address::desk(), NoteType::quorum_signature, encoded(answer), tag,
                         asked.id));
  return {};
}

// --- Letters ------------------------------------------------------------------------------------

void Core::Model::on_office_letter(const Desk::Letter& letter) {
  const bool by_staff = letter.from.kind == wire::NoteFrom::staff;
  const bool desk = house_->staff.has_value();
  switch (letter.note.type) {
    case NoteType::appointment_offer:
    case NoteType::supporter_offer:
      if (by_staff && !desk) on_offer(letter);
      return;
    case NoteType::answer:
    case NoteType::appointment_answer:
    case NoteType::supporter_answer:
      if (desk) on_offer_answered(letter);
      return;
    case NoteType::referral_request:
      if (desk) on_referral_asked(letter);
      return;
    case NoteType::referral_answer: return on_referral(letter);
    case NoteType::quorum_request:
      if (by_staff && desk) on_quorum_asked(letter);
      return;
    case NoteType::quorum_signature:
      if (by_staff && desk) on_quorum_signature(letter);
      return;
    default: return;
  }
}

void Core::Model::on_offer(const Desk::Letter& letter) {
  OfferHere offer;
  offer.id = letter.note.id;
  if (letter.note.type == NoteType::supporter_offer) {
    const auto asked = decode_exact<room::SupporterOffer>(letter.note.content);
    if (!asked) return;
    offer.rights = asked->rights;
  } else {
    const auto terms = decode_exact<room::AppointmentOffer>(letter.note.content);
    if (!terms) return;
    offer.terms = *terms;
  }
  offered_ = offer;
  show(AppointmentOffered{person_of(letter.from), offer.rights != 0,
                          (offer.rights & room::SupporterAddOp::kKeeper) != 0});
}

void Core::Model::on_offer_answered(const Desk::Letter& letter) {
  const auto offer = std::ranges::find_if(offers_, [&](const Offer& known) {
    return known.id == letter.note.re && known.to == letter.from.handle;
  });
  if (offer == offers_.end() || offer->answer) return;
  const Person who = person_of(letter.from);
  if (letter.note.type == NoteType::answer) {
    show(AppointmentAnswered{who, false});
    show(Refused{"declined"}, offer->tag);
    offers_.erase(offer);
    return;
  }
  if (offer->rights != 0) {
    const auto answer = decode_exact<room::SupporterAnswer>(letter.note.content);
    if (letter.note.type != NoteType::supporter_answer || !answer) return;
    room::SupporterAddOp op = answer->act(offer->rights);
    if (!op.verify(house_->id)) return;
    show(AppointmentAnswered{who, true});
    errands_.add({ActErrand{std::move(op)}, offer->tag});
    offers_.erase(offer);
    return;
  }
  auto answer = decode_exact<room::AppointmentAnswer>(letter.note.content);
  if (letter.note.type != NoteType::appointment_answer || !answer) return;
  if (!answer->verify(house_->id, offer->terms)) return;
  answer->entry.flags = 0;  // What somebody is beside being staff is for the list to say.
  show(AppointmentAnswered{who, true});
  offer->answer = *std::move(answer);
  offer->until = now_ + kCertificateTime;
}

// Who has accepted is appointed as soon as the Update with the certificate waits in this epoch.
void Core::Model::plan_appointment() {
  for (auto offer = offers_.begin(); offer != offers_.end();) {
    const auto peer = reader_->conversation()->roster().find(offer->to);
    const bool here = peer != reader_->conversation()->roster().end();
    Status put;
    bool over = true;
    if (!here) {
      put = fail(ClientErrc::member_unknown);
    } else if (now_ >= offer->until) {
      put = fail(offer->answer ? ClientErrc::update_missing : ClientErrc::offer_missing);
    } else if (offer->answer && offer->terms.previous != house_->card.staff().hash()) {
      put = fail(ClientErrc::staff_moved);
    } else if (offer->answer && reader_->conversation()->update_waits(peer->second.leaf)) {
      const room::StaffList& today = house_->card.staff();
      StaffPlan plan{today.entries, today.quorum, offer->answer, offer->to};
      plan.entries.push_back(offer->answer->entry);
      put = change_staff(std::move(plan), offer->tag);
    } else {
      over = false;
    }
    if (!put) refuse(put.error(), offer->tag);
    offer = over ? offers_.erase(offer) : std::next(offer);
  }
}

// --- Quorum -------------------------------------------------------------------------------------

void Core::Model::on_quorum_asked(const Desk::Letter& letter) {
  auto list = decode_exact<room::StaffList>(letter.note.content);
  const room::StaffEntry* own = own_entry();
  const room::StaffList& today = house_->card.staff();
  if (!list || !own || !own->is_deputy() || list->previous != today.hash()) return;
  QuorumAsked event{person_of(letter.from), {}, {}};
  for (const room::StaffEntry& entry : list->entries) {
    if (!today.find(entry.staff_id)) event.came.push_back(known_staff(entry.staff_id));
  }
  for (const room::StaffEntry& entry : today.entries) {
    if (!list->find(entry.staff_id)) event.went.push_back(known_staff(entry.staff_id));
  }
  quorum_asked_ = QuorumHere{*std::move(list), letter.note.id};
  show(std::move(event));
}

void Core::Model::on_quorum_signature(const Desk::Letter& letter) {
  const auto answer = decode_exact<room::QuorumSignature>(letter.note.content);
  if (!quorum_ || quorum_->id != letter.note.re || !answer) return;
  const room::StaffList& today = house_->card.staff();
  const room::StaffEntry* signer = today.find(answer->staff_id);
  if (!signer || signer->staff_server != letter.from.key) return;
  const room::StaffList::Signed listed{answer->staff_id, answer->by_id};
  const room::StaffSetOp::Signed set{signer->staff_server, answer->by_server};
  StaffErrand& change = quorum_->change;
  if (!change.list.verify(house_->id, listed) || !change.twin.verify(house_->id, set)) return;
  change.list.add_signature(listed);
  change.twin.add_signature(set);
  if (!change.list.check_next(house_->id, today)) return;
  Quorum done = *std::exchange(quorum_, std::nullopt);
  if (const Status put = put_staff(std::move(done.change), done.tag); !put) {
    refuse(put.error(), done.tag);
  }
}

}  // namespace hearth::client
