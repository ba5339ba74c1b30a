// The client's core: actions in, effects out.
#pragma once

#include <memory>

#include "client/core/action.h"
#include "client/core/effect.h"
#include "protocol/crypto/random.h"

namespace hearth::client {

// One person's stay in one room, from the link (or the founding) to the last goodbye. The core
// holds no socket, clock, thread or file: `update` takes what happened and says what to do. All
// secrets live in memory alone and are wiped with it; where the user wants a vault, Keep hands out
// what goes into it.
//
// Owned by one face, used on one thread. `random` is borrowed and outlives it.
class Core final {
 public:
  explicit Core(crypto::RandomSource& random);
  ~Core();
  // A stay as Keep handed it out. Any bytes are taken: kept_invalid, kept_over. It is at rest until
  // ComeBack, and is kept again from there on.
  //
  // Two cores may be resumed from the same bytes (a vault that was copied, or put back). Neither
  // sends before it has read the whole log. Whoever then finds a message of its own leaf that it
  // does not remember sends nothing from that group any more: StayCopied, and a knock with fresh
  // keys.
  static Result<Core> resume(crypto::RandomSource& random, ByteView kept);
  // Of some four hundred members. Where there is more, the group is left out, and the way back is
  // the door.
  static constexpr std::size_t kKeptMax = 255 * 1024;

  Core(Core&&) noexcept;
  Core& operator=(Core&&) noexcept;

  // The effects are to be carried out in order.
  Effects update(Action action, Instant now);

  // Nothing more will come of it.
  bool ended() const noexcept;

 private:
  class Model;
  std::unique_ptr<Model> model_;
};

}  // namespace hearth::client
