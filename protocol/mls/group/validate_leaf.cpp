// Leaves, key packages and group context extensions: RFC 9420 §7.2, §7.3, §10.1, §13.4.
#include "protocol/mls/group/key_package.h"
#include "protocol/mls/group/validate.h"

namespace hearth::mls {

Status check_lifetime(const Lifetime& lifetime, const LifetimeCheck& check) {
  if (check.now < lifetime.not_before || check.now > lifetime.not_after) {
    return fail(MlsErrc::leaf_lifetime_invalid);
  }
  // RFC 9420 §7.2: "Applications MUST define a maximum total lifetime".
  if (check.length_max != 0 && lifetime.not_after - lifetime.not_before > check.length_max) {
    return fail(MlsErrc::leaf_lifetime_invalid);
  }
  return {};
}

Status check_leaf_contents(const LeafNode& leaf, CipherSuite suite) {
  const Capabilities& can = leaf.capabilities;
  // Rule 7.3-3: compatible with the group's version and cipher suite.
  if (!contains(can.versions, kProtocolVersion) ||
      !contains(can.cipher_suites, static_cast<std::uint16_t>(suite))) {
    return fail(MlsErrc::leaf_capabilities_insufficient);
  }
  // Rule 7.3-5: the leaf's own credential type is among those it supports (§7.2).
  if (!contains(can.credentials, leaf.credential.type())) {
    return fail(MlsErrc::leaf_credential_unsupported);
  }
  // Rule 7.3-9: every extension it carries is one it says it supports.
  for (const Extension& extension : leaf.extensions) {
    if (!is_default_extension(extension.type) && !contains(can.extensions, extension.type)) {
      return fail(MlsErrc::leaf_extension_unsupported);
    }
  }
  // Rule 7.3-10: no extension twice (§13.4).
  HEARTH_CHECK(check_no_duplicates(leaf.extensions));
  // Rule 7.3-11: keys that the suite can use.
  if (!crypto::check_kem_public_key(suite, leaf.encryption_key) ||
      !crypto::check_signature_public_key(suite, leaf.signature_key)) {
    return fail(MlsErrc::leaf_key_invalid);
  }
  return {};
}

Status validate_key_package(const KeyPackage& key_package,
                            const std::optional<LifetimeCheck>& lifetime) {
  // Rule 10.1-1: a version and suite there are.
  if (key_package.version != kProtocolVersion) return fail(MlsErrc::version_unsupported);
  if (!crypto::supported(key_package.cipher_suite)) return fail(MlsErrc::suite_unsupported);
  const auto suite = static_cast<CipherSuite>(key_package.cipher_suite);
  const LeafNode& leaf = key_package.leaf_node;
  // Rule 7.3-12: a leaf made for a key package.
  if (leaf.source != LeafNodeSource::key_package) return fail(MlsErrc::leaf_source_wrong);
  HEARTH_CHECK(check_leaf_contents(leaf, suite));
  // Rule 10.1-5: no extension twice (§13.4).
  HEARTH_CHECK(check_no_duplicates(key_package.extensions));
  if (!crypto::check_kem_public_key(suite, key_package.init_key)) {
    return fail(MlsErrc::leaf_key_invalid);
  }
  // Rule 10.1-4: two keys, not one.
  if (key_package.init_key == leaf.encryption_key) {
    return fail(MlsErrc::key_package_init_key_reused);
  }
  // Rule 7.3-8: its time has come and is not over, where the application asks.
  if (lifetime) HEARTH_CHECK(check_lifetime(leaf.lifetime, *lifetime));
  // Rule 7.3-2 and Rule 10.1-3: both signatures, last because they cost most.
  HEARTH_CHECK(verify_signature(leaf, suite, LeafPlace{}));
  return verify_signature(key_package);
}

Status validate_update_leaf(const LeafNode& leaf, CipherSuite suite, const LeafPlace& place,
                            const LeafNode& replaces, const Policy& policy) {
  // Rule 7.3-13: a leaf made for an Update.
  if (leaf.source != LeafNodeSource::update) return fail(MlsErrc::leaf_source_wrong);
  // Rule 7.3-14: and one that updates something.
  if (leaf.encryption_key == replaces.encryption_key) return fail(MlsErrc::update_key_unchanged);
  HEARTH_CHECK(check_leaf_contents(leaf, suite));
  HEARTH_CHECK(verify_signature(leaf, suite, place));  // Rule 7.3-2
  // Rule 7.3-1: the application accepts this credential as successor of the old one (§5.3.1).
  return policy.check_leaf({leaf, LeafOrigin::update, place.index, &replaces});
}

Status validate_path_leaf(const LeafNode& leaf, CipherSuite suite, const LeafPlace& place,
                          const LeafNode* replaces, LeafOrigin origin, const Policy& policy) {
  // Rule 7.3-15: a leaf made for a Commit.
  if (leaf.source != LeafNodeSource::commit) return fail(MlsErrc::leaf_source_wrong);
  // Rule 12.4.2-6, for the leaf that an external commit removes Rule 12.2-21.
  if (replaces != nullptr && leaf.encryption_key == replaces->encryption_key) {
    return fail(MlsErrc::update_key_unchanged);
  }
  HEARTH_CHECK(check_leaf_contents(leaf, suite));
  HEARTH_CHECK(verify_signature(leaf, suite, place));  // Rule 7.3-2
  // Rule 7.3-1, and Rule 12.2-22 for an external commit.
  return policy.check_leaf({leaf, origin, place.index, replaces});
}

Result<CapabilityTally> validate_tree_leaves(const TreeView& tree, CipherSuite suite,
                                             ByteView group_id, const Options& options) {
  const Policy& policy = options.policy != nullptr ? *options.policy : open_policy();
  CapabilityTally tally;
  // Rule 12.4.3.1-14: every leaf is valid by §7.3. That keys are unique (Rules 7.3-16 and 7.3-17)
  // the tree itself has seen to.
  const auto check = [&](LeafIndex index, const LeafNode& leaf) -> Status {
    HEARTH_CHECK(check_leaf_contents(leaf, suite));
    if (options.lifetime && leaf.source == LeafNodeSource::key_package) {
      HEARTH_CHECK(check_lifetime(leaf.lifetime, *options.lifetime));  // Rule 7.3-8
    }
    HEARTH_CHECK(verify_signature(leaf, suite, {group_id, index}));
    HEARTH_CHECK(policy.check_leaf({leaf, LeafOrigin::tree, index, nullptr}));
    tally.add(leaf);
    return {};
  };
  HEARTH_CHECK(tree.for_each_member(check));
  return tally;
}

Status check_context_extensions(const Extensions& extensions) {
  HEARTH_CHECK(check_no_duplicates(extensions));  // Rule 12.1.7-2
  // Rule 12.1.7-3: what everybody must understand can be understood.
  if (const Extension* required = find(extensions, extension_type::kRequiredCapabilities)) {
    if (!decode_exact<RequiredCapabilities>(required->data)) return fail(MlsErrc::proposal_invalid);
  }
  if (const Extension* senders = find(extensions, extension_type::kExternalSenders)) {
    if (!decode_external_senders(senders->data)) return fail(MlsErrc::proposal_invalid);
  }
  return {};
}

Status check_group_support(const Extensions& extensions, const CapabilityTally& tally) {
  // Rule 11.1-2: extensions in use are mandatory (§13.4).
  for (const Extension& extension : extensions) {
    if (!tally.all_support_extension(extension.type)) {
      return fail(MlsErrc::leaf_extension_unsupported);
    }
  }
  // Rules 7.3-6 and 7.3-7: everybody supports everybody's credential type.
  if (!tally.credentials_agree()) return fail(MlsErrc::leaf_credential_unsupported);
  // Rules 7.3-4, 11.1-1 and 12.1.7-1: everybody has what is required.
  const Extension* extension = find(extensions, extension_type::kRequiredCapabilities);
  if (extension == nullptr) return {};
  HEARTH_TRY(const RequiredCapabilities required,
             decode_exact<RequiredCapabilities>(extension->data));
  for (const std::uint16_t type : required.extensions) {
    if (!tally.all_support_extension(type)) return fail(MlsErrc::required_capabilities_missing);
  }
  for (const std::uint16_t type : required.proposals) {
    if (!tally.all_support_proposal(type)) return fail(MlsErrc::required_capabilities_missing);
  }
  for (const std::uint16_t type : required.credentials) {
    if (!tally.all_support_credential(type)) return fail(MlsErrc::required_capabilities_missing);
  }
  return {};
}

bool leaf_supports(const LeafNode& leaf, const Extensions& extensions) {
  CapabilityTally alone;
  alone.add(leaf);
  return check_group_support(extensions, alone).has_value();
}

}  // namespace hearth::mls
