// The attacks of the threat model, each performed for real on real parts. True: it succeeded.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/defence.h"

namespace hearth::test {

// Each says in attacks_*.cpp what it does and when it counts as a success. An attack that could not
// be set up throws.
//
// Those by members and at the door take the port of a server that runs as a process; 0 is the
// server within the test.
struct Attack {
  std::string_view name;  // Of its test.
  Defence defence;        // Without it the attack succeeds. none: it is not held off, but seen.
  bool (*succeeds)(std::uint16_t server_port);
  bool honest_server = false;  // It needs no help from the server.
};
std::span<const Attack> attacks();

// By a server that holds server_id, alone or with somebody who has a link.
bool ghost_without_a_gate(std::uint16_t server_port);
bool ghost_by_a_revoked_gate(std::uint16_t server_port);
bool ghost_unseen_by_a_published_link(std::uint16_t server_port);
bool decoy_room(std::uint16_t server_port);
bool group_without_staff(std::uint16_t server_port);
bool joining_into_another_past(std::uint16_t server_port);
bool knock_from_yesterday(std::uint16_t server_port);
bool act_repeated(std::uint16_t server_port);
bool act_before_its_time(std::uint16_t server_port);
bool log_forked(std::uint16_t server_port);
bool log_rolled_back(std::uint16_t server_port);
bool commit_held_back(std::uint16_t server_port);
bool muted_and_shown(std::uint16_t server_port);
bool out_of_turn_and_shown(std::uint16_t server_port);
bool tail_withheld(std::uint16_t server_port);
bool tail_withheld_from_the_lead(std::uint16_t server_port);
bool link_from_before_the_lock(std::uint16_t server_port);

// With keys that were stolen.
bool deputy_key_stolen(std::uint16_t server_port);

// By a member, or by somebody at the door, against an honest server.
bool knocks_beyond_the_gate(std::uint16_t server_port);
bool lobby_flooded(std::uint16_t server_port);
bool garbage_commit(std::uint16_t server_port);
bool path_commit_by_anybody(std::uint16_t server_port);
bool ratchet_bomb(std::uint16_t server_port);
bool handle_stolen(std::uint16_t server_port);
bool spent_link(std::uint16_t server_port);
bool expired_link(std::uint16_t server_port);
bool connection_for_two_rooms(std::uint16_t server_port);
bool flood(std::uint16_t server_port);
bool message_that_cannot_be_reported(std::uint16_t server_port);
bool payload_twice(std::uint16_t server_port);

}  // namespace hearth::test
