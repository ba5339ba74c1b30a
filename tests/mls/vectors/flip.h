// Turning over one bit of one field, to see that somebody notices.
#pragma once

#include "tests/mls/vectors/runner.h"

namespace hearth::mls::vectors {

// Turns over one random bit in one random field of the case; nothing if it has none to turn.
std::optional<Flip> flip_one(json::Value& test_case, crypto::RandomSource& random);

// The exemption of `kind` that covers this flip; null when it must be noticed.
const Exemption* find_exemption(const Kind& kind, const json::Value& original,
                                const json::Value& flipped, const Flip& flip);

// An even choice among `count` things.
std::size_t choose(std::size_t count, crypto::RandomSource& random);

}  // namespace hearth::mls::vectors
