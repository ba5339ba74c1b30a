// The PSK chain of RFC 9420 §8.4.
#include "protocol/mls/schedule/psk.h"

#include <limits>
#include <unordered_set>

#include "protocol/crypto/labels.h"

namespace hearth::mls {
namespace {

constexpr std::size_t kPsksMax = std::numeric_limits<std::uint16_t>::max();

}  // namespace

Secret32 derive_psk_secret(std::span<const Psk> psks) {
  expects(psks.size() <= kPsksMax);
  const auto count = static_cast<std::uint16_t>(psks.size());
  const Secret32 zero;

  Secret32 psk_secret;  // psk_secret_[0] = 0
  for (std::uint16_t index = 0; index < count; ++index) {
    const Psk& psk = psks[index];
    Writer label;  // PSKLabel
    encode(label, psk.id);
    label.u16(index).u16(count);

    const Secret32 extracted = crypto::hkdf_extract(zero.view(), psk.secret.view());
    const Secret32 input =
        crypto::expand_with_label(extracted.view(), "derived psk", label.bytes());
    psk_secret = crypto::hkdf_extract(input.view(), psk_secret.view());
  }
  return psk_secret;
}

Status check_psk_ids(std::span<const PreSharedKeyId> ids) {
  if (ids.size() > kPsksMax) return fail(MlsErrc::proposal_invalid);
  std::unordered_set<Bytes, BytesHash, BytesEqual> seen;
  for (const PreSharedKeyId& id : ids) {
    // RFC 9420 §8.4: "The psk_nonce ... MUST have length KDF.Nh".
    if (id.psk_nonce.size() != kHashSize) return fail(MlsErrc::psk_nonce_invalid);
    if (!seen.insert(encoded(id)).second) return fail(MlsErrc::commit_duplicate_psk);
  }
  return {};
}

}  // namespace hearth::mls
