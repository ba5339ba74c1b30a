// The queue between a room and a socket.
#include "server/limits.h"
#include "server/transport/connection.h"

namespace hearth::server {

FrameQueue::FrameQueue(Executor executor)
    : wake_(executor, std::chrono::steady_clock::time_point::max()) {}

bool FrameQueue::has_room() const noexcept {
  return !closing_ && bytes_ < limits::kOutboxRoomBytes &&
         frames_.size() < limits::kOutboxRoomFrames;
}

void FrameQueue::push(Frame frame) {
  if (closing_) return;
  if (bytes_ + frame->size() > limits::kOutboxBytesMax ||
      frames_.size() >= limits::kOutboxFramesMax) {
    // Too far behind for answers even: the connection goes, and resumes from the log.
    overflowed_ = true;
    frames_.clear();
    bytes_ = 0;
    return end(wire::GoodbyeReason::outbox_full);
  }
  bytes_ += frame->size();
  frames_.push_back(std::move(frame));
  wake_.cancel();
}

void FrameQueue::end(wire::GoodbyeReason reason) {
  if (closing_) return;
  for (Frame& frame : frames_for(wire::record_of(wire::Goodbye{reason, 0}))) {
    bytes_ += frame->size();
    frames_.push_back(std::move(frame));
  }
  close_after_rest();
}

void FrameQueue::close_after_rest() noexcept {
  closing_ = true;
  wake_.cancel();
}

Frame FrameQueue::take() {
  Frame frame = std::move(frames_.front());
  frames_.pop_front();
  bytes_ -= frame->size();
  return frame;
}

Task<void> FrameQueue::wait() {
  if (!frames_.empty() || closing_) co_return;
  wake_.expires_at(std::chrono::steady_clock::time_point::max());
  co_await wake_.async_wait(as_result);
}

}  // namespace hearth::server
