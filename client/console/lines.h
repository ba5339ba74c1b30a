// Cutting what comes in into lines, none longer than a bound.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hearth::client {

struct InputLine {
  std::string text;
  bool too_long = false;  // What stood in it is gone.
};

// Bytes in as they arrive, whole lines out. Of a line beyond the bound no byte is kept, and the
// next line is whole again. What is given up is wiped: it may have been a link.
class LineCutter final {
 public:
  explicit LineCutter(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  ~LineCutter();
  LineCutter(const LineCutter&) = delete;
  LineCutter& operator=(const LineCutter&) = delete;

  void put(std::string_view bytes);
  // What stands after the last end of a line counts as one.
  void end() noexcept { ended_ = true; }
  // The next line without its end, when it is whole.
  std::optional<InputLine> take();

 private:
  void drop_all() noexcept;

  std::size_t bytes_max_;
  std::string read_;
  bool dropping_ = false;  // In a line that is too long, whose end has not come.
  bool ended_ = false;
};

}  // namespace hearth::client
