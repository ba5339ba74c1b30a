// The labelled functions of RFC 9420 §5 and §8: every use of a primitive says what it is for.
#pragma once

#include "protocol/crypto/hpke.h"
#include "protocol/crypto/suite.h"

namespace hearth::crypto {

// ExpandWithLabel (RFC 9420 §8) with L = out.size(). `label` is without the "MLS 1.0 " prefix.
void expand_with_label(ByteView secret, std::string_view label, ByteView context,
                       std::span<Byte> out);
Secret32 expand_with_label(ByteView secret, std::string_view label, ByteView context);
Secret32 derive_secret(ByteView secret, std::string_view label);  // RFC 9420 §8
// DeriveTreeSecret (RFC 9420 §9): context is the generation as u32.
void derive_tree_secret(ByteView secret, std::string_view label, std::uint32_t generation,
                        std::span<Byte> out);

// SignWithLabel / VerifyWithLabel (RFC 9420 §5.1.2).
Result<Bytes> sign_with_label(const SignatureKey& key, std::string_view label, ByteView content);
Status verify_with_label(CipherSuite suite, ByteView public_key, std::string_view label,
                         ByteView content, ByteView signature);

// EncryptWithLabel / DecryptWithLabel (RFC 9420 §5.1.3). Who encrypts to many under one label and
// context makes the EncryptContext once.
HpkeInfo encrypt_context(CipherSuite suite, std::string_view label, ByteView context);
Result<HpkeSealed> encrypt_with_label(const HpkeInfo& context, ByteView public_key, ByteView plain,
                                      RandomSource& random);
Result<HpkeSealed> encrypt_with_label(CipherSuite suite, ByteView public_key,
                                      std::string_view label, ByteView context, ByteView plain,
                                      RandomSource& random);
Result<SecretBytes> decrypt_with_label(CipherSuite suite, const KemPrivateKey& key,
                                       ByteView public_key, std::string_view label,
                                       ByteView context, ByteView kem_output, ByteView ciphertext);

// RefHash (RFC 9420 §5.2). `label` is whole, "MLS 1.0 " included.
Hash ref_hash(std::string_view label, ByteView value);

}  // namespace hearth::crypto
