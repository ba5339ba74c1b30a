// A room for tests: keys that are always the same, a genesis, and signed acts.
#pragma once

#include <map>

#include "protocol/room/control.h"
#include "protocol/room/gate.h"

namespace hearth::test {

// 32 bytes that differ by `seed`, always the same.
inline Bytes32 seeded_bytes(std::string_view what, std::uint32_t seed) {
  Writer number;
  number.u32(seed);
  return crypto::sha256({view_of(what), number.bytes()});
}

inline crypto::SignatureKey signature_key(std::string_view what, std::uint32_t seed = 0) {
  auto key = crypto::SignatureKey::from_private(crypto::kDefaultSuite, seeded_bytes(what, seed));
  expects(key.has_value());
  return std::move(*key);
}

inline crypto::KemKeyPair desk_key(std::uint32_t seed = 0) {
  crypto::SeededRandom random(seed + 1000);
  auto key = crypto::kem_generate(crypto::kDefaultSuite, random);
  expects(key.has_value());
  return std::move(*key);
}
inline room::DeskKey public_desk_key(const crypto::KemKeyPair& key) {
  return *room::DeskKey::from(key.public_key);
}

// One founder, one server, and whoever is named by a number.
struct RoomBuilder {
  crypto::SignatureKey server_id = signature_key("server_id");
  crypto::SignatureKey staff_server = signature_key("staff_server");
  crypto::SignatureKey staff_id = signature_key("staff_id");
  crypto::KemKeyPair desk = desk_key();
  room::ServerPart server_part;
  room::MemberPart member_part;
  room::RoomId room;

  explicit RoomBuilder(room::Retention retention = room::Retention::day) {
    server_part.nonce = seeded_bytes("nonce", 0);
    server_part.server_id = room::public_key_of(server_id);
    server_part.founders = {room::public_key_of(staff_server)};
    server_part.limits = {20, 16};
    server_part.retention = retention;
    member_part.salt = seeded_bytes("salt", 0);
    member_part.title = "Tuesday evening";
    member_part.founders = {room::public_key_of(staff_id)};
    room = room::room_id_of(room::hash_of(server_part), room::hash_of(member_part));
  }

  // The founders' signed list.
  room::StaffList staff_list() const {
    room::StaffList list;
    list.entries = {{room::public_key_of(staff_id), room::public_key_of(staff_server),
                     public_desk_key(desk), room::kStaffLead}};
    list.sign(room, staff_id);
    return list;
  }

  crypto::SignatureKey delivery(std::uint32_t member) const {
    return signature_key("delivery", member);
  }
  room::Handle handle(std::uint32_t member) const {
    return room::handle_of(room, room::public_key_of(delivery(member)));
  }
  room::GateRef gate(std::uint32_t number) const {
    return room::gate_ref_of(room::public_key_of(signature_key("gate", number)));
  }

  // The body of an act with the next counter of its signer.
  Bytes act(room::SignerRole role, const crypto::SignatureKey& key, room::OpArgs args,
            room::Seq base_seq) {
    room::Control control;
    control.room = room;
    control.role = role;
    control.signer = room::public_key_of(key);
    control.args = std::move(args);
    control.base_seq = base_seq;
    control.counter = ++counters_[control.signer];
    auto body = room::seal_control(control, key);
    expects(body.has_value());
    return std::move(*body);
  }
  Bytes staff_act(room::OpArgs args, room::Seq base_seq) {
    return act(room::SignerRole::staff, staff_server, std::move(args), base_seq);
  }
  Bytes member_act(std::uint32_t member, room::OpArgs args, room::Seq base_seq) {
    return act(room::SignerRole::member, delivery(member), std::move(args), base_seq);
  }
  Bytes server_act(room::OpArgs args, room::Seq base_seq) {
    return act(room::SignerRole::server, server_id, std::move(args), base_seq);
  }

 private:
  std::map<room::PublicKey, std::uint64_t> counters_;
};

}  // namespace hearth::test
