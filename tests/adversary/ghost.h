// A guest that the server makes up, and what it knows of a house for it.
#pragma once

#include "client/core/house.h"
#include "tests/adversary/siege.h"

namespace hearth::test {

// The house behind a link that the server was given by somebody.
client::House house_behind(Siege& siege, const room::Link& link);

// A knock by "Ghost", signed by `signer` and said to come by `gate`; under the lock of the house or
// to its desks.
wire::KnockShown ghost_knock(Siege& siege, const client::House& house,
                             const crypto::SignatureKey& signer, const Bytes32& gate,
                             bool open_door);

}  // namespace hearth::test
