// The key schedule: each function is one arrow of RFC 9420 §8.
#include "protocol/mls/schedule/key_schedule.h"

#include <array>

namespace hearth::mls {
namespace {

using crypto::derive_secret;
using crypto::expand_with_label;
using crypto::hkdf_extract;

using SecretOfEpoch = Secret32 EpochSecrets::*;
constexpr std::array<SecretOfEpoch, 9> kSnapshotOrder{
    &EpochSecrets::sender_data_secret, &EpochSecrets::encryption_secret,
    &EpochSecrets::exporter_secret,    &EpochSecrets::external_secret,
    &EpochSecrets::confirmation_key,   &EpochSecrets::membership_key,
    &EpochSecrets::resumption_psk,     &EpochSecrets::epoch_authenticator,
    &EpochSecrets::init_secret};

AeadKey aead_key(CipherSuite suite, ByteView secret, ByteView context) noexcept {
  AeadKey aead;
  const std::size_t size = crypto::aead_key_size(suite);
  aead.key_size = static_cast<std::uint8_t>(size);
  expand_with_label(secret, "key", context, std::span<Byte>(aead.key.mutable_view()).first(size));
  expand_with_label(secret, "nonce", context, aead.nonce);
  return aead;
}

// HPKE's exporter_context of RFC 9420 §8.3.
constexpr std::string_view kExternalInitLabel = "MLS 1.0 external init secret";

}  // namespace

SecretBytes EpochSecrets::encode_secret() const {
  SecretBytes out(kSnapshotOrder.size() * kHashSize);
  auto target = out.mutable_view().begin();
  for (const SecretOfEpoch secret : kSnapshotOrder) {
    target = std::ranges::copy((this->*secret).view(), target).out;
  }
  return out;
}

Result<EpochSecrets> EpochSecrets::decode(Reader& reader) {
  EpochSecrets secrets;
  for (const SecretOfEpoch secret : kSnapshotOrder) {
    HEARTH_TRY(const ByteView bytes, reader.take(kHashSize));
    secrets.*secret = Secret32::from(bytes);
  }
  return secrets;
}

Secret32 derive_joiner_secret(const Secret32& init_secret, const Secret32& commit_secret,
                              ByteView group_context) noexcept {
  const Secret32 extracted = hkdf_extract(init_secret.view(), commit_secret.view());
  return expand_with_label(extracted.view(), "joiner", group_context);
}

Secret32 derive_member_secret(const Secret32& joiner_secret, const Secret32& psk_secret) noexcept {
  return hkdf_extract(joiner_secret.view(), psk_secret.view());
}

Secret32 derive_welcome_secret(const Secret32& member_secret) noexcept {
  return derive_secret(member_secret.view(), "welcome");
}

EpochSecrets derive_epoch_secrets(const Secret32& member_secret, ByteView group_context) noexcept {
  const Secret32 epoch_secret = expand_with_label(member_secret.view(), "epoch", group_context);
  const auto derive = [&](std::string_view label) {
    return derive_secret(epoch_secret.view(), label);
  };
  return {.sender_data_secret = derive("sender data"),
          .encryption_secret = derive("encryption"),
          .exporter_secret = derive("exporter"),
          .external_secret = derive("external"),
          .confirmation_key = derive("confirm"),
          .membership_key = derive("membership"),
          .resumption_psk = derive("resumption"),
          .epoch_authenticator = derive("authentication"),
          .init_secret = derive("init")};
}

EpochBeginning begin_epoch(const Secret32& init_secret, const Secret32& commit_secret,
                           const Secret32& psk_secret, ByteView group_context) noexcept {
  Secret32 joiner = derive_joiner_secret(init_secret, commit_secret, group_context);
  const Secret32 member = derive_member_secret(joiner, psk_secret);
  return {.joiner_secret = std::move(joiner),
          .welcome_secret = derive_welcome_secret(member),
          .epoch = derive_epoch_secrets(member, group_context)};
}

AeadKey welcome_key(CipherSuite suite, const Secret32& welcome_secret) noexcept {
  return aead_key(suite, welcome_secret.view(), {});
}

Bytes seal_group_info(CipherSuite suite, const Secret32& welcome_secret, ByteView group_info) {
  const AeadKey aead = welcome_key(suite, welcome_secret);
  return crypto::aead_seal(suite, aead.key_view(), aead.nonce, {}, group_info);
}

Result<Bytes> open_group_info(CipherSuite suite, const Secret32& welcome_secret, ByteView sealed) {
  const AeadKey aead = welcome_key(suite, welcome_secret);
  auto opened = crypto::aead_open(suite, aead.key_view(), aead.nonce, {}, sealed);
  if (!opened) return fail(MlsErrc::welcome_open_failed);
  return opened;
}

AeadKey sender_data_key(CipherSuite suite, const Secret32& sender_data_secret,
                        ByteView ciphertext) noexcept {
  const ByteView sample = ciphertext.first(std::min(ciphertext.size(), kHashSize));
  return aead_key(suite, sender_data_secret.view(), sample);
}

void export_secret(const Secret32& exporter_secret, std::string_view label, ByteView context,
                   std::span<Byte> out) noexcept {
  const Secret32 derived = derive_secret(exporter_secret.view(), label);
  const Hash context_hash = crypto::sha256(context);
  expand_with_label(derived.view(), "exported", context_hash, out);
}

Result<crypto::KemKeyPair> external_key_pair(CipherSuite suite, const Secret32& external_secret) {
  return crypto::hpke_derive_key_pair(suite, external_secret.view());
}

Result<ExternalInitSent> send_external_init(CipherSuite suite, ByteView external_pub,
                                            crypto::RandomSource& random) {
  HEARTH_TRY(
      crypto::HpkeExport sent,
      crypto::hpke_send_export(suite, external_pub, {}, view_of(kExternalInitLabel), random));
  return ExternalInitSent{std::move(sent.kem_output), std::move(sent.exported)};
}

Result<Secret32> receive_external_init(CipherSuite suite, const Secret32& external_secret,
                                       ByteView kem_output) {
  HEARTH_TRY(const crypto::KemKeyPair pair, external_key_pair(suite, external_secret));
  return crypto::hpke_receive_export(suite, kem_output, pair.private_key, pair.public_key, {},
                                     view_of(kExternalInitLabel));
}

}  // namespace hearth::mls
