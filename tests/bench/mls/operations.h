// What is measured: the operations of a group, each with its floor.
#pragma once

#include "tests/bench/mls/measure.h"
#include "tests/bench/mls/room.h"

namespace hearth::mls::bench {

struct Operation {
  std::string name;
  std::size_t size;  // Members before the operation; of a batch add, after it.
  std::function<Trial()> make;
};

// Operations in a room. They borrow it.
std::vector<Operation> operations_in(const Room& room);
// Those that begin with nothing.
std::vector<Operation> operations_from_nothing(CipherSuite suite, std::size_t size);

}  // namespace hearth::mls::bench
