// Which attacks there are, and what holds each of them off.
#include "tests/adversary/attacks.h"

#include <array>

namespace hearth::test {
namespace {

constexpr std::array kAttacks{
    Attack{"GhostWithoutAGate", Defence::voucher, ghost_without_a_gate},
    Attack{"GhostByARevokedGate", Defence::gate, ghost_by_a_revoked_gate},
    Attack{"GhostUnseenByAPublishedLink", Defence::none, ghost_unseen_by_a_published_link},
    Attack{"DecoyRoom", Defence::room_id, decoy_room},
    Attack{"GroupWithoutStaff", Defence::staff_leaf, group_without_staff},
    Attack{"JoiningIntoAnotherPast", Defence::chain, joining_into_another_past},
    Attack{"KnockFromYesterday", Defence::key_lifetime, knock_from_yesterday},
    Attack{"ActRepeated", Defence::counter, act_repeated},
    Attack{"ActBeforeItsTime", Defence::base_seq, act_before_its_time},
    Attack{"LogForked", Defence::chain, log_forked},
    Attack{"LogRolledBack", Defence::chain, log_rolled_back},
    Attack{"CommitHeldBack", Defence::generation, commit_held_back},
    Attack{"MutedAndShown", Defence::muted, muted_and_shown},
    Attack{"OutOfTurnAndShown", Defence::turn, out_of_turn_and_shown},
    Attack{"TailWithheld", Defence::silence, tail_withheld},
    Attack{"TailWithheldFromTheLead", Defence::silence, tail_withheld_from_the_lead},
    Attack{"LinkFromBeforeTheLock", Defence::lock, link_from_before_the_lock},
    Attack{"DeputyKeyStolen", Defence::quorum, deputy_key_stolen},
    Attack{"KnocksBeyondTheGate", Defence::gate_slots, knocks_beyond_the_gate, true},
    Attack{"LobbyFlooded", Defence::lobby_slots, lobby_flooded, true},
    Attack{"GarbageCommit", Defence::log_order, garbage_commit, true},
    Attack{"PathCommitByAnybody", Defence::stewards, path_commit_by_anybody, true},
    Attack{"RatchetBomb", Defence::forward, ratchet_bomb, true},
    Attack{"HandleStolen", Defence::possession, handle_stolen, true},
    Attack{"SpentLink", Defence::gate, spent_link, true},
    Attack{"ExpiredLink", Defence::gate, expired_link},
    Attack{"ConnectionForTwoRooms", Defence::one_room, connection_for_two_rooms, true},
    Attack{"Flood", Defence::append_rate, flood, true},
    Attack{"MessageThatCannotBeReported", Defence::commitment, message_that_cannot_be_reported,
           true},
    Attack{"PayloadTwice", Defence::doubles, payload_twice, true},
};

}  // namespace

std::span<const Attack> attacks() { return kAttacks; }

}  // namespace hearth::test
