// Sealed snapshots: nothing is lost, nothing can be altered, no message key is used twice.
#include <gtest/gtest.h>

#include "tests/support/mls_world.h"

namespace hearth::mls {
namespace {

using test::MlsWorld;
using test::reason;
using test::reason_of;

struct Snapshot : testing::Test {
  Snapshot() : key(world.random().secret<32>()) { world.found("ana", {"bo", "cy"}); }
  Bytes seal(const std::string& name) {
    auto sealed = world.group(name).seal(key, world.random());
    expects(sealed.has_value());
    return *std::move(sealed);
  }
  // Opens it in the place of the living group, and seals it again as its owner must.
  void reopen(const std::string& name, const Bytes& sealed) {
    auto group = Group::open(sealed, key, world.person(name).options);
    ASSERT_TRUE(group) << reason(group);
    world.person(name).group = *std::move(group);
    seal(name);
  }
  MlsWorld world;
  Secret32 key;
};

TEST_F(Snapshot, GoesOnWhereItWas) {
  world.propose_update("bo");
  world.propose("cy", world.add_proposal("dee"));
  const Bytes late = *world.group("ana").protect(view_of("late"), {}, world.random());
  reopen("bo", seal("bo"));
  world.commit("cy");  // Takes up bo's Update, whose keys the snapshot kept.
  seal("bo");          // A new epoch wants a new snapshot.
  world.say("bo", "back");
  reopen("bo", seal("bo"));
  EXPECT_EQ(reason_of(world.group("bo").process(late)), "");  // Past epochs are kept, too.
  world.say("ana", "good");
  world.commit("bo");
}

// What was read before sealing cannot be read again afterwards: spent keys are not in the snapshot.
TEST_F(Snapshot, DoesNotBringBackSpentKeys) {
  Group& bo = world.group("bo");
  const Bytes read = *world.group("ana").protect(view_of("once"), {}, world.random());
  const Bytes skipped = *world.group("ana").protect(view_of("later"), {}, world.random());
  const Bytes last = *world.group("ana").protect(view_of("last"), {}, world.random());
  ASSERT_EQ(reason_of(bo.process(read)), "");
  ASSERT_EQ(reason_of(bo.process(last)), "");
  reopen("bo", seal("bo"));
  EXPECT_EQ(reason_of(world.group("bo").process(read)), "generation_spent");
  EXPECT_EQ(reason_of(world.group("bo").process(last)), "generation_spent");
  EXPECT_EQ(reason_of(world.group("bo").process(skipped)), "");
}

TEST_F(Snapshot, KeepsAPendingCommit) {
  const auto pending = world.group("ana").stage_commit({.proposals = {world.add_proposal("dee")},
                                                        .force_path = true,
                                                        .leaf = {.extensions = Extensions{}}},
                                                       world.random());
  ASSERT_TRUE(pending);
  reopen("ana", seal("ana"));
  world.deliver("ana", pending->commit);
  EXPECT_TRUE(std::holds_alternative<OwnCommit>(*world.group("ana").process(pending->commit)));
  ASSERT_TRUE(world.group("ana").merge_pending());
  EXPECT_TRUE(world.agree());
}

TEST_F(Snapshot, KeepsWhatARemovedMemberMayStillRead) {
  const Bytes late = *world.group("ana").protect(view_of("late"), {}, world.random());
  world.commit("ana", {.proposals = {Group::remove(world["cy"].index())}});
  const auto cy = Group::open(seal("cy"), key, {});
  ASSERT_TRUE(cy);
  EXPECT_FALSE(cy->active());
  world.person("cy").group.reset();
  auto again = Group::open(seal("bo"), key, {});
  EXPECT_EQ(reason_of(again->process(late)), "");
}

TEST_F(Snapshot, OpensWithItsKeyAlone) {
  const Bytes sealed = seal("ana");
  EXPECT_EQ(reason(Group::open(sealed, world.random().secret<32>(), {})), "snapshot_invalid");
  for (std::size_t i = 0; i < sealed.size(); i += 97) {
    Bytes broken = sealed;
    broken[i] ^= 1;
    EXPECT_EQ(reason(Group::open(broken, key, {})), "snapshot_invalid");
    EXPECT_EQ(reason(Group::open(ByteView(sealed).first(i), key, {})), "snapshot_invalid");
  }
}

TEST_F(Snapshot, SendsNothingBeforeItIsSealedAgain) {
  auto restored = Group::open(seal("ana"), key, world.person("ana").options);
  ASSERT_TRUE(restored);
  EXPECT_EQ(reason(restored->protect(view_of("x"), {}, world.random())), "snapshot_stale");
  EXPECT_EQ(reason(restored->stage_commit({}, world.random())), "snapshot_stale");
  ASSERT_TRUE(restored->seal(key, world.random()));
  EXPECT_EQ(reason(restored->protect(view_of("x"), {}, world.random())), "");
}

// What the living group sends after sealing, and what the restored one sends, never share a key:
// a receiver opens all of it.
TEST_F(Snapshot, ARestoredStateUsesNoKeyAgain) {
  Group& ana = world.group("ana");
  Group& bo = world.group("bo");
  const Bytes sealed = seal("ana");
  std::vector<Bytes> messages;
  for (std::uint32_t i = 0; i < Group::kReservedGenerations; ++i) {
    messages.push_back(*ana.protect(view_of("living"), {}, world.random()));
  }
  EXPECT_EQ(reason(ana.protect(view_of("x"), {}, world.random())), "snapshot_stale");
  auto restored = Group::open(sealed, key, world.person("ana").options);
  ASSERT_TRUE(restored && restored->seal(key, world.random()));
  messages.push_back(*restored->protect(view_of("restored"), {}, world.random()));

  for (const Bytes& message : messages) EXPECT_EQ(reason_of(bo.process(message)), "");
}

// An older snapshot would reach the next epoch as well.
TEST_F(Snapshot, EachEpochWantsItsOwn) {
  seal("ana");
  world.commit("bo");
  EXPECT_EQ(reason(world.group("ana").protect(view_of("x"), {}, world.random())), "snapshot_stale");
  seal("ana");
  world.say("ana", "sealed");
}

TEST_F(Snapshot, ACopyThatIsAliveElsewhereIsNoticed) {
  const Bytes sealed = seal("ana");
  auto copy = Group::open(sealed, key, world.person("ana").options);
  ASSERT_TRUE(copy && copy->seal(key, world.random()));
  const Bytes theirs = *copy->protect(view_of("not me"), {}, world.random());

  Group& ana = world.group("ana");
  EXPECT_EQ(reason_of(ana.process(theirs)), "own_leaf_forked");
  EXPECT_EQ(reason(ana.protect(view_of("x"), {}, world.random())), "own_leaf_forked");
  EXPECT_EQ(reason(ana.stage_commit({}, world.random())), "own_leaf_forked");
}

TEST_F(Snapshot, WhoNeverSealsIsNotBound) {
  for (std::uint32_t i = 0; i < Group::kReservedGenerations + 10; ++i) {
    ASSERT_TRUE(world.group("ana").protect(view_of("m"), {}, world.random()));
  }
}

// --- In the clear, for a keeper who lets nothing leave before it is kept ------------------------

struct ClearSnapshot : Snapshot {
  Group restored(const std::string& name, const SecretBytes& kept) {
    auto group = Group::restore(kept.view(), world.person(name).options);
    expects(group.has_value());
    return *std::move(group);
  }
};

TEST_F(ClearSnapshot, GoesOnBehindTheLastMessageThatLeft) {
  Group& ana = world.group("ana");
  Group& bo = world.group("bo");
  const Bytes first = *ana.protect(view_of("first"), {}, world.random());
  Group again = restored("ana", ana.snapshot());
  const Bytes second = *again.protect(view_of("second"), {}, world.random());

  EXPECT_EQ(reason_of(bo.process(first)), "");
  EXPECT_EQ(reason_of(bo.process(second)), "");
  EXPECT_EQ(reason_of(again.process(*bo.protect(view_of("hello"), {}, world.random()))), "");
}

// Whoever sends first from two copies is noticed by the other, who then sends nothing.
TEST_F(ClearSnapshot, ACopyNoticesWhatTheOtherHasSent) {
  const SecretBytes kept = world.group("ana").snapshot();
  Group one = restored("ana", kept);
  Group other = restored("ana", kept);
  const Bytes said = *one.protect(view_of("said"), {}, world.random());

  EXPECT_EQ(reason_of(other.process(said)), "own_leaf_forked");
  EXPECT_EQ(reason(other.protect(view_of("x"), {}, world.random())), "own_leaf_forked");
  // Also after it has been kept and restored once more.
  Group later = restored("ana", other.snapshot());
  EXPECT_EQ(reason(later.protect(view_of("x"), {}, world.random())), "own_leaf_forked");
}

TEST_F(ClearSnapshot, KeepsAPendingCommit) {
  const auto pending = world.group("ana").stage_commit(
      {.proposals = {world.add_proposal("dee")}, .force_path = true}, world.random());
  ASSERT_TRUE(pending);
  world.person("ana").group = restored("ana", world.group("ana").snapshot());

  world.deliver("ana", pending->commit);
  EXPECT_TRUE(std::holds_alternative<OwnCommit>(*world.group("ana").process(pending->commit)));
  ASSERT_TRUE(world.group("ana").merge_pending());
  EXPECT_TRUE(world.agree());
}

TEST_F(ClearSnapshot, RefusesWhatIsCutShortOrLonger) {
  const SecretBytes kept = world.group("ana").snapshot();
  for (std::size_t size = 0; size < kept.size(); size += 7) {
    EXPECT_EQ(reason(Group::restore(kept.view().first(size), {})), "snapshot_invalid") << size;
  }
  EXPECT_EQ(reason(Group::restore(concat({kept.view(), Bytes{0}}), {})), "snapshot_invalid");
}

}  // namespace
}  // namespace hearth::mls
