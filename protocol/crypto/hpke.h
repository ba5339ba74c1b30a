// HPKE base mode (RFC 9180 §5), for the KEM, KDF and AEAD that each cipher suite names.
#pragma once

#include "protocol/crypto/suite.h"

namespace hearth::crypto {

struct HpkeSealed {
  Bytes kem_output;  // enc
  Bytes ciphertext;  // with tag
};

// The `info` of a key schedule. Its hash is all that is used of it (RFC 9180 §5.1), so who seals to
// many recipients under one long info pays for it once.
class HpkeInfo final {
 public:
  HpkeInfo(CipherSuite suite, ByteView info);

  CipherSuite suite() const noexcept { return suite_; }
  ByteView psk_id_hash() const noexcept { return psk_id_hash_.view(); }
  ByteView info_hash() const noexcept { return info_hash_.view(); }

 private:
  CipherSuite suite_;
  Secret32 psk_id_hash_;  // Of the empty id: there is no PSK in mode_base.
  Secret32 info_hash_;
};

// Single-shot SealBase (RFC 9180 §6.1), sequence number 0. The ephemeral key comes from `random`.
Result<HpkeSealed> hpke_seal(const HpkeInfo& info, ByteView public_key, ByteView aad,
                             ByteView plain, RandomSource& random);
Result<HpkeSealed> hpke_seal(CipherSuite suite, ByteView public_key, ByteView info, ByteView aad,
                             ByteView plain, RandomSource& random);
Result<SecretBytes> hpke_open(CipherSuite suite, ByteView kem_output, const KemPrivateKey& key,
                              ByteView public_key, ByteView info, ByteView aad,
                              ByteView ciphertext);

// SendExportBase / ReceiveExportBase (RFC 9180 §6.2), as MLS external initialisation needs.
struct HpkeExport {
  Bytes kem_output;
  Secret32 exported;
};
Result<HpkeExport> hpke_send_export(CipherSuite suite, ByteView public_key, ByteView info,
                                    ByteView exporter_context, RandomSource& random);
Result<Secret32> hpke_receive_export(CipherSuite suite, ByteView kem_output,
                                     const KemPrivateKey& key, ByteView public_key, ByteView info,
                                     ByteView exporter_context);

// DeriveKeyPair (RFC 9180 §7.1.3).
Result<KemKeyPair> hpke_derive_key_pair(CipherSuite suite, ByteView input_key_material);

}  // namespace hearth::crypto
