// One structure of the room, named by HEARTH_FUZZ_TYPE, from arbitrary bytes.
#include "protocol/room/appointment.h"
#include "protocol/room/ballot.h"
#include "protocol/room/beacon.h"
#include "protocol/room/control.h"
#include "protocol/room/door_card.h"
#include "protocol/room/gate_label.h"
#include "protocol/room/knock.h"
#include "protocol/room/leaf_extension.h"
#include "protocol/room/payload.h"
#include "protocol/room/policy.h"
#include "protocol/room/referral.h"
#include "protocol/room/report.h"
#include "protocol/room/welcome_extension.h"
#include "tests/fuzz/round_trip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hearth::fuzz::round_trip<hearth::room::HEARTH_FUZZ_TYPE>(hearth::ByteView(data, size));
  return 0;
}
