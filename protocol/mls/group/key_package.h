// Making and judging key packages: how a client offers itself to a group (RFC 9420 §10).
#pragma once

#include "protocol/crypto/suite.h"
#include "protocol/mls/group/options.h"
#include "protocol/mls/messages/leaf_node.h"

namespace hearth::mls {

// What a client says about itself in a leaf, and the key it signs with.
struct Identity {
  Credential credential;
  crypto::SignatureKey signature_key;
  Capabilities capabilities;
  Extensions extensions;  // Of the leaf; each must be in capabilities.extensions.

  Identity clone() const;
};

// Capabilities that say: mls10, the given suites, basic credentials, these extensions and
// proposals.
Capabilities capabilities_for(std::vector<std::uint16_t> suites,
                              std::vector<std::uint16_t> extensions = {},
                              std::vector<std::uint16_t> proposals = {});

// A key package with its private keys. Move-only; the keys wipe themselves. The init key dies when
// a group is joined with it (RFC 9420 §16.8), unless the caller keeps a clone.
struct KeyPackageBundle {
  KeyPackage key_package;
  crypto::KemPrivateKey init_key;
  crypto::KemPrivateKey leaf_key;
  crypto::SignatureKey signature_key;

  Hash ref() const { return key_package_ref(key_package); }
  Bytes message() const;  // As an MLSMessage.
  KeyPackageBundle clone() const;

  // For keeping between runs; the result is secret in whole.
  SecretBytes encode_secret() const;
  static Result<KeyPackageBundle> decode_secret(ByteView bytes);
};

// Fresh init and leaf keys, signed. Fails only on an identity that breaks the rules itself.
Result<KeyPackageBundle> make_key_package(CipherSuite suite, const Identity& identity,
                                          Lifetime lifetime, crypto::RandomSource& random,
                                          Extensions extensions = {});

// A key package from the outside whose keys are known, as test vectors hand them over. Fails unless
// the private keys belong to the public ones.
Result<KeyPackageBundle> bundle_from_parts(KeyPackage key_package, ByteView init_key,
                                           ByteView leaf_key, ByteView signature_key);

// All of RFC 9420 §10.1 and §7.3 that needs no group: signatures, source, capabilities, keys. With
// `lifetime` its dates too. What an admitter calls on a knock.
Status validate_key_package(const KeyPackage& key_package,
                            const std::optional<LifetimeCheck>& lifetime = std::nullopt);

}  // namespace hearth::mls
