// Lines from standard input, without blocking the thread.
#pragma once

#include <optional>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "client/console/asio.h"
#include "client/console/lines.h"

namespace hearth::client {

// Reads lines from a copy of standard input: a terminal, a pipe or a file. The descriptor is never
// set to non-blocking, which on a terminal would change standard output too.
class LineInput final {
 public:
  // A command with one entry of the largest bucket in hexadecimal takes 128 KiB.
  static constexpr std::size_t kLineMax = 512 * 1024;

  explicit LineInput(Executor executor);
  ~LineInput();
  LineInput(const LineInput&) = delete;
  LineInput& operator=(const LineInput&) = delete;

  // The next line. Nothing at the end of input.
  Task<std::optional<InputLine>> next();

  // On a terminal: whether what is typed can be seen. Restored at the end.
  void show_typing(bool shown);

 private:
  asio::posix::basic_stream_descriptor<Executor> descriptor_;
  LineCutter lines_{kLineMax};
  bool ended_ = false;
  bool hidden_ = false;
};

}  // namespace hearth::client
