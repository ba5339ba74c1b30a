// How old the leaf keys of a stored room are, as far as this client saw.
#pragma once

#include <chrono>
#include <map>

#include "client/core/conversation.h"
#include "protocol/time.h"

namespace hearth::client {

// In a room that keeps entries a leaf key is renewed by an Update when it is older than a day.
// Nobody's clock is trusted but one's own: a key is as old as this client has known it.
class LeafAges final {
 public:
  static constexpr auto kDueAfter = std::chrono::hours(24);
  // Who was asked and did not answer is away: not to be asked again at once.
  static constexpr auto kAskAgain = std::chrono::hours(1);

  // After each commit.
  void note(const Roster& roster, Instant now);
  void clear() { leaves_.clear(); }
  bool due(const room::Handle& who, Instant now) const;
  // Of whoever has not been asked lately.
  bool any_due(Instant now) const;
  void asked(Instant now);
  // When the next key comes of age.
  std::optional<Instant> next(Instant now) const;

 private:
  struct Leaf {
    Bytes key;
    Instant since{};
    Instant ask_at{};
  };
  std::map<room::Handle, Leaf> leaves_;
};

}  // namespace hearth::client
