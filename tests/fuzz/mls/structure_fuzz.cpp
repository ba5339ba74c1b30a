// One structure of RFC 9420, named by HEARTH_FUZZ_STRUCTURE, from arbitrary bytes.
#include "protocol/mls/messages/group_info.h"
#include "tests/fuzz/round_trip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hearth::fuzz::round_trip<hearth::mls::HEARTH_FUZZ_STRUCTURE>({data, size});
  return 0;
}
