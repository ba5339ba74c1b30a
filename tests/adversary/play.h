// A small meeting under one fault, and what became of it.
#pragma once

#include <optional>

#include "tests/adversary/saboteur.h"

namespace hearth::test {

enum class Verdict : std::uint8_t {
  not_applied,  // The fault had no chance; this is no run.
  detected,     // Somebody stopped, refused, or was shown the trouble.
  harmless,     // Every client holds the true log, and nothing else was shown to anybody.
  silent,       // Somebody holds or was shown something else, and nobody noticed.
  broken,       // The meeting itself did not come about, or a client broke.
};
std::string_view name_of(Verdict verdict) noexcept;

struct Outcome {
  Verdict verdict = Verdict::broken;
  std::string why;  // What differed, and what was noticed.
};

// 3 to 5 people found, invite, knock, admit, talk, mute, remove, go and come back, drawn by the
// seed. `fault` nothing: an honest server. At most three minutes of the room's time pass from the
// fault to the verdict, and somebody's word crosses to whom it befell.
Outcome play(std::uint64_t seed, std::optional<Fault> fault);

}  // namespace hearth::test
