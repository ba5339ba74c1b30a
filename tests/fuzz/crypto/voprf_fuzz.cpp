// VOPRF from arbitrary bytes: elements, proofs, and a whole answer, blinded32 | evaluated32 |
// Proof, to a client that knows the key of RFC 9497 A.1.2.
#include "protocol/crypto/voprf.h"

#include <algorithm>

#include "tests/fuzz/round_trip.h"

namespace hearth::crypto {
namespace {

const VoprfKey& key() {
  static const VoprfKey made = [] {
    Secret32 seed;
    std::ranges::fill(seed.mutable_view(), Byte{0xa3});
    return VoprfKey::derive(seed, view_of("test key")).value();
  }();
  return made;
}

Status read_answer(ByteView input) {
  Reader reader(input);
  HEARTH_TRY(const VoprfElement blinded, VoprfElement::decode(reader));
  // Whatever decodes can be evaluated, and proven.
  SeededRandom random(1);
  const auto asked = std::span(&blinded, 1);
  const auto honest = key().blind_evaluate(asked, random);
  expects(honest.has_value());
  expects(voprf_verify(key().public_key(), asked, *honest).has_value());

  HEARTH_TRY(const VoprfElement evaluated, VoprfElement::decode(reader));
  HEARTH_TRY(const VoprfProof proof, VoprfProof::decode(reader));
  const VoprfEvaluation answer{{evaluated}, proof};
  // Nothing is proven but the truth.
  if (voprf_verify(key().public_key(), asked, answer)) {
    expects(answer.elements == honest->elements);
  }
  return {};
}

}  // namespace
}  // namespace hearth::crypto

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const hearth::ByteView input(data, size);
  hearth::fuzz::round_trip<hearth::crypto::VoprfElement>(input);
  hearth::fuzz::round_trip<hearth::crypto::VoprfProof>(input);
  (void)hearth::crypto::read_answer(input);
  return 0;
}
