// Records of one direction, named by HEARTH_FUZZ_DECODE, from arbitrary bytes.
#include "protocol/wire/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  const ByteView input(data, size);
  const auto message = wire::HEARTH_FUZZ_DECODE(input);
  if (!message) return 0;
  // An error's text is dropped, and a code of a later release becomes `internal`.
  if (wire::type_of(*message) == wire::RecordType::error) return 0;
  expects(equal(wire::record_of(*message), input));
  return 0;
}
