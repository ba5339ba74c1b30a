// Lines of bounded length.
#include "client/console/lines.h"

#include <utility>

#include "protocol/bytes/secret.h"

namespace hearth::client {

LineCutter::~LineCutter() { drop_all(); }

void LineCutter::drop_all() noexcept {
  wipe(read_.data(), read_.size());
  read_.clear();
}

void LineCutter::put(std::string_view bytes) {
  read_.append(bytes);
  if (read_.find('\n') != std::string::npos || read_.size() <= bytes_max_) return;
  drop_all();
  dropping_ = true;
}

std::optional<InputLine> LineCutter::take() {
  const std::size_t end = read_.find('\n');
  const bool whole = end != std::string::npos;
  if (!whole && (!ended_ || (read_.empty() && !dropping_))) return std::nullopt;
  InputLine line{read_.substr(0, end)};
  line.too_long = std::exchange(dropping_, false) || line.text.size() > bytes_max_;
  wipe(read_.data(), line.text.size());
  read_.erase(0, whole ? end + 1 : end);
  if (line.too_long) {
    wipe(line.text.data(), line.text.size());
    line.text.clear();
  } else if (whole && line.text.ends_with('\r')) {
    line.text.pop_back();
  }
  return line;
}

}  // namespace hearth::client
