// Making bad bytes out of good ones.
#pragma once

#include <random>

#include "protocol/bytes/bytes.h"

namespace hearth::test {

using Dice = std::mt19937_64;

// The record with one to four things wrong with it: bits, bytes, lengths, pieces gone, doubled or
// moved, its type, its end. Never empty, never beyond what a record may be.
Bytes mutated(Bytes record, Dice& dice);

// The record as the payloads of binary messages; now and then cut in the wrong places, with a wrong
// first byte, or with nothing in it.
std::vector<Bytes> hostile_frames(ByteView record, Dice& dice);

}  // namespace hearth::test
