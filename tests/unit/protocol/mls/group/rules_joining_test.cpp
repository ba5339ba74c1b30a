// RULES.md, 11 and 12.4.3: joining by Welcome or external commit, and groups that follow groups.
#include <gtest/gtest.h>

#include "protocol/mls/group/group_state.h"
#include "tests/support/mls_forger.h"
#include "tests/support/mls_world.h"

namespace hearth::mls {
namespace {

using namespace test;

// ana and bo inside; dee's leaf is in the tree, and her Welcome is whatever ana makes of it.
struct WelcomeRule : testing::Test {
  WelcomeRule() : dee(world.key_package("dee")) {
    world.found("ana", {"bo"});
    world.commit("ana", {.proposals = {Group::add(dee.key_package)}});
  }
  Group& ana() { return world.group("ana"); }
  std::string joined(const WelcomeForgery& how = {}, const Options& options = {},
                     const JoinOptions& join = {}) {
    return std::string(
        reason(Group::join(forge_welcome(ana(), dee.key_package, world.random(), how), dee,
                           std::nullopt, options, join)));
  }
  MlsWorld world;
  KeyPackageBundle dee;
};

TEST_F(WelcomeRule, AcceptsWhatIsRight) { EXPECT_EQ(joined(), ""); }

TEST_F(WelcomeRule, IsForUs) {
  EXPECT_EQ(joined({.welcome = [](Welcome& w) { w.secrets[0].new_member[0] ^= 1; }}),
            "welcome_not_for_us");
  EXPECT_EQ(joined({.welcome = [](Welcome& w) { w.secrets.clear(); }}), "welcome_not_for_us");
}

TEST_F(WelcomeRule, IsOfOurSuite) {
  EXPECT_EQ(joined({.welcome = [](Welcome& w) { w.cipher_suite = 1; }}), "suite_mismatch");
}

TEST_F(WelcomeRule, OpensWithOurInitKey) {
  EXPECT_EQ(
      joined({.welcome =
                  [](Welcome& w) { w.secrets[0].encrypted_group_secrets.ciphertext.back() ^= 1; }}),
      "welcome_open_failed");
  // The sealed GroupInfo is bound to the secrets.
  EXPECT_EQ(joined({.welcome = [](Welcome& w) { w.encrypted_group_info.back() ^= 1; }}),
            "welcome_open_failed");
}

TEST_F(WelcomeRule, ItsPsksAreKnown) {
  PskStore known;
  known.add_external(view_of("p"), SecretBytes(view_of("secret")));
  const WelcomeForgery with_psk{
      .secrets =
          [](GroupSecrets& s) {
            s.psks = {{ExternalPskId{to_bytes("p")}, Bytes(kHashSize, 1)}};
          },
      .psks = &known};
  EXPECT_EQ(joined(with_psk), "psk_unknown");
  Options options;
  options.psks = &known;
  EXPECT_EQ(joined(with_psk, options), "");
  PskStore wrong;
  wrong.add_external(view_of("p"), SecretBytes(view_of("another")));
  options.psks = &wrong;
  EXPECT_EQ(joined(with_psk, options), "welcome_open_failed");
}

TEST_F(WelcomeRule, ItsPsksAreWellFormed) {
  EXPECT_EQ(joined({.secrets =
                        [](GroupSecrets& s) {
                          s.psks = {{ExternalPskId{to_bytes("p")}, Bytes(5, 1)}};
                        }}),
            "psk_nonce_invalid");
}

TEST_F(WelcomeRule, HasOnePredecessorAtMost) {
  EXPECT_EQ(
      joined({.secrets =
                  [](GroupSecrets& s) {
                    s.psks = {
                        {ResumptionPskId{ResumptionUsage::branch, to_bytes("a"), 0}, Bytes(32, 1)},
                        {ResumptionPskId{ResumptionUsage::reinit, to_bytes("b"), 0}, Bytes(32, 1)}};
                  }}),
      "psk_type_forbidden");
}

TEST_F(WelcomeRule, ItsGroupInfoIsSignedByAMember) {
  EXPECT_EQ(joined({.signed_info = [](GroupInfo& i) { i.signature.back() ^= 1; }}),
            "group_info_signature_invalid");
  EXPECT_EQ(joined({.signed_info = [](GroupInfo& i) { i.signer = LeafIndex{1}; }}),
            "group_info_signature_invalid");
  EXPECT_EQ(joined({.info = [](GroupInfo& i) { i.signer = LeafIndex{3}; }}),
            "group_info_signer_invalid");
  EXPECT_EQ(joined({.info = [](GroupInfo& i) { i.signer = LeafIndex{900}; }}),
            "group_info_signer_invalid");
}

TEST_F(WelcomeRule, ItsGroupIsNewToUs) {
  const GroupId present = ana().group_id();
  EXPECT_EQ(joined({}, {}, {.current_groups = std::span(&present, 1)}), "group_id_in_use");
  const GroupId other = to_bytes("other");
  EXPECT_EQ(joined({}, {}, {.current_groups = std::span(&other, 1)}), "");
}

TEST_F(WelcomeRule, ItsGroupInfoIsOfTheSameSuite) {
  EXPECT_EQ(joined({.info =
                        [](GroupInfo& i) {
                          i.group_context.cipher_suite =
                              CipherSuite::x25519_aes128gcm_sha256_ed25519;
                        }}),
            "suite_mismatch");
}

TEST_F(WelcomeRule, TheTreeIsSomewhere) {
  EXPECT_EQ(joined({.info = [](GroupInfo& i) { i.extensions.clear(); }}), "ratchet_tree_missing");
}

TEST_F(WelcomeRule, TheTreeHasTheHashOfTheGroupInfo) {
  EXPECT_EQ(joined({.info = [](GroupInfo& i) { i.group_context.tree_hash.back() ^= 1; }}),
            "tree_hash_mismatch");
  const Welcome right = forge_welcome(ana(), dee.key_package, world.random());
  MlsWorld elsewhere(9);
  elsewhere.found("eve", {"fay"});
  EXPECT_EQ(reason(Group::join(right, dee, elsewhere.group("eve").ratchet_tree(), {})),
            "tree_hash_mismatch");
}

Bytes changed_tree(const Group& group, const std::function<void(WireTree&)>& change) {
  auto tree = decode_wire_tree(group.ratchet_tree());
  change(*tree);
  return encode_wire_tree(*tree);
}

TEST_F(WelcomeRule, TheTreeEndsInANodeThatIsNotBlank) {
  EXPECT_EQ(joined({.tree = changed_tree(ana(),
                                         [](WireTree& t) {
                                           t.push_back(std::nullopt);
                                           t.push_back(std::nullopt);
                                         })}),
            "tree_malformed");
}

TEST_F(WelcomeRule, EveryParentIsHashedByTheOneWhoMadeIt) {
  world.commit("bo");
  EXPECT_EQ(
      joined({.tree = changed_tree(
                  ana(), [](WireTree& t) { std::get<ParentNode>(t[3]->body).parent_hash = {1}; })}),
      "parent_hash_invalid");
  EXPECT_EQ(joined(), "");
}

TEST_F(WelcomeRule, UnmergedLeavesAreThere) {
  world.commit("bo");
  EXPECT_EQ(joined({.tree = changed_tree(ana(),
                                         [](WireTree& t) {
                                           std::get<ParentNode>(t[3]->body).unmerged_leaves = {
                                               LeafIndex{3}};
                                         })}),
            "unmerged_leaves_invalid");
}

TEST_F(WelcomeRule, KeysAreUniqueInTheTree) {
  EXPECT_EQ(joined({.tree = changed_tree(ana(),
                                         [](WireTree& t) {
                                           std::get<LeafNode>(t[2]->body).encryption_key =
                                               std::get<LeafNode>(t[0]->body).encryption_key;
                                         })}),
            "duplicate_encryption_key");
  EXPECT_EQ(joined({.tree = changed_tree(ana(),
                                         [](WireTree& t) {
                                           std::get<LeafNode>(t[2]->body).signature_key =
                                               std::get<LeafNode>(t[0]->body).signature_key;
                                         })}),
            "duplicate_signature_key");
}

TEST_F(WelcomeRule, EveryLeafIsValid) {
  EXPECT_EQ(joined({.tree = changed_tree(ana(),
                                         [](WireTree& t) {
                                           std::get<LeafNode>(t[2]->body).signature.back() ^= 1;
                                         })}),
            "leaf_signature_invalid");
  EXPECT_EQ(
      joined({.tree = changed_tree(
                  ana(),
                  [](WireTree& t) { std::get<LeafNode>(t[2]->body).capabilities.versions = {}; })}),
      "leaf_capabilities_insufficient");
  Options dated;
  dated.lifetime = LifetimeCheck{.now = 5, .length_max = 100};
  EXPECT_EQ(joined({}, dated), "leaf_lifetime_invalid");
}

TEST_F(WelcomeRule, OurLeafIsInTheTree) {
  const KeyPackageBundle eve = world.key_package("eve");
  const Welcome welcome = forge_welcome(ana(), eve.key_package, world.random());
  EXPECT_EQ(reason(Group::join(welcome, eve, std::nullopt, {})), "own_leaf_missing");
}

TEST_F(WelcomeRule, ThePathSecretYieldsTheKeysInTheTree) {
  world.commit("ana");  // So that the nodes above dee are not blank.
  EXPECT_EQ(joined({.secrets = [](GroupSecrets& s) { s.path_secret = Secret32(); }}),
            "path_key_mismatch");
  EXPECT_EQ(joined(), "");
}

TEST_F(WelcomeRule, TheConfirmationTagMatches) {
  const auto retag = [&](const std::function<void(Bytes&)>& change) {
    return joined({.signed_info = [&](GroupInfo& i) {
      change(i.confirmation_tag);
      expects(sign(i, ana().own_signature_key()).has_value());
    }});
  };
  EXPECT_EQ(retag([](Bytes& tag) { tag.back() ^= 1; }), "confirmation_tag_invalid");
  EXPECT_EQ(retag([](Bytes& tag) { tag.resize(16); }), "confirmation_tag_invalid");
  EXPECT_EQ(retag([](Bytes&) {}), "");
}

// --- Founding
// -----------------------------------------------------------------------------------------

TEST(FoundingRule, TheFirstInterimHashIsThatOfTheFirstTag) {
  MlsWorld world;
  world.found("ana");
  const Group& ana = world.group("ana");
  EXPECT_TRUE(ana.context().confirmed_transcript_hash.empty());
  EXPECT_EQ(ana.public_group().interim_transcript_hash(),
            interim_transcript_hash({}, ana.confirmation_tag()));
  EXPECT_NE(ana.public_group().interim_transcript_hash(), Hash{});
}

TEST(FoundingRule, TheFounderSupportsWhatItAsksFor) {
  MlsWorld world;
  const MlsMember& ana = world.person("ana");
  EXPECT_EQ(reason(Group::create(to_bytes("g"), world.suite(), ana.identity, {{0xff40, {}}}, {},
                                 world.random())),
            "leaf_extension_unsupported");
  EXPECT_EQ(reason(Group::create(to_bytes("g"), world.suite(), ana.identity,
                                 {{extension_type::kExternalSenders, {1}}}, {}, world.random())),
            "proposal_invalid");
}

// --- External commits
// ---------------------------------------------------------------------------------

struct ExternalRule : testing::Test {
  ExternalRule() { world.found("ana", {"bo", "cy"}); }
  Group& ana() { return world.group("ana"); }
  GroupInfo info() { return *ana().group_info({}); }
  Result<Group::ExternalJoin> join(const std::string& name, ExternalJoinOptions how = {}) {
    MlsMember& member = world.person(name);
    return Group::external_join(info(), std::nullopt, member.identity, how, member.options,
                                world.random());
  }
  // dee's external commit, changed and signed again.
  std::string changed(const std::function<void(FramedContent&)>& change,
                      ExternalJoinOptions how = {}) {
    const auto external = join("dee", std::move(how));
    expects(external.has_value());
    return reason_of(ana().process(tampered_external(
        external->commit, ana().context(), world.person("dee").identity.signature_key, change)));
  }
  static Commit& commit_of(FramedContent& content) { return std::get<Commit>(content.content); }
  void settle(const std::string& name, Result<Group::ExternalJoin> external) {
    ASSERT_TRUE(external) << reason(external);
    world.deliver(name, external->commit);
    world.person(name).group = std::move(external->group);
    EXPECT_TRUE(world.agree());
  }
  MlsWorld world;
};

TEST_F(ExternalRule, ANewcomerLetsItselfIn) {
  world.commit("bo");
  settle("dee", join("dee"));
  world.say("dee", "hello");
  world.commit("dee");
  world.commit("cy");
}

TEST_F(ExternalRule, WithTheTreeBesideTheGroupInfo) {
  GroupInfo bare = *ana().group_info({.ratchet_tree = false});
  MlsMember& dee = world.person("dee");
  EXPECT_EQ(reason(Group::external_join(bare, std::nullopt, dee.identity, {}, {}, world.random())),
            "ratchet_tree_missing");
  settle("dee", Group::external_join(bare, ana().ratchet_tree(), dee.identity, {}, dee.options,
                                     world.random()));
}

TEST_F(ExternalRule, AResyncReplacesTheOldLeaf) {
  const LeafIndex old = world["bo"].index();
  auto external = join("bo", {.replaces = old});
  ASSERT_TRUE(external) << reason(external);
  EXPECT_EQ(external->group.own_index(), old);  // Leftmost blank; here it is the same place.
  for (const char* name : {"ana", "cy"}) {
    auto received = world.group(name).process(external->commit);
    ASSERT_EQ(reason_of(received), "");
    ASSERT_TRUE(world.group(name).merge(std::get<StagedCommit>(*std::move(received))));
  }
  world.person("bo").group = std::move(external->group);
  EXPECT_TRUE(world.agree());
  EXPECT_EQ(ana().member_count(), 3u);
}

TEST_F(ExternalRule, PsksMayComeWithIt) {
  for (const char* name : {"ana", "bo", "cy", "dee"}) {
    world.person(name).psks.add_external(view_of("invitation"), SecretBytes(view_of("secret")));
  }
  settle("dee", join("dee", {.psks = {{ExternalPskId{to_bytes("invitation")}, {}}}}));
  // Who lacks the PSK cannot join, whatever it claims.
  world.person("eve").psks.add_external(view_of("invitation"), SecretBytes(view_of("guess")));
  const auto guess = join("eve", {.psks = {{ExternalPskId{to_bytes("invitation")}, {}}}});
  ASSERT_TRUE(guess);
  EXPECT_EQ(reason_of(ana().process(guess->commit)), "fault: confirmation_tag_invalid");
}

TEST_F(ExternalRule, NeedsTheExternalKey) {
  MlsMember& dee = world.person("dee");
  EXPECT_EQ(reason(Group::external_join(*ana().group_info({.external_pub = false}), std::nullopt,
                                        dee.identity, {}, {}, world.random())),
            "group_info_external_pub_missing");
}

TEST_F(ExternalRule, HasExactlyOneExternalInit) {
  EXPECT_EQ(changed([](FramedContent& c) { commit_of(c).proposals.clear(); }),
            "commit_external_init_wrong");
  EXPECT_EQ(changed([](FramedContent& c) {
              commit_of(c).proposals.push_back(commit_of(c).proposals.front());
            }),
            "commit_external_init_wrong");
}

TEST_F(ExternalRule, RemovesOneAtMost) {
  EXPECT_EQ(changed([](FramedContent& c) {
              for (const std::uint32_t leaf : {1u, 2u}) {
                commit_of(c).proposals.push_back({Group::remove(LeafIndex{leaf})});
              }
            }),
            "commit_external_proposal_wrong");
}

TEST_F(ExternalRule, HoldsNothingElse) {
  for (const Proposal& other :
       {world.add_proposal("eve"), Group::context_extensions({}), Group::custom(0xff01, {}),
        Group::reinit_to({.group_id = {}, .cipher_suite = 3, .extensions = {}})}) {
    EXPECT_EQ(changed([&](FramedContent& c) { commit_of(c).proposals.push_back({other}); }),
              "commit_external_proposal_wrong");
  }
}

TEST_F(ExternalRule, RefersToNothing) {
  world.propose("bo", Group::remove(LeafIndex{2}));
  const ProposalRef ref = ana().pending_proposals().front().ref;
  EXPECT_EQ(changed([&](FramedContent& c) {
              commit_of(c).proposals.push_back({Bytes(ref.begin(), ref.end())});
            }),
            "commit_external_by_reference");
}

TEST_F(ExternalRule, TheRemovedLeafIsTheNewcomersOwn) {
  // Without bo's leaf the leftmost blank one is bo's.
  EXPECT_EQ(changed([&](FramedContent& c) {
              commit_of(c).proposals.push_back({Group::remove(LeafIndex{1})});
              expects(sign(commit_of(c).path->leaf_node, world.person("dee").identity.signature_key,
                           {ana().group_id(), LeafIndex{1}})
                          .has_value());
            }),
            "policy_refused");
}

TEST_F(ExternalRule, TheRemovedLeafsKeyDoesNotComeBack) {
  const LeafNode old = world.group("bo").own_leaf();
  const auto external = join("bo", {.replaces = world["bo"].index()});
  const Bytes message =
      tampered_external(external->commit, ana().context(),
                        world.person("bo").identity.signature_key, [&](FramedContent& c) {
                          LeafNode& leaf = commit_of(c).path->leaf_node;
                          leaf.encryption_key = old.encryption_key;
                          expects(sign(leaf, world.person("bo").identity.signature_key,
                                       {ana().group_id(), external->group.own_index()})
                                      .has_value());
                        });
  EXPECT_EQ(reason_of(ana().process(message)), "update_key_unchanged");
}

TEST_F(ExternalRule, HasAPath) {
  // Framing finds the signer's key in the path and goes no further without one.
  const auto external = join("dee");
  auto message = decode_exact<MlsMessage>(external->commit);
  commit_of(std::get<PublicMessage>(message->body).content).path.reset();
  EXPECT_EQ(reason_of(ana().process(encoded(*message))), "path_missing");
}

TEST_F(ExternalRule, IsSignedByTheLeafOfItsPath) {
  const auto external = join("dee");
  const Bytes message =
      tampered_external(external->commit, ana().context(),
                        world.person("eve").identity.signature_key, [](FramedContent&) {});
  EXPECT_EQ(reason_of(ana().process(message)), "signature_invalid");
}

TEST_F(ExternalRule, StandsInTheLeftmostBlankLeaf) {
  EXPECT_EQ(join("dee")->group.own_index(), LeafIndex{3});
  EXPECT_EQ(changed([&](FramedContent& c) {
              expects(sign(commit_of(c).path->leaf_node, world.person("dee").identity.signature_key,
                           {ana().group_id(), LeafIndex{4}})
                          .has_value());
            }),
            "leaf_signature_invalid");
}

TEST_F(ExternalRule, TheInitSecretIsTheOneThatWasSent) {
  EXPECT_EQ(changed([&](FramedContent& c) {
              const auto other = crypto::kem_generate(world.suite(), world.random());
              commit_of(c).proposals.front() = {Proposal{ExternalInit{other->public_key}}};
            }),
            "fault: confirmation_tag_invalid");
}

TEST_F(ExternalRule, IsAMemberOnce) {
  const auto external = join("bo");  // Without removing the old leaf.
  EXPECT_EQ(reason(external), "duplicate_signature_key");
}

TEST_F(ExternalRule, MayBeForbidden) {
  MlsWorld closed;
  closed.options.accept_external_commits = false;
  closed.found("ana", {"bo"});
  MlsMember& eve = closed.person("eve");
  const auto external = Group::external_join(*closed.group("ana").group_info({}), std::nullopt,
                                             eve.identity, {}, eve.options, closed.random());
  EXPECT_EQ(reason_of(closed.group("ana").process(external->commit)), "commit_external_forbidden");
}

// --- Groups that follow groups
// ------------------------------------------------------------------------

struct SuccessorRule : testing::Test {
  SuccessorRule() { world.found("ana", {"bo", "cy"}); }
  Group& ana() { return world.group("ana"); }
  Group& bo() { return world.group("bo"); }
  void end_group() { world.commit("cy", {.proposals = {Group::reinit_to(next)}}); }
  static Welcome opened(const Bytes& bytes) {
    return std::get<Welcome>(decode_exact<MlsMessage>(bytes)->body);
  }
  MlsWorld world;
  ReInit next{.group_id = to_bytes("next"),
              .cipher_suite = static_cast<std::uint16_t>(crypto::kDefaultSuite),
              .extensions = {}};
};

TEST_F(SuccessorRule, AReInitIsFollowedByAllUnderItsParameters) {
  end_group();
  const KeyPackageBundle b = world.key_package("bo");
  const KeyPackageBundle c = world.key_package("cy");
  auto made = Group::reinit(ana(), world["ana"].identity, {b.key_package, c.key_package}, {},
                            world.random());
  ASSERT_TRUE(made) << reason(made);
  EXPECT_EQ(made->group.epoch(), 1u);
  EXPECT_EQ(made->group.group_id(), next.group_id);

  const auto joined = Group::join(opened(made->welcome), b, std::nullopt, {}, {.parent = &bo()});
  ASSERT_TRUE(joined) << reason(joined);
  EXPECT_TRUE(joined->epoch_authenticator() == made->group.epoch_authenticator());
  // Without the old group nothing ties the new one to it.
  EXPECT_EQ(reason(Group::join(opened(made->welcome), c, std::nullopt, {})), "psk_unknown");
}

TEST_F(SuccessorRule, AReInitMayChangeTheSuite) {
  next.cipher_suite = 1;
  end_group();
  MlsWorld other(3, CipherSuite::x25519_aes128gcm_sha256_ed25519);
  const KeyPackageBundle b = other.key_package("bo");
  const KeyPackageBundle c = other.key_package("cy");
  auto made = Group::reinit(ana(), other["ana"].identity, {b.key_package, c.key_package}, {},
                            world.random());
  ASSERT_TRUE(made) << reason(made);
  EXPECT_EQ(reason(Group::join(opened(made->welcome), b, std::nullopt, {}, {.parent = &bo()})), "");
}

TEST_F(SuccessorRule, AReInitLeavesNobodyBehind) {
  end_group();
  const KeyPackageBundle b = world.key_package("bo");
  auto made = Group::reinit(ana(), world["ana"].identity, {b.key_package}, {}, world.random());
  ASSERT_TRUE(made);
  EXPECT_EQ(reason(Group::join(opened(made->welcome), b, std::nullopt, {}, {.parent = &bo()})),
            "reinit_mismatch");
}

// A group that says it follows by `usage`, with whatever else its founder puts in.
std::string follows(MlsWorld& world, Group& parent, Group& joins_from, ResumptionUsage usage,
                    GroupId group_id, Epoch psk_epoch, const std::vector<std::string>& names,
                    bool one_more_epoch = false) {
  MlsWorld fresh(11, world.suite());
  fresh.found("ana");
  MlsMember& ana = world.person("ana");
  auto group =
      Group::create(std::move(group_id), world.suite(), ana.identity, {}, {}, world.random());
  std::vector<KeyPackageBundle> bundles;
  std::vector<Proposal> adds;
  for (const std::string& name : names) {
    bundles.push_back(world.key_package(name));
    adds.push_back(Group::add(bundles.back().key_package));
  }
  if (one_more_epoch) {
    expects(group->stage_commit({}, world.random()).has_value() && group->merge_pending());
  }
  expects(group->stage_commit({.proposals = adds}, world.random()).has_value() &&
          group->merge_pending());
  const PreSharedKeyId id{ResumptionPskId{usage, parent.group_id(), psk_epoch}, Bytes(32, 1)};
  PskStore psks;
  if (const Secret32* psk = parent.resumption_psk(psk_epoch)) {
    psks.add_resumption(parent.group_id(), psk_epoch, psk->clone());
  }
  const Welcome welcome =
      forge_welcome(*group, bundles[0].key_package, world.random(),
                    {.secrets = [&](GroupSecrets& s) { s.psks = {id}; }, .psks = &psks});
  return std::string(
      reason(Group::join(welcome, bundles[0], std::nullopt, {}, {.parent = &joins_from})));
}

TEST_F(SuccessorRule, AReInitIsTheOneThatWasAgreed) {
  const auto claim = [&](GroupId id, Epoch epoch, bool late = false) {
    return follows(world, ana(), bo(), ResumptionUsage::reinit, std::move(id), epoch, {"bo", "cy"},
                   late);
  };
  EXPECT_EQ(claim(to_bytes("next"), ana().epoch()), "reinit_mismatch");  // Nothing was agreed.
  end_group();
  EXPECT_EQ(claim(to_bytes("next"), ana().epoch()), "");
  EXPECT_EQ(claim(to_bytes("elsewhere"), ana().epoch()), "reinit_mismatch");
  EXPECT_EQ(claim(to_bytes("next"), ana().epoch() - 1), "reinit_mismatch");
  EXPECT_EQ(claim(to_bytes("next"), ana().epoch(), true), "reinit_mismatch");  // Epoch 2.
}

TEST_F(SuccessorRule, ABranchHoldsASubsetUnderTheSameParameters) {
  const KeyPackageBundle b = world.key_package("bo");
  auto made = Group::branch(ana(), to_bytes("side"), world["ana"].identity, {}, {b.key_package}, {},
                            world.random());
  ASSERT_TRUE(made) << reason(made);
  const auto joined = Group::join(opened(made->welcome), b, std::nullopt, {}, {.parent = &bo()});
  ASSERT_TRUE(joined) << reason(joined);
  EXPECT_EQ(joined->member_count(), 2u);
  EXPECT_TRUE(ana().active());
}

TEST_F(SuccessorRule, ABranchBeginsInEpochOneAndBringsNobodyNew) {
  const auto claim = [&](const std::vector<std::string>& names, bool late = false) {
    return follows(world, ana(), bo(), ResumptionUsage::branch, to_bytes("side"), ana().epoch(),
                   names, late);
  };
  EXPECT_EQ(claim({"bo"}), "");
  EXPECT_EQ(claim({"bo"}, true), "branch_mismatch");
  EXPECT_EQ(claim({"bo", "stranger"}), "branch_mismatch");
}

TEST_F(SuccessorRule, ABranchKeepsTheSuite) {
  MlsWorld other(3, CipherSuite::x25519_aes128gcm_sha256_ed25519);
  EXPECT_EQ(
      follows(other, ana(), bo(), ResumptionUsage::branch, to_bytes("side"), ana().epoch(), {"bo"}),
      "branch_mismatch");
}

TEST_F(SuccessorRule, AFollowersPskIsOfNoUseInsideAGroup) {
  const PreSharedKeyId id{ResumptionPskId{ResumptionUsage::branch, ana().group_id(), 0},
                          Bytes(32, 1)};
  EXPECT_EQ(reason(ana().stage_commit({.proposals = {{PreSharedKey{id}}}}, world.random())),
            "psk_type_forbidden");
}

}  // namespace
}  // namespace hearth::mls
