// RULES.md, 12.4 to 12.4.2: commits, their paths, their tags; what is skipped and what is a fault.
#include <gtest/gtest.h>

#include "protocol/crypto/labels.h"
#include "protocol/mls/group/group_state.h"
#include "tests/support/mls_forger.h"
#include "tests/support/mls_world.h"

namespace hearth::mls {
namespace {

using namespace test;

struct CommitRule : testing::Test {
  CommitRule() { world.found("ana", {"bo", "cy", "dee"}); }
  Group& ana() { return world.group("ana"); }
  Group& bo() { return world.group("bo"); }
  std::string taken(const Bytes& message) { return reason_of(ana().process(message)); }
  // bo's empty commit, changed and signed anew.
  std::string changed(const std::function<void(Commit&)>& change) {
    return taken(tampered_commit(bo(), {}, world.random(), change));
  }
  MlsWorld world;
};

TEST_F(CommitRule, AcceptsWhatIsRight) {
  const auto pending = bo().stage_commit({}, world.random());
  EXPECT_EQ(taken(pending->commit), "");
  bo().discard_pending();
  EXPECT_EQ(changed([](Commit&) {}), "fault: confirmation_tag_invalid");  // Nothing but the tag.
}

TEST_F(CommitRule, APathIsThereWhereItMustBe) {
  const auto bare = [&](std::vector<Proposal> proposals) {
    return taken(forge(bo(), bare_commit(bo(), by_value(std::move(proposals))), world.random()));
  };
  EXPECT_EQ(bare({Group::remove(LeafIndex{2})}), "path_missing");
  EXPECT_EQ(bare({Group::context_extensions({})}), "path_missing");
  EXPECT_EQ(bare({world.add_proposal("eve"), Group::remove(LeafIndex{2})}), "path_missing");
  world.propose_update("cy");
  const ProposalRef ref = ana().pending_proposals().front().ref;
  EXPECT_EQ(
      taken(forge(bo(), bare_commit(bo(), {{Bytes(ref.begin(), ref.end())}}), world.random())),
      "path_missing");
}

TEST_F(CommitRule, AnEmptyCommitHasAPath) {
  EXPECT_EQ(changed([](Commit& c) { c.path.reset(); }), "path_missing");
  const PendingCommit pathless = world.commit("bo", {.proposals = {world.add_proposal("eve")}});
  EXPECT_FALSE(pathless.has_path);
}

TEST_F(CommitRule, AReferenceIsToWhatWeHaveSeen) {
  for (const Bytes& ref : {Bytes(32, 7), Bytes(31, 7), Bytes{}}) {
    EXPECT_EQ(taken(forge(bo(), bare_commit(bo(), {{ref}}), world.random())),
              "proposal_unknown_reference");
  }
}

TEST_F(CommitRule, NoApplicationDataWhileProposalsWait) {
  MlsWorld strict;
  strict.options.application_data_while_proposals_pending = false;
  strict.found("ana", {"bo"});
  strict.say("ana", "before");
  strict.propose_update("bo");
  EXPECT_EQ(reason(strict.group("ana").protect(view_of("x"), {}, strict.random())),
            "pending_proposals");
  strict.commit("ana");
  strict.say("ana", "after");
}

TEST_F(CommitRule, BelongsToThisEpochAndGroup) {
  FramedContent content = honest_commit(bo(), {}, world.random());
  content.epoch += 1;
  EXPECT_EQ(taken(forge(bo(), content, world.random())), "wrong_epoch");
  content.epoch -= 2;
  EXPECT_EQ(taken(forge(bo(), content, world.random())), "wrong_epoch");
  content.epoch += 1;
  content.group_id = to_bytes("other");
  EXPECT_EQ(taken(forge(bo(), content, world.random())), "wrong_group");
}

TEST_F(CommitRule, AnOldHandshakeMessageIsNotReadLate) {
  const auto old = bo().stage_commit({}, world.random());
  world.commit("cy");
  EXPECT_EQ(taken(old->commit), "wrong_epoch");
}

TEST_F(CommitRule, IsSignedByItsSender) {
  const FramedContent content = honest_commit(bo(), {}, world.random());
  EXPECT_EQ(
      taken(forge(bo(), content, world.random(), {.key = &world.group("cy").own_signature_key()})),
      "signature_invalid");
}

TEST_F(CommitRule, HasAMembershipTag) {
  const Bytes good = forge(bo(), honest_commit(bo(), {}, world.random()), world.random());
  auto message = decode_exact<MlsMessage>(good);
  auto& body = std::get<PublicMessage>(message->body);
  body.membership_tag->pop_back();
  EXPECT_EQ(taken(encoded(*message)), "membership_tag_invalid");
}

TEST_F(CommitRule, ComesFromAMember) {
  FramedContent content = honest_commit(bo(), {}, world.random());
  for (const std::uint32_t leaf : {5u, 4000u}) {
    content.sender = member_sender(LeafIndex{leaf});
    EXPECT_EQ(taken(forge(bo(), content, world.random())), "sender_blank");
  }
}

TEST_F(CommitRule, OursIsNotProcessed) {
  const auto mine = bo().stage_commit({.wire_format = WireFormat::public_message}, world.random());
  bo().discard_pending();
  EXPECT_EQ(reason_of(bo().process(mine->commit)), "commit_own_unstaged");
}

TEST_F(CommitRule, ThePathLeafHasANewKey) {
  EXPECT_EQ(changed([&](Commit& c) {
              c.path->leaf_node.encryption_key = bo().own_leaf().encryption_key;
            }),
            "update_key_unchanged");
}

TEST_F(CommitRule, ThePathLeafIsSignedForItsPlace) {
  FramedContent content = honest_commit(bo(), {}, world.random());
  LeafNode& leaf = std::get<Commit>(content.content).path->leaf_node;
  ASSERT_TRUE(sign(leaf, bo().own_signature_key(), {bo().group_id(), LeafIndex{2}}));
  EXPECT_EQ(taken(forge(bo(), content, world.random())), "leaf_signature_invalid");
}

TEST_F(CommitRule, NoKeyOfThePathStandsInTheTree) {
  EXPECT_EQ(changed([&](Commit& c) {
              c.path->leaf_node.encryption_key = ana().own_leaf().encryption_key;
            }),
            "path_key_reused");
  EXPECT_EQ(changed([&](Commit& c) {
              c.path->nodes[0].encryption_key = ana().own_leaf().encryption_key;
            }),
            "path_key_reused");
}

TEST_F(CommitRule, ThePathHasExactlyItsLength) {
  EXPECT_EQ(changed([](Commit& c) { c.path->nodes.pop_back(); }), "path_length_wrong");
  EXPECT_EQ(changed([](Commit& c) { c.path->nodes.push_back(c.path->nodes.back()); }),
            "path_length_wrong");
  EXPECT_EQ(changed([](Commit& c) { c.path->nodes[1].encrypted_path_secret.pop_back(); }),
            "path_length_wrong");
}

TEST_F(CommitRule, TheLeafHoldsTheParentHash) {
  EXPECT_EQ(changed([](Commit& c) { c.path->leaf_node.parent_hash.back() ^= 1; }),
            "parent_hash_invalid");
  EXPECT_EQ(changed([](Commit& c) { c.path->leaf_node.parent_hash.clear(); }),
            "parent_hash_invalid");
}

// --- Publicly valid, privately not: a fault
// --------------------------------------------------------------

TEST_F(CommitRule, APathThatDoesNotDecryptIsAFault) {
  const Bytes message = tampered_commit(bo(), {}, world.random(), [](Commit& c) {
    for (UpdatePathNode& node : c.path->nodes) {
      for (HpkeCiphertext& sealed : node.encrypted_path_secret) sealed.ciphertext.back() ^= 1;
    }
  });
  const auto received = ana().process(message);
  EXPECT_EQ(reason_of(received), "fault: path_decrypt_failed");
  EXPECT_EQ(verdict(received), Verdict::fault);
  EXPECT_EQ(std::get<Fault>(*received).committer, bo().own_index());
  world.commit("cy");  // The group is as it was.
}

// bo and ana share the lowest node of bo's path; the secret in it shall be another one.
std::string with_other_secret(MlsWorld& world, const std::function<Bytes(const Bytes&)>& context) {
  Group& bo = world.group("bo");
  Group& ana = world.group("ana");
  const auto pending = bo.stage_commit({}, world.random());
  expects(pending.has_value());
  const StagedPublicCommit::Data& staged = *bo.state().pending->staged.pub;
  FramedContent content = staged.content;
  const Bytes provisional = staged.provisional_context;
  bo.discard_pending();
  auto sealed =
      crypto::encrypt_with_label(world.suite(), ana.own_leaf().encryption_key, "UpdatePathNode",
                                 context(provisional), Bytes(32, 9), world.random());
  std::get<Commit>(content.content).path->nodes[0].encrypted_path_secret[0] = {
      std::move(sealed->kem_output), std::move(sealed->ciphertext)};
  return reason_of(ana.process(forge(bo, content, world.random())));
}

TEST_F(CommitRule, APathOfOtherKeysThanItSaysIsAFault) {
  EXPECT_EQ(with_other_secret(world, [](const Bytes& right) { return right; }),
            "fault: path_key_mismatch");
}

TEST_F(CommitRule, APathSealedUnderAnotherContextIsAFault) {
  EXPECT_EQ(
      with_other_secret(world, [&](const Bytes&) { return encoded(world.group("bo").context()); }),
      "fault: path_decrypt_failed");
}

TEST_F(CommitRule, AWrongTagIsAFaultWhateverItsLength) {
  const FramedContent content = bare_commit(bo(), by_value({world.add_proposal("eve")}));
  const Bytes right = forged_tag(bo(), content, WireFormat::public_message, {});
  const auto answer = [&](const Bytes& tag) {
    return taken(forge(bo(), content, world.random(), {.tag = tag}));
  };
  EXPECT_EQ(answer(right), "");
  EXPECT_EQ(answer(Bytes(32, 0)), "fault: confirmation_tag_invalid");
  // A short tag must not pass because its beginning is right.
  EXPECT_EQ(answer(Bytes(right.begin(), right.begin() + 16)), "fault: confirmation_tag_invalid");
  EXPECT_EQ(answer({}), "fault: confirmation_tag_invalid");
  Bytes longer = right;
  longer.push_back(0);
  EXPECT_EQ(answer(longer), "fault: confirmation_tag_invalid");
}

TEST_F(CommitRule, WithoutAPathTheCommitSecretIsZero) {
  const FramedContent content = bare_commit(bo(), by_value({world.add_proposal("eve")}));
  const Bytes tag = forged_tag(bo(), content, WireFormat::public_message,
                               {.commit_secret = Secret32::from(Bytes(32, 1))});
  EXPECT_EQ(taken(forge(bo(), content, world.random(), {.tag = tag})),
            "fault: confirmation_tag_invalid");
}

TEST_F(CommitRule, TheTranscriptEntersTheNewEpoch) {
  const FramedContent content = bare_commit(bo(), by_value({world.add_proposal("eve")}));
  const Bytes tag =
      forged_tag(bo(), content, WireFormat::public_message,
                 {.context = [&](GroupContext& c) { c.confirmed_transcript_hash = Bytes(32, 0); }});
  EXPECT_EQ(taken(forge(bo(), content, world.random(), {.tag = tag})),
            "fault: confirmation_tag_invalid");
}

TEST_F(CommitRule, APskWeLackIsAFault) {
  world.person("bo").psks.add_external(view_of("p"), SecretBytes(view_of("secret")));
  world.person("cy").psks.add_external(view_of("p"), SecretBytes(view_of("secret")));
  const auto pending = bo().stage_commit(
      {.proposals = {Group::external_psk(view_of("p"), world.random())}}, world.random());
  EXPECT_EQ(taken(pending->commit), "fault: psk_unknown");
  EXPECT_EQ(reason_of(world.group("cy").process(pending->commit)), "");
  bo().discard_pending();
  EXPECT_EQ(
      reason(ana().stage_commit({.proposals = {Group::external_psk(view_of("p"), world.random())}},
                                world.random())),
      "psk_unknown");
}

TEST_F(CommitRule, ResumptionPsksOfRecentEpochsAreKnown) {
  world.commit("bo");
  world.commit("bo");
  const auto resume = [&](Epoch epoch) {
    return Group::resumption_psk(ana().group_id(), epoch, world.random());
  };
  world.commit("bo", {.proposals = {resume(1), resume(3)}});
  for (int i = 0; i < 5; ++i) world.commit("cy");
  EXPECT_EQ(reason(bo().stage_commit({.proposals = {resume(3)}}, world.random())), "psk_unknown");
}

TEST_F(CommitRule, OurOwnRemovalEndsTheGroupForUs) {
  const auto pending =
      bo().stage_commit({.proposals = {Group::remove(LeafIndex{0})}}, world.random());
  auto received = ana().process(pending->commit);
  ASSERT_EQ(reason_of(received), "");
  auto& staged = std::get<StagedCommit>(*received);
  EXPECT_TRUE(staged.removes_us());
  EXPECT_EQ(reason(staged.epoch_authenticator()), "group_inactive");
  ASSERT_TRUE(ana().merge(std::move(staged)));
  EXPECT_FALSE(ana().active());
  EXPECT_EQ(taken(pending->commit), "group_inactive");
}

// After the removal the newcomer's keys cannot follow from what the removed one holds: a Remove
// without a path is never made, whoever asks.
TEST_F(CommitRule, ARemoveAlwaysBringsAPath) {
  const auto pending = bo().stage_commit(
      {.proposals = {Group::remove(LeafIndex{0})}, .force_path = false}, world.random());
  EXPECT_TRUE(pending->has_path);
}

// Everybody follows, or nobody does: an observer without secrets comes to the same public verdict.
TEST_F(CommitRule, AnObserverComesToTheSameVerdict) {
  const GroupInfo info = *ana().group_info({});
  auto observer = PublicGroup::from_group_info(info, std::nullopt, {});
  ASSERT_TRUE(observer);
  const auto open = [](const Bytes& bytes) {
    return std::get<PublicMessage>(decode_exact<MlsMessage>(bytes)->body);
  };
  const Bytes wrong =
      tampered_commit(bo(), {}, world.random(), [](Commit& c) { c.path->nodes.pop_back(); });
  EXPECT_EQ(reason(observer->process(open(wrong))), "path_length_wrong");
  for (int i = 0; i < 3; ++i) {
    const Bytes proposal =
        *bo().propose_update({}, {.wire_format = WireFormat::public_message}, world.random());
    EXPECT_TRUE(observer->process(open(proposal)));
    world.deliver("bo", proposal);
    EXPECT_EQ(observer->proposals_pending(), 1u);
    const PendingCommit commit = world.commit("cy", {.wire_format = WireFormat::public_message});
    auto staged = observer->process(open(commit.commit));
    ASSERT_TRUE(staged && *staged) << reason(staged);
    EXPECT_TRUE((*staged)->view().has_path);
    ASSERT_TRUE(observer->merge(*std::move(*staged)));
    EXPECT_EQ(observer->context(), ana().context());
  }
}

}  // namespace
}  // namespace hearth::mls
