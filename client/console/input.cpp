// Waiting for standard input, reading what is there, cutting it into lines.
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

LineInput::~LineInput() {
  show_typing(true);
  wipe(read_.data(), read_.size());
}

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

std::optional<std::string> LineInput::take_line() {
  const std::size_t end = read_.find('\n');
  if (end == std::string::npos) {
    if (!ended_ || read_.empty()) return std::nullopt;
    return std::exchange(read_, {});
  }
  std::string line = read_.substr(0, end);
  read_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Task<std::optional<std::string>> LineInput::next() {
  std::array<char, 4096> part{};
  for (;;) {
    if (auto line = take_line()) co_return line;
    if (ended_) co_return std::nullopt;
    auto [ec] = co_await descriptor_.async_wait(descriptor_.wait_read, as_result);
    // An ordinary file cannot be waited for: it is always ready.
    if (ec && ec != asio::error::operation_not_supported) co_return std::nullopt;
    const ssize_t size = ::read(descriptor_.native_handle(), part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    ended_ = size <= 0;
    if (size > 0) read_.append(part.data(), static_cast<std::size_t>(size));
    wipe(part.data(), part.size());
    if (read_.size() > kLineMax && read_.find('\n') == std::string::npos) {
      read_.clear();
      ended_ = true;
    }
  }
}

}  // namespace hearth::client
