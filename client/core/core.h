// The client's core: actions in, effects out.
#pragma once

#include <memory>

#include "client/core/action.h"
#include "client/core/effect.h"
#include "protocol/crypto/random.h"

namespace hearth::client {

// One person's stay in one room, from the link (or the founding) to the last goodbye. The core
// holds no socket, clock, thread or file: `update` takes what happened and says what to do. All
// secrets live in memory alone and are wiped with it.
//
// Owned by one face, used on one thread. `random` is borrowed and outlives it.
class Core final {
 public:
  explicit Core(crypto::RandomSource& random);
  ~Core();
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
