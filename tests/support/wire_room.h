// A room on a running server: founded, opened, entered, with opaque words where MLS would be.
#pragma once

#include <algorithm>

#include "tests/support/room_builder.h"
#include "tests/support/wire_client.h"

namespace hearth::test {

// Random bytes of exactly a bucket: all that a blind server can ask of a sealed body.
inline Bytes sealed_words(std::size_t bucket, crypto::RandomSource& random) {
  Bytes words(bucket);
  random.fill(words);
  return words;
}

// A founder's view of one room. Each person has a number; number 0 is the opener of the group.
struct WireRoom {
  RoomBuilder keys;
  std::uint16_t port = 0;
  crypto::SystemRandom random;
  std::unique_ptr<WireClient> staff;  // Authenticated by staff_server, follows the log.
  std::vector<room::PublicKey> more_founders;  // Set before the room is founded.
  room::Limits limits{200, 64};
  std::uint8_t staff_min = 1;

  // Connects, founds the room, follows it. `number` makes it another room than the others.
  bool found(std::uint16_t at_port, room::Retention retention, std::uint32_t number) {
    port = at_port;
    keys = RoomBuilder(retention);
    staff = WireClient::connect(port);
    if (!staff) return false;
    keys.server_part.nonce = seeded_bytes("wire room", number);
    keys.server_part.server_id = staff->server_id();
    keys.server_part.limits = limits;
    keys.server_part.staff_min = staff_min;
    auto& founders = keys.server_part.founders;
    founders.insert(founders.end(), more_founders.begin(), more_founders.end());
    std::ranges::sort(founders);
    keys.room = room::room_id_of(room::hash_of(keys.server_part), room::hash_of(keys.member_part));
    staff->session().create(creation(), keys.room, keys.staff_server);
    if (!staff->flush()) return false;
    const auto event = staff->next();
    return event && std::holds_alternative<session::RoomCreated>(*event) &&
           staff->follow(RoomMemory(keys.room));
  }
  wire::CreateRoom creation() {
    wire::CreateRoom request;
    request.server_part = encoded(keys.server_part);
    request.member_part_hash = room::hash_of(keys.member_part);
    request.door_card = sealed_words(1024, random);
    return request;
  }

  // The founder's connection is gone: another one.
  bool staff_returns(std::uint16_t at_port) {
    port = at_port;
    RoomMemory memory = staff->take_memory();
    auto back = WireClient::connect(port, keys.server_part.server_id);
    if (!back || !back->authenticate(keys.room, room::Role::staff, keys.staff_server)) {
      staff->memory() = std::move(memory);
      return false;
    }
    staff = std::move(back);
    return staff->follow(std::move(memory));
  }

  // Another founder takes over.
  bool staff_changes(crypto::SignatureKey key) {
    keys.staff_server = std::move(key);
    return staff_returns(port);
  }

  wire::Append append_of(std::vector<wire::Append::Item> items) {
    wire::Append append;
    append.idempotency = random.array<16>();
    append.entries = std::move(items);
    return append;
  }
  wire::Append::Item line(std::size_t bucket = 512) {
    return {room::EntryKind::app, staff->state().generation(), sealed_words(bucket, random)};
  }
  wire::Append::Item act(room::OpArgs args) {
    return {room::EntryKind::control, staff->state().generation(),
            keys.staff_act(std::move(args), staff->state().head())};
  }
  wire::Append::Item commit() {
    return {room::EntryKind::commit, staff->state().generation(), sealed_words(1024, random)};
  }

  // One Append by the founder, read back from the log.
  bool staff_appends(wire::Append append) {
    const auto answer = staff->append(std::move(append));
    const auto* taken = std::get_if<wire::Appended>(&answer);
    return taken && staff->read_until(taken->first.next(taken->count - 1u));
  }
  bool staff_acts(room::OpArgs args) { return staff_appends(append_of({act(std::move(args))})); }

  bool open(room::Admission admission, std::string_view group = "group") {
    const auto generation = static_cast<room::Generation>(staff->state().generation() + 1);
    return staff_acts(room::OpenOp{to_bytes(group), keys.handle(0), admission, generation});
  }
  bool add_gate(std::uint32_t number, std::uint16_t uses,
                std::uint64_t expiry = 4'000'000'000, std::uint8_t flags = 0) {
    return staff_acts(room::GateAddOp{keys.gate(number), uses, expiry, flags, {}});
  }
  crypto::SignatureKey gate_key(std::uint32_t number) const {
    return signature_key("gate", number);
  }

  // The bundle that admits: commit, admit, Welcome.
  wire::Append admission(std::vector<room::AdmitOp::Newcomer> newcomers) {
    wire::Append append = append_of({commit()});
    append.expect_commit_seq = staff->state().last_commit_seq();
    wire::Append::WelcomeFor welcome;
    for (const auto& newcomer : newcomers) welcome.handles.push_back(newcomer.handle);
    welcome.bytes = sealed_words(600, random);
    append.welcomes.push_back(std::move(welcome));
    append.entries.push_back(act(room::AdmitOp{std::move(newcomers)}));
    return append;
  }

  // A connection of somebody who is in the room already.
  std::unique_ptr<WireClient> member(std::uint32_t number) {
    auto client = WireClient::connect(port, keys.server_part.server_id);
    if (!client || !client->authenticate(keys.room, room::Role::member, keys.delivery(number)))
      return nullptr;
    return client;
  }
  // Somebody new: by gate to the door, knocks, is admitted by the founder, reads the log.
  std::unique_ptr<WireClient> enter(std::uint32_t number, std::uint32_t gate = 0) {
    auto guest = WireClient::connect(port, keys.server_part.server_id);
    if (!guest || !guest->authenticate(keys.room, room::Role::gate, gate_key(gate))) return nullptr;
    guest->send(wire::KnockRequest{keys.handle(number), sealed_words(1024, random)});
    if (!guest->await<wire::KnockWaiting>()) return nullptr;
    const auto shown = staff->await<wire::KnockShown>();
    if (!shown) return nullptr;
    if (!staff_appends(admission({{shown->handle, shown->role, shown->ref, 0}}))) return nullptr;
    if (!guest->await<wire::Admitted>() ||
        !guest->authenticate(keys.room, room::Role::member, keys.delivery(number)) ||
        !guest->send(wire::GetWelcome{}) || !guest->await<wire::Welcome>() ||
        !guest->follow(RoomMemory(keys.room)))
      return nullptr;
    return guest;
  }
};

}  // namespace hearth::test
