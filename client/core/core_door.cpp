// What happens at the door, on either side of it.
#include "client/core/model.h"
#include "protocol/room/error.h"
#include "protocol/room/knock.h"
#include "protocol/room/referral.h"

namespace hearth::client {
namespace {

constexpr unsigned kWelcomesFailedMax = 3;

}  // namespace

// --- Outside
// --------------------------------------------------------------------------------------

void Core::Model::on_door(const wire::Door& door) {
  if (!link_ || asked_ != Introduction::gate) return;  // Nobody asked.
  auto house = enter_house(*link_, door);
  if (!house && house.error() == room::make_error(room::RoomErrc::open_failed)) {
    // The lock was changed since this link was made.
    show(client::KnockRefused{"lock_changed", true}, knock_tag_);
    return end("lock_changed");
  }
  if (!house) return hard_stop(house.error().name);
  if (const Status pinned = session_->pin(house->server_part.server_id); !pinned) {
    return hard_stop(pinned.error().name);
  }
  const bool first = !house_;
  house_ = *std::move(house);
  if (first) {
    show(DoorShown{house_->title(), house_->card.agreement, house_->card.schedule,
                   house_->card.services, door.locked, door.desk_present},
         looking_ ? knock_tag_ : 0);
  }
  if (!looking_) knock();
}

void Core::Model::take_link(room::Link link) {
  door_keys_ = DoorKeys{link.s_door.clone(), room::gate_key(link.room, link.gate_seed),
                        (link.flags & room::Link::kOpenDoor) != 0};
  link_ = std::move(link);
}

void Core::Model::knock() {
  knock_at_.reset();
  if (!session_ || !session_->role() || !house_) return;  // After the introduction.
  const room::Role role = *session_->role();
  const crypto::SignatureKey* voucher = nullptr;
  if (role == room::Role::gate && door_keys_) voucher = &door_keys_->gate;
  if (role == room::Role::member && stay_) voucher = &*stay_;
  if (role == room::Role::staff && house_->staff) voucher = &house_->staff->server;
  if (!voucher) return reconnect_later();
  if (!arrival_) {
    auto arrival = Arrival::prepare(*house_, name_, now_, random_);
    if (!arrival) return end(arrival.error().name);
    arrival_ = *std::move(arrival);
  }
  const bool open_door = reader_ && reader_->ready()
                             ? reader_->state().admission() == room::Admission::open
                             : door_keys_ && door_keys_->open_door;
  Bytes referral = role == room::Role::gate && link_ ? link_->referral : Bytes{};
  auto request =
      arrival_->knock(*house_, role, *voucher, open_door, greeting_, std::move(referral), random_);
  if (!request) return end(request.error().name);
  arrival_->knocked = true;
  stage_ = Stage::waiting;
  keep_first();
  send(*std::move(request));
}

// Staff come into a group that somebody else has made.
void Core::Model::come_in() {
  const bool elsewhere = house_->staff && reader_->ready() && reader_->state().is_open() &&
                         !reader_->inside() && session_->role() == room::Role::staff;
  if (elsewhere && !errands_.has<FoundErrand>()) knock();
}

void Core::Model::knock_again() {
  arrival_.reset();
  knock();
}

void Core::Model::on_knock_refused(wire::KnockRefusal reason) {
  using wire::KnockRefusal;
  if (!arrival_) return;
  const bool final = reason == KnockRefusal::size_invalid ||
                     ((reason == KnockRefusal::gate_expired || reason == KnockRefusal::gate_spent));
  const std::string_view name = wire::name_of(reason);
  if (name != refusal_shown_) show(client::KnockRefused{name, final}, knock_tag_);
  refusal_shown_ = name;
  if (final) return end(name);
  stage_ = reason == KnockRefusal::room_closed ? Stage::closed : Stage::door;
  knock_at_ = now_ + backoff_.next(random_);
}

void Core::Model::on_denied(const wire::KnockDenied& denied) {
  if (!arrival_) return;
  if (denied.sealed.empty()) {
    // Nobody's word: the meeting ended, or the knock did not hold. Another one, later.
    arrival_.reset();
    stage_ = Stage::door;
    knock_at_ = now_ + backoff_.next(random_);
    return;
  }
  auto text = room::open_denial(house_->id, denied.sealed, arrival_->stay.direct);
  if (!text) return;  // Not from anybody who saw the knock.
  show(Denied{*std::move(text)}, knock_tag_);
  end("denied");
}

void Core::Model::on_admitted(const wire::Admitted& admitted) {
  if (!arrival_ || admitted.handle != arrival_->stay.handle(house_->id)) return;
  if (std::exchange(arrival_->admitted, true)) return;  // We know, and are on our way in.
  if (session_->role() != room::Role::gate) return connect_now();  // As somebody else than now.
  asked_ = Introduction::arrival;
  session_->authenticate(house_->id, room::Role::member, arrival_->stay.delivery);
}

void Core::Model::on_welcome(const wire::Welcome& welcome) {
  const bool asked = asked_ == Introduction::arrival && session_->role() == room::Role::member;
  if (!arrival_ || !asked || session_->chain()) return;
  // From here on the server knows us by this handle, whatever the Welcome is worth.
  stay_ = arrival_->stay.delivery.clone();
  Arrival arrival = *std::exchange(arrival_, std::nullopt);
  if (!welcome.bytes) return knock();  // Lost on the way: the handle asks again.
  auto arrived = Conversation::join(house_->expected(), *welcome.bytes, std::move(arrival.stay),
                                    arrival.key_package);
  if (!arrived) {
    show(Refused{arrived.error().name});
    if (++welcomes_failed_ >= kWelcomesFailedMax) return end(arrived.error().name);
    return knock();
  }
  welcomes_failed_ = 0;
  const room::WelcomeExtension& place = arrived->place;
  house_->s_door = place.s_door.clone();
  if (link_) link_->s_door = place.s_door.clone();
  if (chain_) past_chain_ = std::move(chain_);
  chain_.emplace(house_->id, place.start);
  house_->follow_staff(arrived->conversation.policy().staff);
  reader_.emplace(house_->id, house_->server_part, house_->card.staff_lists, place.start);
  if (house_->staff) {
    if (auto founder = StayKeys::generate(name_, random_))
      reader_->set_founder(*std::move(founder));
  }
  reader_->expect(std::move(arrived->conversation), place.anchor);
  regrouped_ = true;
  stage_ = Stage::joining;
  follow();
}

// --- Inside
// ---------------------------------------------------------------------------------------

void Core::Model::on_knock_shown(const wire::KnockShown& shown) {
  if (!reader_ || !house_) return;
  switch (admitter_.on_shown(shown, *house_, *reader_, now_)) {
    case Admitter::Verdict::shown: return show_knock(*admitter_.find(shown.slot));
    case Admitter::Verdict::invalid: return send(wire::Deny{shown.slot, {}});
    case Admitter::Verdict::approved:
    case Admitter::Verdict::not_ours: return;
  }
}

// What staff know of the invitation that a guest came by goes with the knock. Our own staff pass
// opens at once.
void Core::Model::show_knock(const Guest& guest) {
  KnockWaiting event{guest.slot, guest.name, guest.greeting};
  if (guest.newcomer.role == room::Role::gate) {
    const room::GateRef ref{guest.newcomer.ref};
    const InvitationBook::Page* page = book_.find(ref);
    const meeting::Gate* gate = reader_->state().gate(ref);
    const bool pass = gate && (gate->flags & room::GateAddOp::kStaffPass) != 0;
    if (pass && page && page->seed) {
      admitter_.approve(guest.slot);
      return;
    }
    event.invitation = book_.label(ref);
    event.tainted = (gate && gate->tainted()) || bans_.by_gate(ref, now_);
    if (!guest.referral.empty() && house_->staff) {
      const auto referral = room::Referral::open(house_->id, house_->staff->desk, guest.referral);
      if (referral) {
        event.referred_by = referral->name;
        event.same_issuer = bans_.by_referrer(referral->issuer, now_);
        book_.note_referral(guest.newcomer.handle, referral->issuer);
      }
    } else if (const auto issuer = book_.issuer(ref)) {
      event.issuer = reader_->staff_person(*issuer);
      event.same_issuer = !event.tainted && bans_.by_issuer(*issuer, now_);
    }
  }
  show(std::move(event));
}

}  // namespace hearth::client
