// RULES.md, 7.2, 7.3, 10.1 and 11.1: leaves and key packages, each rule broken once.
#include <gtest/gtest.h>

#include "protocol/mls/group/public_group.h"
#include "tests/support/mls_forger.h"
#include "tests/support/mls_world.h"

namespace hearth::mls {
namespace {

using namespace test;

constexpr std::uint16_t kRoomExtension = 0xff10;
constexpr std::uint16_t kRoomProposal = 0xff11;

Extension required(std::vector<std::uint16_t> extensions, std::vector<std::uint16_t> proposals = {},
                   std::vector<std::uint16_t> credentials = {}) {
  const RequiredCapabilities body{std::move(extensions), std::move(proposals),
                                  std::move(credentials)};
  return {extension_type::kRequiredCapabilities, encoded(body)};
}

std::string_view judged(const KeyPackageBundle& bundle,
                        const std::function<void(KeyPackage&)>& change) {
  const Status status = validate_key_package(changed_key_package(bundle, change));
  return status ? std::string_view{} : status.error().name;
}

// ana and bo inside; bo will be made to send what is wrong.
struct Pair : testing::Test {
  Pair() { world.found("ana", {"bo"}); }
  Group& ana() { return world.group("ana"); }
  Group& bo() { return world.group("bo"); }
  std::string sent(Proposal proposal) {
    return reason_of(
        ana().process(forge(bo(), framed_proposal(bo(), std::move(proposal)), world.random())));
  }
  std::string committed(const std::function<void(Commit&)>& change) {
    return reason_of(ana().process(tampered_commit(bo(), {}, world.random(), change)));
  }
  MlsWorld world;
};
using LeafRule = Pair;

// --- Key packages -------------------------------------------------------------------------------

TEST(KeyPackageRule, AcceptsAGoodOne) {
  MlsWorld world;
  EXPECT_EQ(judged(world.key_package("bo"), [](KeyPackage&) {}), "");
}

TEST(KeyPackageRule, KnowsItsVersionAndSuite) {
  MlsWorld world;
  KeyPackage other = world.key_package("bo").key_package;
  other.cipher_suite = 0x0a0a;
  EXPECT_EQ(validate_key_package(other).error().name, "suite_unsupported");
  other.version = 2;
  EXPECT_EQ(validate_key_package(other).error().name, "version_unsupported");
}

TEST(KeyPackageRule, HasTwoKeysNotOne) {
  MlsWorld world;
  EXPECT_EQ(judged(world.key_package("bo"),
                   [](KeyPackage& k) { k.init_key = k.leaf_node.encryption_key; }),
            "key_package_init_key_reused");
}

TEST(KeyPackageRule, HasAValidSignature) {
  MlsWorld world;
  KeyPackage other = world.key_package("bo").key_package;
  other.signature.back() ^= 1;
  EXPECT_EQ(validate_key_package(other).error().name, "key_package_signature_invalid");
}

TEST(KeyPackageRule, HasNoExtensionTwice) {
  MlsWorld world;
  EXPECT_EQ(judged(world.key_package("bo"),
                   [](KeyPackage& k) {
                     k.extensions = {{0x0a0a, {}}, {0x0a0a, {1}}};
                   }),
            "extension_duplicate");
}

// GREASE is carried like anything unknown (RFC 9420 §13.5).
TEST(KeyPackageRule, TakesUnknownValuesWhereTheyMayStand) {
  MlsWorld world;
  EXPECT_EQ(judged(world.key_package("bo"),
                   [](KeyPackage& k) {
                     k.extensions = {{0x1a1a, {1, 2}}};
                     k.leaf_node.capabilities.extensions = {0x2a2a};
                     k.leaf_node.capabilities.proposals = {0x3a3a};
                     k.leaf_node.capabilities.credentials.push_back(0x4a4a);
                     k.leaf_node.capabilities.cipher_suites.push_back(0x5a5a);
                     k.leaf_node.extensions = {{0x2a2a, {}}};
                   }),
            "");
}

TEST(KeyPackageRule, IsMadeForAKeyPackage) {
  MlsWorld world;
  EXPECT_EQ(judged(world.key_package("bo"),
                   [](KeyPackage& k) { k.leaf_node.source = LeafNodeSource::update; }),
            "leaf_source_wrong");
}

TEST(KeyPackageRule, HoldsKeysOfItsSuite) {
  MlsWorld world;
  EXPECT_EQ(
      judged(world.key_package("bo"), [](KeyPackage& k) { k.leaf_node.encryption_key.pop_back(); }),
      "leaf_key_invalid");
  EXPECT_EQ(judged(world.key_package("bo"), [](KeyPackage& k) { k.init_key.clear(); }),
            "leaf_key_invalid");
}

TEST(KeyPackageRule, ListsItsVersionAndSuite) {
  MlsWorld world;
  EXPECT_EQ(judged(world.key_package("bo"),
                   [](KeyPackage& k) { k.leaf_node.capabilities.versions = {}; }),
            "leaf_capabilities_insufficient");
  EXPECT_EQ(judged(world.key_package("bo"),
                   [](KeyPackage& k) { k.leaf_node.capabilities.cipher_suites = {0x0a0a}; }),
            "leaf_capabilities_insufficient");
}

TEST(KeyPackageRule, ListsItsCredentialType) {
  MlsWorld world;
  EXPECT_EQ(judged(world.key_package("bo"),
                   [](KeyPackage& k) { k.leaf_node.capabilities.credentials = {2}; }),
            "leaf_credential_unsupported");
}

TEST(KeyPackageRule, ListsItsExtensions) {
  MlsWorld world;
  EXPECT_EQ(judged(world.key_package("bo"),
                   [](KeyPackage& k) {
                     k.leaf_node.extensions = {{kRoomExtension, {}}};
                   }),
            "leaf_extension_unsupported");
  EXPECT_EQ(judged(world.key_package("bo"),
                   [](KeyPackage& k) {
                     k.leaf_node.extensions = {{extension_type::kApplicationId, {1}}};
                   }),
            "");
}

TEST(KeyPackageRule, HasNoLeafExtensionTwice) {
  MlsWorld world;
  EXPECT_EQ(judged(world.key_package("bo"),
                   [](KeyPackage& k) {
                     k.leaf_node.extensions = {{extension_type::kApplicationId, {}},
                                               {extension_type::kApplicationId, {}}};
                   }),
            "extension_duplicate");
}

TEST(KeyPackageRule, IsSignedByItsLeaf) {
  MlsWorld world;
  KeyPackageBundle bundle = world.key_package("bo");
  bundle.key_package.leaf_node.signature.front() ^= 1;
  ASSERT_TRUE(sign(bundle.key_package, bundle.signature_key));
  EXPECT_EQ(validate_key_package(bundle.key_package).error().name, "leaf_signature_invalid");
}

TEST(KeyPackageRule, HasALifetimeThatIsAskedForOnRequest) {
  MlsWorld world;
  const KeyPackageBundle bundle = world.key_package("bo");
  const KeyPackage dated = changed_key_package(
      bundle, [](KeyPackage& k) { k.leaf_node.lifetime = {.not_before = 100, .not_after = 200}; });
  EXPECT_TRUE(validate_key_package(dated));
  EXPECT_TRUE(validate_key_package(dated, LifetimeCheck{.now = 100, .length_max = 100}));
  EXPECT_TRUE(validate_key_package(dated, LifetimeCheck{.now = 200}));
  for (const LifetimeCheck& check : {LifetimeCheck{.now = 99}, LifetimeCheck{.now = 201},
                                     LifetimeCheck{.now = 150, .length_max = 99}}) {
    EXPECT_EQ(validate_key_package(dated, check).error().name, "leaf_lifetime_invalid");
  }
}

TEST(KeyPackageRule, NeverListsDefaultTypesWhenWeMakeIt) {
  MlsWorld world;
  Identity identity = world.person("bo").identity.clone();
  EXPECT_TRUE(make_key_package(world.suite(), identity, {}, world.random()));
  identity.capabilities.extensions = {extension_type::kExternalSenders};
  EXPECT_EQ(reason(make_key_package(world.suite(), identity, {}, world.random())),
            "leaf_capabilities_insufficient");
  identity.capabilities.extensions = {};
  identity.capabilities.proposals = {proposal_type::kReInit};
  EXPECT_EQ(reason(make_key_package(world.suite(), identity, {}, world.random())),
            "leaf_capabilities_insufficient");
}

TEST(KeyPackageRule, SurvivesBeingKept) {
  MlsWorld world;
  const KeyPackageBundle bundle = world.key_package("bo");
  const SecretBytes kept = bundle.encode_secret();
  const auto again = KeyPackageBundle::decode_secret(kept.view());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->key_package, bundle.key_package);
  EXPECT_TRUE(again->init_key == bundle.init_key && again->leaf_key == bundle.leaf_key);
  Bytes broken = to_bytes(kept.view());
  broken[5] ^= 1;
  EXPECT_EQ(reason(KeyPackageBundle::decode_secret(broken)), "leaf_key_invalid");
}

// --- Leaves that are proposed and committed -----------------------------------------------------

TEST_F(LeafRule, AcceptsAGoodUpdate) {
  EXPECT_EQ(sent(changed_update(bo(), world.random(), [](LeafNode&) {})), "");
}

TEST_F(LeafRule, AnUpdateIsMadeForAnUpdate) {
  EXPECT_EQ(sent(changed_update(bo(), world.random(),
                                [](LeafNode& l) { l.source = LeafNodeSource::commit; })),
            "leaf_source_wrong");
}

TEST_F(LeafRule, AnUpdateChangesTheKey) {
  const Bytes old = bo().own_leaf().encryption_key;
  EXPECT_EQ(
      sent(changed_update(bo(), world.random(), [&](LeafNode& l) { l.encryption_key = old; })),
      "update_key_unchanged");
}

TEST_F(LeafRule, AnUpdateIsSignedForItsPlace) {
  Proposal update = changed_update(bo(), world.random(), [](LeafNode&) {});
  LeafNode& leaf = std::get<Update>(update.body).leaf_node;
  ASSERT_TRUE(sign(leaf, bo().own_signature_key(), {bo().group_id(), LeafIndex{0}}));
  EXPECT_EQ(sent(update), "leaf_signature_invalid");
  ASSERT_TRUE(sign(leaf, bo().own_signature_key(), {view_of("other"), bo().own_index()}));
  EXPECT_EQ(sent(update), "leaf_signature_invalid");
}

TEST_F(LeafRule, APathLeafIsMadeForACommit) {
  EXPECT_EQ(committed([](Commit& c) { c.path->leaf_node.source = LeafNodeSource::update; }),
            "leaf_source_wrong");
}

TEST_F(LeafRule, APathLeafObeysTheSameRules) {
  EXPECT_EQ(committed([](Commit& c) { c.path->leaf_node.capabilities.versions = {}; }),
            "leaf_capabilities_insufficient");
  EXPECT_EQ(committed([](Commit& c) {
              c.path->leaf_node.extensions = {{kRoomExtension, {}}};
            }),
            "leaf_extension_unsupported");
}

TEST_F(LeafRule, EncryptionKeysAreUnique) {
  const Bytes taken = ana().own_leaf().encryption_key;
  world.propose("ana", changed_update(ana(), world.random(), [](LeafNode&) {}));
  const KeyPackageBundle bundle = world.key_package("cy");
  const KeyPackage twin =
      changed_key_package(bundle, [&](KeyPackage& k) { k.leaf_node.encryption_key = taken; });
  const Bytes message =
      forge(bo(), bare_commit(bo(), by_value({Group::add(twin)})), world.random());
  EXPECT_EQ(reason_of(ana().process(message)), "duplicate_encryption_key");
}

TEST_F(LeafRule, SignatureKeysAreUnique) {
  const auto stolen = ana().own_signature_key().public_key();
  world.add("ana", {"cy"});
  Group& cy = world.group("cy");
  Proposal update = changed_update(bo(), world.random(), [](LeafNode&) {});
  LeafNode& leaf = std::get<Update>(update.body).leaf_node;
  leaf.signature_key = stolen;
  ASSERT_TRUE(sign(leaf, ana().own_signature_key(), {bo().group_id(), bo().own_index()}));
  const Bytes proposal = forge(bo(), framed_proposal(bo(), update), world.random());
  ASSERT_EQ(reason_of(ana().process(proposal)), "");
  ASSERT_EQ(reason_of(cy.process(proposal)), "");
  const ProposalRef ref = ana().pending_proposals().front().ref;
  const Bytes commit =
      forge(ana(), bare_commit(ana(), {{Bytes(ref.begin(), ref.end())}}), world.random());
  EXPECT_EQ(reason_of(cy.process(commit)), "duplicate_signature_key");
}

// --- What the group demands of all --------------------------------------------------------------

TEST(RequiredRule, ANewcomerHasWhatIsRequired) {
  MlsWorld world;
  world.capabilities.extensions = {kRoomExtension};
  world.capabilities.proposals = {kRoomProposal};
  world.found("ana", {"bo"}, {required({kRoomExtension}, {kRoomProposal}, {1})});
  world.add("ana", {"cy"});
  world.capabilities.extensions = {};
  EXPECT_EQ(reason(world.group("ana").stage_commit({.proposals = {world.add_proposal("poor")}},
                                                   world.random())),
            "required_capabilities_missing");
  Group& bo = world.group("bo");
  const Bytes forged =
      forge(bo, bare_commit(bo, by_value({world.add_proposal("poor")})), world.random());
  EXPECT_EQ(reason_of(world.group("ana").process(forged)), "required_capabilities_missing");
}

TEST(RequiredRule, ANewRequirementMustBeMetByAll) {
  MlsWorld world;
  world.found("ana", {"bo"});
  for (const Extension& demand :
       {required({kRoomExtension}), required({}, {kRoomProposal}), required({}, {}, {2})}) {
    EXPECT_EQ(reason(world.group("ana").stage_commit(
                  {.proposals = {Group::context_extensions({demand})}}, world.random())),
              "required_capabilities_missing");
  }
  world.commit("ana", {.proposals = {Group::context_extensions({required(
                           {extension_type::kExternalSenders}, {proposal_type::kAdd}, {1})})}});
}

TEST(RequiredRule, AnExtensionInUseIsSupportedByAll) {
  MlsWorld world;
  world.capabilities.extensions = {kRoomExtension};
  world.found("ana", {"bo"});
  world.commit("ana", {.proposals = {Group::context_extensions({{kRoomExtension, {1}}})}});
  world.capabilities.extensions = {};
  EXPECT_EQ(reason(world.group("ana").stage_commit({.proposals = {world.add_proposal("poor")}},
                                                   world.random())),
            "leaf_extension_unsupported");
  EXPECT_EQ(reason(world.group("bo").stage_commit(
                {.proposals = {Group::context_extensions({{0xff20, {}}})}}, world.random())),
            "leaf_extension_unsupported");
}

TEST(RequiredRule, AJoinerSupportsWhatIsInUse) {
  MlsWorld world;
  world.found("ana", {"bo"});
  const KeyPackageBundle bundle = world.key_package("cy");
  world.commit("ana", {.proposals = {Group::add(bundle.key_package)}});
  const Welcome welcome = forge_welcome(world.group("ana"), bundle.key_package, world.random(),
                                        {.info = [](GroupInfo& i) {
                                          i.group_context.extensions = {{kRoomExtension, {}}};
                                        }});
  EXPECT_EQ(reason(Group::join(welcome, bundle, std::nullopt, {})), "leaf_extension_unsupported");
}

TEST(RequiredRule, EverybodySupportsEverybodysCredential) {
  MlsWorld world;
  world.found("ana", {"bo"});
  const KeyPackageBundle bundle = world.key_package("cert");
  const auto with_x509 = [](KeyPackage& k) {
    k.leaf_node.credential = {X509Credential{{{1, 2, 3}}}};
    k.leaf_node.capabilities.credentials = {1, 2};
  };
  // Others do not support the newcomer's type; the newcomer does not support theirs.
  Group& bo = world.group("bo");
  const Bytes stranger =
      forge(bo, bare_commit(bo, by_value({Group::add(changed_key_package(bundle, with_x509))})),
            world.random());
  EXPECT_EQ(reason_of(world.group("ana").process(stranger)), "leaf_credential_unsupported");

  MlsWorld both;
  both.capabilities.credentials = {1, 2};
  both.found("ana", {"bo"});
  const KeyPackageBundle cert = both.key_package("cert");
  const KeyPackage narrow = changed_key_package(cert, [&](KeyPackage& k) {
    with_x509(k);
    k.leaf_node.capabilities.credentials = {2};
  });
  EXPECT_EQ(
      reason(both.group("ana").stage_commit({.proposals = {Group::add(narrow)}}, both.random())),
      "leaf_credential_unsupported");
  both.commit("bo", {.proposals = {Group::add(changed_key_package(cert, with_x509))}});
}

// Someone whose leaf is allowed everywhere but for the names on this list.
struct NoTrolls final : Policy {
  Status check_leaf(const LeafView& leaf) const override {
    const auto* basic = std::get_if<BasicCredential>(&leaf.leaf.credential.body);
    if (basic != nullptr && text_of(basic->identity) == "troll") {
      return fail(MlsErrc::policy_refused);
    }
    return Policy::check_leaf(leaf);
  }
};

TEST(LeafPolicy, SeesAddsUpdatesPathsAndTrees) {
  const NoTrolls policy;
  MlsWorld world;
  world.found("bo", {"cy"});
  world.options.policy = &policy;
  world.add("bo", {"ana"});
  Group& ana = world.group("ana");
  Group& bo = world.group("bo");
  const auto rename = [](LeafNode& l) { l.credential = basic_credential(view_of("troll")); };

  const Bytes add = *bo.propose(world.add_proposal("troll"), {}, world.random());
  EXPECT_EQ(reason_of(ana.process(add)), "policy_refused");
  const Proposal update = changed_update(bo, world.random(), rename);
  const Bytes updated = forge(bo, framed_proposal(bo, update), world.random());
  EXPECT_EQ(reason_of(ana.process(updated)), "policy_refused");
  bo.clear_pending_proposals();
  const Bytes path =
      tampered_commit(bo, {}, world.random(), [&](Commit& c) { rename(c.path->leaf_node); });
  EXPECT_EQ(reason_of(ana.process(path)), "policy_refused");

  MlsWorld elsewhere;
  elsewhere.found("troll");
  const auto info = elsewhere.group("troll").group_info({});
  Options options;
  EXPECT_TRUE(PublicGroup::from_group_info(*info, std::nullopt, options));
  options.policy = &policy;
  EXPECT_EQ(reason(PublicGroup::from_group_info(*info, std::nullopt, options)), "policy_refused");
}

}  // namespace
}  // namespace hearth::mls
