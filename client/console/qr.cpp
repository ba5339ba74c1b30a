// Asking libqrencode, and drawing what it says; the one file that knows it.
#include "client/console/qr.h"

#include <memory>

#include <qrencode.h>

namespace hearth::client {
namespace {

constexpr std::string_view kBlackOnWhite = "\x1b[30;107m";
constexpr std::string_view kRestored = "\x1b[0m\n";

struct FreeCode {
  void operator()(QRcode* code) const noexcept { QRcode_free(code); }
};

}  // namespace

std::optional<QrCode> QrCode::of(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::unique_ptr<QRcode, FreeCode> made(QRcode_encodeData(
      static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0,
      QR_ECLEVEL_M));
  if (!made) return std::nullopt;
  QrCode code;
  code.size_ = made->width;
  const auto count = static_cast<std::size_t>(made->width) * static_cast<std::size_t>(made->width);
  // The lowest bit is the colour; the others say what the module is for.
  for (std::size_t i = 0; i < count; ++i) code.modules_.push_back((made->data[i] & 1) != 0);
  return code;
}

std::string terminal_text(const QrCode& code) {
  const int end = code.size() + QrCode::kQuietZone;
  std::string out;
  for (int y = -QrCode::kQuietZone; y < end; y += 2) {
    out += kBlackOnWhite;
    for (int x = -QrCode::kQuietZone; x < end; ++x) {
      const bool upper = code.dark(x, y);
      const bool lower = code.dark(x, y + 1);
      out += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
    }
    out += kRestored;
  }
  return out;
}

std::string svg(const QrCode& code) {
  const std::string side = std::to_string(code.size() + 2 * QrCode::kQuietZone);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side +
                    "\" role=\"img\" shape-rendering=\"crispEdges\"><rect width=\"" + side +
                    "\" height=\"" + side + "\" fill=\"#fff\"/><path fill=\"#000\" d=\"";
  for (int y = 0; y < code.size(); ++y) {
    for (int x = 0; x < code.size(); ++x) {
      if (!code.dark(x, y)) continue;
      int length = 1;
      while (code.dark(x + length, y)) ++length;
      out += "M" + std::to_string(x + QrCode::kQuietZone) + " " +
             std::to_string(y + QrCode::kQuietZone) + "h" + std::to_string(length) + "v1h-" +
             std::to_string(length) + "z";
      x += length;
    }
  }
  return out + "\"/></svg>";
}

}  // namespace hearth::client
