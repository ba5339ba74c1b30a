// The server's end: what it takes when, and what it never tells.
#include "tests/unit/protocol/session/sessions.h"
#include "tests/unit/protocol/wire/samples.h"

namespace hearth::session {
namespace {

using room::Role;
using wire::RecordType;
using wire::WireErrc;

class ServerSessionTest : public testing::Test {
 protected:
  // The types that the session takes in its present state. Each is tried on a copy.
  std::set<RecordType> taken() const {
    std::set<RecordType> types;
    for (const wire::ClientMessage& message : wire::samples::client_messages()) {
      ServerSession copy = ends_.server;
      if (copy.on_record(wire::record_of(message))) types.insert(wire::type_of(message));
    }
    return types;
  }

  Ends ends_;
};

TEST_F(ServerSessionTest, TakesEachMessageOnlyInItsPlace) {
  EXPECT_EQ(taken(), (std::set{RecordType::hello, RecordType::bye}));
  ends_.greet();
  EXPECT_EQ(taken(), (std::set{RecordType::auth, RecordType::create_room, RecordType::bye,
                               RecordType::check_tag}));
  ends_.client.authenticate(ends_.builder.room, Role::gate, test::signature_key("gate", 1));
  ASSERT_TRUE(ends_.to_server());
  EXPECT_EQ(taken(), (std::set{RecordType::bye, RecordType::check_tag}));
  ends_.server.grant(ends_.auth_ok(Role::gate));
  ASSERT_TRUE(ends_.to_client());
  // `auth` of the samples names another room: one connection serves one.
  EXPECT_EQ(taken(), (std::set{RecordType::get_door, RecordType::knock, RecordType::get_checkpoint,
                               RecordType::bye, RecordType::note, RecordType::check_tag}));

  ends_.authenticate(Role::member, ends_.builder.delivery(1));
  EXPECT_EQ(taken(),
            (std::set{RecordType::get_door, RecordType::knock, RecordType::get_checkpoint,
                      RecordType::bye, RecordType::append, RecordType::deny, RecordType::resume,
                      RecordType::get_welcome, RecordType::note, RecordType::check_tag}));

  ends_.authenticate(Role::staff, ends_.builder.staff_server);
  EXPECT_EQ(taken(),
            (std::set{RecordType::get_door, RecordType::knock, RecordType::get_checkpoint,
                      RecordType::bye, RecordType::append, RecordType::deny, RecordType::resume,
                      RecordType::put_door, RecordType::note, RecordType::check_tag}));
}

TEST_F(ServerSessionTest, ResumesOncePerConnection) {
  ends_.greet();
  ends_.authenticate(Role::staff, ends_.builder.staff_server);
  const Bytes resume = wire::record_of(wire::Resume{});

  EXPECT_TRUE(ends_.server.on_record(resume));
  EXPECT_EQ(ends_.server.on_record(resume).error(), make_error(WireErrc::out_of_turn));
}

TEST_F(ServerSessionTest, SaysWhyItClosesAndThenHearsNothing) {
  ASSERT_EQ(ends_.server.on_record(Bytes{0x77}).error(), make_error(WireErrc::record_unknown));

  EXPECT_TRUE(ends_.server.closed());
  const auto records = ends_.server.take_records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0], wire::record_of(wire::ErrorRecord{WireErrc::record_unknown}));
  EXPECT_FALSE(ends_.server.on_record(wire::record_of(wire::Hello{{1}})));
  EXPECT_TRUE(ends_.server.take_records().empty());
}

TEST_F(ServerSessionTest, NamesItsVersionsToAClientFromElsewhere) {
  EXPECT_EQ(ends_.server.on_record(wire::record_of(wire::Hello{{2, 900}})).error(),
            make_error(WireErrc::version_unsupported));

  const auto records = ends_.server.take_records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0], wire::record_of(wire::VersionUnsupported{{wire::kVersion}}));
  EXPECT_TRUE(ends_.server.closed());
}

TEST_F(ServerSessionTest, TakesTheVersionThatBothSpeak) {
  EXPECT_TRUE(ends_.server.on_record(wire::record_of(wire::Hello{{900, wire::kVersion}})));
}

// A wrong signature looks like an unknown key to whoever listens.
TEST_F(ServerSessionTest, RefusesAWrongSignatureAndAnUnknownKeyAlike) {
  const auto refusal_of = [](Ends& ends, bool known, bool signed_right) {
    ends.greet();
    ends.client.authenticate(ends.builder.room, Role::staff, ends.builder.staff_server);
    const Bytes record = ends.client.take_records().front();
    auto auth = std::get<wire::Auth>(*wire::decode_client_message(record));
    if (!signed_right) auth.signature = {};
    EXPECT_TRUE(Ends::as<AuthAsked>(ends.server.on_record(wire::record_of(auth))));
    EXPECT_TRUE(ends.server.take_records().empty());
    EXPECT_FALSE(ends.server.decide(known));
    EXPECT_TRUE(ends.server.closed());
    return ends.server.take_records();
  };
  const std::vector<Bytes> refused{wire::record_of(wire::AuthRefused{})};
  Ends wrong_signature;
  Ends unknown_key;
  Ends both;
  EXPECT_EQ(refusal_of(wrong_signature, true, false), refused);
  EXPECT_EQ(refusal_of(unknown_key, false, true), refused);
  EXPECT_EQ(refusal_of(both, false, false), refused);
}

// Recorded once, a signature is worth nothing on another connection, channel, room or role.
TEST_F(ServerSessionTest, BindsTheSignatureToConnectionChannelRoomAndRole) {
  ends_.greet();
  ends_.client.authenticate(ends_.builder.room, Role::member, ends_.builder.delivery(1));
  const Bytes record = ends_.client.take_records()[0];
  auto auth = std::get<wire::Auth>(wire::decode_client_message(record).value());
  const auto holds = [&](const Bytes32& nonce, const room::ChannelBinding& binding,
                         const wire::Auth& request) {
    ServerSession server(ends_.builder.server_id, nonce, binding);
    EXPECT_TRUE(server.on_record(wire::record_of(wire::Hello{{1}})));
    EXPECT_TRUE(Ends::as<AuthAsked>(server.on_record(wire::record_of(request))));
    return server.decide(true);
  };
  Bytes32 other = ends_.nonce;
  other[0] ^= 1;

  EXPECT_TRUE(holds(ends_.nonce, ends_.binding, auth));
  EXPECT_FALSE(holds(other, ends_.binding, auth));
  EXPECT_FALSE(holds(ends_.nonce, room::ChannelBinding{}, auth));
  auto changed = auth;
  changed.role = Role::gate;
  EXPECT_FALSE(holds(ends_.nonce, ends_.binding, changed));
  changed = auth;
  changed.room.bytes[0] ^= 1;
  EXPECT_FALSE(holds(ends_.nonce, ends_.binding, changed));
}

TEST_F(ServerSessionTest, LetsARefusedCreatorTryAgain) {
  ends_.greet();
  wire::CreateRoom request;
  request.server_part = encoded(ends_.builder.server_part);
  request.member_part_hash = room::hash_of(ends_.builder.member_part);
  ends_.client.create(request, ends_.builder.room, ends_.builder.staff_server);
  const auto asked = ends_.to_server();
  ASSERT_TRUE(Ends::as<CreateAsked>(asked));
  EXPECT_TRUE(Ends::as<CreateAsked>(asked)->signature_holds);
  EXPECT_EQ(Ends::as<CreateAsked>(asked)->room, ends_.builder.room);
  ends_.server.create_refused(wire::CreateRefusal::rooms_full);
  const auto refused = ends_.to_client();
  ASSERT_TRUE(Ends::as<RoomRefused>(refused));

  ends_.client.create(request, ends_.builder.room, ends_.builder.staff_server);
  ASSERT_TRUE(ends_.to_server());
  ends_.server.created();

  EXPECT_TRUE(Ends::as<RoomCreated>(ends_.to_client()));
  EXPECT_EQ(ends_.server.role(), Role::staff);
  EXPECT_EQ(ends_.server.room(), ends_.builder.room);
}

TEST_F(ServerSessionTest, SaysGoodbyeOnce) {
  ends_.greet();
  const auto bye = ends_.server.on_record(wire::record_of(wire::Bye{}));

  ASSERT_TRUE(Ends::as<Request>(bye));
  ends_.server.say_goodbye(wire::GoodbyeReason::shutting_down, 10);
  const auto records = ends_.server.take_records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0], wire::record_of(wire::Goodbye{wire::GoodbyeReason::asked, 0}));
}

}  // namespace
}  // namespace hearth::session
