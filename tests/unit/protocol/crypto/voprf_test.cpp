// VOPRF against RFC 9497 appendix A.1.2, and a broken input for each thing that has to be refused.
#include "protocol/crypto/voprf.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/support/hex.h"
#include "tests/unit/protocol/crypto/suites.h"

namespace hearth::crypto {
namespace {

using hearth::test::hex;
using test::error_of;
using test::FixedRandom;

// --- Vectors ------------------------------------------------------------------------------------

constexpr const char* kSeed = "a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3";
constexpr const char* kKeyInfo = "74657374206b6579";
constexpr const char* kPublicKey =
    "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e";

struct Rfc9497Element {
  const char* input;
  const char* blind;
  const char* blinded;
  const char* evaluated;
  const char* output;
};
struct Rfc9497Case {
  std::vector<Rfc9497Element> elements;
  const char* proof_random_scalar;
  const char* proof;
};

const Rfc9497Case kRfc9497[] = {
    // A.1.2.1, batch size 1.
    {{{"00", "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
       "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
       "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
       "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d"
       "a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c"}},
     "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
     "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd06"
     "6d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d"},
    // A.1.2.2, batch size 1.
    {{{"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
       "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
       "cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c",
       "60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468",
       "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60"
       "356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6"}},
     "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
     "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a"
     "67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02"},
    // A.1.2.3, batch size 2.
    {{{"00", "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
       "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
       "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
       "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d"
       "a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c"},
      {"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
       "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
       "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654",
       "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a",
       "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60"
       "356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6"}},
     "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
     "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a"
     "5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08"},
};

// 64 random bytes that reduce to exactly this scalar.
FixedRandom scalar_source(const char* scalar) {
  return FixedRandom(concat({hex(scalar), Bytes32{}}));
}

VoprfKey vector_key() {
  return VoprfKey::derive(Secret32::from(hex(kSeed)), hex(kKeyInfo)).value();
}

std::vector<VoprfElement> elements_of(std::span<const VoprfBlinding> blindings) {
  std::vector<VoprfElement> elements;
  for (const VoprfBlinding& blinding : blindings) elements.push_back(blinding.element());
  return elements;
}

TEST(VoprfVectors, DeriveTheKeyOfTheRfc) {
  EXPECT_EQ(to_hex(vector_key().public_key().view()), kPublicKey);
}

TEST(VoprfVectors, GoTheWholeWayOfTheRfc) {
  const VoprfKey key = vector_key();
  std::size_t elements = 0;
  for (const Rfc9497Case& c : kRfc9497) {
    std::vector<VoprfBlinding> blindings;
    for (const Rfc9497Element& e : c.elements) {
      FixedRandom random = scalar_source(e.blind);
      blindings.push_back(VoprfBlinding::make(hex(e.input), random).value());
      EXPECT_EQ(to_hex(blindings.back().element().view()), e.blinded);
    }

    FixedRandom random = scalar_source(c.proof_random_scalar);
    const auto evaluation = key.blind_evaluate(elements_of(blindings), random);
    ASSERT_TRUE(evaluation.has_value());
    ASSERT_EQ(evaluation->elements.size(), c.elements.size());
    EXPECT_EQ(to_hex(evaluation->proof.view()), c.proof);

    const auto outputs = voprf_finalize(blindings, *evaluation, key.public_key());
    ASSERT_TRUE(outputs.has_value());
    for (std::size_t i = 0; i < c.elements.size(); ++i) {
      const Rfc9497Element& e = c.elements[i];
      EXPECT_EQ(to_hex(evaluation->elements[i].view()), e.evaluated);
      EXPECT_EQ(to_hex((*outputs)[i].view()), e.output);
      EXPECT_EQ(to_hex(key.evaluate(hex(e.input)).value().view()), e.output);
      EXPECT_TRUE(key.check(hex(e.input), (*outputs)[i]).has_value());
      ++elements;
    }
  }
  EXPECT_EQ(elements, 4U);
}

// --- What has to be refused ---------------------------------------------------------------------

// Three inputs blinded and evaluated under one proof.
class Voprf : public testing::Test {
 protected:
  Voprf() {
    for (const std::string_view input : {"one", "two", "three"}) {
      blindings_.push_back(VoprfBlinding::make(view_of(input), random_).value());
    }
    blinded_ = elements_of(blindings_);
    evaluation_ = key_.blind_evaluate(blinded_, random_).value();
  }
  const VoprfElement& public_key() const { return key_.public_key(); }

  SeededRandom random_{9497};
  VoprfKey key_ = VoprfKey::generate(random_);
  std::vector<VoprfBlinding> blindings_;
  std::vector<VoprfElement> blinded_;
  std::optional<VoprfEvaluation> evaluation_;
};

TEST_F(Voprf, GivesTheSameOutputWhateverTheBlind) {
  const auto outputs = voprf_finalize(blindings_, *evaluation_, public_key());

  ASSERT_TRUE(outputs.has_value());
  EXPECT_EQ((*outputs)[0], key_.evaluate(view_of("one")).value());
  EXPECT_EQ((*outputs)[1], key_.evaluate(view_of("two")).value());
  EXPECT_EQ((*outputs)[2], key_.evaluate(view_of("three")).value());
  EXPECT_NE((*outputs)[0], (*outputs)[1]);
  const VoprfBlinding again = VoprfBlinding::make(view_of("one"), random_).value();
  EXPECT_NE(again.element(), blinded_[0]);
}

TEST_F(Voprf, TakesTheEmptyAndTheLongestInput) {
  for (const std::size_t size : {std::size_t{0}, kVoprfInputSizeMax}) {
    const Bytes input(size, 7);
    const VoprfBlinding blinding = VoprfBlinding::make(input, random_).value();
    const auto evaluation = key_.blind_evaluate(std::span(&blinding.element(), 1), random_);
    const auto outputs = voprf_finalize(std::span(&blinding, 1), *evaluation, public_key());
    ASSERT_TRUE(outputs.has_value());
    EXPECT_TRUE(key_.check(input, outputs->front()).has_value());
  }
}

TEST_F(Voprf, RefusesAnInputThatIsTooLong) {
  const Bytes input(kVoprfInputSizeMax + 1);
  const Error expected = error_of(CryptoErrc::length_invalid);

  EXPECT_EQ(VoprfBlinding::make(input, random_).error(), expected);
  EXPECT_EQ(key_.evaluate(input).error(), expected);
  EXPECT_EQ(VoprfKey::derive(Secret32{}, Bytes(0x10000)).error(), expected);
}

TEST_F(Voprf, RefusesAnEmptyBatchAndOneThatIsTooLarge) {
  const Error expected = error_of(CryptoErrc::length_invalid);
  const std::vector<VoprfElement> largest(kVoprfBatchMax, blinded_[0]);
  const std::vector<VoprfElement> too_many(kVoprfBatchMax + 1, blinded_[0]);

  EXPECT_TRUE(key_.blind_evaluate(largest, random_).has_value());
  EXPECT_EQ(key_.blind_evaluate({}, random_).error(), expected);
  EXPECT_EQ(key_.blind_evaluate(too_many, random_).error(), expected);
  EXPECT_EQ(voprf_verify(public_key(), {}, {{}, evaluation_->proof}).error(), expected);
  EXPECT_EQ(voprf_verify(public_key(), too_many, {too_many, evaluation_->proof}).error(), expected);
}

TEST_F(Voprf, RefusesAnAnswerOfAnotherLength) {
  auto shorter = *evaluation_;
  shorter.elements.pop_back();
  auto longer = *evaluation_;
  longer.elements.push_back(longer.elements.front());

  for (const VoprfEvaluation& wrong : {shorter, longer}) {
    EXPECT_EQ(voprf_finalize(blindings_, wrong, public_key()).error(),
              error_of(CryptoErrc::length_invalid));
  }
}

// RFC 9496 §A.2 lists them by kind: not reduced, negative, no square root, a negative product, and
// s = -1, which leads to y = 0.
TEST(VoprfElements, RefuseWhatEncodesNoPoint) {
  const char* bad[] = {
      "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
      "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
      "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  };
  for (const char* bytes : bad) {
    EXPECT_EQ(VoprfElement::from(hex(bytes)).error(), error_of(CryptoErrc::element_invalid))
        << bytes;
  }
}

// A second encoding of a point that has one already, the identity's among them.
TEST(VoprfElements, RefuseTheHighestBit) {
  const std::array<Byte, 32> zero{};
  SeededRandom random(7);
  Bytes bytes = to_bytes(VoprfKey::generate(random).public_key().view());
  ASSERT_TRUE(VoprfElement::from(bytes).has_value());
  bytes.back() |= 0x80;
  EXPECT_FALSE(VoprfElement::from(bytes).has_value());
  bytes.assign(zero.begin(), zero.end());
  bytes.back() |= 0x80;
  EXPECT_FALSE(VoprfElement::from(bytes).has_value());
}

// libsodium takes it for a valid point.
TEST(VoprfElements, RefuseTheIdentity) {
  EXPECT_EQ(VoprfElement::from(Bytes32{}).error(), error_of(CryptoErrc::element_invalid));
  EXPECT_EQ(decode_exact<VoprfElement>(Bytes32{}).error(), error_of(CryptoErrc::element_invalid));
}

TEST(VoprfElements, RefuseAnotherLength) {
  const Bytes whole = hex(kPublicKey);
  ASSERT_TRUE(decode_exact<VoprfElement>(whole).has_value());
  EXPECT_EQ(encoded(*decode_exact<VoprfElement>(whole)), whole);

  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(VoprfElement::from(ByteView(whole).first(size)).error(),
              error_of(CryptoErrc::element_invalid));
    EXPECT_EQ(decode_exact<VoprfElement>(ByteView(whole).first(size)).error(),
              make_error(CodecErrc::truncated));
  }
  EXPECT_EQ(decode_exact<VoprfElement>(concat({whole, hex("00")})).error(),
            make_error(CodecErrc::trailing_bytes));
}

TEST(VoprfProofs, RefuseScalarsThatAreZeroOrNotReduced) {
  const Bytes proof = hex(kRfc9497[0].proof);
  ASSERT_EQ(encoded(decode_exact<VoprfProof>(proof).value()), proof);
  const char* bad[] = {
      "0000000000000000000000000000000000000000000000000000000000000000",
      // The order, and one more.
      "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
      "eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
      // A small scalar with each of the three highest bits.
      "0200000000000000000000000000000000000000000000000000000000000080",
      "0200000000000000000000000000000000000000000000000000000000000040",
      "0200000000000000000000000000000000000000000000000000000000000020",
      "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  };
  for (const char* scalar : bad) {
    const Bytes first = concat({hex(scalar), ByteView(proof).last(32)});
    const Bytes second = concat({ByteView(proof).first(32), hex(scalar)});
    EXPECT_EQ(VoprfProof::from(first).error(), error_of(CryptoErrc::scalar_invalid)) << scalar;
    EXPECT_EQ(VoprfProof::from(second).error(), error_of(CryptoErrc::scalar_invalid)) << scalar;
  }
  // The largest scalar and the smallest are scalars.
  const Bytes largest = hex("ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  const Bytes smallest = hex("0100000000000000000000000000000000000000000000000000000000000000");
  EXPECT_TRUE(VoprfProof::from(concat({largest, smallest})).has_value());
}

TEST(VoprfProofs, RefuseAnotherLength) {
  const Bytes proof = hex(kRfc9497[0].proof);
  for (std::size_t size = 0; size < proof.size(); ++size) {
    EXPECT_EQ(VoprfProof::from(ByteView(proof).first(size)).error(),
              error_of(CryptoErrc::length_invalid));
    EXPECT_EQ(decode_exact<VoprfProof>(ByteView(proof).first(size)).error(),
              make_error(CodecErrc::truncated));
  }
}

TEST_F(Voprf, RefusesTheProofOfAnotherAnswer) {
  const auto again = key_.blind_evaluate(blinded_, random_).value();
  const auto fewer = key_.blind_evaluate(std::span(blinded_).first(2), random_).value();
  ASSERT_NE(again.proof, evaluation_->proof);
  ASSERT_TRUE(voprf_verify(public_key(), blinded_, again).has_value());

  EXPECT_EQ(voprf_finalize(blindings_, {again.elements, fewer.proof}, public_key()).error(),
            error_of(CryptoErrc::proof_invalid));
}

// A server that keeps a key for each of its clients would know them again by it.
TEST_F(Voprf, RefusesAnotherKeyThanTheOneThatEverybodyKnows) {
  const VoprfKey other = VoprfKey::generate(random_);
  const auto marked = other.blind_evaluate(blinded_, random_).value();
  ASSERT_TRUE(voprf_finalize(blindings_, marked, other.public_key()).has_value());
  const Error expected = error_of(CryptoErrc::proof_invalid);

  EXPECT_EQ(voprf_finalize(blindings_, marked, public_key()).error(), expected);
  EXPECT_EQ(voprf_finalize(blindings_, *evaluation_, other.public_key()).error(), expected);
  // One element under the other key spoils the batch, wherever it stands.
  for (std::size_t i = 0; i < blinded_.size(); ++i) {
    auto mixed = *evaluation_;
    mixed.elements[i] = marked.elements[i];
    EXPECT_EQ(voprf_finalize(blindings_, mixed, public_key()).error(), expected) << i;
  }
}

TEST_F(Voprf, RefusesElementsInAnotherOrder) {
  const Error expected = error_of(CryptoErrc::proof_invalid);
  for (const auto& [i, j] : {std::pair{0, 1}, std::pair{1, 2}, std::pair{0, 2}}) {
    auto swapped = *evaluation_;
    std::swap(swapped.elements[i], swapped.elements[j]);
    EXPECT_EQ(voprf_finalize(blindings_, swapped, public_key()).error(), expected);

    auto asked = blinded_;
    std::swap(asked[i], asked[j]);
    EXPECT_EQ(voprf_verify(public_key(), asked, *evaluation_).error(), expected);
    // Pairs that belong together are in another order than the proof has them, too.
    EXPECT_EQ(voprf_verify(public_key(), asked, swapped).error(), expected);
  }
}

// Every bit of what the client is answered: each flip is refused, as no element, as no scalar, or
// by the proof.
TEST_F(Voprf, RefusesEveryFlippedBitOfAnAnswer) {
  std::size_t by_proof = 0;
  const auto expect_refused = [&](const VoprfEvaluation& changed) {
    EXPECT_EQ(voprf_finalize(blindings_, changed, public_key()).error(),
              error_of(CryptoErrc::proof_invalid));
    ++by_proof;
  };
  for (std::size_t i = 0; i < evaluation_->elements.size(); ++i) {
    for (std::size_t bit = 0; bit < 256; ++bit) {
      auto bytes = to_bytes(evaluation_->elements[i].view());
      bytes[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
      const auto element = VoprfElement::from(bytes);
      if (!element) continue;
      auto changed = *evaluation_;
      changed.elements[i] = *element;
      expect_refused(changed);
    }
  }
  const std::size_t by_elements = by_proof;
  EXPECT_GT(by_elements, 20U);  // About one in sixteen strings encodes a point.
  for (std::size_t bit = 0; bit < 512; ++bit) {
    auto bytes = to_bytes(evaluation_->proof.view());
    bytes[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
    const auto proof = VoprfProof::from(bytes);
    if (proof) expect_refused({evaluation_->elements, *proof});
  }
  EXPECT_GT(by_proof - by_elements, 490U);
}

TEST_F(Voprf, RecognisesItsOutputForItsInputAlone) {
  auto outputs = voprf_finalize(blindings_, *evaluation_, public_key()).value();
  const Error expected = error_of(CryptoErrc::output_invalid);
  ASSERT_TRUE(key_.check(view_of("one"), outputs[0]).has_value());

  EXPECT_EQ(key_.check(view_of("onf"), outputs[0]).error(), expected);
  EXPECT_EQ(key_.check(view_of("one "), outputs[0]).error(), expected);
  EXPECT_EQ(key_.check({}, outputs[0]).error(), expected);
  EXPECT_EQ(key_.check(view_of("one"), outputs[1]).error(), expected);
  EXPECT_EQ(VoprfKey::generate(random_).check(view_of("one"), outputs[0]).error(), expected);
  for (std::size_t bit = 0; bit < 512; ++bit) {
    const auto flip = static_cast<Byte>(1U << (bit % 8));
    outputs[0].mutable_view()[bit / 8] ^= flip;
    EXPECT_EQ(key_.check(view_of("one"), outputs[0]).error(), expected) << bit;
    outputs[0].mutable_view()[bit / 8] ^= flip;
  }
}

// A blinding that is not the one that was sent: the proof is for another element.
TEST_F(Voprf, RefusesAnAnswerToAnotherRequest) {
  std::vector<VoprfBlinding> others;
  for (const std::string_view input : {"one", "two", "three"}) {
    others.push_back(VoprfBlinding::make(view_of(input), random_).value());
  }

  EXPECT_EQ(voprf_finalize(others, *evaluation_, public_key()).error(),
            error_of(CryptoErrc::proof_invalid));
}

TEST_F(Voprf, DerivesAnotherKeyFromAnotherSeedOrInfo) {
  Secret32 seed = Secret32::from(hex(kSeed));
  const VoprfKey key = VoprfKey::derive(seed, view_of("info")).value();

  EXPECT_EQ(VoprfKey::derive(seed, view_of("info")).value().public_key(), key.public_key());
  EXPECT_NE(VoprfKey::derive(seed, view_of("infp")).value().public_key(), key.public_key());
  EXPECT_NE(VoprfKey::derive(seed, {}).value().public_key(), key.public_key());
  seed.mutable_view()[31] ^= 1;
  EXPECT_NE(VoprfKey::derive(seed, view_of("info")).value().public_key(), key.public_key());
}

// The same proof nonce for two challenges gives the key away, so it has to be drawn each time.
TEST_F(Voprf, DrawsAFreshNonceForEachProof) {
  const auto one = key_.blind_evaluate(std::span(blinded_).first(1), random_).value();
  const auto two = key_.blind_evaluate(std::span(blinded_).first(1), random_).value();

  EXPECT_EQ(one.elements, two.elements);
  EXPECT_FALSE(equal(one.proof.c(), two.proof.c()));
  EXPECT_FALSE(equal(one.proof.s(), two.proof.s()));
}

}  // namespace
}  // namespace hearth::crypto
