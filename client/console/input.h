// Lines from standard input, without blocking the thread.
#pragma once

#include <optional>
#include <string>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "client/console/asio.h"

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

  // The next line without its end; what stands after the last end counts as one. Nothing at the end
  // of input, and after a line longer than kLineMax.
  Task<std::optional<std::string>> next();

  // On a terminal: whether what is typed can be seen. Restored at the end.
  void show_typing(bool shown);

 private:
  std::optional<std::string> take_line();

  asio::posix::basic_stream_descriptor<Executor> descriptor_;
  std::string read_;
  bool ended_ = false;
  bool hidden_ = false;
};

}  // namespace hearth::client
