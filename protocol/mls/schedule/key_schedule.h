// The key schedule (RFC 9420 §8): from one epoch's init_secret to everything the next one uses.
//
//      init_secret[n-1]
//            |
//            V    commit_secret
//       KDF.Extract <--'
//            |
//   ExpandWithLabel(., "joiner", GroupContext[n])
//            |
//            V    psk_secret
//       KDF.Extract <--'                              joiner_secret goes into the Welcome
//            |
//            +--> DeriveSecret(., "welcome")          welcome_secret seals the GroupInfo
//            |
//   ExpandWithLabel(., "epoch", GroupContext[n])
//            +--> DeriveSecret(., <label>)            the members of EpochSecrets
#pragma once

#include "protocol/bytes/codec.h"
#include "protocol/crypto/labels.h"
#include "protocol/mls/error.h"
#include "protocol/mls/messages/types.h"

namespace hearth::mls {

// A key and nonce for one AEAD call. Only the first aead_key_size(suite) bytes of `key` are used.
struct AeadKey {
  Secret32 key;
  crypto::Nonce nonce{};
  std::uint8_t key_size = 32;

  ByteView key_view() const noexcept { return key.view().first(key_size); }
};

// The secrets of one epoch (RFC 9420 Table 4). The epoch_secret they come from is never kept, and
// encryption_secret is meant to be moved into a SecretTree at once (RFC 9420 §9.2): a past epoch
// keeps sender_data_secret and what is left of its secret tree, nothing else.
struct EpochSecrets {
  Secret32 sender_data_secret;
  Secret32 encryption_secret;
  Secret32 exporter_secret;
  Secret32 external_secret;
  Secret32 confirmation_key;
  Secret32 membership_key;
  Secret32 resumption_psk;
  Secret32 epoch_authenticator;
  Secret32 init_secret;

  // For sealed snapshots: the nine secrets in the order above.
  SecretBytes encode_secret() const;
  static Result<EpochSecrets> decode(Reader& reader);
};

// Table 4 of RFC 9420 §8. `group_context` is the encoded GroupContext of the new epoch.
Secret32 derive_joiner_secret(const Secret32& init_secret, const Secret32& commit_secret,
                              ByteView group_context) noexcept;
// The value between the two Extracts and everything else; it exists only while an epoch begins.
Secret32 derive_member_secret(const Secret32& joiner_secret, const Secret32& psk_secret) noexcept;
Secret32 derive_welcome_secret(const Secret32& member_secret) noexcept;
EpochSecrets derive_epoch_secrets(const Secret32& member_secret, ByteView group_context) noexcept;

// The whole step a committer, or a member who follows a commit, takes. For a commit without path
// commit_secret is all zero (a default Secret32); without PSKs so is psk_secret (§8.4). The joiner
// and welcome secrets are for the Welcome alone: drop them as soon as it is written.
struct EpochBeginning {
  Secret32 joiner_secret;
  Secret32 welcome_secret;
  EpochSecrets epoch;
};
EpochBeginning begin_epoch(const Secret32& init_secret, const Secret32& commit_secret,
                           const Secret32& psk_secret, ByteView group_context) noexcept;

// The same for a member who joins by Welcome. The welcome_secret opens the GroupInfo, whose
// GroupContext then gives the epoch its secrets; so the two halves are apart.
class JoinerSchedule final {
 public:
  JoinerSchedule(const Secret32& joiner_secret, const Secret32& psk_secret) noexcept
      : member_secret_(derive_member_secret(joiner_secret, psk_secret)) {}

  Secret32 welcome_secret() const noexcept { return derive_welcome_secret(member_secret_); }
  EpochSecrets epoch_secrets(ByteView group_context) const noexcept {
    return derive_epoch_secrets(member_secret_, group_context);
  }

 private:
  Secret32 member_secret_;
};

// welcome_key and welcome_nonce (RFC 9420 §12.4.3.1), and the GroupInfo sealed with them.
AeadKey welcome_key(CipherSuite suite, const Secret32& welcome_secret) noexcept;
Bytes seal_group_info(CipherSuite suite, const Secret32& welcome_secret, ByteView group_info);
// Fails with welcome_open_failed.
Result<Bytes> open_group_info(CipherSuite suite, const Secret32& welcome_secret, ByteView sealed);

// sender_data_key and sender_data_nonce (RFC 9420 §6.3.2): from the first Nh bytes of `ciphertext`,
// or all of it if it is shorter.
AeadKey sender_data_key(CipherSuite suite, const Secret32& sender_data_secret,
                        ByteView ciphertext) noexcept;

// MLS-Exporter (RFC 9420 §8.5). `out` holds at most 255 * 32 bytes.
void export_secret(const Secret32& exporter_secret, std::string_view label, ByteView context,
                   std::span<Byte> out) noexcept;

// External initialisation (RFC 9420 §8.3). The public half is the external_pub extension.
Result<crypto::KemKeyPair> external_key_pair(CipherSuite suite, const Secret32& external_secret);
struct ExternalInitSent {
  Bytes kem_output;      // Goes into the ExternalInit proposal.
  Secret32 init_secret;  // Stands in for the previous epoch's.
};
Result<ExternalInitSent> send_external_init(CipherSuite suite, ByteView external_pub,
                                            crypto::RandomSource& random);
Result<Secret32> receive_external_init(CipherSuite suite, const Secret32& external_secret,
                                       ByteView kem_output);

}  // namespace hearth::mls
