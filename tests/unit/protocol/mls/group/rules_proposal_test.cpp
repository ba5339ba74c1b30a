// RULES.md, 12.1 to 12.3: single proposals, their lists, and the order in which they are applied.
#include <gtest/gtest.h>

#include "tests/support/mls_forger.h"
#include "tests/support/mls_world.h"

namespace hearth::mls {
namespace {

using namespace test;

Extension external_senders(const crypto::SignatureKey& key) {
  return {extension_type::kExternalSenders,
          encode_external_senders({{key.public_key(), basic_credential(view_of("desk"))}})};
}

PreSharedKeyId psk_id(std::string_view name, Byte nonce = 1) {
  return {ExternalPskId{to_bytes(name)}, Bytes(kHashSize, nonce)};
}
Proposal psk(std::string_view name, Byte nonce = 1) { return {PreSharedKey{psk_id(name, nonce)}}; }

ReInit reinit(const MlsWorld& world) {
  return {.group_id = to_bytes("next"),
          .cipher_suite = static_cast<std::uint16_t>(world.suite()),
          .extensions = {}};
}

// ana and cy judge what bo sends.
struct Trio : testing::Test {
  Trio() : desk(*crypto::SignatureKey::generate(world.suite(), world.random())) {
    world.found("ana", {"bo", "cy"}, {external_senders(desk)});
  }
  Group& ana() { return world.group("ana"); }
  Group& bo() { return world.group("bo"); }
  Group& cy() { return world.group("cy"); }
  std::string proposed(Proposal proposal) {
    return reason_of(
        ana().process(forge(bo(), framed_proposal(bo(), std::move(proposal)), world.random())));
  }
  // By bo, by value, without path: the list is judged before the path is missed.
  std::string committed(std::vector<Proposal> proposals) {
    return reason_of(ana().process(
        forge(bo(), bare_commit(bo(), by_value(std::move(proposals))), world.random())));
  }
  std::string from_desk(Proposal proposal, std::uint32_t index = 0) {
    return reason_of(ana().process(*external_sender_proposal(ana().group_id(), ana().epoch(), index,
                                                             desk, std::move(proposal))));
  }
  // Everybody stores bo's proposal, however wrong its place in a list.
  ProposalOrRef stored(Proposal proposal, const std::string& by = "bo") {
    Group& sender = world.group(by);
    const Bytes message =
        forge(sender, framed_proposal(sender, std::move(proposal)), world.random());
    for (const char* name : {"ana", "bo", "cy"}) {
      if (name == by) continue;
      EXPECT_EQ(reason_of(world.group(name).process(message)), "");
    }
    Group& other = by == "ana" ? cy() : ana();
    const ProposalRef ref = other.pending_proposals().back().ref;
    return {Bytes(ref.begin(), ref.end())};
  }
  std::string committed_refs(std::vector<ProposalOrRef> items) {
    return reason_of(
        ana().process(forge(bo(), bare_commit(bo(), std::move(items)), world.random())));
  }

  MlsWorld world;
  crypto::SignatureKey desk;
};
using ProposalRule = Trio;
using ListRule = Trio;
using OrderRule = Trio;

// --- 12.1: one by one
// -------------------------------------------------------------------------------

TEST_F(ProposalRule, TakesEachKindFromAMember) {
  EXPECT_EQ(proposed(world.add_proposal("dee")), "");
  EXPECT_EQ(proposed(Group::remove(cy().own_index())), "");
  EXPECT_EQ(proposed(psk("p")), "");
  EXPECT_EQ(proposed(Group::reinit_to(reinit(world))), "");
  EXPECT_EQ(proposed(Group::context_extensions({})), "");
  EXPECT_EQ(proposed(Group::custom(0xff01, {})), "");
  EXPECT_EQ(proposed(changed_update(bo(), world.random(), [](LeafNode&) {})), "");
}

TEST_F(ProposalRule, TakesFromOutsideWhatMayComeFromOutside) {
  EXPECT_EQ(from_desk(world.add_proposal("dee")), "");
  EXPECT_EQ(from_desk(Group::remove(cy().own_index())), "");
  EXPECT_EQ(from_desk(psk("p")), "");
  EXPECT_EQ(from_desk(Group::reinit_to(reinit(world))), "");
  EXPECT_EQ(from_desk(Group::context_extensions({external_senders(desk)})), "");
}

TEST_F(ProposalRule, RefusesFromOutsideWhatMustComeFromWithin) {
  EXPECT_NE(from_desk(changed_update(bo(), world.random(), [](LeafNode&) {})), "");
  EXPECT_EQ(from_desk(Group::custom(0xff01, {})), "proposal_from_wrong_sender");
  EXPECT_NE(from_desk({ExternalInit{Bytes(32, 1)}}), "");
}

TEST_F(ProposalRule, AnExternalSenderIsOneOfTheList) {
  EXPECT_EQ(from_desk(Group::remove(cy().own_index()), 1), "external_sender_unknown");
  world.commit("ana", {.proposals = {Group::context_extensions({})}});
  EXPECT_EQ(from_desk(Group::remove(cy().own_index())), "external_sender_unknown");
}

TEST_F(ProposalRule, ANewcomerMayAskForItself) {
  const KeyPackageBundle dee = world.key_package("dee");
  const Bytes ask = *new_member_proposal(ana().group_id(), ana().epoch(), dee);
  for (const char* name : {"ana", "bo", "cy"}) {
    EXPECT_EQ(reason_of(world.group(name).process(ask)), "");
  }
  const PendingCommit pending = world.commit("bo");
  EXPECT_EQ(pending.added.size(), 1u);
  const auto welcome = decode_exact<MlsMessage>(*pending.welcome);
  EXPECT_EQ(reason(Group::join(std::get<Welcome>(welcome->body), dee, std::nullopt, {})), "");
}

TEST_F(ProposalRule, AnAddBringsAValidKeyPackageOfTheGroupsSuite) {
  const KeyPackageBundle dee = world.key_package("dee");
  KeyPackage broken = dee.key_package;
  broken.signature.back() ^= 1;
  EXPECT_EQ(proposed(Group::add(broken)), "key_package_signature_invalid");
  MlsWorld other(2, CipherSuite::x25519_aes128gcm_sha256_ed25519);
  EXPECT_EQ(proposed(other.add_proposal("dee")), "suite_mismatch");
}

TEST_F(ProposalRule, ARemoveNamesAMember) {
  EXPECT_EQ(proposed(Group::remove(LeafIndex{3})), "remove_blank_leaf");
  EXPECT_EQ(proposed(Group::remove(LeafIndex{0xffffffff})), "remove_blank_leaf");
}

TEST_F(ProposalRule, APskIsOfAnOrdinaryKind) {
  for (const ResumptionUsage usage : {ResumptionUsage::reinit, ResumptionUsage::branch}) {
    const PreSharedKeyId id{ResumptionPskId{usage, ana().group_id(), 0}, Bytes(kHashSize, 1)};
    EXPECT_EQ(proposed({PreSharedKey{id}}), "psk_type_forbidden");
    EXPECT_EQ(committed({{PreSharedKey{id}}}), "psk_type_forbidden");
  }
  EXPECT_EQ(proposed(Group::resumption_psk(ana().group_id(), 0, world.random())), "");
}

TEST_F(ProposalRule, APskNonceHasTheLengthOfAHash) {
  PreSharedKeyId id = psk_id("p");
  id.psk_nonce.pop_back();
  EXPECT_EQ(proposed({PreSharedKey{id}}), "psk_nonce_invalid");
}

TEST_F(ProposalRule, AReInitDoesNotLowerTheVersion) {
  ReInit lower = reinit(world);
  lower.version = 0;
  EXPECT_EQ(proposed(Group::reinit_to(lower)), "reinit_version_lower");
}

TEST_F(ProposalRule, AnExternalInitNeverStandsAlone) {
  EXPECT_NE(proposed({ExternalInit{Bytes(32, 1)}}), "");
}

TEST_F(ProposalRule, ContextExtensionsAreWellFormedAndSingle) {
  EXPECT_EQ(proposed(Group::context_extensions({external_senders(desk), external_senders(desk)})),
            "extension_duplicate");
  EXPECT_EQ(proposed(Group::context_extensions({{extension_type::kRequiredCapabilities, {9}}})),
            "proposal_invalid");
  EXPECT_EQ(proposed(Group::context_extensions({{extension_type::kExternalSenders, {9}}})),
            "proposal_invalid");
}

// --- 12.2: the list
// ---------------------------------------------------------------------------------

TEST_F(ListRule, TakesAValidList) {
  world.propose_update("cy");
  world.person("ana").psks.add_external(view_of("p"), SecretBytes(view_of("secret")));
  world.person("bo").psks.add_external(view_of("p"), SecretBytes(view_of("secret")));
  world.person("cy").psks.add_external(view_of("p"), SecretBytes(view_of("secret")));
  world.commit("bo", {.proposals = {world.add_proposal("dee"), psk("p", 1), psk("p", 2),
                                    Group::context_extensions({external_senders(desk)})}});
  EXPECT_EQ(ana().member_count(), 4u);
}

TEST_F(ListRule, EachProposalByValueIsValidByItself) {
  EXPECT_EQ(committed({Group::remove(LeafIndex{7})}), "remove_blank_leaf");
}

TEST_F(ListRule, NoUpdateOfTheCommitter) {
  EXPECT_EQ(committed({changed_update(bo(), world.random(), [](LeafNode&) {})}),
            "commit_update_by_committer");
  const ProposalOrRef mine = stored(changed_update(bo(), world.random(), [](LeafNode&) {}));
  EXPECT_EQ(committed_refs({mine}), "commit_update_by_committer");
}

TEST_F(ListRule, NoRemoveOfTheCommitter) {
  EXPECT_EQ(committed({Group::remove(bo().own_index())}), "commit_remove_committer");
}

TEST_F(ListRule, NoLeafTwice) {
  const auto update = [&] { return changed_update(cy(), world.random(), [](LeafNode&) {}); };
  const ProposalOrRef first = stored(update(), "cy");
  const ProposalOrRef second = stored(update(), "cy");
  const ProposalOrRef removal = stored(Group::remove(cy().own_index()));
  EXPECT_EQ(committed_refs({first, second}), "commit_duplicate_leaf");
  EXPECT_EQ(committed_refs({removal, first}), "commit_duplicate_leaf");
  EXPECT_EQ(committed_refs({first, removal}), "commit_duplicate_leaf");
  EXPECT_EQ(committed({Group::remove(cy().own_index()), Group::remove(cy().own_index())}),
            "commit_duplicate_leaf");
}

TEST_F(ListRule, NoClientTwice) {
  EXPECT_EQ(committed({world.add_proposal("dee"), world.add_proposal("dee")}),
            "duplicate_signature_key");
}

TEST_F(ListRule, NobodyWhoIsThereUnlessRemoved) {
  EXPECT_EQ(committed({world.add_proposal("cy")}), "member_already_present");
  world.commit("bo", {.proposals = {Group::remove(cy().own_index()), world.add_proposal("cy")}});
  EXPECT_EQ(ana().member_count(), 3u);
}

TEST_F(ListRule, NoPskTwice) {
  EXPECT_EQ(committed({psk("p"), psk("q"), psk("p")}), "commit_duplicate_psk");
}

TEST_F(ListRule, OneChangeOfExtensionsAtMost) {
  EXPECT_EQ(committed({Group::context_extensions({}), Group::context_extensions({})}),
            "commit_multiple_context_extensions");
}

TEST_F(ListRule, AReInitStandsAlone) {
  EXPECT_EQ(committed({Group::reinit_to(reinit(world)), psk("p")}), "commit_reinit_not_alone");
  EXPECT_EQ(committed({Group::reinit_to(reinit(world)), Group::reinit_to(reinit(world))}),
            "commit_reinit_not_alone");
}

TEST_F(ListRule, NoExternalInit) {
  EXPECT_EQ(committed({{ExternalInit{Bytes(32, 1)}}}), "commit_external_init_wrong");
}

TEST_F(ListRule, TypesAreSupportedByAllWhoProcessIt) {
  EXPECT_EQ(committed({Group::custom(0xff01, {})}), "proposal_type_unsupported");
  MlsWorld other;
  other.capabilities.proposals = {0xff01};
  other.found("ana", {"bo"});
  other.capabilities.proposals = {};
  other.add("ana", {"poor"});
  EXPECT_EQ(reason(other.group("ana").stage_commit({.proposals = {Group::custom(0xff01, {})}},
                                                   other.random())),
            "proposal_type_unsupported");
  // Neither who leaves nor who comes by the same commit need support it.
  other.commit("ana", {.proposals = {Group::custom(0xff01, {}), Group::remove(LeafIndex{2}),
                                     other.add_proposal("new")}});
}

struct NobodyEntersAfterTwo final : Policy {
  Status check_commit(const CommitView& commit) const override {
    if (commit.added.size() > 2) return fail(MlsErrc::policy_refused);
    return {};
  }
};

TEST(ListPolicy, TheApplicationHasTheLastWord) {
  const NobodyEntersAfterTwo policy;
  MlsWorld world;
  world.found("bo");
  world.options.policy = &policy;
  world.add("bo", {"ana"});
  const auto three = [&] {
    return std::vector<Proposal>{world.add_proposal("x"), world.add_proposal("y"),
                                 world.add_proposal("z")};
  };
  const auto commit = world.group("bo").stage_commit({.proposals = three()}, world.random());
  const auto received = world.group("ana").process(commit->commit);
  EXPECT_EQ(reason_of(received), "policy_refused");
  EXPECT_EQ(verdict(received), Verdict::skipped);
  EXPECT_EQ(reason(world.group("ana").stage_commit({.proposals = three()}, world.random())),
            "policy_refused");
  world.group("bo").discard_pending();
  world.commit("ana", {.proposals = {world.add_proposal("x"), world.add_proposal("y")}});
}

// --- 12.3: the order
// --------------------------------------------------------------------------------

TEST_F(OrderRule, ExtensionsComeFirstSoThatAddsAreJudgedByTheNewOnes) {
  constexpr std::uint16_t kOld = 0xff30;
  MlsWorld other;
  other.capabilities.extensions = {kOld};
  other.found("ana", {"bo"}, {{kOld, {}}});
  other.capabilities.extensions = {};
  // The newcomer lacks what the same commit drops, wherever in the list that stands.
  other.commit("bo", {.proposals = {other.add_proposal("cy"), Group::context_extensions({})}});
  // And it must have what the same commit introduces.
  EXPECT_EQ(reason(other.group("ana").stage_commit(
                {.proposals = {other.add_proposal("dee"), Group::context_extensions({{kOld, {}}})}},
                other.random())),
            "leaf_extension_unsupported");
}

TEST_F(OrderRule, UpdatesBlankThePathBeforeTheCommittersPathIsBuilt) {
  world.commit("ana");
  world.commit("cy");
  const ProposalOrRef update = stored(changed_update(cy(), world.random(), [](LeafNode&) {}), "cy");
  // bo's path is made as if cy's Update were not there.
  FramedContent content = honest_commit(bo(), {.include_pending = false}, world.random());
  std::get<Commit>(content.content).proposals.push_back(update);
  EXPECT_EQ(reason_of(ana().process(forge(bo(), content, world.random()))), "parent_hash_invalid");
  ana().clear_pending_proposals();
  bo().clear_pending_proposals();
  world.propose_update("cy");
  world.commit("bo");
}

TEST_F(OrderRule, RemovesMakeRoomForAdds) {
  world.add("ana", {"dee"});  // Four leaves, all taken.
  // bo's path is made as if nobody left, so that eve stands in a fifth leaf.
  const Proposal eve = world.add_proposal("eve");
  FramedContent content =
      honest_commit(bo(), {.proposals = {eve}, .force_path = true}, world.random());
  std::get<Commit>(content.content).proposals.push_back({Group::remove(LeafIndex{3})});
  EXPECT_EQ(reason_of(ana().process(forge(bo(), content, world.random()))), "path_length_wrong");
  const PendingCommit right = world.commit("bo", {.proposals = {eve, Group::remove(LeafIndex{3})}});
  EXPECT_EQ(right.added, std::vector{LeafIndex{3}});
}

TEST_F(OrderRule, AddsTakeTheLeftmostBlankLeavesInTheirOrder) {
  const Proposal dee = world.add_proposal("dee");
  const Proposal eve = world.add_proposal("eve");
  const Bytes swapped =
      tampered_commit(bo(), {.proposals = {dee, eve}, .force_path = true}, world.random(),
                      [](Commit& c) { std::swap(c.proposals[0], c.proposals[1]); });
  EXPECT_EQ(reason_of(ana().process(swapped)), "parent_hash_invalid");
  const PendingCommit right = world.commit("bo", {.proposals = {dee, eve}});
  EXPECT_EQ(right.added, (std::vector{LeafIndex{3}, LeafIndex{4}}));
  EXPECT_EQ(ana().leaf(LeafIndex{4})->credential, basic_credential(view_of("eve")));
}

TEST_F(OrderRule, PskSecretsFollowTheOrderOfTheList) {
  for (const char* name : {"ana", "bo", "cy"}) {
    world.person(name).psks.add_external(view_of("p"), SecretBytes(view_of("first")));
    world.person(name).psks.add_external(view_of("q"), SecretBytes(view_of("second")));
  }
  const FramedContent content = bare_commit(bo(), by_value({psk("p"), psk("q")}));
  const auto answer = [&](const ScheduleForgery& how) {
    const Bytes tag = forged_tag(bo(), content, WireFormat::public_message, how);
    return reason_of(ana().process(forge(bo(), content, world.random(), {.tag = tag})));
  };
  EXPECT_EQ(answer({}), "");
  EXPECT_EQ(answer({.psks = [](auto& ids) { std::swap(ids[0], ids[1]); }}),
            "fault: confirmation_tag_invalid");
  EXPECT_EQ(answer({.psks = [](auto& ids) { ids.pop_back(); }}), "fault: confirmation_tag_invalid");
}

TEST_F(OrderRule, AReInitEndsTheGroup) {
  world.commit("bo", {.proposals = {Group::reinit_to(reinit(world))}});
  EXPECT_FALSE(ana().active());
  ASSERT_NE(ana().reinit_pending(), nullptr);
  EXPECT_EQ(*ana().reinit_pending(), reinit(world));
  EXPECT_EQ(reason(ana().protect(view_of("x"), {}, world.random())), "group_inactive");
  EXPECT_EQ(reason(ana().stage_commit({}, world.random())), "group_inactive");
}

}  // namespace
}  // namespace hearth::mls
