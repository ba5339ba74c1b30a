// Records cut into frames and joined.
#include "protocol/wire/frame.h"

#include <gtest/gtest.h>

namespace hearth::wire {
namespace {

TEST(Frame, SendsASmallRecordAsOneFrame) {
  const auto frames = frames_of(Bytes{7, 8});

  EXPECT_EQ(frames, std::vector<Bytes>({{0, 7, 8}}));
}

TEST(Frame, JoinsWhatItCut) {
  for (const std::size_t size :
       {std::size_t{1}, kFrameSizeMax - 1, kFrameSizeMax, kFrameSizeMax + 1, kRecordSizeMax}) {
    Bytes record(size);
    for (std::size_t i = 0; i < size; ++i) record[i] = static_cast<Byte>(i * 7);
    FrameAssembler assembler;
    std::optional<Bytes> joined;
    for (const Bytes& frame : frames_of(record)) {
      EXPECT_FALSE(joined);
      EXPECT_LE(frame.size(), kFrameSizeMax);
      joined = assembler.on_frame(frame).value();
    }
    EXPECT_EQ(joined, record);
    EXPECT_TRUE(assembler.idle());
  }
}

TEST(Frame, RefusesFramesThatAreNone) {
  const Error invalid = make_error(WireErrc::frame_invalid);

  EXPECT_EQ(FrameAssembler().on_frame({}).error(), invalid);
  EXPECT_EQ(FrameAssembler().on_frame(Bytes{0}).error(), invalid);
  EXPECT_EQ(FrameAssembler().on_frame(Bytes{1}).error(), invalid);
  EXPECT_EQ(FrameAssembler().on_frame(Bytes{2, 0}).error(), invalid);
  EXPECT_EQ(FrameAssembler().on_frame(Bytes(kFrameSizeMax + 1, 0)).error(), invalid);
}

TEST(Frame, HoldsNoMoreThanOneRecord) {
  FrameAssembler assembler;
  Bytes part(kFrameSizeMax, 1);  // More to come.
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(assembler.on_frame(part));

  // Four parts hold 4 bytes less than a whole record.
  EXPECT_EQ(assembler.on_frame(Bytes{0, 1, 2, 3, 4, 5}).error(),
            make_error(WireErrc::record_too_large));
}

}  // namespace
}  // namespace hearth::wire
