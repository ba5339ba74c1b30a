// The client's end: what it believes.
#include "protocol/room/error.h"
#include "tests/unit/protocol/session/sessions.h"

namespace hearth::session {
namespace {

using room::Role;
using wire::WireErrc;

class ClientSessionTest : public testing::Test {
 protected:
  Result<ClientEvent> hear(const wire::ServerMessage& message) {
    return ends_.client.on_record(wire::record_of(message));
  }
  room::LogRecord genesis() const {
    return room::LogRecord::of(room::genesis_entry(ends_.builder.server_part));
  }
  room::LogRecord app(std::uint64_t seq) const {
    return room::LogRecord::of({room::Seq{seq}, room::EntryKind::app, 1, Bytes(512, 1)});
  }
  room::Checkpoint signed_head(const room::Anchor& head) const {
    return room::Checkpoint::make(ends_.builder.room, head, ends_.builder.server_id);
  }
  void follow() {
    ends_.greet();
    ends_.authenticate(Role::member, ends_.builder.delivery(1));
    ends_.client.follow(room::Chain(ends_.builder.room));
  }

  Ends ends_;
};

TEST_F(ClientSessionTest, RefusesAGreetingThatIsNotSignedForThisChannel) {
  ASSERT_TRUE(ends_.to_server());
  const Bytes greeting = ends_.server.take_records()[0];
  ClientSession other_channel(room::ChannelBinding{});

  EXPECT_EQ(other_channel.on_record(greeting).error(), make_error(WireErrc::signature_invalid));
}

TEST_F(ClientSessionTest, RefusesAServerThatIsNotTheRooms) {
  ASSERT_TRUE(ends_.to_server());
  const Bytes greeting = ends_.server.take_records()[0];
  ClientSession pinned(ends_.binding, room::public_key_of(test::signature_key("another server")));

  EXPECT_EQ(pinned.on_record(greeting).error(), make_error(WireErrc::server_unexpected));
}

TEST_F(ClientSessionTest, PinsTheServerWhenTheDoorNamesIt) {
  ends_.greet();

  EXPECT_TRUE(ends_.client.pin(ends_.builder.server_part.server_id));
  EXPECT_EQ(ends_.client.pin(room::PublicKey{}).error(), make_error(WireErrc::server_unexpected));
}

// Whoever holds a report asks without having a key here.
TEST_F(ClientSessionTest, TakesTheAnswerAboutATagFromTheGreetingOn) {
  EXPECT_EQ(ClientSession(ends_.binding).on_record(wire::record_of(wire::TagChecked{})).error(),
            make_error(WireErrc::out_of_turn));
  ends_.greet();
  const auto answer = hear(wire::TagChecked{true});
  ASSERT_TRUE(Ends::as<Passed>(answer));
  ends_.authenticate(Role::member, ends_.builder.delivery(1));
  EXPECT_TRUE(Ends::as<Passed>(hear(wire::TagChecked{})));
}

TEST_F(ClientSessionTest, FollowsTheLogAndKeepsItsChain) {
  follow();

  const auto first = hear(wire::EntryRecord{genesis()});
  ASSERT_TRUE(Ends::as<Followed>(first));
  EXPECT_EQ(Ends::as<Followed>(first)->record, genesis());
  ASSERT_TRUE(hear(wire::EntryRecord{app(2)}));
  const room::Anchor head = ends_.client.chain()->head();
  const auto caught_up = hear(wire::CaughtUp{signed_head(head)});

  ASSERT_TRUE(Ends::as<CaughtUpWith>(caught_up));
  EXPECT_TRUE(ends_.client.caught_up());
  EXPECT_EQ(ends_.client.take_chain()->head(), head);
}

TEST_F(ClientSessionTest, StopsAtAGap) {
  follow();
  ASSERT_TRUE(hear(wire::EntryRecord{genesis()}));

  EXPECT_EQ(hear(wire::EntryRecord{app(3)}).error(), make_error(room::RoomErrc::chain_gap));
  EXPECT_FALSE(hear(wire::EntryRecord{app(2)}));  // Closed for good.
}

TEST_F(ClientSessionTest, StopsAtAHeadThatIsNotItsOwn) {
  follow();
  ASSERT_TRUE(hear(wire::EntryRecord{genesis()}));
  room::Anchor forked = ends_.client.chain()->head();
  forked.h[0] ^= 1;

  EXPECT_EQ(hear(wire::CaughtUp{signed_head(forked)}).error(),
            make_error(room::RoomErrc::chain_broken));
}

TEST_F(ClientSessionTest, StopsWhenTheServerClaimsToHaveSentMoreThanItDid) {
  follow();
  ASSERT_TRUE(hear(wire::EntryRecord{genesis()}));

  EXPECT_EQ(hear(wire::CaughtUp{signed_head({room::Seq{5}, {}})}).error(),
            make_error(room::RoomErrc::chain_gap));
}

TEST_F(ClientSessionTest, BelievesNoHeadOfAnotherSigner) {
  follow();
  ASSERT_TRUE(hear(wire::EntryRecord{genesis()}));
  const room::Checkpoint forged = room::Checkpoint::make(
      ends_.builder.room, ends_.client.chain()->head(), ends_.builder.staff_server);

  EXPECT_EQ(hear(wire::CheckpointRecord{forged}).error(), make_error(WireErrc::signature_invalid));
}

TEST_F(ClientSessionTest, RefusesWhatWasNotAskedFor) {
  EXPECT_EQ(hear(wire::AuthRefused{}).error(), make_error(WireErrc::out_of_turn));
  Ends fresh;
  fresh.greet();
  EXPECT_FALSE(fresh.client.on_record(wire::record_of(fresh.auth_ok(Role::staff))));
  Ends other;
  other.greet();
  other.authenticate(Role::member, other.builder.delivery(1));
  EXPECT_FALSE(other.client.on_record(wire::record_of(wire::EntryRecord{genesis()})));
}

TEST_F(ClientSessionTest, RefusesARoleItDidNotAskFor) {
  ends_.greet();
  ends_.client.authenticate(ends_.builder.room, Role::gate, test::signature_key("gate", 1));

  EXPECT_EQ(hear(ends_.auth_ok(Role::staff)).error(), make_error(WireErrc::out_of_turn));
}

TEST_F(ClientSessionTest, HearsTheEndAtAnyTime) {
  const auto event = hear(wire::Goodbye{wire::GoodbyeReason::shutting_down, 100});

  ASSERT_TRUE(Ends::as<Passed>(event));
  EXPECT_FALSE(hear(wire::Goodbye{}));
}

TEST_F(ClientSessionTest, HearsEntriesWhileItAsksForAnotherRole) {
  follow();
  ASSERT_TRUE(hear(wire::EntryRecord{genesis()}));
  ends_.client.authenticate(ends_.builder.room, Role::staff, ends_.builder.staff_server);

  EXPECT_TRUE(Ends::as<Followed>(hear(wire::EntryRecord{app(2)})));
  EXPECT_TRUE(
      Ends::as<Authenticated>(hear(ends_.auth_ok(Role::staff, ends_.client.chain()->head()))));
}

}  // namespace
}  // namespace hearth::session
