// A group's life: founding, joining, talking, proposing, committing, leaving.
#include <gtest/gtest.h>

#include "tests/support/mls_forger.h"
#include "tests/support/mls_world.h"

namespace hearth::mls {
namespace {

using test::MlsWorld;
using test::reason;
using test::reason_of;

class EverySuite : public testing::TestWithParam<CipherSuite> {};
INSTANTIATE_TEST_SUITE_P(Group, EverySuite,
                         testing::Values(CipherSuite::x25519_aes128gcm_sha256_ed25519,
                                         CipherSuite::p256_aes128gcm_sha256_p256,
                                         CipherSuite::x25519_chacha20poly1305_sha256_ed25519));

TEST_P(EverySuite, LivesAWholeLife) {
  MlsWorld world(7, GetParam());
  world.found("ana", {"bo", "cy", "dee"});
  world.say("ana", "welcome");
  world.commit("cy");  // An empty commit renews cy's path.
  world.propose_update("bo");
  world.propose("ana", world.add_proposal("eve"));
  world.commit("dee");
  world.say("bo", "renewed");
  CommitOptions removal;
  removal.proposals = {Group::remove(world["cy"].index())};
  world.commit("bo", std::move(removal));
  EXPECT_FALSE(world.group("cy").active());
  world.say("dee", "fewer");
  world.add("ana", {"fay", "gus"});
  world.say("fay", "hello");
  EXPECT_EQ(world.group("gus").member_count(), 6u);  // Eve never fetched her Welcome.
}

TEST(Group, OfOneCommitsAlone) {
  MlsWorld world;
  world.found("ana");
  world.commit("ana");
  world.commit("ana");
  EXPECT_EQ(world.group("ana").epoch(), 2u);
  world.add("ana", {"bo"});
  world.say("bo", "two of us");
}

TEST(Group, JoinsWithTheTreeBesideTheWelcome) {
  MlsWorld world;
  world.found("ana");
  CommitOptions options;
  options.tree_in_welcome = false;
  world.add("ana", {"bo", "cy"}, std::move(options));
  world.say("cy", "here");
}

TEST(Group, GivesNewcomersThePathSecretOfTheirCommit) {
  MlsWorld world;
  world.found("ana", {"bo", "cy"});
  CommitOptions options;
  options.force_path = true;
  world.add("bo", {"dee", "eve"}, std::move(options));
  world.commit("eve");
  world.commit("dee");
  world.say("dee", "with a path");
}

TEST(Group, RecognisesItsOwnCommit) {
  MlsWorld world;
  world.found("ana", {"bo"});
  Group& ana = world.group("ana");
  const auto pending = ana.stage_commit({}, world.random());
  ASSERT_TRUE(pending);

  const auto echo = ana.process(pending->commit);

  ASSERT_TRUE(echo);
  EXPECT_TRUE(std::holds_alternative<OwnCommit>(*echo));
  EXPECT_EQ(ana.epoch(), 1u);
  EXPECT_EQ(verdict(echo), Verdict::valid);
}

TEST(Group, StagingChangesNothing) {
  MlsWorld world;
  world.found("ana", {"bo", "cy"});
  Group& ana = world.group("ana");
  Group& bo = world.group("bo");
  const Bytes tree = bo.ratchet_tree();
  const GroupContext context = bo.context();
  const auto pending = ana.stage_commit({}, world.random());

  auto staged = bo.process(pending->commit);
  ASSERT_EQ(reason_of(staged), "");
  EXPECT_EQ(bo.ratchet_tree(), tree);
  EXPECT_EQ(bo.context(), context);
  EXPECT_EQ(ana.ratchet_tree(), tree);

  ASSERT_TRUE(bo.merge(std::get<StagedCommit>(*std::move(staged))));
  EXPECT_EQ(bo.epoch(), 2u);
}

TEST(Group, YieldsToTheCommitThatCameFirst) {
  MlsWorld world;
  world.found("ana", {"bo", "cy"});
  const auto losing = world.group("ana").stage_commit({}, world.random());
  ASSERT_TRUE(losing);
  world.commit("bo");
  EXPECT_FALSE(world.group("ana").has_pending_commit());
  EXPECT_EQ(reason_of(world.group("cy").process(losing->commit)), "wrong_epoch");
  EXPECT_EQ(reason(world.group("ana").merge_pending()), "pending_commit");
  world.say("ana", "next time");
}

// RFC 9420 §7.3: who sends an Add finds its lifetime right; the clock is the application's.
TEST(Group, AddsNobodyWhoseTimeIsNotNow) {
  MlsWorld world;
  world.found("ana", {"bo"});
  const KeyPackageBundle cy = world.key_package("cy");
  const KeyPackage dated = test::changed_key_package(
      cy, [](KeyPackage& k) { k.leaf_node.lifetime = {.not_before = 100, .not_after = 200}; });
  Group& ana = world.group("ana");
  for (const auto& [now, answer] : {std::pair{99u, "leaf_lifetime_invalid"}, {150u, ""}}) {
    ana.set_lifetime_check(LifetimeCheck{.now = now});
    EXPECT_EQ(reason(ana.stage_commit({.proposals = {Group::add(dated)}}, world.random())), answer);
  }
}

TEST(Group, HoldsOnePendingCommitAtATime) {
  MlsWorld world;
  world.found("ana", {"bo"});
  Group& ana = world.group("ana");
  ASSERT_TRUE(ana.stage_commit({}, world.random()));
  EXPECT_EQ(reason(ana.stage_commit({}, world.random())), "pending_commit");
  ana.discard_pending();
  world.commit("ana");
}

TEST(Group, RefusesAStagedCommitOfAnotherGroupOrEpoch) {
  MlsWorld world;
  world.found("ana", {"bo", "cy"});
  const auto pending = world.group("ana").stage_commit({}, world.random());
  auto at_bo = world.group("bo").process(pending->commit);
  auto& staged = std::get<StagedCommit>(*at_bo);
  EXPECT_EQ(reason(world.group("cy").merge(std::move(staged))), "commit_not_staged_here");
  world.group("ana").discard_pending();
  world.commit("cy");
  EXPECT_EQ(reason(world.group("bo").merge(std::move(staged))), "commit_not_staged_here");
}

TEST(Group, ReadsLateMessagesOfFivePastEpochsAndNoMore) {
  MlsWorld world;
  world.found("ana", {"bo", "cy"});
  std::vector<Bytes> late;
  for (int i = 0; i < 6; ++i) {
    late.push_back(*world.group("ana").protect(view_of("late"), {}, world.random()));
    world.commit(i % 2 == 0 ? "bo" : "ana");
  }
  Group& cy = world.group("cy");
  EXPECT_EQ(reason_of(cy.process(late[0])), "epoch_too_old");
  for (std::size_t i = 1; i < late.size(); ++i) {
    const auto received = cy.process(late[i]);
    ASSERT_EQ(reason_of(received), "") << i;
    EXPECT_EQ(std::get<ApplicationMessage>(*received).epoch, i + 1);
    EXPECT_EQ(reason_of(cy.process(late[i])), "generation_spent");
  }
}

TEST(Group, VerifiesALateMessageByTheLeafOfItsEpoch) {
  MlsWorld world;
  world.found("ana", {"bo", "cy"});
  const Bytes late = *world.group("bo").protect(view_of("before I left"), {}, world.random());
  const LeafNode bo_then = world.group("bo").own_leaf();
  CommitOptions removal;
  removal.proposals = {Group::remove(world["bo"].index())};
  world.commit("ana", std::move(removal));
  world.add("ana", {"dee"});  // Stands where bo stood.
  ASSERT_EQ(world["dee"].index(), LeafIndex{1});

  const auto received = world.group("cy").process(late);

  ASSERT_EQ(reason_of(received), "");
  EXPECT_EQ(std::get<ApplicationMessage>(*received).sender_leaf, bo_then);
}

TEST(Group, TheRemovedReadLateMessagesAndSendNothing) {
  MlsWorld world;
  world.found("ana", {"bo", "cy"});
  const Bytes late = *world.group("ana").protect(view_of("goodbye"), {}, world.random());
  Group& cy = world.group("cy");
  CommitOptions removal;
  removal.proposals = {Group::remove(cy.own_index())};
  world.commit("ana", std::move(removal));

  EXPECT_FALSE(cy.active());
  EXPECT_EQ(reason_of(cy.process(late)), "");
  EXPECT_EQ(reason(cy.protect(view_of("no"), {}, world.random())), "group_inactive");
  EXPECT_EQ(reason(cy.stage_commit({}, world.random())), "group_inactive");
  EXPECT_EQ(reason(cy.propose_update({}, {}, world.random())), "group_inactive");
  EXPECT_EQ(reason(cy.export_secret("x", {}, 32)), "group_inactive");
  EXPECT_EQ(reason(cy.group_info({})), "group_inactive");
}

TEST(Group, ReadsMessagesOutOfOrder) {
  MlsWorld world;
  world.found("ana", {"bo"});
  std::vector<Bytes> messages;
  for (int i = 0; i < 20; ++i) {
    messages.push_back(*world.group("ana").protect(view_of("m"), {}, world.random()));
  }
  for (auto at = messages.rbegin(); at != messages.rend(); ++at) {
    EXPECT_EQ(reason_of(world.group("bo").process(*at)), "");
  }
}

// A server that flips a bit of a copy and delivers that first must not kill the real message.
TEST(Group, ATamperedCopyDoesNotSpendTheKey) {
  MlsWorld world;
  world.found("ana", {"bo"});
  const Bytes genuine = *world.group("ana").protect(view_of("real"), {}, world.random());
  Bytes tampered = genuine;
  tampered.back() ^= 1;
  Group& bo = world.group("bo");
  EXPECT_EQ(reason_of(bo.process(tampered)), "message_open_failed");
  EXPECT_EQ(reason_of(bo.process(genuine)), "");
  EXPECT_EQ(reason_of(bo.process(genuine)), "generation_spent");
}

TEST(Group, ExportsTheSameToEveryMember) {
  MlsWorld world;
  world.found("ana", {"bo"});
  Group& ana = world.group("ana");
  const auto pending = ana.stage_commit({}, world.random());
  const auto before = ana.export_secret("envelope", view_of("1"), 16);
  const auto foreseen = ana.export_pending("envelope", view_of("1"), 16);
  auto staged = std::get<StagedCommit>(*world.group("bo").process(pending->commit));
  const auto seen = staged.export_secret("envelope", view_of("1"), 16);
  ASSERT_TRUE(foreseen && seen && before);
  EXPECT_TRUE(equal(foreseen->view(), seen->view()));
  EXPECT_FALSE(equal(foreseen->view(), before->view()));
  ASSERT_TRUE(ana.merge_pending());
  EXPECT_TRUE(equal(ana.export_secret("envelope", view_of("1"), 16)->view(), seen->view()));
  EXPECT_EQ(reason(ana.export_secret("envelope", {}, 255 * 32 + 1)), "length_invalid");
}

TEST(Group, TakesOnlyTheFormsItIsToldTo) {
  MlsWorld world;
  world.options.accept_wire_formats = {.public_message = false, .private_message = true};
  world.found("ana", {"bo"});
  CommitOptions open;
  open.wire_format = WireFormat::public_message;
  const auto commit = world.group("ana").stage_commit(std::move(open), world.random());
  EXPECT_EQ(reason_of(world.group("bo").process(commit->commit)), "wire_format_forbidden");
  world.group("ana").discard_pending();
  world.commit("ana");
}

// Padding, authenticated data and both framings of commits and proposals.
TEST(Group, CarriesAuthenticatedDataInEitherForm) {
  MlsWorld world;
  world.options.padding_buckets = {512, 4096};
  world.found("ana", {"bo", "cy"});
  for (const WireFormat form : {WireFormat::public_message, WireFormat::private_message}) {
    world.propose("bo", Group::external_psk(view_of("nobody has it"), world.random()), form);
    Group& ana = world.group("ana");
    EXPECT_EQ(ana.pending_proposals().size(), 1u);
    CommitOptions options;
    options.wire_format = form;
    options.authenticated_data = to_bytes("seq 7");
    const auto pending = ana.stage_commit(std::move(options), world.random());
    ASSERT_TRUE(pending) << reason(pending);
    auto received = world.group("bo").process(pending->commit);
    ASSERT_EQ(reason_of(received), "");
    EXPECT_EQ(text_of(std::get<StagedCommit>(*received).view().authenticated_data), "seq 7");
    ana.discard_pending();
    world.commit("cy");
  }
  const Bytes short_one = *world.group("ana").protect(view_of("a"), {}, world.random());
  const Bytes longer = *world.group("ana").protect(view_of("a longer one"), {}, world.random());
  EXPECT_EQ(short_one.size(), longer.size());
}

// The committer takes up what it can and leaves out what would spoil the list.
TEST(Group, AHostileProposalDoesNotKeepOthersFromCommitting) {
  MlsWorld world;
  world.found("ana", {"bo", "cy", "dee"});
  world.propose_update("bo");
  world.propose_update("bo");
  world.propose("cy", Group::remove(world["bo"].index()));
  world.propose("dee", Group::remove(world["bo"].index()));
  world.propose("cy", Group::remove(world["ana"].index()));
  world.propose("cy", world.add_proposal("dee"));  // With a key of a member.
  world.propose("cy", Group::custom(0xff77, view_of("unknown to all")));
  world.propose("cy", Group::external_psk(view_of("unknown"), world.random()));
  world.propose("cy", Group::reinit_to({.group_id = to_bytes("new"),
                                        .cipher_suite = static_cast<std::uint16_t>(world.suite()),
                                        .extensions = {}}));
  world.propose_update("ana");
  world.commit("ana");
  EXPECT_EQ(world.group("ana").member_count(), 3u);
  EXPECT_FALSE(world.group("bo").active());
}

}  // namespace
}  // namespace hearth::mls
