// GroupSecrets, whose encoding wipes itself and so has a name of its own.
#include "protocol/mls/messages/group_info.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  const auto secrets = decode_exact<mls::GroupSecrets>({data, size});
  if (secrets) expects(equal(secrets->encode_secret().view(), {data, size}));
  return 0;
}
