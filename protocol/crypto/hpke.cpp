// The KEM, the key schedule and the two single-shot uses of HPKE.
#include "protocol/crypto/hpke.h"

#include <algorithm>

namespace hearth::crypto {
namespace {

constexpr std::uint16_t kKemX25519 = 0x0020;  // DHKEM(X25519, HKDF-SHA256)
constexpr std::uint16_t kKemP256 = 0x0010;    // DHKEM(P-256, HKDF-SHA256)
constexpr std::uint16_t kKdf = 0x0001;        // HKDF-SHA256
constexpr std::uint16_t kAeadAes128Gcm = 0x0001;
constexpr std::uint16_t kAeadChaCha20Poly1305 = 0x0003;

constexpr Byte high(std::uint16_t value) noexcept { return static_cast<Byte>(value >> 8); }
constexpr Byte low(std::uint16_t value) noexcept { return static_cast<Byte>(value & 0xff); }

std::uint16_t kem_id(CipherSuite suite) noexcept {
  return suite == CipherSuite::p256_aes128gcm_sha256_p256 ? kKemP256 : kKemX25519;
}

std::uint16_t aead_id(CipherSuite suite) noexcept {
  return suite == CipherSuite::x25519_chacha20poly1305_sha256_ed25519 ? kAeadChaCha20Poly1305
                                                                      : kAeadAes128Gcm;
}

// LabeledExtract and LabeledExpand (RFC 9180 §4) under one suite_id.
class Labeled final {
 public:
  // The KEM's own functions: "KEM" | kem_id (§4.1).
  static Labeled of_kem(CipherSuite suite) noexcept {
    const std::uint16_t kem = kem_id(suite);
    return Labeled({'K', 'E', 'M', high(kem), low(kem)}, 5);
  }
  // Everything else: "HPKE" | kem_id | kdf_id | aead_id (§5.1).
  static Labeled of_hpke(CipherSuite suite) noexcept {
    const std::uint16_t kem = kem_id(suite);
    const std::uint16_t aead = aead_id(suite);
    return Labeled(
        {'H', 'P', 'K', 'E', high(kem), low(kem), high(kKdf), low(kKdf), high(aead), low(aead)},
        10);
  }

  Secret32 extract(ByteView salt, std::string_view label, ByteView ikm) const noexcept {
    return hmac_sha256(salt, {view_of(kVersion), suite_id(), view_of(label), ikm});
  }

  void expand(const Secret32& prk, std::string_view label, std::initializer_list<ByteView> info,
              std::span<Byte> out) const {
    expects(info.size() <= 3);
    const auto size = static_cast<std::uint16_t>(out.size());
    const ByteArray<2> length{high(size), low(size)};
    std::array<ByteView, 3> parts{};
    std::ranges::copy(info, parts.begin());
    hkdf_expand(
        prk.view(),
        {length, view_of(kVersion), suite_id(), view_of(label), parts[0], parts[1], parts[2]}, out);
  }

 private:
  static constexpr std::string_view kVersion = "HPKE-v1";

  Labeled(const ByteArray<10>& id, std::size_t size) noexcept : id_(id), size_(size) {}
  ByteView suite_id() const noexcept { return ByteView(id_).first(size_); }

  ByteArray<10> id_;
  std::size_t size_;
};

// ExtractAndExpand (§4.1): what both ends make of the Diffie-Hellman result.
Secret32 kem_shared_secret(CipherSuite suite, const Secret32& dh, ByteView kem_output,
                           ByteView public_key) {
  const Labeled kem = Labeled::of_kem(suite);
  const Secret32 prk = kem.extract({}, "eae_prk", dh.view());
  Secret32 shared;
  kem.expand(prk, "shared_secret", {kem_output, public_key}, shared.mutable_view());
  return shared;
}

struct Encapsulated {
  Secret32 shared;
  Bytes kem_output;
};

Result<Encapsulated> encapsulate(CipherSuite suite, ByteView public_key, RandomSource& random) {
  HEARTH_CHECK(check_kem_public_key(suite, public_key));
  HEARTH_TRY(KemKeyPair ephemeral, kem_generate(suite, random));
  HEARTH_TRY(const Secret32 dh, kem_dh(suite, ephemeral.private_key, public_key));
  Secret32 shared = kem_shared_secret(suite, dh, ephemeral.public_key, public_key);
  return Encapsulated{std::move(shared), std::move(ephemeral.public_key)};
}

Result<Secret32> decapsulate(CipherSuite suite, ByteView kem_output, const KemPrivateKey& key,
                             ByteView public_key) {
  HEARTH_TRY(const Secret32 dh, kem_dh(suite, key, kem_output));
  return kem_shared_secret(suite, dh, kem_output, public_key);
}

// KeySchedule for mode_base (§5.1): no PSK, so psk and psk_id are empty.
class Schedule final {
 public:
  // `info` outlives the schedule.
  Schedule(const Secret32& shared, const HpkeInfo& info)
      : info_(info),
        labeled_(Labeled::of_hpke(info.suite())),
        secret_(labeled_.extract(shared.view(), "secret", {})) {}

  // Of aead_key_size(suite) bytes, the first of the array.
  Secret32 key() const {
    Secret32 key;
    expand("key", key.mutable_view().first(aead_key_size(info_.suite())));
    return key;
  }
  // Of sequence number 0, which is the base nonce itself.
  Nonce nonce() const {
    Nonce nonce;
    expand("base_nonce", nonce);
    return nonce;
  }
  // Export (§5.3) of 32 bytes.
  Secret32 exported(ByteView exporter_context) const {
    Secret32 exporter_secret;
    expand("exp", exporter_secret.mutable_view());
    Secret32 out;
    labeled_.expand(exporter_secret, "sec", {exporter_context}, out.mutable_view());
    return out;
  }

 private:
  void expand(std::string_view label, std::span<Byte> out) const {
    constexpr ByteArray<1> kModeBase{0x00};
    labeled_.expand(secret_, label, {kModeBase, info_.psk_id_hash(), info_.info_hash()}, out);
  }

  const HpkeInfo& info_;
  Labeled labeled_;
  Secret32 secret_;
};

}  // namespace

HpkeInfo::HpkeInfo(CipherSuite suite, ByteView info)
    : suite_(suite),
      psk_id_hash_(Labeled::of_hpke(suite).extract({}, "psk_id_hash", {})),
      info_hash_(Labeled::of_hpke(suite).extract({}, "info_hash", info)) {}

Result<HpkeSealed> hpke_seal(const HpkeInfo& info, ByteView public_key, ByteView aad,
                             ByteView plain, RandomSource& random) {
  const CipherSuite suite = info.suite();
  HEARTH_TRY(Encapsulated kem, encapsulate(suite, public_key, random));
  const Schedule schedule(kem.shared, info);
  const Secret32 key = schedule.key();
  Bytes ciphertext =
      aead_seal(suite, key.view().first(aead_key_size(suite)), schedule.nonce(), aad, plain);
  return HpkeSealed{std::move(kem.kem_output), std::move(ciphertext)};
}

Result<HpkeSealed> hpke_seal(CipherSuite suite, ByteView public_key, ByteView info, ByteView aad,
                             ByteView plain, RandomSource& random) {
  return hpke_seal(HpkeInfo(suite, info), public_key, aad, plain, random);
}

Result<SecretBytes> hpke_open(CipherSuite suite, ByteView kem_output, const KemPrivateKey& key,
                              ByteView public_key, ByteView info, ByteView aad,
                              ByteView ciphertext) {
  HEARTH_TRY(const Secret32 shared, decapsulate(suite, kem_output, key, public_key));
  const HpkeInfo hashed(suite, info);
  const Schedule schedule(shared, hashed);
  const Secret32 aead_key = schedule.key();
  return aead_open_secret(suite, aead_key.view().first(aead_key_size(suite)), schedule.nonce(), aad,
                          ciphertext);
}

Result<HpkeExport> hpke_send_export(CipherSuite suite, ByteView public_key, ByteView info,
                                    ByteView exporter_context, RandomSource& random) {
  HEARTH_TRY(Encapsulated kem, encapsulate(suite, public_key, random));
  Secret32 exported = Schedule(kem.shared, HpkeInfo(suite, info)).exported(exporter_context);
  return HpkeExport{std::move(kem.kem_output), std::move(exported)};
}

Result<Secret32> hpke_receive_export(CipherSuite suite, ByteView kem_output,
                                     const KemPrivateKey& key, ByteView public_key, ByteView info,
                                     ByteView exporter_context) {
  HEARTH_TRY(const Secret32 shared, decapsulate(suite, kem_output, key, public_key));
  return Schedule(shared, HpkeInfo(suite, info)).exported(exporter_context);
}

Result<KemKeyPair> hpke_derive_key_pair(CipherSuite suite, ByteView input_key_material) {
  if (!supported(suite)) return fail(make_error(CryptoErrc::suite_unsupported));
  const Labeled kem = Labeled::of_kem(suite);
  const Secret32 prk = kem.extract({}, "dkp_prk", input_key_material);
  KemPrivateKey key;
  if (kem_id(suite) == kKemX25519) {
    kem.expand(prk, "sk", {}, key.mutable_view());
    HEARTH_TRY(Bytes public_key, kem_public_key(suite, key));
    return KemKeyPair{std::move(key), std::move(public_key)};
  }
  // P-256: the first candidate that is a scalar. All 256 failing is 2^-8192 away; the RFC names it
  // DeriveKeyPairError all the same. The bitmask of P-256 is 0xff, so it changes nothing.
  for (unsigned counter = 0; counter <= 255; ++counter) {
    const ByteArray<1> number{static_cast<Byte>(counter)};
    kem.expand(prk, "candidate", {number}, key.mutable_view());
    if (auto public_key = kem_public_key(suite, key)) {
      return KemKeyPair{std::move(key), *std::move(public_key)};
    }
  }
  return fail(make_error(CryptoErrc::key_invalid));
}

}  // namespace hearth::crypto
