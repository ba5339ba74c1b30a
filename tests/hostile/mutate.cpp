// The usual damage.
#include "tests/hostile/mutate.h"

#include <algorithm>

#include "protocol/wire/frame.h"

namespace hearth::test {

namespace {

std::size_t below(std::size_t end, Dice& dice) { return end == 0 ? 0 : dice() % end; }

void damage(Bytes& record, Dice& dice) {
  // The first bytes hold types, lengths and choices: they are hit as often as all the rest.
  const std::size_t reach =
      dice() % 2 == 0 ? std::min<std::size_t>(record.size(), 64) : record.size();
  const std::size_t at = below(reach, dice);
  const auto place = record.begin() + static_cast<long>(at);
  switch (dice() % 10) {
    case 0:
    case 1:
    case 2: *place ^= static_cast<Byte>(1u << (dice() % 8)); break;
    case 3: *place = static_cast<Byte>(dice()); break;
    case 4: *place = dice() % 2 == 0 ? 0xff : 0x00; break;
    case 5: record.insert(place, static_cast<Byte>(dice())); break;
    case 6: record.erase(place); break;
    case 7: record.resize(at); break;
    case 8: {
      const std::size_t size = std::min<std::size_t>(1 + below(32, dice), record.size() - at);
      const Bytes piece(place, place + static_cast<long>(size));
      record.insert(record.begin() + static_cast<long>(below(record.size(), dice)), piece.begin(),
                    piece.end());
      break;
    }
    case 9: {
      // A length that promises far more than there is (RFC 9420 §2.1.2: the prefix says how long).
      constexpr Byte kHuge[4] = {0xbf, 0xff, 0xff, 0xff};
      for (std::size_t i = 0; i < 4 && at + i < record.size(); ++i) record[at + i] = kHuge[i];
      break;
    }
  }
}

}  // namespace

Bytes mutated(Bytes record, Dice& dice) {
  for (std::uint64_t times = 1 + dice() % 4; times > 0 && !record.empty(); --times)
    damage(record, dice);
  if (record.empty()) record.push_back(static_cast<Byte>(dice()));
  if (record.size() > wire::kRecordSizeMax) record.resize(wire::kRecordSizeMax);
  return record;
}

std::vector<Bytes> hostile_frames(ByteView record, Dice& dice) {
  std::vector<Bytes> frames = wire::frames_of(record);
  switch (dice() % 64) {
    case 0: frames.front()[0] = static_cast<Byte>(dice()); break;
    case 1: frames.front().resize(dice() % 2); break;
    case 2: frames.back()[0] = 1; break;  // More is said to come, and does not.
    case 3: {
      const std::size_t cut = 1 + below(frames.front().size() - 1, dice);
      Bytes first(frames.front().begin(), frames.front().begin() + static_cast<long>(cut));
      Bytes rest(frames.front().begin() + static_cast<long>(cut) - 1, frames.front().end());
      rest[0] = first[0];
      first[0] = 1;
      frames = {first, rest};
      break;
    }
    default: break;
  }
  return frames;
}

}  // namespace hearth::test
