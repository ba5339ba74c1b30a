// The queue to one connection: bounded, in order, with a word of farewell.
#include <gtest/gtest.h>

#include "protocol/wire/message.h"
#include "server/limits.h"
#include "server/transport/connection.h"

namespace hearth::server {
namespace {

Frame frame_of(std::size_t size) { return std::make_shared<const Bytes>(size); }

class Queue : public testing::Test {
 protected:
  std::optional<wire::GoodbyeReason> goodbye() {
    const Frame last = queue_.take();
    const auto message = wire::decode_server_message(ByteView(*last).subspan(1));
    const auto* said = message ? std::get_if<wire::Goodbye>(&*message) : nullptr;
    if (!said) return std::nullopt;
    return said->reason;
  }

  asio::io_context context_{1};
  FrameQueue queue_{context_.get_executor()};
};

TEST_F(Queue, KeepsOrder) {
  for (const std::size_t size : {3, 1, 2}) queue_.push(frame_of(size));

  for (const std::size_t size : {3, 1, 2}) EXPECT_EQ(queue_.take()->size(), size);
  EXPECT_TRUE(queue_.empty());
}

TEST_F(Queue, SaysInTimeThatItFills) {
  queue_.push(frame_of(limits::kOutboxRoomBytes));
  EXPECT_FALSE(queue_.has_room());

  queue_.take();

  EXPECT_TRUE(queue_.has_room());
}

TEST_F(Queue, TakesTheLargestAnswerOnTopOfWhatRoomsMayFill) {
  queue_.push(frame_of(limits::kOutboxRoomBytes - 1 + limits::kFrameBytesMax));
  for (std::size_t left = limits::kRecordBytesMax - 32 * 1024; left > 0;) {
    const std::size_t size = std::min(left, limits::kFrameBytesMax);
    queue_.push(frame_of(size));
    left -= size;
  }

  EXPECT_FALSE(queue_.closing());
}

TEST_F(Queue, EndsWithOutboxFullBeyondItsBytes) {
  while (!queue_.closing()) queue_.push(frame_of(limits::kFrameBytesMax));

  EXPECT_EQ(goodbye(), wire::GoodbyeReason::outbox_full);
  EXPECT_TRUE(queue_.empty());
}

TEST_F(Queue, EndsWithOutboxFullBeyondItsFrames) {
  for (std::size_t i = 0; i <= limits::kOutboxFramesMax; ++i) queue_.push(frame_of(1));

  EXPECT_TRUE(queue_.overflowed());
  EXPECT_EQ(goodbye(), wire::GoodbyeReason::outbox_full);
}

TEST_F(Queue, TakesNothingAfterAGoodbyeAndSaysItOnce) {
  queue_.push(frame_of(5));
  queue_.end(wire::GoodbyeReason::removed);
  queue_.end(wire::GoodbyeReason::replaced);
  queue_.push(frame_of(7));

  EXPECT_EQ(queue_.take()->size(), 5u);
  EXPECT_EQ(goodbye(), wire::GoodbyeReason::removed);
  EXPECT_TRUE(queue_.empty());
}

}  // namespace
}  // namespace hearth::server
