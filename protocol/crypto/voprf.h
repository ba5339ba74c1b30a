// VOPRF: the output of a server's key for an input that the server does not see (RFC 9497).
//
// Ciphersuite ristretto255-SHA512, verifiable mode (0x01). A client blinds its input, the server
// evaluates it and proves that it used the key that everybody knows, and the client unblinds an
// output that nobody else could make. Later the server recognises input and output as its own; to
// which request they belong it cannot tell, since every request could have led to every output.
//
//     client                                                    server
//     VoprfBlinding::make(input) ── element ───────────────────►
//                                ◄── VoprfEvaluation ── VoprfKey::blind_evaluate
//     voprf_finalize: output
//        …                       ── input, output ─────────────► VoprfKey::check
//
// The public key has to be the same for everybody: a key for each client would mark its outputs.
#pragma once

#include <vector>

#include "protocol/bytes/codec.h"
#include "protocol/crypto/random.h"
#include "protocol/crypto/suite.h"

namespace hearth::crypto {

// As many elements under one proof (RFC 9497 would allow 2^16), and so long an input (§5.1).
inline constexpr std::size_t kVoprfBatchMax = 64;
inline constexpr std::size_t kVoprfInputSizeMax = 65'534;

using VoprfOutput = Secret<64>;  // Nh

// A public group element: the canonical encoding of a point that is not the identity, always.
class VoprfElement final {
 public:
  static constexpr std::size_t kSize = 32;  // Ne

  // element_invalid for anything else, also for another length.
  static Result<VoprfElement> from(ByteView bytes);
  static Result<VoprfElement> decode(Reader& reader);

  ByteView view() const noexcept { return bytes_; }
  friend bool operator==(const VoprfElement&, const VoprfElement&) = default;

 private:
  explicit VoprfElement(const Bytes32& bytes) noexcept : bytes_(bytes) {}
  Bytes32 bytes_;
};
void encode(Writer& writer, const VoprfElement& element);

// Proof   c32 | s32
// That one key evaluated a whole list of elements (§2.2). Both scalars are below the order of the
// group and not zero; no honest proof meets zero.
class VoprfProof final {
 public:
  static constexpr std::size_t kSize = 64;  // 2 Ns

  // scalar_invalid unless both are such scalars; length_invalid unless they are 64 bytes.
  static Result<VoprfProof> from(ByteView bytes);
  static Result<VoprfProof> decode(Reader& reader);

  ByteView view() const noexcept { return bytes_; }
  ByteView c() const noexcept { return view().first(32); }
  ByteView s() const noexcept { return view().last(32); }
  friend bool operator==(const VoprfProof&, const VoprfProof&) = default;

 private:
  explicit VoprfProof(const ByteArray<kSize>& bytes) noexcept : bytes_(bytes) {}
  ByteArray<kSize> bytes_;
};
void encode(Writer& writer, const VoprfProof& proof);

// What the server answers: an element for each that was asked, in the same order, and one proof.
struct VoprfEvaluation {
  std::vector<VoprfElement> elements;
  VoprfProof proof;
};

// The server's key. It wipes itself.
class VoprfKey final {
 public:
  // DeriveKeyPair (§3.2.1). length_invalid for more than 65,535 bytes of `info`.
  static Result<VoprfKey> derive(const Secret32& seed, ByteView info);
  static VoprfKey generate(RandomSource& random);

  const VoprfElement& public_key() const noexcept { return public_; }

  // BlindEvaluate (§3.3.2) for 1..kVoprfBatchMax elements; length_invalid for none or more.
  // `random` makes the proof and must never repeat itself: a nonce used twice gives the key away.
  Result<VoprfEvaluation> blind_evaluate(std::span<const VoprfElement> blinded,
                                         RandomSource& random) const;
  // Evaluate (§3.3.1): what a client got for `input`.
  Result<VoprfOutput> evaluate(ByteView input) const;
  // output_invalid unless `output` is that, compared in constant time.
  Status check(ByteView input, const VoprfOutput& output) const;

 private:
  VoprfKey(Secret32&& key, const VoprfElement& public_key) noexcept
      : key_(std::move(key)), public_(public_key) {}
  static Result<VoprfKey> of(Secret32&& key);

  Secret32 key_;
  VoprfElement public_;
};

// A client's input, and the scalar that hides it. Both wipe themselves.
class VoprfBlinding final {
 public:
  // Blind (§3.3.1). length_invalid when the input is longer than kVoprfInputSizeMax.
  static Result<VoprfBlinding> make(ByteView input, RandomSource& random);

  // What the server may see. It tells nothing about the input.
  const VoprfElement& element() const noexcept { return element_; }

 private:
  VoprfBlinding(ByteView input, Secret32&& blind, const VoprfElement& element)
      : input_(input), blind_(std::move(blind)), element_(element) {}
  friend Result<std::vector<VoprfOutput>> voprf_finalize(std::span<const VoprfBlinding> blindings,
                                                         const VoprfEvaluation& evaluation,
                                                         const VoprfElement& public_key);

  SecretBytes input_;
  Secret32 blind_;
  VoprfElement element_;
};

// VerifyProof (§2.2.2): proof_invalid unless `evaluation` is that of `blinded`, in this order,
// under this key. length_invalid when their numbers differ, or are not 1..kVoprfBatchMax.
Status voprf_verify(const VoprfElement& public_key, std::span<const VoprfElement> blinded,
                    const VoprfEvaluation& evaluation);

// Finalize (§3.3.2): the outputs in the order of the blindings, or none of them when the proof does
// not hold.
Result<std::vector<VoprfOutput>> voprf_finalize(std::span<const VoprfBlinding> blindings,
                                                const VoprfEvaluation& evaluation,
                                                const VoprfElement& public_key);

}  // namespace hearth::crypto
