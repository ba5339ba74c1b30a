// RFC 9497 over libsodium's ristretto255. The names in the comments are those of the RFC.
#include "protocol/crypto/voprf.h"

#include <algorithm>
#include <optional>

#include "protocol/crypto/sodium/sodium.h"

namespace hearth::crypto {
namespace {

using namespace std::string_view_literals;

// CreateContextString(modeVOPRF, "ristretto255-SHA512") (§3.1).
constexpr std::string_view kContext = "OPRFV1-\x01-ristretto255-SHA512"sv;
constexpr std::string_view kHashToGroup = "HashToGroup-"sv;
constexpr std::string_view kHashToScalar = "HashToScalar-"sv;
constexpr std::string_view kDeriveKeyPair = "DeriveKeyPair"sv;  // Without a dash (§3.2.1).
constexpr std::string_view kSeed = "Seed-"sv;

using Parts = std::initializer_list<ByteView>;

// I2OSP(number, 2).
ByteArray<2> two_bytes(std::size_t number) noexcept {
  expects(number <= 0xffff);
  return {static_cast<Byte>(number >> 8), static_cast<Byte>(number)};
}
constexpr ByteArray<2> kSize32{0, 32};
constexpr ByteArray<2> kSize64{0, 64};

// expand_message_xmd with SHA-512 to 64 bytes, which is one block (RFC 9380 §5.3.1). The tag DST is
// `use` and the context.
Secret<64> expand(std::string_view use, Parts message) {
  static constexpr ByteArray<128> kBlock{};  // Z_pad: a block of the hash.
  static constexpr Byte kZero = 0;
  static constexpr Byte kOne = 1;
  const Byte tag_size = static_cast<Byte>(use.size() + kContext.size());
  const ByteView tag[] = {view_of(use), view_of(kContext), ByteView(&tag_size, 1)};

  std::vector<ByteView> parts{kBlock};
  parts.insert(parts.end(), message.begin(), message.end());
  parts.insert(parts.end(), {kSize64, ByteView(&kZero, 1)});
  parts.insert(parts.end(), std::begin(tag), std::end(tag));
  const Secret<64> first = sodium::sha512(parts);

  const ByteView second[] = {first.view(), ByteView(&kOne, 1), tag[0], tag[1], tag[2]};
  return sodium::sha512(second);
}

// Zero with probability 2^-252: whoever needs another scalar looks.
Secret32 hash_to_scalar(std::string_view use, Parts message) {
  return sodium::scalar_reduce(expand(use, message));
}

// The element is secret as long as its input is. length_invalid for inputs that are too long;
// element_invalid for one that hashes to the identity (InvalidInputError), which nobody will find.
Result<Secret32> hash_to_group(ByteView input) {
  if (input.size() > kVoprfInputSizeMax) return fail(make_error(CryptoErrc::length_invalid));
  Secret32 element;
  sodium::ristretto_from_hash(element.mutable_view(), expand(kHashToGroup, {input}));
  if (!sodium::ristretto_valid(element.view())) {
    return fail(make_error(CryptoErrc::element_invalid));
  }
  return element;
}

// 64 bytes reduced are as good as uniform (§4.7.2). Zero can only come from a broken source.
Secret32 random_scalar(RandomSource& random) {
  Secret32 scalar = sodium::scalar_reduce(random.secret<64>());
  expects(scalar != Secret32{});
  return scalar;
}

// The last step of Finalize and of Evaluate.
VoprfOutput output_of(ByteView input, const Secret32& element) {
  const auto input_size = two_bytes(input.size());
  const ByteView parts[] = {input_size, input, kSize32, element.view(), view_of("Finalize"sv)};
  return sodium::sha512(parts);
}

// The seed of the composites, bound to the public key B.
Secret<64> composite_seed(const VoprfElement& b) {
  const auto tag_size = two_bytes(kSeed.size() + kContext.size());
  const ByteView parts[] = {kSize32, b.view(), tag_size, view_of(kSeed), view_of(kContext)};
  return sodium::sha512(parts);
}

// d_i, with which the pair C_i, D_i enters the composites.
Secret32 composite_weight(const Secret<64>& seed, std::size_t i, const VoprfElement& c,
                          const VoprfElement& d) {
  const auto index = two_bytes(i);
  return hash_to_scalar(kHashToScalar, {kSize64, seed.view(), index, kSize32, c.view(), kSize32,
                                        d.view(), view_of("Composite"sv)});
}

// A sum of d_i * E_i. The RFC begins at the identity, we at the first product; a sum that meets the
// identity on its way is refused, for to find one is to break the hash.
class Composite final {
 public:
  [[nodiscard]] bool add(const Secret32& weight, const VoprfElement& element) {
    Bytes32 product;
    if (!sodium::ristretto_multiply(product, weight.view(), element.view())) return false;
    if (sum_) return sodium::ristretto_add(*sum_, Bytes32(*sum_), product);
    sum_ = product;
    return true;
  }
  const Bytes32& sum() const { return sum_.value(); }

 private:
  std::optional<Bytes32> sum_;
};

// The challenge c over B and the elements M, Z, t2, t3.
Secret32 challenge(const VoprfElement& b, const Bytes32& m, const Bytes32& z, const Bytes32& t2,
                   const Bytes32& t3) {
  return hash_to_scalar(kHashToScalar, {kSize32, b.view(), kSize32, m, kSize32, z, kSize32, t2,
                                        kSize32, t3, view_of("Challenge"sv)});
}

// s * A + c * B, for the generator A, or for any other.
[[nodiscard]] bool commitment(Bytes32& sum, const VoprfProof& proof, const Bytes32* a, ByteView b) {
  Bytes32 left;
  Bytes32 right;
  const bool multiplied = a == nullptr ? sodium::ristretto_multiply_base(left, proof.s())
                                       : sodium::ristretto_multiply(left, proof.s(), *a);
  return multiplied && sodium::ristretto_multiply(right, proof.c(), b) &&
         sodium::ristretto_add(sum, left, right);
}

bool batch_fits(std::size_t size) noexcept { return size >= 1 && size <= kVoprfBatchMax; }

}  // namespace

Result<VoprfElement> VoprfElement::from(ByteView bytes) {
  if (!sodium::ristretto_valid(bytes)) return fail(make_error(CryptoErrc::element_invalid));
  return VoprfElement(*to_array<kSize>(bytes));
}

Result<VoprfElement> VoprfElement::decode(Reader& reader) {
  HEARTH_TRY(const ByteView bytes, reader.take(kSize));
  return from(bytes);
}

void encode(Writer& writer, const VoprfElement& element) { writer.raw(element.view()); }

Result<VoprfProof> VoprfProof::from(ByteView bytes) {
  const auto array = to_array<kSize>(bytes);
  if (!array) return fail(make_error(CryptoErrc::length_invalid));
  if (!sodium::scalar_valid(bytes.first(32)) || !sodium::scalar_valid(bytes.last(32))) {
    return fail(make_error(CryptoErrc::scalar_invalid));
  }
  return VoprfProof(*array);
}

Result<VoprfProof> VoprfProof::decode(Reader& reader) {
  HEARTH_TRY(const ByteView bytes, reader.take(kSize));
  return from(bytes);
}

void encode(Writer& writer, const VoprfProof& proof) { writer.raw(proof.view()); }

Result<VoprfKey> VoprfKey::of(Secret32&& key) {
  Bytes32 bytes;
  if (!sodium::ristretto_multiply_base(bytes, key.view())) {
    return fail(make_error(CryptoErrc::scalar_invalid));
  }
  HEARTH_TRY(const VoprfElement public_key, VoprfElement::from(bytes));
  return VoprfKey(std::move(key), public_key);
}

Result<VoprfKey> VoprfKey::derive(const Secret32& seed, ByteView info) {
  if (info.size() > 0xffff) return fail(make_error(CryptoErrc::length_invalid));
  const auto info_size = two_bytes(info.size());
  for (unsigned counter = 0; counter <= 255; ++counter) {
    const Byte number = static_cast<Byte>(counter);
    Secret32 key =
        hash_to_scalar(kDeriveKeyPair, {seed.view(), info_size, info, ByteView(&number, 1)});
    if (key != Secret32{}) return of(std::move(key));
  }
  return fail(make_error(CryptoErrc::scalar_invalid));  // DeriveKeyPairError.
}

VoprfKey VoprfKey::generate(RandomSource& random) {
  auto key = of(random_scalar(random));
  expects(key.has_value());
  return *std::move(key);
}

Result<VoprfEvaluation> VoprfKey::blind_evaluate(std::span<const VoprfElement> blinded,
                                                 RandomSource& random) const {
  if (!batch_fits(blinded.size())) return fail(make_error(CryptoErrc::length_invalid));
  const Error invalid = make_error(CryptoErrc::element_invalid);

  std::vector<VoprfElement> elements;
  elements.reserve(blinded.size());
  for (const VoprfElement& element : blinded) {
    Bytes32 product;
    if (!sodium::ristretto_multiply(product, key_.view(), element.view())) return fail(invalid);
    HEARTH_TRY(const VoprfElement evaluated, VoprfElement::from(product));
    elements.push_back(evaluated);
  }

  // GenerateProof (§2.2.1), with Z by ComputeCompositesFast.
  const Secret<64> seed = composite_seed(public_);
  Composite composite;
  for (std::size_t i = 0; i < blinded.size(); ++i) {
    const Secret32 weight = composite_weight(seed, i, blinded[i], elements[i]);
    if (!composite.add(weight, blinded[i])) return fail(invalid);
  }
  const Bytes32 m = composite.sum();
  Bytes32 z;
  Bytes32 t2;
  Bytes32 t3;
  const Secret32 r = random_scalar(random);
  if (!sodium::ristretto_multiply(z, key_.view(), m) ||
      !sodium::ristretto_multiply_base(t2, r.view()) ||
      !sodium::ristretto_multiply(t3, r.view(), m)) {
    return fail(invalid);
  }
  const Secret32 c = challenge(public_, m, z, t2, t3);
  const Secret32 s =
      sodium::scalar_subtract(r.view(), sodium::scalar_multiply(c.view(), key_.view()).view());
  HEARTH_TRY(const VoprfProof proof, VoprfProof::from(concat({c.view(), s.view()})));
  return VoprfEvaluation{std::move(elements), proof};
}

Result<VoprfOutput> VoprfKey::evaluate(ByteView input) const {
  HEARTH_TRY(const Secret32 element, hash_to_group(input));
  Secret32 evaluated;
  if (!sodium::ristretto_multiply(evaluated.mutable_view(), key_.view(), element.view())) {
    return fail(make_error(CryptoErrc::element_invalid));
  }
  return output_of(input, evaluated);
}

Status VoprfKey::check(ByteView input, const VoprfOutput& output) const {
  HEARTH_TRY(const VoprfOutput expected, evaluate(input));
  if (expected != output) return fail(make_error(CryptoErrc::output_invalid));
  return {};
}

Result<VoprfBlinding> VoprfBlinding::make(ByteView input, RandomSource& random) {
  HEARTH_TRY(const Secret32 hidden, hash_to_group(input));
  Secret32 blind = random_scalar(random);
  Bytes32 blinded;
  if (!sodium::ristretto_multiply(blinded, blind.view(), hidden.view())) {
    return fail(make_error(CryptoErrc::element_invalid));
  }
  HEARTH_TRY(const VoprfElement element, VoprfElement::from(blinded));
  return VoprfBlinding(input, std::move(blind), element);
}

Status voprf_verify(const VoprfElement& public_key, std::span<const VoprfElement> blinded,
                    const VoprfEvaluation& evaluation) {
  const auto& evaluated = evaluation.elements;
  if (!batch_fits(blinded.size()) || evaluated.size() != blinded.size()) {
    return fail(make_error(CryptoErrc::length_invalid));
  }
  const Error invalid = make_error(CryptoErrc::proof_invalid);

  const Secret<64> seed = composite_seed(public_key);
  Composite m;
  Composite z;
  for (std::size_t i = 0; i < blinded.size(); ++i) {
    const Secret32 weight = composite_weight(seed, i, blinded[i], evaluated[i]);
    if (!m.add(weight, blinded[i]) || !z.add(weight, evaluated[i])) return fail(invalid);
  }
  Bytes32 t2;
  Bytes32 t3;
  if (!commitment(t2, evaluation.proof, nullptr, public_key.view()) ||
      !commitment(t3, evaluation.proof, &m.sum(), z.sum())) {
    return fail(invalid);
  }
  const Secret32 expected = challenge(public_key, m.sum(), z.sum(), t2, t3);
  if (!equal_constant_time(expected.view(), evaluation.proof.c())) return fail(invalid);
  return {};
}

Result<std::vector<VoprfOutput>> voprf_finalize(std::span<const VoprfBlinding> blindings,
                                                const VoprfEvaluation& evaluation,
                                                const VoprfElement& public_key) {
  std::vector<VoprfElement> blinded;
  blinded.reserve(blindings.size());
  for (const VoprfBlinding& blinding : blindings) blinded.push_back(blinding.element());
  HEARTH_CHECK(voprf_verify(public_key, blinded, evaluation));

  std::vector<VoprfOutput> outputs;
  outputs.reserve(blindings.size());
  for (std::size_t i = 0; i < blindings.size(); ++i) {
    const Secret32 inverse = sodium::scalar_invert(blindings[i].blind_);
    Secret32 unblinded;
    if (!sodium::ristretto_multiply(unblinded.mutable_view(), inverse.view(),
                                    evaluation.elements[i].view())) {
      return fail(make_error(CryptoErrc::element_invalid));
    }
    outputs.push_back(output_of(blindings[i].input_.view(), unblinded));
  }
  return outputs;
}

}  // namespace hearth::crypto
