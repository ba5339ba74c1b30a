// Frames that were valid once, in every state of a connection.
#include "tests/hostile/hostile.h"
#include "tests/hostile/mutate.h"

namespace hearth::test {

bool StormRoom::prepare(std::uint16_t port, unsigned count) {
  threads = count;
  for (unsigned i = 0; i < threads; ++i)
    room.more_founders.push_back(room::public_key_of(founder(i)));
  if (!room.found(port, room::Retention::day, 2) || !room.open(room::Admission::lobby) ||
      !room.add_gate(0, 60000))
    return false;
  std::vector<room::Handle> muted;
  for (unsigned i = 1; i <= threads; ++i) {
    // Six commits a minute and key: founders take turns.
    if (i % 5 == 0 && !room.staff_changes(founder(i / 5 - 1))) return false;
    if (!room.enter(i)) return false;
    muted.push_back(room.keys.handle(i));
  }
  // What storms in without being refused is kept for a day, and would look like a leak.
  if (!room.staff_acts(room::MuteOp{muted})) return false;
  // SQLite's cache of pages fills up to its limit now, not while memory is watched.
  for (int i = 0; i < 48; ++i)
    if (!room.staff_appends(room.append_of({room.line(65536)}))) return false;
  return true;
}

namespace {

// How far a connection is taken before the storm.
enum class Station : unsigned { fresh, greeted, deciding, guest, member, staff, last = staff };

class Stormer final {
 public:
  Stormer(const StormRoom& place, unsigned thread, std::uint64_t seed, Tally& tally)
      : place_(place),
        keys_(place.room.keys),
        dice_(seed),
        random_(seed),
        tally_(tally),
        founder_(place.founder(thread)),
        member_(place.room.keys.delivery(thread + 1)),
        gate_(place.room.gate_key(0)) {}

  bool run(std::atomic<long>& left) {
    constexpr long kPerConnection = 48;
    while (left.load() > 0) {
      const auto station =
          static_cast<Station>(dice_() % (static_cast<unsigned>(Station::last) + 1));
      if (!connect(station)) return false;
      bool alive = true;
      for (long i = 0; alive && i < kPerConnection; ++i) {
        if (left.fetch_sub(1) <= 0) break;
        alive = throw_one(station) && station != Station::deciding;
      }
    }
    return true;
  }

 private:
  bool connect(Station station) {
    socket_ = WebSocketByHand::open(place_.room.port);
    session_.emplace(room::ChannelBinding{}, keys_.server_part.server_id);
    assembler_ = {};
    if (!socket_) return false;
    if (station == Station::fresh) return true;
    if (!flush() || !await_event<session::Greeted>()) return false;
    greeted_ = session_;
    switch (station) {
      case Station::guest: return enter(room::Role::gate, gate_);
      case Station::member: return enter(room::Role::member, member_);
      case Station::staff: return enter(room::Role::staff, founder_);
      default: return true;
    }
  }
  bool enter(room::Role role, const crypto::SignatureKey& key) {
    session_->authenticate(keys_.room, role, key);
    return flush() && await_event<session::Authenticated>();
  }

  bool flush() {
    for (const Bytes& record : session_->take_records())
      for (const Bytes& frame : wire::frames_of(record))
        if (!socket_->send(frame)) return false;
    return true;
  }
  template <class Event>
  bool await_event() {
    while (auto message = socket_->receive()) {
      if (message->opcode != Opcode::binary) continue;
      auto record = assembler_.on_frame(message->payload);
      if (!record || !*record) continue;
      auto event = session_->on_record(**record);
      if (event && std::holds_alternative<Event>(*event)) return true;
      if (!event) return false;
    }
    return false;
  }

  // A mutated frame, then a ping. True if the connection is still there.
  bool throw_one(Station station) {
    if (station == Station::deciding) {
      session_->authenticate(keys_.room, room::Role::member, member_);
      if (!flush()) return false;
    }
    Bytes record = valid_record(station);
    if (dice_() % 16 != 0) record = mutated(std::move(record), dice_);
    bool sent = true;
    for (const Bytes& frame : hostile_frames(record, dice_)) sent = sent && socket_->send(frame);
    // A peer that has closed takes nothing; what it said before is still read.
    if (sent) sent = socket_->ping();
    while (auto message = socket_->receive()) {
      if (message->opcode == Opcode::pong) return sent;
      if (message->opcode == Opcode::close) return false;
      if (message->opcode == Opcode::binary) tally(message->payload);
    }
    if (socket_->tcp().timed_out()) tally_.count("silence");
    return false;
  }

  void tally(ByteView frame) {
    const auto record = assembler_.on_frame(frame);
    if (!record || !*record) return;
    const auto message = wire::decode_server_message(**record);
    if (message) tally_.count(*message);
    if (!message) tally_.count("undecodable");
  }

  // A record that this station may send, as an honest client would.
  Bytes valid_record(Station station) {
    switch (station) {
      case Station::fresh: return wire::record_of(wire::Hello{{1, 2, 3}});
      case Station::greeted:
      case Station::deciding: return greeted_record();
      case Station::guest: return any_record(false);
      case Station::member: return dice_() % 2 == 0 ? member_record() : any_record(true);
      case Station::staff: return dice_() % 2 == 0 ? staff_record() : any_record(true);
    }
    return {};
  }

  Bytes greeted_record() {
    session::ClientSession asking = *greeted_;
    const auto dice = dice_() % 8;
    if (dice == 0) {
      wire::CreateRoom request;
      request.server_part = encoded(keys_.server_part);
      request.member_part_hash = room::hash_of(keys_.member_part);
      request.door_card = words(1024);
      asking.create(request, keys_.room, founder_);
    } else if (dice < 4) {
      asking.authenticate(keys_.room, room::Role::gate, gate_);
    } else {
      asking.authenticate(keys_.room, room::Role::member, member_);
    }
    return asking.take_records().back();
  }

  Bytes any_record(bool inside) {
    switch (dice_() % (inside ? 5 : 4)) {
      case 0: return wire::record_of(wire::GetDoor{});
      case 1: return wire::record_of(wire::GetCheckpoint{});
      case 2: return wire::record_of(wire::KnockRequest{{random_.array<32>()}, words(1024)});
      case 3: {
        wire::Auth auth{keys_.room, room::Role::gate, room::public_key_of(gate_), {}};
        random_.fill(auth.signature.bytes);
        return wire::record_of(auth);
      }
      default: return wire::record_of(wire::Deny{dice_() % 1000, words(512)});
    }
  }

  Bytes member_record() {
    if (dice_() % 8 == 0) return wire::record_of(wire::Resume{room::Seq::at(0, 1)});
    if (dice_() % 8 == 0) return wire::record_of(wire::GetWelcome{});
    wire::Append append;
    append.idempotency = random_.array<16>();
    const auto generation = keys_generation();
    for (std::uint64_t i = 1 + dice_() % 3; i > 0; --i)
      append.entries.push_back(
          {room::EntryKind::app, generation, words(dice_() % 8 ? 512 : 16384)});
    if (dice_() % 8 == 0) {
      append.entries.front() = {room::EntryKind::commit, generation, words(512)};
      append.expect_commit_seq = room::Seq::at(0, static_cast<std::uint32_t>(dice_() % 100));
    }
    return wire::record_of(append);
  }

  Bytes staff_record() {
    if (dice_() % 8 == 0) {
      wire::PutDoor put{words(1024), room::public_key_of(founder_), {}};
      random_.fill(put.signature.bytes);
      return wire::record_of(put);
    }
    // Acts that change nothing for long, each but a few with a counter that has been used.
    room::Control control;
    control.room = keys_.room;
    control.signer = room::public_key_of(founder_);
    if (dice_() % 2 == 0) {
      control.args = room::SlowModeOp{0};
    } else {
      control.args = room::MuteOp{{keys_.handle(1)}};
    }
    control.base_seq = room::Seq::at(0, 5);
    control.counter = 1000 + (dice_() % 32 == 0 ? ++acts_ : 0);
    wire::Append append;
    append.idempotency = random_.array<16>();
    append.entries.push_back(
        {room::EntryKind::control, keys_generation(), *room::seal_control(control, founder_)});
    return wire::record_of(append);
  }

  room::Generation keys_generation() const { return 1; }
  Bytes words(std::size_t bucket) { return sealed_words(bucket, random_); }

  const StormRoom& place_;
  const RoomBuilder& keys_;
  Dice dice_;
  crypto::SeededRandom random_;
  Tally& tally_;
  crypto::SignatureKey founder_;
  crypto::SignatureKey member_;
  crypto::SignatureKey gate_;
  std::optional<WebSocketByHand> socket_;
  std::optional<session::ClientSession> session_;
  wire::FrameAssembler assembler_;
  std::optional<session::ClientSession> greeted_;  // As it was after the greeting.
  std::uint64_t acts_ = 0;
};

}  // namespace

bool storm(const StormRoom& place, unsigned thread, std::uint64_t seed, std::atomic<long>& left,
           Tally& tally) {
  return Stormer(place, thread, seed + thread, tally).run(left);
}

}  // namespace hearth::test
