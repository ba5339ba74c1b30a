// What every decoder promises: it takes or refuses any bytes, and what it takes it writes back as
// it stood, since every value has one encoding.
#pragma once

#include "protocol/bytes/codec.h"

namespace hearth::fuzz {

template <class T>
void round_trip(ByteView input) {
  const auto value = decode_exact<T>(input);
  if (value) expects(equal(encoded(*value), input));
}

}  // namespace hearth::fuzz
