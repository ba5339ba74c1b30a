// Waiting for standard input, and reading what is there.
#include "client/console/input.h"

#include <array>
#include <cerrno>

#include <termios.h>
#include <unistd.h>

#include "protocol/bytes/secret.h"

namespace hearth::client {

LineInput::LineInput(Executor executor) : descriptor_(executor) {
  error_code ec;
  descriptor_.assign(::dup(STDIN_FILENO), ec);
  ended_ = static_cast<bool>(ec);
}

LineInput::~LineInput() { show_typing(true); }

void LineInput::show_typing(bool shown) {
  if (hidden_ != shown) return;
  termios mode{};
  if (tcgetattr(STDIN_FILENO, &mode) != 0) return;
  if (shown) {
    mode.c_lflag |= static_cast<tcflag_t>(ECHO);
  } else {
    mode.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  }
  tcsetattr(STDIN_FILENO, TCSANOW, &mode);
  hidden_ = !shown;
}

Task<std::optional<InputLine>> LineInput::next() {
  std::array<char, 4096> part{};
  for (;;) {
    if (auto line = lines_.take()) co_return line;
    if (ended_) co_return std::nullopt;
    auto [ec] = co_await descriptor_.async_wait(descriptor_.wait_read, as_result);
    // An ordinary file cannot be waited for: it is always ready.
    if (ec && ec != asio::error::operation_not_supported) co_return std::nullopt;
    const ssize_t size = ::read(descriptor_.native_handle(), part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    ended_ = size <= 0;
    if (ended_) lines_.end();
    if (size > 0) lines_.put({part.data(), static_cast<std::size_t>(size)});
    wipe(part.data(), part.size());
  }
}

}  // namespace hearth::client
