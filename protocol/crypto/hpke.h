// HPKE base mode (RFC 9180 §5), for the KEM, KDF and AEAD that each cipher suite names.
#pragma once

#include "protocol/crypto/suite.h"

namespace hearth::crypto {

struct HpkeSealed {
  Bytes kem_output;  // enc
  Bytes ciphertext;  // with tag
};

// Single-shot SealBase (RFC 9180 §6.1), sequence number 0. The ephemeral key comes from `random`.
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
