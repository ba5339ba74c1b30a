// Bodies as a reader meets them: control, genesis, padding, and text. The bytes are also padded
// into a proper body, so that the inner decoders are reached.
#include "protocol/room/control.h"
#include "protocol/room/error.h"
#include "protocol/room/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  const ByteView input(data, size);
  (void)room::unpad(input);
  (void)room::is_utf8(text_of(input));
  const auto try_body = [](ByteView body) {
    const auto peeked = room::peek_control(body);
    const auto opened = room::open_control(body);
    // Whatever is opened was peeked at; whatever was peeked at differs by its signature alone.
    expects(!opened || (peeked && *peeked == *opened));
    expects(!peeked || opened || opened.error() == make_error(room::RoomErrc::signature_invalid));
    const auto genesis = room::decode_genesis(body);
    if (genesis) expects(equal(room::genesis_entry(*genesis).body, body));
  };
  try_body(input);
  if (const auto body = room::pad(input, 0, room::kControlBuckets)) try_body(*body);
  return 0;
}
