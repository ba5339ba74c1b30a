// What the connection says: coming, introducing ourselves, going.
#include "client/core/model.h"
#include "protocol/room/error.h"

namespace hearth::client {

void Core::Model::connect_now() {
  connect_at_.reset();
  if (offline_ || stage_ == Stage::ended) return;
  drop_session();
  connecting_ = true;
  effects_.push_back(Connect{host_});
}

void Core::Model::drop_session() {
  if (!session_ && !connecting_) return;
  if (session_) {
    flush_session();
    if (auto chain = session_->take_chain()) chain_ = std::move(chain);
    session_.reset();
  }
  connecting_ = false;
  for (Checking& report : checking_) {
    for (Checking::Question& question : report.questions) question.asked = false;
  }
  watch_.line_lost(now_);
  if (door_due_) door_due_->in_flight = false;
  admitter_.clear();
  pace_.forget_waiting();
  lead_down_.reset();  // The server will say it again.
  lead_offered_.reset();
  effects_.push_back(Disconnect{});
}

void Core::Model::reconnect_later(Duration at_least) {
  drop_session();
  if (offline_ || stage_ == Stage::ended) return;
  introduction_ = 0;
  const Duration wait = std::max(backoff_.next(random_), at_least);
  connect_at_ = now_ + wait;
  show(Offline{wait});
}

void Core::Model::on_connected(const Connected& connected) {
  if (!connecting_ || offline_ || stage_ == Stage::ended) return;
  connecting_ = false;
  std::optional<room::PublicKey> server_id;
  if (house_) server_id = house_->server_part.server_id;
  session_.emplace(connected.binding, server_id);
}

void Core::Model::on_lost() {
  if (stage_ == Stage::ended || (!session_ && !connecting_)) return;
  reconnect_later();
}

void Core::Model::on_record(const RecordReceived& received) {
  if (!session_) return;  // It was on its way when we let go.
  auto event = session_->on_record(received.record);
  if (!event) return on_record_error(event.error());
  if (const auto* greeted = std::get_if<session::Greeted>(&*event)) return on_greeted(*greeted);
  if (const auto* ok = std::get_if<session::Authenticated>(&*event)) return on_authenticated(*ok);
  if (std::holds_alternative<session::AuthenticationRefused>(*event)) {
    return on_introduction_refused();
  }
  if (std::holds_alternative<session::RoomCreated>(*event)) return on_room_created();
  if (const auto* refused = std::get_if<session::RoomRefused>(&*event)) {
    return on_room_refused(refused->reason);
  }
  if (const auto* followed = std::get_if<session::Followed>(&*event)) return on_followed(*followed);
  if (const auto* all = std::get_if<session::CaughtUpWith>(&*event)) return on_caught_up(*all);
  if (std::holds_alternative<session::VersionRefused>(*event)) {
    show(Refused{wire::name_of(wire::WireErrc::version_unsupported)});
    return end("version_unsupported");
  }
  on_message(std::move(std::get<session::Passed>(*event).message));
}

// A broken chain, or a head that is not this server's, cannot be an accident. Anything else may be
// the fault of something between us.
void Core::Model::on_record_error(const Error& error) {
  const bool forged = error == wire::make_error(wire::WireErrc::signature_invalid) ||
                      error == wire::make_error(wire::WireErrc::server_unexpected);
  if (error.domain == room::make_error(room::RoomErrc::chain_gap).domain || forged) {
    return hard_stop(error.name);
  }
  show(Refused{error.name});
  reconnect_later();
}

// --- Introductions
// --------------------------------------------------------------------------------

void Core::Model::on_greeted(const session::Greeted& greeted) {
  if (!founding_) return introduce();
  if (!house_) {
    auto house = found_house(*founding_, greeted.server_id, random_);
    if (!house) {
      refuse(house.error(), founding_tag_);
      return end(house.error().name);
    }
    house_ = *std::move(house);
  }
  auto request = create_request(*house_, random_);
  if (!request) {
    refuse(request.error(), founding_tag_);
    return end(request.error().name);
  }
  keep_first();
  session_->create(*std::move(request), house_->id, house_->staff->server);
}

std::vector<Introduction> Core::Model::introductions() const {
  std::vector<Introduction> list;
  if (house_ && house_->staff) {
    // A Welcome into somebody else's group waits under the new handle.
    if (arrival_ && arrival_->admitted) list.push_back(Introduction::arrival);
    list.push_back(Introduction::staff);
    return list;
  }
  if (arrival_ && arrival_->knocked) list.push_back(Introduction::arrival);
  if (stay_) list.push_back(Introduction::stay);
  if (door_keys_) list.push_back(Introduction::gate);
  return list;
}

void Core::Model::introduce() {
  const std::vector<Introduction> list = introductions();
  if (introduction_ >= list.size()) return end(been_inside_ ? "not_admitted" : "link_spent");
  asked_ = list[introduction_];
  switch (asked_) {
    case Introduction::staff:
      return session_->authenticate(house_->id, room::Role::staff, house_->staff->server);
    case Introduction::arrival:
      return session_->authenticate(house_->id, room::Role::member, arrival_->stay.delivery);
    case Introduction::stay: return session_->authenticate(house_->id, room::Role::member, *stay_);
    case Introduction::gate:
      return session_->authenticate(link_->room, room::Role::gate, door_keys_->gate);
  }
}

void Core::Model::on_authenticated(const session::Authenticated&) {
  introduction_ = 0;
  switch (asked_) {
    case Introduction::staff: return follow();
    case Introduction::arrival: return send(wire::GetWelcome{});
    case Introduction::stay:
      if (reader_ && reader_->conversation() && reader_->conversation()->active()) {
        return follow();
      }
      return knock();
    case Introduction::gate: return send(wire::GetDoor{});
  }
}

void Core::Model::on_introduction_refused() {
  if (cut_off_) return end("removed");
  // Removed while we were away, or the meeting is over: this handle is nobody's any more.
  if (asked_ == Introduction::stay) {
    stay_ = std::exchange(older_stay_, std::nullopt);
  } else {
    ++introduction_;
  }
  if (introduction_ >= introductions().size()) {
    return end(been_inside_ ? "not_admitted" : "link_spent");
  }
  connect_now();
}

void Core::Model::on_room_created() {
  const std::uint64_t tag = founding_tag_;
  const room::Admission admission = admission_ = founding_->admission;
  founding_.reset();
  stage_ = Stage::closed;
  reader_.emplace(house_->id, house_->server_part, house_->card.staff_lists, room::Anchor{});
  auto stay = StayKeys::generate(name_, random_);
  if (!stay) {
    refuse(stay.error(), tag);
    return end(stay.error().name);
  }
  reader_->set_founder(*std::move(stay));
  show(RoomCreated{house_->id, house_->title()}, tag);
  errands_.add_first({FoundErrand{false, admission}, tag});
  if (session_->role()) follow();
}

void Core::Model::on_room_refused(wire::CreateRefusal reason) {
  if (reason == wire::CreateRefusal::room_exists) {
    // We made it on a connection that was lost before the answer came.
    on_room_created();
    return introduce();
  }
  show(Refused{wire::name_of(reason)}, founding_tag_);
  if (reason == wire::CreateRefusal::log_unavailable) return reconnect_later();
  end(wire::name_of(reason));
}

// --- Everything else
// ------------------------------------------------------------------------------

void Core::Model::on_message(wire::ServerMessage message) {
  if (const auto* door = std::get_if<wire::Door>(&message)) return on_door(*door);
  if (std::holds_alternative<wire::KnockWaiting>(message)) {
    backoff_.reset();
    refusal_shown_ = {};
    return show(Knocking{}, std::exchange(knock_tag_, 0));
  }
  if (const auto* refused = std::get_if<wire::KnockRefused>(&message)) {
    return on_knock_refused(refused->reason);
  }
  if (const auto* denied = std::get_if<wire::KnockDenied>(&message)) return on_denied(*denied);
  if (const auto* admitted = std::get_if<wire::Admitted>(&message)) return on_admitted(*admitted);
  if (const auto* welcome = std::get_if<wire::Welcome>(&message)) return on_welcome(*welcome);
  if (const auto* shown = std::get_if<wire::KnockShown>(&message)) return on_knock_shown(*shown);
  if (const auto* gone = std::get_if<wire::KnockGone>(&message)) {
    const Guest* guest = admitter_.find(gone->slot);
    if (guest && !guest->approved) show(KnockGone{gone->slot});
    return admitter_.on_gone(gone->slot);
  }
  if (const auto* shown = std::get_if<wire::NoteShown>(&message)) return on_note_shown(*shown);
  if (const auto* sent = std::get_if<wire::NoteSent>(&message)) {
    if (const auto outcome = desk_.on_sent(*sent)) on_outcome(*outcome);
    return;
  }
  if (const auto* refused = std::get_if<wire::NoteRefused>(&message)) {
    if (const auto outcome = desk_.on_refused(*refused)) on_outcome(*outcome);
    return;
  }
  if (const auto* line = std::get_if<wire::LeadLine>(&message)) {
    lead_down_ = line->down ? std::optional(line->lead) : std::nullopt;
    silence_stale_ = true;
    return;
  }
  if (const auto* checked = std::get_if<wire::TagChecked>(&message)) {
    return on_tag_checked(*checked);
  }
  if (const auto* refused = std::get_if<wire::AppendRefused>(&message)) {
    return on_append_refused(*refused);
  }
  if (const auto* head = std::get_if<wire::CheckpointRecord>(&message)) {
    return on_checkpoint(head->checkpoint);
  }
  if (std::holds_alternative<wire::DoorPut>(message)) return on_door_put({});
  if (const auto* refused = std::get_if<wire::DoorRefused>(&message)) {
    return on_door_put(wire::name_of(refused->reason));
  }
  if (const auto* goodbye = std::get_if<wire::Goodbye>(&message)) return on_goodbye(*goodbye);
  if (const auto* error = std::get_if<wire::ErrorRecord>(&message)) return on_error_record(*error);
  // Appended: what counts is that the entry is read.
}

void Core::Model::on_goodbye(const wire::Goodbye& goodbye) {
  const Duration wait(goodbye.retry_after_ms);
  switch (goodbye.reason) {
    case wire::GoodbyeReason::replaced: return end("replaced");
    case wire::GoodbyeReason::outbox_full: backoff_.reset(); return reconnect_later(wait);
    default: return reconnect_later(wait);
  }
}

void Core::Model::on_error_record(const wire::ErrorRecord& error) {
  show(Refused{wire::name_of(error.code)});
  if (error.code == wire::WireErrc::version_unsupported) return end("version_unsupported");
  reconnect_later();
}

}  // namespace hearth::client
