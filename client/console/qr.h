// QR codes: a text as a square of dark and light modules, for a terminal or a page.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::client {

// Made by libqrencode, with error correction that survives a fold in the paper (level M).
class QrCode final {
 public:
  static constexpr int kQuietZone = 4;  // Light modules around it; readers need them.

  // Nothing for a text that is empty or too long for any code.
  static std::optional<QrCode> of(std::string_view text);

  int size() const noexcept { return size_; }  // Modules a side, without the quiet zone.
  // Light outside, too.
  bool dark(int x, int y) const noexcept {
    return x >= 0 && y >= 0 && x < size_ && y < size_ &&
           modules_[static_cast<std::size_t>(y * size_ + x)];
  }

 private:
  int size_ = 0;
  std::vector<bool> modules_;
};

// Two rows of modules to a line, by half blocks, black on white whatever the terminal's colours
// are. Each line ends with the colours restored and a line end.
std::string terminal_text(const QrCode& code);
// An <svg> element: one path, the quiet zone included.
std::string svg(const QrCode& code);

}  // namespace hearth::client
