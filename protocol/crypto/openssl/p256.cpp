// P-256: points and scalars, ECDH and ECDSA, by OpenSSL.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

#include "protocol/crypto/openssl/openssl.h"

namespace hearth::crypto::openssl {
namespace {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* object) const noexcept {
    kFree(object);
  }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_clear_free>>;
using Point = std::unique_ptr<EC_POINT, Free<EC_POINT_clear_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;

const EC_GROUP* group() {
  static const EC_GROUP* const curve = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  expects(curve != nullptr);
  return curve;
}

Number number_from(ByteView big_endian) {
  Number number(BN_secure_new());
  expects(number && BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()),
                              number.get()) != nullptr);
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  return number;
}

bool in_range(const BIGNUM* scalar) {
  return !BN_is_zero(scalar) && BN_cmp(scalar, EC_GROUP_get0_order(group())) < 0;
}

bool has_point_form(ByteView point) { return point.size() == 65 && point[0] == 4; }

// Drops what a refusal left in the thread's error queue, where TLS would stumble over it.
template <class T>
T refused(T value) {
  ERR_clear_error();
  return value;
}

// A key from a point (public) or a scalar (private); null when OpenSSL refuses it.
Key import(ByteView point, const BIGNUM* scalar) {
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  expects(builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                                     "P-256", 0) == 1);
  if (scalar != nullptr) {
    expects(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1);
  } else {
    expects(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                             point.size()) == 1);
  }
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  expects(params && context && EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  const int selection = scalar != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  if (EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) return refused(Key());
  return Key(key);
}

}  // namespace

bool p256_scalar_valid(ByteView scalar) {
  return scalar.size() == 32 && in_range(number_from(scalar).get());
}

bool p256_point_valid(ByteView point) {
  if (!has_point_form(point)) return false;
  const Point decoded(EC_POINT_new(group()));
  expects(decoded != nullptr);
  // Decoding checks the curve's equation; a point of 65 bytes cannot be the one at infinity, and
  // with cofactor 1 there is no small subgroup.
  if (EC_POINT_oct2point(group(), decoded.get(), point.data(), point.size(), nullptr) != 1) {
    return refused(false);
  }
  return true;
}

P256Point p256_public(const Secret32& scalar) {
  const Number number = number_from(scalar.view());
  expects(in_range(number.get()));
  const Point product(EC_POINT_new(group()));
  P256Point point;
  expects(product &&
          EC_POINT_mul(group(), product.get(), number.get(), nullptr, nullptr, nullptr) == 1 &&
          EC_POINT_point2oct(group(), product.get(), POINT_CONVERSION_UNCOMPRESSED, point.data(),
                             point.size(), nullptr) == point.size());
  return point;
}

std::optional<Secret32> p256_dh(const Secret32& scalar, ByteView point) {
  const Number number = number_from(scalar.view());
  if (!in_range(number.get()) || !has_point_form(point)) return std::nullopt;
  const Key peer = import(point, nullptr);
  if (!peer) return std::nullopt;
  const Key own = import({}, number.get());
  expects(own != nullptr);
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own.get(), nullptr));
  expects(context && EVP_PKEY_derive_init(context.get()) == 1);
  Secret32 shared;
  std::size_t size = shared.kSize;
  if (EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1 ||
      EVP_PKEY_derive(context.get(), shared.mutable_view().data(), &size) != 1) {
    return refused(std::nullopt);
  }
  expects(size == shared.kSize);
  return shared;
}

Bytes ecdsa_sign(const Secret32& scalar, ByteView message) {
  const Number number = number_from(scalar.view());
  expects(in_range(number.get()));
  const Key key = import({}, number.get());
  const DigestContext context(EVP_MD_CTX_new());
  expects(key && context &&
          EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key.get(),
                                nullptr) == 1);
  Bytes signature(80);  // Two integers of at most 33 bytes, with six bytes of frame: at most 72.
  std::size_t size = signature.size();
  expects(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) ==
          1);
  signature.resize(size);
  return signature;
}

bool ecdsa_verify(ByteView point, ByteView message, ByteView signature) {
  if (!has_point_form(point)) return false;
  const Key key = import(point, nullptr);
  if (!key) return false;
  const DigestContext context(EVP_MD_CTX_new());
  expects(context && EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr,
                                             key.get(), nullptr) == 1);
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                       message.size()) != 1) {
    return refused(false);
  }
  return true;
}

}  // namespace hearth::crypto::openssl
