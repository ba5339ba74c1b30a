// A whole conversation, cut at each step: a client that resumes loses nothing and doubles nothing.
#include "protocol/session/pending_appends.h"
#include "tests/unit/protocol/session/sessions.h"

namespace hearth::session {
namespace {

using room::EntryKind;
using room::Role;

// The smallest server: it keeps a log, knows one member, and never forgets an idempotency key.
class LogServer {
 public:
  explicit LogServer(const test::RoomBuilder& builder) : builder_(builder), chain_(builder.room) {
    take(room::genesis_entry(builder.server_part));
  }

  // What the server answers to one request of a connection.
  void serve(ServerSession& session, const ServerEvent& event) {
    if (const auto* asked = std::get_if<AuthAsked>(&event)) {
      const bool known = asked->auth.key == room::public_key_of(builder_.delivery(1));
      if (!session.decide(known)) return;
      session.grant({asked->auth.role, checkpoint(), true, room::Retention::day, {}});
    } else if (const auto* request = std::get_if<Request>(&event)) {
      if (const auto* resume = std::get_if<wire::Resume>(&request->message)) {
        for (const room::LogRecord& record : log) {
          if (record.seq > resume->after) out.push_back(wire::record_of(wire::EntryRecord{record}));
        }
        out.push_back(wire::record_of(wire::CaughtUp{checkpoint()}));
      } else if (const auto* append = std::get_if<wire::Append>(&request->message)) {
        on_append(*append);
      }
    }
  }

  std::vector<room::LogRecord> log;
  std::vector<Bytes> out;  // To the connection.

 private:
  room::Checkpoint checkpoint() const {
    return room::Checkpoint::make(builder_.room, chain_.head(), builder_.server_id);
  }
  void take(room::Entry entry) {
    log.push_back(room::LogRecord::of(std::move(entry)));
    ASSERT_TRUE(chain_.accept(log.back()));
  }
  void on_append(const wire::Append& append) {
    const auto [known, fresh] = answers_.try_emplace(append.idempotency);
    if (fresh) {
      wire::Appended& answer = known->second;
      answer.idempotency = append.idempotency;
      answer.first = chain_.seq().next();
      answer.count = static_cast<std::uint8_t>(append.entries.size());
      for (const auto& item : append.entries) {
        take({chain_.seq().next(), item.kind, item.generation, item.body});
        out.push_back(wire::record_of(wire::EntryRecord{log.back()}));
      }
      answer.h = chain_.head().h;
    }
    out.push_back(wire::record_of(known->second));
  }

  const test::RoomBuilder& builder_;
  room::Chain chain_;
  std::map<Bytes16, wire::Appended> answers_;
};

// One member who wants to say five things, over connections that may be cut.
class Talker {
 public:
  static constexpr Byte kThings = 5;

  explicit Talker(const test::RoomBuilder& builder) : builder_(builder), chain_(builder.room) {}

  // Runs one connection; after `steps` records in either direction it is cut. Returns whether
  // everything has been said and read.
  bool connect(LogServer& server, int steps) {
    const room::ChannelBinding binding{};
    ServerSession there(builder_.server_id, test::seeded_bytes("nonce", ++connections_), binding);
    ClientSession here(binding, server_id_);
    server.out.clear();
    bool done = false;
    const auto step = [&] { return --steps >= 0; };
    for (bool moved = true; moved && !done;) {
      moved = false;
      for (const Bytes& record : here.take_records()) {
        if (!step()) return hang_up(here);
        moved = true;
        const auto event = there.on_record(record);
        EXPECT_TRUE(event.has_value());
        if (event) server.serve(there, *event);
      }
      std::vector<Bytes> answers = there.take_records();
      answers.insert(answers.end(), server.out.begin(), server.out.end());
      server.out.clear();
      for (const Bytes& record : answers) {
        if (!step()) return hang_up(here);
        moved = true;
        const auto event = here.on_record(record);
        EXPECT_TRUE(event.has_value());
        if (event) done = on_event(here, *event) || done;
      }
    }
    hang_up(here);
    return said_all();
  }

  const std::vector<Bytes>& read() const noexcept { return read_; }

 private:
  bool said_all() const { return said_ == kThings && pending_.empty(); }

  bool hang_up(ClientSession& session) {
    if (auto chain = session.take_chain()) chain_ = std::move(*chain);
    return false;
  }

  bool on_event(ClientSession& session, const ClientEvent& event) {
    if (const auto* greeted = std::get_if<Greeted>(&event)) {
      server_id_ = greeted->server_id;
      session.authenticate(builder_.room, Role::member, builder_.delivery(1));
    } else if (std::holds_alternative<Authenticated>(event)) {
      session.follow(chain_);
    } else if (const auto* followed = std::get_if<Followed>(&event)) {
      pending_.on_record(followed->record);
      if (followed->record.kind == EntryKind::app) read_.push_back(*followed->record.body());
      if (session.caught_up()) say_next(session);
    } else if (std::holds_alternative<CaughtUpWith>(event)) {
      for (const wire::Append& append : pending_.unread()) session.send(append);
      say_next(session);
    }
    return said_all();
  }

  void say_next(ClientSession& session) {
    if (!pending_.empty() || said_ == kThings) return;
    wire::Append append;
    append.idempotency.fill(++said_);
    append.entries.push_back({EntryKind::app, 1, Bytes(512, said_)});
    pending_.sent(append);
    session.send(append);
  }

  const test::RoomBuilder& builder_;
  room::Chain chain_;
  PendingAppends pending_;
  std::optional<room::PublicKey> server_id_;
  Byte said_ = 0;
  std::uint32_t connections_ = 0;
  std::vector<Bytes> read_;
};

void expect_said_once_in_order(const std::vector<Bytes>& bodies) {
  ASSERT_EQ(bodies.size(), Talker::kThings);
  for (Byte i = 0; i < Talker::kThings; ++i) EXPECT_EQ(bodies[i], Bytes(512, Byte(i + 1)));
}

TEST(Conversation, RunsThroughInOneConnection) {
  const test::RoomBuilder builder;
  LogServer server(builder);
  Talker talker(builder);

  EXPECT_TRUE(talker.connect(server, 1000));

  expect_said_once_in_order(talker.read());
}

TEST(Conversation, SurvivesACutAtEveryStep) {
  for (int cut = 0; cut < 30; ++cut) {
    SCOPED_TRACE(cut);
    const test::RoomBuilder builder;
    LogServer server(builder);
    Talker talker(builder);

    talker.connect(server, cut);
    talker.connect(server, 1000);

    expect_said_once_in_order(talker.read());
    EXPECT_EQ(server.log.size(), 1u + Talker::kThings);
  }
}

TEST(Conversation, GoesOnOverManyShortConnections) {
  const test::RoomBuilder builder;
  LogServer server(builder);
  Talker talker(builder);
  int connections = 0;

  // Nine records are the handshake, the rest of the log, and one thing said.
  while (!talker.connect(server, 9 + connections / 4) && connections < 200) ++connections;

  EXPECT_GT(connections, 3);
  expect_said_once_in_order(talker.read());
  EXPECT_EQ(server.log.size(), 1u + Talker::kThings);
}

}  // namespace
}  // namespace hearth::session
