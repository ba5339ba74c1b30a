// Making key packages and carrying them between runs.
#include "protocol/mls/group/key_package.h"

#include "protocol/mls/group/validate.h"
#include "protocol/mls/messages/group_info.h"

namespace hearth::mls {
namespace {

constexpr std::uint8_t kBundleVersion = 1;

// Rule 7.2-1: default types are supported by all and never listed.
Status check_capabilities_made_well(const Capabilities& capabilities) {
  for (const std::uint16_t type : capabilities.extensions) {
    if (is_default_extension(type)) return fail(MlsErrc::leaf_capabilities_insufficient);
  }
  for (const std::uint16_t type : capabilities.proposals) {
    if (is_default_proposal(type)) return fail(MlsErrc::leaf_capabilities_insufficient);
  }
  return {};
}

Result<Secret32> secret32(ByteView bytes) {
  if (bytes.size() != Secret32::kSize) return fail(MlsErrc::leaf_key_invalid);
  return Secret32::from(bytes);
}

}  // namespace

Identity Identity::clone() const {
  return {credential, signature_key.clone(), capabilities, extensions};
}

Capabilities capabilities_for(std::vector<std::uint16_t> suites,
                              std::vector<std::uint16_t> extensions,
                              std::vector<std::uint16_t> proposals) {
  return {.versions = {kProtocolVersion},
          .cipher_suites = std::move(suites),
          .extensions = std::move(extensions),
          .proposals = std::move(proposals),
          .credentials = {1}};  // basic (RFC 9420 §17.5)
}

Bytes KeyPackageBundle::message() const { return encoded(MlsMessage{key_package}); }

KeyPackageBundle KeyPackageBundle::clone() const {
  return {key_package, init_key.clone(), leaf_key.clone(), signature_key.clone()};
}

SecretBytes KeyPackageBundle::encode_secret() const {
  // Sized at once: growing would leave copies of the keys behind.
  const Bytes body = encoded(key_package);
  SecretBytes out(1 + 3 * Secret32::kSize + body.size());
  auto target = out.mutable_view().begin();
  *target++ = kBundleVersion;
  for (const ByteView part :
       {init_key.view(), leaf_key.view(), signature_key.private_key(), ByteView(body)}) {
    target = std::copy(part.begin(), part.end(), target);
  }
  return out;
}

Result<KeyPackageBundle> KeyPackageBundle::decode_secret(ByteView bytes) {
  Reader reader(bytes);
  HEARTH_TRY(const std::uint8_t version, reader.u8());
  if (version != kBundleVersion) return fail(MlsErrc::snapshot_invalid);
  HEARTH_TRY(const ByteView init_key, reader.take(Secret32::kSize));
  HEARTH_TRY(const ByteView leaf_key, reader.take(Secret32::kSize));
  HEARTH_TRY(const ByteView signature_key, reader.take(Secret32::kSize));
  HEARTH_TRY(KeyPackage key_package, KeyPackage::decode(reader));
  HEARTH_CHECK(reader.finish());
  return bundle_from_parts(std::move(key_package), init_key, leaf_key, signature_key);
}

Result<KeyPackageBundle> make_key_package(CipherSuite suite, const Identity& identity,
                                          Lifetime lifetime, crypto::RandomSource& random,
                                          Extensions extensions) {
  HEARTH_TRY(crypto::KemKeyPair init, crypto::kem_generate(suite, random));
  HEARTH_TRY(crypto::KemKeyPair leaf_key, crypto::kem_generate(suite, random));
  KeyPackage key_package{.cipher_suite = static_cast<std::uint16_t>(suite),
                         .init_key = init.public_key,
                         .leaf_node = {.encryption_key = leaf_key.public_key,
                                       .signature_key = identity.signature_key.public_key(),
                                       .credential = identity.credential,
                                       .capabilities = identity.capabilities,
                                       .source = LeafNodeSource::key_package,
                                       .lifetime = lifetime,
                                       .parent_hash = {},
                                       .extensions = identity.extensions,
                                       .signature = {}},
                         .extensions = std::move(extensions),
                         .signature = {}};
  HEARTH_CHECK(check_capabilities_made_well(identity.capabilities));
  HEARTH_CHECK(check_leaf_contents(key_package.leaf_node, suite));
  HEARTH_CHECK(check_no_duplicates(key_package.extensions));
  HEARTH_CHECK(sign(key_package.leaf_node, identity.signature_key, LeafPlace{}));
  HEARTH_CHECK(sign(key_package, identity.signature_key));
  return KeyPackageBundle{std::move(key_package), std::move(init.private_key),
                          std::move(leaf_key.private_key), identity.signature_key.clone()};
}

Result<KeyPackageBundle> bundle_from_parts(KeyPackage key_package, ByteView init_key,
                                           ByteView leaf_key, ByteView signature_key) {
  if (!crypto::supported(key_package.cipher_suite)) return fail(MlsErrc::suite_unsupported);
  const auto suite = static_cast<CipherSuite>(key_package.cipher_suite);
  HEARTH_TRY(Secret32 init, secret32(init_key));
  HEARTH_TRY(Secret32 leaf, secret32(leaf_key));
  HEARTH_TRY(crypto::SignatureKey signer, crypto::SignatureKey::from_private(suite, signature_key));
  HEARTH_TRY(const Bytes init_public, crypto::kem_public_key(suite, init));
  HEARTH_TRY(const Bytes leaf_public, crypto::kem_public_key(suite, leaf));
  if (init_public != key_package.init_key || leaf_public != key_package.leaf_node.encryption_key ||
      signer.public_key() != key_package.leaf_node.signature_key) {
    return fail(MlsErrc::leaf_key_invalid);
  }
  return KeyPackageBundle{std::move(key_package), std::move(init), std::move(leaf),
                          std::move(signer)};
}

}  // namespace hearth::mls
