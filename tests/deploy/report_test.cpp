// A report through the real programs: from a member to the desk, and to the safeguarding key.
#include <array>
#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "protocol/crypto/random.h"
#include "protocol/room/report.h"
#include "tests/deploy/actor.h"
#include "tests/support/server_process.h"

namespace hearth::test {
namespace {

// What `hearth ARGUMENTS` prints when it is given `input`.
std::string said_by_hearth(const std::string& arguments, const std::filesystem::path& folder,
                           const std::string& input) {
  const std::filesystem::path file = folder / "input";
  std::ofstream(file) << input;
  const std::string command =
      std::string(HEARTH_PROGRAM) + " " + arguments + " <'" + file.string() + "' 2>&1";
  FILE* const pipe = popen(command.c_str(), "r");
  if (!pipe) return {};
  std::string out;
  std::array<char, 4096> part{};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    out.append(part.data(), size);
  }
  pclose(pipe);
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    lines.push_back(text.substr(begin, end - begin));
  }
  return lines;
}

class Report : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.start()) << server_.trace();
    const auto keygen = lines_of(said_by_hearth("safeguard keygen", folder_.path(), ""));
    ASSERT_EQ(keygen.size(), 4u);
    secret_ = keygen[1];
    key_.private_key = Secret32::from(*from_hex(secret_));
    key_.public_key = *from_hex(keygen[3]);
    ASSERT_EQ(crypto::kem_public_key(crypto::kDefaultSuite, key_.private_key), key_.public_key);
  }

  // Anna founds a room; Ben and Cleo come in.
  void gather() {
    anna_.ask(json::object({{"cmd", "create"},
                            {"host", "127.0.0.1:" + std::to_string(server_.port())},
                            {"title", "Circle"},
                            {"name", "Anna"},
                            {"admission", "open"},
                            {"safeguarding", to_hex(key_.public_key)}}));
    anna_.await("opened");
    anna_.ask(json::object({{"cmd", "invite"}, {"uses", 5}}));
    const std::string link = text_of(anna_.await("invitation"), "link");
    for (auto [actor, name] : {std::pair{&ben_, "Ben"}, std::pair{&cleo_, "Cleo"}}) {
      actor->ask(json::object({{"cmd", "knock"}, {"link", link}, {"name", name}}));
      actor->await("entered");
    }
  }
  // Ben says something that Cleo reports: what the safeguarding key gets.
  std::string report(std::string_view words) {
    ben_.ask(json::object({{"cmd", "say"}, {"text", words}}));
    const json::Value message = cleo_.await("message");
    EXPECT_EQ(text_of(message, "text"), words);
    cleo_.ask(
        json::object({{"cmd", "report"}, {"seq", *message.find("seq")}, {"reason", "a threat"}}));
    return text_of(cleo_.await("safeguarding_text"), "text");
  }
  std::string opened(const std::string& text) {
    return said_by_hearth(
        "safeguard open --server ws://127.0.0.1:" + std::to_string(server_.port()), folder_.path(),
        secret_ + "\n" + text + "\n\n");
  }
  // The same text with the report inside changed.
  template <class Change>
  std::string changed(const std::string& text, Change change) {
    auto report = *room::open_report_text(text, key_);
    change(report);
    return *room::seal_report_text(report.room, report.report,
                                   *room::DeskKey::from(key_.public_key), random_);
  }

  TemporaryFolder folder_;
  ServerProcess server_{HEARTHD_PROGRAM, folder_.path()};
  Actor anna_;
  Actor ben_;
  Actor cleo_;
  std::string secret_;
  crypto::KemKeyPair key_;
  crypto::SystemRandom random_;
};

TEST_F(Report, IsVerifiedByTheDeskAndByWhoWatchesOverTheRoom) {
  gather();

  const std::string text = report("I know where you live");

  const json::Value received = anna_.await("report_received");
  ASSERT_TRUE(received.is_object());
  const json::Value& item = received.find("items")->as_array().at(0);
  EXPECT_TRUE(item.find("verified")->as_bool());
  EXPECT_EQ(text_of(item, "text"), "I know where you live");
  EXPECT_EQ(text_of(*item.find("sender"), "name"), "Ben");
  const std::string said = opened(text);
  EXPECT_NE(said.find("REPORTED verified, "), std::string::npos) << said;
  EXPECT_NE(said.find("I know where you live"), std::string::npos) << said;
  EXPECT_EQ(said.find("NOT VERIFIED"), std::string::npos) << said;
}

TEST_F(Report, IsNotVerifiedWhereItIsForged) {
  gather();
  const std::string text = report("good evening");

  // Other words with a commitment of their own; another speaker; another place; no tag; and the
  // right tag, in another room.
  const auto verdict = [&](auto change) {
    const std::string said = opened(changed(text, change));
    EXPECT_NE(said.find("The report opens"), std::string::npos) << said;
    EXPECT_EQ(said.find("REPORTED verified"), std::string::npos) << said;
    return said.substr(std::min(said.find("REPORTED"), said.size()));
  };
  const auto item = [](room::OpenedReport& opened) -> room::ReportItem& {
    return opened.report.items[opened.report.reported];
  };
  EXPECT_NE(verdict([&](auto& r) {
              room::ReportItem& forged = item(r);
              forged.payload.content = to_bytes("I will kill you");
              forged.commitment =
                  room::commit_to(r.room, forged.payload, Secret32(forged.k_f)).commitment;
            }).find("does not know it"),
            std::string::npos);
  EXPECT_NE(
      verdict([&](auto& r) { item(r).payload.content = to_bytes("x"); }).find("not the words"),
      std::string::npos);
  EXPECT_NE(verdict([&](auto& r) { item(r).sender.bytes[0] ^= 1; }).find("does not know it"),
            std::string::npos);
  EXPECT_NE(verdict([&](auto& r) { item(r).seq = item(r).seq.next(); }).find("does not know it"),
            std::string::npos);
  EXPECT_NE(verdict([&](auto& r) { item(r).tag.reset(); }).find("no tag"), std::string::npos);
  EXPECT_NE(verdict([&](auto& r) {
              r.room.bytes[0] ^= 1;
              room::ReportItem& moved = item(r);
              moved.commitment =
                  room::commit_to(r.room, moved.payload, Secret32(moved.k_f)).commitment;
            }).find("does not know it"),
            std::string::npos);

  // The tags end with the process.
  server_.terminate();
  ASSERT_TRUE(server_.start());
  EXPECT_EQ(opened(text).find("REPORTED verified"), std::string::npos);
}

}  // namespace
}  // namespace hearth::test
