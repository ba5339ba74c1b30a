// Frames: each input is a run of them, a length u16 in front of each.
#include "protocol/bytes/codec.h"
#include "protocol/wire/frame.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  Reader reader(ByteView(data, size));
  wire::FrameAssembler assembler;
  while (!reader.done()) {
    const auto length = reader.u16();
    if (!length) break;
    const auto frame = reader.take(*length);
    if (!frame) break;
    const auto record = assembler.on_frame(*frame);
    if (!record) break;
    if (!*record) continue;
    expects(assembler.idle() && !(*record)->empty());
    // Cut again, it joins again.
    wire::FrameAssembler again;
    for (const Bytes& part : wire::frames_of(**record)) {
      const auto joined = again.on_frame(part);
      expects(joined.has_value() && (again.idle() ? *joined == **record : !joined->has_value()));
    }
  }
  return 0;
}
