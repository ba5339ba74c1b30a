// What a client has been shown, and how tests ask for it.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "client/core/effect.h"

namespace hearth::test {

// Whoever owns a client core inherits this, and appends each Show to `shown_`.
class ShownEvents {
 public:
  const std::vector<client::Show>& shown() const noexcept { return shown_; }
  template <class T>
  std::size_t count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        shown_, [](const auto& show) { return std::holds_alternative<T>(show.event); }));
  }
  // All events of one kind, in order.
  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const client::Show& show : shown_) {
      if (const auto* event = std::get_if<T>(&show.event)) found.push_back(*event);
    }
    return found;
  }
  // The last event of one kind; nothing where there is none.
  template <class T>
  std::optional<T> last() const {
    auto found = all<T>();
    return found.empty() ? std::nullopt : std::optional<T>(std::move(found.back()));
  }
  // The event of this kind that answered the command with this tag.
  template <class T>
  std::optional<T> answer(std::uint64_t tag) const {
    for (const client::Show& show : shown_) {
      if (show.tag != tag) continue;
      if (const auto* event = std::get_if<T>(&show.event)) return *event;
    }
    return std::nullopt;
  }

 protected:
  ~ShownEvents() = default;

  std::vector<client::Show> shown_;
};

}  // namespace hearth::test
