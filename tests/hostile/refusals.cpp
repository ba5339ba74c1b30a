// One scene for each refusal, so that none is counted by luck alone.
#include "tests/hostile/hostile.h"

namespace hearth::test {

namespace {

using room::AppendRefusal;

class Tour final {
 public:
  Tour(std::uint16_t port, Tally& tally) : port_(port), tally_(tally) {}

  bool run() {
    sessions();
    creation();
    if (!set_up()) return false;
    knocks();
    appends();
    floor();
    commits();
    admissions();
    rates();
    return sound_;
  }

 private:
  // --- What is heard -----------------------------------------------------------------------------

  void hear(WireClient& client, const wire::Append& append, AppendRefusal expected) {
    const auto answer = client.append(append);
    const auto* refused = std::get_if<wire::AppendRefused>(&answer);
    if (refused) tally_.count(wire::ServerMessage(*refused));
    expect(refused && refused->refusal.reason == expected, room::name_of(expected));
  }
  void hear(WireClient& client, const wire::KnockRequest& knock, wire::KnockRefusal expected) {
    client.send(knock);
    const auto refused = client.await<wire::KnockRefused>();
    if (refused) tally_.count(wire::ServerMessage(*refused));
    expect(refused && refused->reason == expected, wire::name_of(expected));
  }
  void expect(bool heard, std::string_view what) {
    if (heard) return;
    sound_ = false;
    tally_.count("not heard: " + std::string(what));
  }
  // All that comes until the connection ends, counted.
  void count_to_the_end(WireClient& client) {
    while (const auto event = client.next()) {
      const auto* passed = std::get_if<session::Passed>(&*event);
      if (passed) tally_.count(passed->message);
      if (std::holds_alternative<session::VersionRefused>(*event))
        tally_.count("error.version_unsupported");
      if (std::holds_alternative<session::AuthenticationRefused>(*event))
        tally_.count("auth_refused");
    }
  }
  std::unique_ptr<WireClient> connect() {
    auto client = WireClient::connect(port_);
    expect(client != nullptr, "connection");
    return client;
  }
  void send_frame(WireClient& client, ByteView frame) { client.socket().send(frame); }

  // --- Scenes ------------------------------------------------------------------------------------

  void sessions() {
    const auto scene = [&](auto&& act) {
      const auto client = connect();
      if (!client) return;
      act(*client);
      count_to_the_end(*client);
    };
    scene([&](WireClient& c) { send_frame(c, Bytes{7, 1, 2}); });  // frame_invalid
    scene([&](WireClient& c) {                                     // record_too_large
      Bytes part(wire::kFrameSizeMax, Byte{1});
      for (int i = 0; i < 5; ++i) send_frame(c, part);
    });
    scene([&](WireClient& c) { send_frame(c, Bytes{0, 0x77}); });        // record_unknown
    scene([&](WireClient& c) { send_frame(c, Bytes{0, 0x02, 1, 2}); });  // record_malformed
    scene([&](WireClient& c) { c.send(wire::GetDoor{}); });              // out_of_turn
    scene([&](WireClient& c) { c.send(wire::Bye{}); });                  // goodbye asked
    scene([&](WireClient& c) {                                           // auth_refused
      const room::RoomId nowhere{random_.array<16>()};
      c.session().authenticate(nowhere, room::Role::member, signature_key("nobody"));
      c.flush();
    });
    scene([](WireClient&) {});  // idle: nothing is asked for fifteen seconds.
    auto socket = WebSocketByHand::open(port_);
    const Bytes future = wire::record_of(wire::Hello{{99}});
    expect(socket && socket->send(wire::frames_of(future).front()), "hello");
    while (auto message = socket->receive()) {
      if (message->opcode != Opcode::binary) break;
      const auto heard = wire::decode_server_message(ByteView(message->payload).subspan(1));
      if (heard) tally_.count(*heard);
    }
  }

  void creation() {
    const auto scene = [&](wire::CreateRoom request, wire::CreateRefusal expected) {
      const auto client = connect();
      if (!client) return;
      const auto id =
          room::room_id_of(crypto::sha256(request.server_part), request.member_part_hash);
      client->session().create(std::move(request), id, signature_key("staff_server"));
      client->flush();
      const auto event = client->next();
      const auto* refused = event ? std::get_if<session::RoomRefused>(&*event) : nullptr;
      if (refused) tally_.count(wire::ServerMessage(wire::CreateRefused{refused->reason}));
      expect(refused && refused->reason == expected, wire::name_of(expected));
      // Who leaves while the room is being made must not be missed by the server.
      if (!refused) return;
    };
    WireRoom room;
    const auto first = connect();
    if (!first) return;
    room.keys.server_part.server_id = first->server_id();
    wire::CreateRoom good = room.creation();
    wire::CreateRoom bad = good;
    bad.server_part.pop_back();
    scene(bad, wire::CreateRefusal::part_invalid);
    bad = good;
    bad.door_card.pop_back();
    scene(bad, wire::CreateRefusal::card_invalid);
    RoomBuilder other;
    other.server_part.server_id = first->server_id();
    other.server_part.founders = {room::public_key_of(signature_key("somebody"))};
    bad.server_part = encoded(other.server_part);
    scene(bad, wire::CreateRefusal::not_a_founder);
    WireRoom made;
    expect(made.found(port_, room::Retention::live, 10), "room made");
    scene(made.creation(), wire::CreateRefusal::room_exists);
    leave_while_deciding();
  }

  // The room is being made while its founder says goodbye, or something out of turn.
  void leave_while_deciding() {
    for (std::uint32_t i = 0; i < 8; ++i) {
      const auto client = connect();
      if (!client) return;
      WireRoom room;
      room.keys.server_part.server_id = client->server_id();
      room.keys.server_part.nonce = seeded_bytes("deciding", i);
      const auto id = room::room_id_of(room::hash_of(room.keys.server_part),
                                       room::hash_of(room.keys.member_part));
      client->session().create(room.creation(), id, room.keys.staff_server);
      if (i % 2 == 0) {
        client->session().send(wire::Bye{});
      } else {
        client->session().send(wire::GetDoor{});
      }
      client->flush();
      count_to_the_end(*client);
    }
  }

  bool set_up() {
    for (unsigned i = 0; i < 8; ++i) room_.more_founders.push_back(room::public_key_of(founder(i)));
    const bool ready = room_.found(port_, room::Retention::day, 3) && before_opening() &&
                       room_.open(room::Admission::lobby) && room_.add_gate(1, 2) &&
                       room_.add_gate(2, 1) && room_.add_gate(3, 9, 1000) &&
                       (anna_ = room_.enter(1)) && (bela_ = room_.enter(2, 2));
    expect(ready, "room to tour");
    return ready;
  }
  static crypto::SignatureKey founder(unsigned number) { return signature_key("tour", number); }
  bool next_founder() { return room_.staff_changes(founder(next_founder_++)); }

  std::unique_ptr<WireClient> guest(std::uint32_t gate) {
    auto client = connect();
    expect(client && client->authenticate(room_.keys.room, room::Role::gate, room_.gate_key(gate)),
           "guest");
    return client;
  }
  wire::KnockRequest a_knock() { return {{random_.array<32>()}, sealed_words(1024, random_)}; }

  bool before_opening() {
    if (!room_.add_gate(0, 600)) return false;
    hear(*guest(0), a_knock(), wire::KnockRefusal::room_closed);
    hear(*room_.staff, room_.append_of({room_.line()}), AppendRefusal::room_closed);
    return true;
  }

  void knocks() {
    hear(*guest(0), {{}, Bytes(100)}, wire::KnockRefusal::size_invalid);
    hear(*guest(3), a_knock(), wire::KnockRefusal::gate_expired);
    hear(*guest(2), a_knock(), wire::KnockRefusal::gate_spent);
    expect(room_.staff_acts(room::LockOp{}), "lock");
    hear(*guest(0), a_knock(), wire::KnockRefusal::locked);
    expect(room_.staff_acts(room::UnlockOp{}), "unlock");

    const auto one = guest(1);
    const wire::KnockRequest same = a_knock();
    for (int i = 0; i < 2; ++i) {
      one->send(i == 0 ? same : a_knock());
      expect(one->await<wire::KnockWaiting>().has_value(), "knock waits");
    }
    hear(*one, same, wire::KnockRefusal::handle_waiting);
    hear(*one, a_knock(), wire::KnockRefusal::too_many);
    const auto many = guest(0);
    for (int i = 0; i < 510; ++i) many->send(a_knock());
    hear(*many, a_knock(), wire::KnockRefusal::lobby_full);
    room_.staff->read_until(room_.staff->state().head());
  }

  wire::Append alone(room::EntryKind kind, room::Generation generation, Bytes body) {
    return room_.append_of({{kind, generation, std::move(body)}});
  }
  wire::Append acts(room::OpArgs args) { return room_.append_of({room_.act(std::move(args))}); }
  room::Control control(room::OpArgs args) {
    room::Control made;
    made.room = room_.keys.room;
    made.signer = room::public_key_of(room_.keys.staff_server);
    made.args = std::move(args);
    made.base_seq = room_.staff->state().head();
    made.counter = 1'000'000;
    return made;
  }
  wire::Append signed_by(const room::Control& what, const crypto::SignatureKey& key) {
    return alone(room::EntryKind::control, 1, *room::seal_control(what, key));
  }

  void appends() {
    // While so many knocked nobody listened here, on a busy machine for longer than is waited.
    expect(room_.staff_returns(port_), "the founder again");
    WireClient& staff = *room_.staff;
    const crypto::SignatureKey& key = room_.keys.staff_server;
    const auto generation = staff.state().generation();
    const room::Handle nobody{random_.array<32>()};
    expect(room_.staff_appends(room_.append_of({room_.line()})), "a line");

    hear(staff, acts(room::OpenOp{to_bytes("x"), nobody, room::Admission::lobby, 2}),
         AppendRefusal::room_open);
    hear(staff, alone(room::EntryKind::app, 0, Bytes(512)), AppendRefusal::generation_old);
    hear(staff, alone(room::EntryKind::app, 9, Bytes(512)), AppendRefusal::generation_ahead);
    hear(staff, alone(room::EntryKind::app, generation, Bytes(100)),
         AppendRefusal::body_size_invalid);
    hear(staff, alone(room::EntryKind::control, generation, Bytes(256, 0xff)),
         AppendRefusal::control_invalid);
    wire::Append forged = acts(room::LockOp{});
    Bytes& body = forged.entries.front().body;
    const std::size_t length = (std::size_t{body[2]} << 8) | body[3];
    body[4 + length - 1] ^= 1;  // The last byte of the signature.
    hear(staff, forged, AppendRefusal::control_signature_invalid);
    room::Control elsewhere = control(room::LockOp{});
    elsewhere.room.bytes[0] ^= 1;
    hear(staff, signed_by(elsewhere, key), AppendRefusal::wrong_room);
    room::Control replayed = control(room::LockOp{});
    replayed.counter = 1;
    hear(staff, signed_by(replayed, key), AppendRefusal::counter_replayed);
    room::Control ahead = control(room::LockOp{});
    ahead.base_seq = ahead.base_seq.next(5);
    hear(staff, signed_by(ahead, key), AppendRefusal::base_seq_ahead);
    // The last entry was no control entry.
    hear(staff, signed_by(control(room::StateOp{staff.state().encode_state()}), key),
         AppendRefusal::base_seq_old);
    room::Control state = control(room::StateOp{to_bytes("another state")});
    state.base_seq = staff.state().last_control_seq();
    hear(staff, signed_by(state, key), AppendRefusal::state_differs);
    room::Control stranger = control(room::LockOp{});
    const auto strange = signature_key("stranger");
    stranger.signer = room::public_key_of(strange);
    hear(staff, signed_by(stranger, strange), AppendRefusal::not_staff);
    stranger.role = room::SignerRole::member;
    hear(staff, signed_by(stranger, strange), AppendRefusal::not_admitted);
    hear(staff, signed_by(control(room::LeaveOp{}), key), AppendRefusal::kind_forbidden);
    hear(staff, reserved_op(), AppendRefusal::op_reserved);
    hear(staff, acts(room::MuteOp{{nobody}}), AppendRefusal::handle_unknown);
    hear(staff, acts(room::SupporterRemoveOp{}), AppendRefusal::staff_invalid);
    hear(staff, acts(room::GateRevokeOp{room_.keys.gate(77)}), AppendRefusal::gate_unknown);
    hear(staff, acts(room::GateAddOp{room_.keys.gate(0), 1, 4'000'000'000, 0, {}}),
         AppendRefusal::gate_present);
    hear(staff, acts(room::EraseOp{{room::Seq::at(0, 99999)}}), AppendRefusal::seq_unknown);
    hear(staff, acts(room::RemoveOp{{room_.keys.handle(1)}, {}, 9, 0}),
         AppendRefusal::generation_wrong);
    wire::Append welcomed = room_.append_of({room_.line()});
    welcomed.welcomes.push_back({{nobody}, to_bytes("welcome")});
    hear(staff, welcomed, AppendRefusal::welcome_invalid);
    wire::Append large = room_.append_of({});
    for (int i = 0; i < 4; ++i) large.entries.push_back(room_.line(65536));
    large.welcomes.push_back({{nobody}, Bytes(20000)});
    hear(staff, large, AppendRefusal::too_large);
    wire::Append twice = room_.append_of({room_.line()});
    expect(room_.staff_appends(twice), "the first time");
    twice.entries.front().body[0] ^= 1;
    hear(staff, twice, AppendRefusal::idempotency_reused);

    expect(room_.staff_acts(room::MuteOp{{room_.keys.handle(1)}}), "mute");
    hear(*anna_, room_.append_of({room_.line()}), AppendRefusal::muted);
    expect(room_.staff_acts(room::ToLobbyOp{{room_.keys.handle(1)}}), "to the lobby");
    hear(*anna_, room_.append_of({room_.line()}), AppendRefusal::in_lobby);
    expect(room_.staff_acts(room::CallBackOp{{room_.keys.handle(1)}}), "back");
    expect(room_.staff_acts(room::PauseOp{}), "pause");
    hear(*bela_, room_.append_of({room_.line()}), AppendRefusal::paused);
    expect(room_.staff_acts(room::ResumeOp{}), "resume");
  }

  // By members, in a meeting with turns.
  void floor() {
    const auto staff_sets = [&](room::Mode mode) {
      expect(room_.staff_acts(room::ModeOp{mode, 0, 0}), room::name_of(mode));
    };
    expect(room_.staff_acts(room::UnmuteOp{{room_.keys.handle(1)}}), "unmute");
    staff_sets(room::Mode::respond);
    hear(*anna_, asks(1, room::TakeOp{}), AppendRefusal::mode_wrong);
    expect(done(*anna_, asks(1, room::RaiseOp{})), "raise");
    hear(*anna_, asks(1, room::RaiseOp{}), AppendRefusal::hand_up);
    hear(*bela_, asks(2, room::LowerOp{}), AppendRefusal::hand_down);
    staff_sets(room::Mode::round);
    hear(*bela_, room_.append_of({room_.line()}), AppendRefusal::out_of_turn);
    expect(done(*anna_, asks(1, room::TakeOp{})), "take");
    hear(*bela_, asks(2, room::TakeOp{}), AppendRefusal::turn_taken);
    expect(done(*anna_, asks(1, room::DoneOp{})), "done");
    hear(*anna_, asks(1, room::TakeOp{}), AppendRefusal::turn_had);
    hear(*room_.staff, acts(room::LeadOp{room::public_key_of(signature_key("nobody"))}),
         AppendRefusal::lead_other);
    staff_sets(room::Mode::free);
  }
  wire::Append asks(std::uint32_t member, room::OpArgs args) {
    const room::Seq head = room_.staff->state().head();
    return alone(room::EntryKind::control, 1, room_.keys.member_act(member, std::move(args), head));
  }
  bool done(WireClient& member, wire::Append append) {
    const auto answer = member.append(std::move(append));
    const auto* taken = std::get_if<wire::Appended>(&answer);
    return taken && room_.staff->read_until(taken->first);
  }

  // An operation that this release knows only by its number.
  wire::Append reserved_op() {
    constexpr std::uint16_t kUnknown = 99;
    Writer plain;
    plain.raw(room_.keys.room.bytes).u8(2).raw(room_.keys.staff_server.public_key());
    plain.u16(kUnknown).vector({});
    encode(plain, room_.staff->state().head());
    plain.u64(1'000'000);
    const auto signature =
        room::sign(room_.keys.staff_server, concat({view_of("hearth control"), plain.bytes()}));
    return alone(room::EntryKind::control, 1,
                 *room::pad(concat({plain.bytes(), signature.bytes}), 0, room::kControlBuckets));
  }

  void commits() {
    expect(next_founder(), "another founder");
    WireClient& staff = *room_.staff;
    hear(staff, room_.append_of({room_.commit()}), AppendRefusal::expectation_missing);
    wire::Append two = room_.append_of({room_.commit(), room_.commit()});
    two.expect_commit_seq = staff.state().last_commit_seq();
    hear(staff, two, AppendRefusal::bundle_invalid);
    wire::Append late = room_.append_of({room_.commit()});
    late.expect_commit_seq = room::Seq::at(0, 1);
    hear(staff, late, AppendRefusal::conflict);
    hear(staff,
         room_.admission({{{random_.array<32>()}, room::Role::gate, room_.keys.gate(0).bytes, 0}}),
         AppendRefusal::knock_not_waiting);
  }

  // Judged before the commit is missed, so none is spent on it.
  void admissions() {
    expect(next_founder(), "another founder");
    const auto admit = [&](const room::Handle& handle, std::uint32_t gate) {
      return acts(room::AdmitOp{{{handle, room::Role::gate, room_.keys.gate(gate).bytes, 0}}});
    };
    const room::Handle somebody{random_.array<32>()};
    WireClient& staff = *room_.staff;
    hear(staff, admit(room_.keys.handle(1), 0), AppendRefusal::handle_present);
    hear(staff, admit(somebody, 2), AppendRefusal::gate_spent);
    wire::Append expired =
        room_.admission({{somebody, room::Role::gate, room_.keys.gate(3).bytes, 0}});
    hear(staff, expired, AppendRefusal::gate_expired);
    room::Control by_member =
        control(room::AdmitOp{{{somebody, room::Role::gate, room_.keys.gate(0).bytes, 0}}});
    by_member.role = room::SignerRole::member;
    const auto bela = room_.keys.delivery(2);
    by_member.signer = room::public_key_of(bela);
    hear(*bela_, signed_by(by_member, bela), AppendRefusal::admission_forbidden);

    WireRoom tiny;
    tiny.limits = {1, 1};
    expect(tiny.found(port_, room::Retention::day, 4) && tiny.open(room::Admission::lobby) &&
               tiny.add_gate(0, 5),
           "a tiny room");
    hear(*tiny.staff,
         tiny.append_of({tiny.act(room::GateAddOp{tiny.keys.gate(1), 1, 4'000'000'000, 0, {}})}),
         AppendRefusal::gates_full);
    hear(*tiny.staff,
         tiny.append_of(
             {tiny.act(room::AdmitOp{{{somebody, room::Role::gate, tiny.keys.gate(0).bytes, 0}}})}),
         AppendRefusal::room_full);

    WireRoom guarded;
    guarded.staff_min = 2;
    expect(guarded.found(port_, room::Retention::day, 6) && guarded.open(room::Admission::lobby) &&
               guarded.add_gate(0, 5),
           "a room for two staff");
    hear(*guarded.staff,
         guarded.append_of({guarded.act(
             room::AdmitOp{{{somebody, room::Role::gate, guarded.keys.gate(0).bytes, 0}}})}),
         AppendRefusal::staff_too_few);
  }

  void rates() {
    expect(next_founder(), "another founder");
    wire::Append slow = acts(room::SlowModeOp{60});
    expect(room_.staff_appends(slow), "slow mode");
    expect(std::holds_alternative<wire::Appended>(bela_->append(room_.append_of({room_.line()}))),
           "the first line");
    hear(*bela_, room_.append_of({room_.line()}), AppendRefusal::rate_limited);
    expect(room_.staff_acts(room::SlowModeOp{0}), "no slow mode");

    // The card's refusals, replacement, removal, closing, and far too much at once.
    wire::PutDoor card{
        sealed_words(1024, random_), room::public_key_of(room_.keys.staff_server), {}};
    room_.staff->send(card);
    count_door();
    card.door_card.pop_back();
    room_.staff->send(card);
    count_door();
    const auto twin = room_.member(2);
    count_to_the_end(*bela_);  // replaced
    slow_reader();
    const auto loud = room_.member(1);
    for (int i = 0; loud && i < 1300; ++i) loud->send(wire::Deny{});
    count_to_the_end(*loud);  // too_many_requests
    expect(room_.staff_acts(room::CloseOp{}), "close");
    count_to_the_end(*twin);  // room_closed
    removal();
  }
  void count_door() {
    const auto refused = room_.staff->await<wire::DoorRefused>();
    expect(refused.has_value(), "door refused");
    if (refused) tally_.count(wire::ServerMessage(*refused));
  }
  void removal() {
    WireRoom room;
    expect(room.found(port_, room::Retention::live, 5) && room.open(room::Admission::lobby) &&
               room.add_gate(0, 5),
           "a room to be removed from");
    const auto member = room.enter(1);
    wire::Append remove = room.append_of({room.commit()});
    remove.expect_commit_seq = room.staff->state().last_commit_seq();
    remove.entries.push_back(room.act(room::RemoveOp{{room.keys.handle(1)}, {}, 2, 0}));
    expect(member && room.staff_appends(remove), "removal");
    if (member) count_to_the_end(*member);
  }
  // Asks for far more answers than it reads.
  void slow_reader() {
    const auto client = guest(0);
    for (int i = 0; i < 990; ++i) client->send(wire::GetDoor{});
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    count_to_the_end(*client);
  }

  std::uint16_t port_;
  Tally& tally_;
  crypto::SystemRandom random_;
  WireRoom room_;
  std::unique_ptr<WireClient> anna_;
  std::unique_ptr<WireClient> bela_;
  unsigned next_founder_ = 0;
  bool sound_ = true;
};

}  // namespace

bool tour_refusals(std::uint16_t port, Tally& tally) { return Tour(port, tally).run(); }

}  // namespace hearth::test
