// KeyPackages, decoded and then judged as an admitter judges a knock.
#include "protocol/mls/group/key_package.h"
#include "tests/fuzz/round_trip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  fuzz::round_trip<mls::KeyPackage>({data, size});
  const auto key_package = decode_exact<mls::KeyPackage>({data, size});
  if (key_package) {
    static_cast<void>(mls::validate_key_package(*key_package, mls::LifetimeCheck{1, 1}));
  }
  return 0;
}
