// The attacks of the threat model, each performed for real on real parts. True: it succeeded.
#pragma once

#include <span>
#include <string_view>

#include "protocol/defence.h"

namespace hearth::test {

// Each says in attacks_*.cpp what it does and when it counts as a success. An attack that could not
// be set up throws.
struct Attack {
  std::string_view name;  // Of its test.
  Defence defence;        // Without it the attack succeeds. none: it is not held off, but seen.
  bool (*succeeds)();
};
std::span<const Attack> attacks();

// By a server that holds server_id, alone or with somebody who has a link.
bool ghost_without_a_gate();
bool ghost_by_a_revoked_gate();
bool ghost_unseen_by_a_published_link();
bool decoy_room();
bool group_without_staff();
bool joining_into_another_past();
bool knock_from_yesterday();
bool act_repeated();
bool act_before_its_time();
bool log_forked();
bool log_rolled_back();
bool commit_held_back();
bool muted_and_shown();

// By a member, or by somebody at the door, against an honest server.
bool knocks_beyond_the_gate();
bool lobby_flooded();
bool garbage_commit();
bool path_commit_by_anybody();
bool ratchet_bomb();
bool handle_stolen();
bool spent_link();
bool expired_link();
bool connection_for_two_rooms();
bool flood();
bool message_that_cannot_be_reported();
bool payload_twice();

}  // namespace hearth::test
