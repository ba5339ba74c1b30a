// A stay out of a vault: any bytes are taken or refused, and what is taken can be kept again.
#include <cstdint>

#include "client/core/core.h"
#include "protocol/crypto/random.h"

using namespace hearth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  crypto::SeededRandom random(1);
  const Instant now = instant_from_unix(1'800'000'000);
  auto core = client::Core::resume(random, ByteView(data, size));
  if (!core) return 0;
  (void)core->update(client::Command{client::ComeBack{}}, now);
  (void)core->update(client::Command{client::AskStatus{}, 1}, now);
  const client::Effects effects = core->update(client::Command{client::Quit{}}, now);
  const auto* kept = effects.empty() ? nullptr : std::get_if<client::Keep>(&effects.front());
  expects(kept && client::Core::resume(random, kept->stay.view()).has_value());
  return 0;
}
