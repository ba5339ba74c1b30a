// hearthd from outside: a room's whole life over the wire, what strangers hear, how it ends.
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/support/server_process.h"
#include "tests/support/wire_room.h"

namespace hearth::test {
namespace {

class Hearthd : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.start()); }

  TemporaryFolder folder_;
  ServerProcess server_{HEARTHD, folder_.path()};
  crypto::SystemRandom random_;
};

TEST_F(Hearthd, LetsARoomLiveItsLife) {
  WireRoom room;
  ASSERT_TRUE(room.found(server_.port(), room::Retention::day, 1));
  ASSERT_TRUE(room.open(room::Admission::lobby));
  ASSERT_TRUE(room.add_gate(0, 5));
  const auto anna = room.enter(1);
  const auto bela = room.enter(2);
  ASSERT_TRUE(anna && bela);

  const auto said = anna->append(room.append_of({room.line()}));
  ASSERT_TRUE(std::holds_alternative<wire::Appended>(said));
  const auto& taken = std::get<wire::Appended>(said);

  EXPECT_TRUE(bela->read_until(taken.first));
  EXPECT_TRUE(room.staff->read_until(taken.first));
  EXPECT_EQ(bela->session().chain()->head().h, taken.h);
  EXPECT_EQ(room.staff->session().chain()->head().h, taken.h);
  EXPECT_EQ(bela->state(), room.staff->state());
}

// Whoever holds a report may ask, with no key here; ten times a minute, then no more.
TEST_F(Hearthd, AnswersStrangersAboutTagsButNotForEver) {
  const auto stranger = WireClient::connect(server_.port());
  ASSERT_TRUE(stranger);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(stranger->send(wire::CheckTag{}));
    const auto answer = stranger->await<wire::TagChecked>();
    ASSERT_TRUE(answer);
    EXPECT_FALSE(answer->valid);
  }
  ASSERT_TRUE(stranger->send(wire::CheckTag{}));

  const auto end = stranger->await<wire::ErrorRecord>();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->code, wire::WireErrc::too_many_requests);
}

// The tag of a message holds for its room, place, words and sender; asked by its own reader and by
// a stranger alike.
TEST_F(Hearthd, VouchesForWhoSaidWhat) {
  WireRoom room;
  ASSERT_TRUE(room.found(server_.port(), room::Retention::live, 1));
  ASSERT_TRUE(room.open(room::Admission::lobby));
  ASSERT_TRUE(room.add_gate(0, 5));
  const auto anna = room.enter(1);
  ASSERT_TRUE(anna);
  std::optional<wire::CheckTag> question;
  room.staff->on_tag = [&](const room::LogRecord& record, const Bytes32& tag) {
    question.emplace();
    question->room = room.keys.room;
    question->seq = record.seq;
    question->body_hash = record.body_hash();
    question->commitment = *to_array<32>(ByteView(*record.body()).first(32));
    question->handle = room.keys.handle(1);
    question->tag = tag;
  };
  const auto said = anna->append(room.append_of({room.line()}));
  ASSERT_TRUE(std::holds_alternative<wire::Appended>(said));
  ASSERT_TRUE(room.staff->read_until(std::get<wire::Appended>(said).first));
  ASSERT_TRUE(question);

  const auto stranger = WireClient::connect(server_.port());
  ASSERT_TRUE(stranger);
  const auto holds = [&](WireClient& client, const wire::CheckTag& asked) {
    client.send(asked);
    const auto answer = client.await<wire::TagChecked>();
    return answer && answer->valid;
  };
  EXPECT_TRUE(holds(*stranger, *question));
  EXPECT_TRUE(holds(*room.staff, *question));
  wire::CheckTag another = *question;
  another.handle = room.keys.handle(2);
  EXPECT_FALSE(holds(*stranger, another));
  another = *question;
  another.room.bytes[0] ^= 1;
  EXPECT_FALSE(holds(*stranger, another));
}

TEST_F(Hearthd, KeepsAStoredRoomOverACleanEndAndAKill) {
  for (const bool clean : {true, false}) {
    WireRoom room;
    ASSERT_TRUE(room.found(server_.port(), room::Retention::day, clean ? 1 : 2));
    ASSERT_TRUE(room.open(room::Admission::lobby));
    ASSERT_TRUE(room.staff_appends(room.append_of({room.line(), room.line(4096)})));
    const room::Anchor head = room.staff->session().chain()->head();

    if (clean) {
      EXPECT_EQ(server_.terminate(), 0);
    } else {
      server_.kill_at_once();
    }
    ASSERT_TRUE(server_.start());

    ASSERT_TRUE(room.staff_returns(server_.port()));
    EXPECT_EQ(room.staff->session().chain()->head(), head);
  }
}

TEST_F(Hearthd, WritesARestartIntoALiveRoomOnlyAfterAKill) {
  for (const bool clean : {true, false}) {
    WireRoom room;
    ASSERT_TRUE(room.found(server_.port(), room::Retention::live, clean ? 1 : 2));
    ASSERT_TRUE(room.open(room::Admission::lobby));
    ASSERT_TRUE(room.staff_appends(room.append_of({room.line()})));
    ASSERT_TRUE(room.staff_appends(room.append_of({room.line()})));

    if (clean) {
      EXPECT_EQ(server_.terminate(), 0);
    } else {
      server_.kill_at_once();
    }
    ASSERT_TRUE(server_.start());

    ASSERT_TRUE(room.staff_returns(server_.port()));
    EXPECT_EQ(room.staff->memory().restarts, clean ? 0u : 1u);
    EXPECT_EQ(room.staff->memory().lost, clean ? 0u : 2u);
    EXPECT_TRUE(room.staff_appends(room.append_of({room.line()})));
  }
}

TEST_F(Hearthd, GivesAWelcomeAgainUntilTheMemberReads) {
  WireRoom room;
  ASSERT_TRUE(room.found(server_.port(), room::Retention::day, 1));
  ASSERT_TRUE(room.open(room::Admission::lobby));
  ASSERT_TRUE(room.add_gate(0, 5));
  auto guest = WireClient::connect(server_.port());
  ASSERT_TRUE(guest->authenticate(room.keys.room, room::Role::gate, room.gate_key(0)));
  guest->send(wire::KnockRequest{room.keys.handle(1), sealed_words(1024, random_)});
  const auto shown = room.staff->await<wire::KnockShown>();
  ASSERT_TRUE(shown);
  ASSERT_TRUE(room.staff_appends(room.admission({{shown->handle, shown->role, shown->ref, 0}})));

  // The line breaks between the question and the answer, and the server is started anew.
  auto first = room.member(1);
  ASSERT_TRUE(first && first->send(wire::GetWelcome{}));
  ASSERT_TRUE(first->await<wire::Welcome>()->bytes);
  first.reset();
  ASSERT_EQ(server_.terminate(), 0);
  ASSERT_TRUE(server_.start());
  ASSERT_TRUE(room.staff_returns(server_.port()));
  auto second = room.member(1);
  ASSERT_TRUE(second && second->send(wire::GetWelcome{}));
  EXPECT_TRUE(second->await<wire::Welcome>()->bytes);

  // Whoever reads the log has opened it.
  ASSERT_TRUE(second->follow(RoomMemory(room.keys.room)));
  second.reset();
  auto third = room.member(1);
  ASSERT_TRUE(third && third->send(wire::GetWelcome{}));
  EXPECT_FALSE(third->await<wire::Welcome>()->bytes);
}

// --- Strangers ----------------------------------------------------------------------------------

// Everything the server says to this, byte by byte, until it closes.
Bytes answer_to(WireClient& client, const wire::Auth& auth) {
  for (const Bytes& frame : wire::frames_of(wire::record_of(auth))) client.socket().send(frame);
  Bytes heard;
  while (auto message = client.socket().receive()) {
    heard.push_back(static_cast<Byte>(message->opcode));
    append(heard, message->payload);
    if (message->opcode == Opcode::close) break;
  }
  return heard;
}

TEST_F(Hearthd, RefusesStrangersWithTheSameBytes) {
  WireRoom room;
  ASSERT_TRUE(room.found(server_.port(), room::Retention::live, 1));
  ASSERT_TRUE(room.open(room::Admission::lobby));
  ASSERT_TRUE(room.add_gate(0, 5));
  const room::RoomId here = room.keys.room;
  const room::RoomId nowhere{random_.array<16>()};
  const auto stranger = signature_key("stranger");

  std::vector<Bytes> answers;
  for (const auto role : {room::Role::gate, room::Role::member, room::Role::staff}) {
    const auto ask = [&](const room::RoomId& id, const crypto::SignatureKey& key, bool spoil) {
      auto client = WireClient::connect(server_.port());
      ASSERT_TRUE(client);
      client->session().authenticate(id, role, key);
      const Bytes record = client->session().take_records().front();
      auto auth = std::get<wire::Auth>(*wire::decode_client_message(record));
      if (spoil) auth.signature.bytes[7] ^= 1;
      answers.push_back(answer_to(*client, auth));
    };
    const auto known = role == room::Role::gate     ? room.gate_key(0)
                       : role == room::Role::member ? room.keys.delivery(0)
                                                    : room.keys.staff_server.clone();
    ask(nowhere, known, false);
    ask(here, stranger, false);
    ask(here, known, true);
    ask(nowhere, stranger, true);
  }

  ASSERT_EQ(answers.size(), 12u);
  for (const Bytes& answer : answers) EXPECT_EQ(to_hex(answer), to_hex(answers.front()));
  // One auth_refused, and the connection closes.
  const Bytes refused = wire::frames_of(wire::record_of(wire::AuthRefused{})).front();
  EXPECT_TRUE(equal(ByteView(answers.front()).subspan(1, refused.size()), refused));
}

TEST_F(Hearthd, AnswersABrowserWithASentence) {
  auto tcp = Tcp::connect(server_.port());
  ASSERT_TRUE(tcp && tcp->send(view_of("GET / HTTP/1.1\r\nHost: here\r\n\r\n")));
  Bytes page;
  while (tcp->receive(page, kPatience)) {
  }

  EXPECT_TRUE(text_of(page).starts_with("HTTP/1.1 426 "));
  EXPECT_NE(text_of(page).find("Hearth meeting server"), std::string_view::npos);
}

// --- Beginning and end --------------------------------------------------------------------------

int exit_code_of(const std::string& arguments) {
  const int status =
      std::system((std::string(HEARTHD) + " " + arguments + " >/dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(Hearthd, EndsWithACodeThatSaysWhy) {
  const std::string folder = folder_.path().string();
  const auto with = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
    return exit_code_of("--config " + folder + "/" + name);
  };
  const std::string port = std::to_string(server_.port());
  const std::string here = "[storage]\nfolder = \"" + folder + "/";

  EXPECT_EQ(exit_code_of("--help"), 0);
  EXPECT_EQ(exit_code_of("--version"), 0);
  EXPECT_EQ(exit_code_of("--nonsense"), 2);
  EXPECT_EQ(with("odd.toml", "[listen]\nadress = \"x:1\"\n"), 3);
  EXPECT_EQ(
      with("taken.toml", "[listen]\naddress = \"127.0.0.1:" + port + "\"\n" + here + "other\"\n"),
      4);
  // The running server holds this database.
  EXPECT_EQ(with("locked.toml", "[listen]\naddress = \"127.0.0.1:0\"\n" + here + "data\"\n"), 5);
  EXPECT_EQ(with("nowhere.toml", here + "no/such\"\n"), 6);
  EXPECT_EQ(with("tls.toml", here + "tls\"\n[tls]\ncertificate = \"/no\"\nprivate_key = \"/no\"\n"),
            7);
  EXPECT_EQ(server_.terminate(), 0);
}

TEST_F(Hearthd, KeepsItsFilesToItself) {
  WireRoom room;
  ASSERT_TRUE(room.found(server_.port(), room::Retention::day, 1));

  for (const auto& file : std::filesystem::directory_iterator(folder_.path() / "data")) {
    struct stat about {};
    ASSERT_EQ(stat(file.path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & (S_IRWXG | S_IRWXO), 0u) << file.path();
  }
}

TEST_F(Hearthd, SaysGoodbyeWhenItStops) {
  WireRoom room;
  ASSERT_TRUE(room.found(server_.port(), room::Retention::day, 1));

  ASSERT_EQ(kill(server_.pid(), SIGINT), 0);

  const auto goodbye = room.staff->await<wire::Goodbye>();
  ASSERT_TRUE(goodbye);
  EXPECT_EQ(goodbye->reason, wire::GoodbyeReason::shutting_down);
}

}  // namespace
}  // namespace hearth::test
