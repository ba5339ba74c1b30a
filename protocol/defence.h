// Which checks stand: all of them, wherever Hearth is built to be used.
#pragma once

#include <cstdint>

namespace hearth {

// A check that holds off one attack of the threat model; `if (stands(Defence::x) && ...)` is where
// it is made. The tests that perform these attacks are built a second time, with
// HEARTH_TEST_DEFENCES, where one defence at a time can be switched off: there the attack has to
// succeed, or its test shows nothing. Nothing else can be built so.
enum class Defence : std::uint8_t {
  none,
  chain,         // The hash chain, checkpoints, and the heads that payloads and Welcomes quote.
  room_id,       // What stands at a door gives the room id of the link.
  staff_leaf,    // A group without a leaf of today's staff is not entered.
  voucher,       // A knock is signed by the key that the server says vouches for it.
  gate,          // A gate is known, not spent, not expired, not revoked.
  key_lifetime,  // The KeyPackage of a knock is fresh.
  gate_slots,    // No more knocks wait by a gate than it has uses.
  lobby_slots,   // So many knocks wait at one door, and no more.
  log_order,     // A commit that is valid for nobody costs a number and is passed over.
  stewards,      // Only stewards commit with a path.
  forward,       // How far one message may turn a sender's ratchet.
  possession,    // A leaf proves that its delivery key is its own.
  counter,       // No act is folded twice.
  base_seq,      // No act is folded before what its signer had read.
  generation,    // Nothing is taken under an older generation.
  one_room,      // One connection serves one room.
  append_rate,   // Appends of one key, in a time.
  muted,         // The muted are not shown.
  turn,          // What is said out of turn is neither taken nor shown.
  commitment,    // A message opens what its sender committed to.
  doubles,       // A payload is shown once.
  quorum,        // Who may change the staff.
  silence,       // Who hears nothing of the staff for a while is told.
  lock,          // A change of lock replaces what old links open.
  whole_proof,   // The signature of a proof is verified also where the key is unknown.
};

#if !defined(HEARTH_TEST_DEFENCES)
consteval bool stands(Defence) noexcept { return true; }
#elif !defined(HEARTH_TEST_BUILD)
#error "Only the tests of attacks are built with defences that can be switched off."
#else
bool stands(Defence defence) noexcept;  // tests/adversary/without.cpp
#endif

}  // namespace hearth
