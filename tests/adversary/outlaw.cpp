// Going in, following without rules, and saying what nobody should.
#include "tests/adversary/outlaw.h"

#include "client/core/room_policy.h"
#include "protocol/room/control.h"
#include "protocol/room/gate.h"
#include "protocol/room/knock.h"
#include "protocol/room/welcome_extension.h"

namespace hearth::test {

Outlaw::Outlaw(Siege& siege, std::string name, std::string_view link, std::uint64_t seed)
    : Party(std::move(name)),
      siege_(siege),
      random_(seed),
      link_(*room::Link::parse(link)),
      gate_(room::gate_key(link_.room, link_.gate_seed)) {}

void Outlaw::flush() {
  for (const Bytes& record : session_->take_records()) siege_.send(*this, record);
}

void Outlaw::on_connected() {
  session_.emplace(room::ChannelBinding{});
  caught_up_ = false;
  flush();
}

void Outlaw::on_record(Bytes record) {
  const auto event = session_->on_record(record);
  if (!event) return;
  if (std::holds_alternative<session::Greeted>(*event)) {
    if (comes_back_) {
      session_->authenticate(link_.room, room::Role::member, arrival_->stay.delivery);
    } else {
      session_->authenticate(link_.room, room::Role::gate, gate_);
    }
  } else if (std::holds_alternative<session::AuthenticationRefused>(*event)) {
    ++rejected;
  } else if (const auto* ok = std::get_if<session::Authenticated>(&*event)) {
    ++granted;
    if (ok->answer.role == room::Role::gate) session_->send(wire::GetDoor{});
    if (ok->answer.role == room::Role::member) session_->send(wire::GetWelcome{});
  } else if (const auto* followed = std::get_if<session::Followed>(&*event)) {
    on_followed(followed->record);
  } else if (std::holds_alternative<session::CaughtUpWith>(*event)) {
    caught_up_ = true;
  } else if (const auto* passed = std::get_if<session::Passed>(&*event)) {
    on_message(passed->message);
  }
  flush();
}

void Outlaw::on_message(const wire::ServerMessage& message) {
  if (const auto* door = std::get_if<wire::Door>(&message)) on_door(*door);
  if (std::holds_alternative<wire::KnockWaiting>(message)) ++knocks_waiting;
  if (const auto* error = std::get_if<wire::ErrorRecord>(&message)) {
    told_out_of_turn |= error->code == wire::WireErrc::out_of_turn;
  }
  if (const auto* no = std::get_if<wire::KnockRefused>(&message)) {
    knocks_refused.push_back(no->reason);
  }
  if (const auto* admitted = std::get_if<wire::Admitted>(&message);
      admitted && arrival_ && admitted->handle == handle_ && !stolen_) {
    session_->authenticate(link_.room, room::Role::member, arrival_->stay.delivery);
  }
  if (const auto* welcome = std::get_if<wire::Welcome>(&message)) on_welcome(*welcome);
  if (const auto* knock = std::get_if<wire::KnockShown>(&message)) shown.push_back(*knock);
  if (std::holds_alternative<wire::Appended>(message)) ++appended;
  if (const auto* no = std::get_if<wire::AppendRefused>(&message)) {
    refused.push_back(no->refusal.reason);
  }
}

// --- The door
// -----------------------------------------------------------------------------------------

void Outlaw::on_door(const wire::Door& door) {
  if (house_) return;
  auto house = client::enter_house(link_, door);
  if (!house) return;
  house_ = *std::move(house);
  auto arrival = client::Arrival::prepare(*house_, name(), siege_.now(), random_);
  if (!arrival) return;
  arrival_ = *std::move(arrival);
  knock();
}

void Outlaw::knock() {
  if (stolen_) {
    mls::Identity identity = arrival_->stay.identity(house_->id, nullptr);
    auto leaf = decode_exact<room::LeafExtension>(identity.extensions.front().data);
    leaf->delivery = *stolen_;  // The possession is the thief's own, or none at all.
    identity.extensions.front().data = encoded(*leaf);
    identity.credential = mls::basic_credential(leaf->handle(house_->id).view());
    const auto seconds = unix_seconds(siege_.now());
    auto bundle =
        mls::make_key_package(client::kSuite, identity, {seconds - 3600, seconds + 3600}, random_);
    expects(bundle.has_value());
    arrival_->key_package = *std::move(bundle);
  }
  handle_ = stolen_ ? room::handle_of(house_->id, *stolen_) : arrival_->stay.handle(house_->id);
  const room::Knock knock = room::Knock::make(house_->id, arrival_->key_package.message(), handle_,
                                              room::Role::gate, gate_, {});
  std::vector<room::DeskKey> desks;
  for (const auto& entry : house_->card.staff().entries) desks.push_back(entry.desk);
  const bool open_door = (link_.flags & room::Link::kOpenDoor) != 0;
  auto sealed = open_door ? room::seal_knock_for_door(house_->id, knock, house_->k_door(), random_)
                          : room::seal_knock_for_desks(house_->id, knock, desks, random_);
  expects(sealed.has_value());
  session_->send(wire::KnockRequest{handle_, *std::move(sealed)});
}

void Outlaw::knock_for_nobody(std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    Bytes noise(1024);
    random_.fill(noise);
    session_->send(wire::KnockRequest{{random_.array<32>()}, std::move(noise)});
  }
  flush();
}

void Outlaw::ask_for(const room::RoomId& room) {
  // The session of an honest client would not do it.
  wire::Auth auth{room, room::Role::gate, room::public_key_of(gate_), {}};
  siege_.send(*this, wire::record_of(auth));
}

void Outlaw::on_welcome(const wire::Welcome& welcome) {
  if (!welcome.bytes || group_) return;
  const auto message = decode_exact<mls::MlsMessage>(*welcome.bytes);
  if (!message) return;
  mls::Extensions inside;
  mls::JoinOptions join;
  join.group_info_extensions = &inside;
  auto joined = mls::Group::join(std::get<mls::Welcome>(message->body), arrival_->key_package,
                                 std::nullopt, {}, join);
  if (!joined) return;
  const mls::Extension* extension = mls::find(inside, room::kWelcomeExtensionType);
  const auto place = decode_exact<room::WelcomeExtension>(extension->data);
  if (!place) return;
  group_ = *std::move(joined);
  envelope_.emplace(house_->id, place->generation, place->s_g);
  if (place->start.seq == room::Seq{}) state_.emplace(house_->id, house_->server_part);
  session_->follow(room::Chain(house_->id, place->start));
}

// --- The log
// ------------------------------------------------------------------------------------------

void Outlaw::on_followed(const room::LogRecord& record) {
  log.push_back(record);
  if (!group_ || !record.body() || record.kind == room::EntryKind::control) return;
  const auto message =
      envelope_->open({record.seq, record.kind, record.generation, *record.body()});
  if (!message) return;
  auto received = group_->process(*message);
  if (!received) return;
  bool turned = false;
  if (std::holds_alternative<mls::OwnCommit>(*received)) {
    turned = group_->merge_pending().has_value();
  } else if (auto* staged = std::get_if<mls::StagedCommit>(&*received)) {
    if (staged->removes_us()) return;  // It keeps what it has.
    turned = group_->merge(std::move(*staged)).has_value();
  }
  if (!turned) return;
  const auto policy = client::policy_of(group_->context());
  if (!policy || policy->generation == envelope_->generation()) return;
  const auto secret =
      group_->export_secret("hearth envelope", Writer().u16(policy->generation).take(), 16);
  if (secret) {
    envelope_.emplace(house_->id, policy->generation, Secret16::from(secret->view()));
  }
}

bool Outlaw::reads(const room::LogRecord& record) {
  if (!group_ || !record.body()) return false;
  const auto message =
      envelope_->open({record.seq, record.kind, record.generation, *record.body()});
  return message && group_->process(*message).has_value();
}

// --- What it says
// -------------------------------------------------------------------------------------

Bytes Outlaw::sealed(room::EntryKind kind, ByteView mls_message) {
  auto body = envelope_->seal(kind, mls_message, random_);
  expects(body.has_value());
  return *std::move(body);
}

room::Payload Outlaw::line(std::string_view text) {
  room::Payload payload;
  payload.id = random_.array<16>();
  payload.counter = ++counter_;
  payload.last = session_->chain()->head();
  payload.type = room::PayloadType::text;
  payload.content = to_bytes(text);
  return payload;
}

Bytes Outlaw::said(const room::Payload& payload, bool opens) {
  auto committed = room::commit_to(house_->id, payload, random_.secret<32>());
  if (!opens) committed.commitment[0] ^= 1;
  const auto message = group_->protect(committed.application_data, {}, random_);
  expects(message.has_value());
  auto body = envelope_->seal_app(committed.commitment, *message, random_);
  expects(body.has_value());
  return *std::move(body);
}

void Outlaw::append(room::EntryKind kind, Bytes body) {
  wire::Append append;
  append.idempotency = random_.array<16>();
  append.entries = {{kind, generation(), std::move(body)}};
  session_->send(append);
  flush();
}

void Outlaw::append_beside_admission(Bytes commit, const wire::KnockShown& knock) {
  room::Seq last_commit;
  for (const room::LogRecord& record : log) {
    if (record.kind == room::EntryKind::commit) last_commit = record.seq;
  }
  room::Control control;
  control.room = house_->id;
  control.role = room::SignerRole::member;
  control.signer = room::public_key_of(arrival_->stay.delivery);
  control.args = room::AdmitOp{{{knock.handle, knock.role, knock.ref, 0}}};
  control.base_seq = session_->chain()->seq();
  control.counter = ++acts_;
  const auto body = room::seal_control(control, arrival_->stay.delivery);
  expects(body.has_value());
  wire::Append append;
  append.idempotency = random_.array<16>();
  append.expect_commit_seq = last_commit;
  append.entries = {{room::EntryKind::commit, generation(), std::move(commit)},
                    {room::EntryKind::control, generation(), *body}};
  Bytes noise(700);
  random_.fill(noise);
  append.welcomes.push_back({{knock.handle}, std::move(noise)});
  session_->send(append);
  flush();
}

}  // namespace hearth::test
