// The group ristretto255 and its scalars, and SHA-512, which hashes into both.
#include <sodium.h>

#include "protocol/crypto/sodium/sodium.h"

namespace hearth::crypto::sodium {
namespace {

constexpr std::size_t kElementSize = crypto_core_ristretto255_BYTES;
constexpr std::size_t kScalarSize = crypto_core_ristretto255_SCALARBYTES;

// The identity is encoded as zeros.
bool is_identity(ByteView element) { return equal_constant_time(element, Bytes32{}); }

}  // namespace

Secret<64> sha512(std::span<const ByteView> parts) {
  crypto_hash_sha512_state state;  // libsodium wipes it when it finishes.
  crypto_hash_sha512_init(&state);
  for (const ByteView part : parts) {
    crypto_hash_sha512_update(&state, part.data(), part.size());
  }
  Secret<64> hash;
  crypto_hash_sha512_final(&state, hash.mutable_view().data());
  return hash;
}

bool ristretto_valid(ByteView element) {
  ready();
  // libsodium 1.0.18 overlooks the highest bit: RFC 9496 §4.3.1 asks for s below the prime.
  if (element.size() != kElementSize || (element.back() & 0x80) != 0) return false;
  return !is_identity(element) && crypto_core_ristretto255_is_valid_point(element.data()) == 1;
}

bool ristretto_add(std::span<Byte, 32> sum, ByteView a, ByteView b) {
  expects(a.size() == kElementSize && b.size() == kElementSize);
  ready();
  return crypto_core_ristretto255_add(sum.data(), a.data(), b.data()) == 0 && !is_identity(sum);
}

bool ristretto_multiply(std::span<Byte, 32> product, ByteView scalar, ByteView element) {
  expects(scalar.size() == kScalarSize && element.size() == kElementSize);
  ready();
  // libsodium answers -1 when the product is the identity; we do not rely on that alone.
  return crypto_scalarmult_ristretto255(product.data(), scalar.data(), element.data()) == 0 &&
         !is_identity(product);
}

bool ristretto_multiply_base(std::span<Byte, 32> product, ByteView scalar) {
  expects(scalar.size() == kScalarSize);
  ready();
  return crypto_scalarmult_ristretto255_base(product.data(), scalar.data()) == 0 &&
         !is_identity(product);
}

void ristretto_from_hash(std::span<Byte, 32> element, const Secret<64>& uniform) {
  ready();
  crypto_core_ristretto255_from_hash(element.data(), uniform.view().data());
}

bool scalar_valid(ByteView scalar) {
  if (scalar.size() != kScalarSize) return false;
  Secret<64> number;
  std::copy(scalar.begin(), scalar.end(), number.mutable_view().begin());
  const Secret32 reduced = scalar_reduce(number);
  return equal_constant_time(reduced.view(), scalar) && reduced != Secret32{};
}

Secret32 scalar_reduce(const Secret<64>& number) {
  ready();
  Secret32 scalar;
  crypto_core_ristretto255_scalar_reduce(scalar.mutable_view().data(), number.view().data());
  return scalar;
}

Secret32 scalar_multiply(ByteView a, ByteView b) {
  expects(a.size() == kScalarSize && b.size() == kScalarSize);
  ready();
  Secret32 product;
  crypto_core_ristretto255_scalar_mul(product.mutable_view().data(), a.data(), b.data());
  return product;
}

Secret32 scalar_subtract(ByteView a, ByteView b) {
  expects(a.size() == kScalarSize && b.size() == kScalarSize);
  ready();
  Secret32 difference;
  crypto_core_ristretto255_scalar_sub(difference.mutable_view().data(), a.data(), b.data());
  return difference;
}

Secret32 scalar_invert(const Secret32& scalar) {
  ready();
  Secret32 inverse;
  expects(crypto_core_ristretto255_scalar_invert(inverse.mutable_view().data(),
                                                 scalar.view().data()) == 0);
  return inverse;
}

}  // namespace hearth::crypto::sodium
