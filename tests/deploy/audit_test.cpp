// The audit, the card and the refusal of links, through the real client.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>

#include "protocol/bytes/bytes.h"
#include "tests/deploy/client_process.h"
#include "tests/support/server_process.h"

namespace hearth::test {
namespace {

constexpr int kPatienceMs = 30000;

// Runs the client with these arguments, an empty input and nobody listening; its exit code.
int run(const std::vector<std::string>& arguments) {
  std::string command = HEARTH_PROGRAM;
  for (const std::string& argument : arguments) command += " '" + argument + "'";
  const int status = std::system((command + " </dev/null >/dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class AuditOfARoom : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.start()) << server_.trace();
    ClientProcess client(HEARTH_PROGRAM, {"--json", "--plain"});
    client.send(json::object({{"cmd", "create"},
                              {"host", "127.0.0.1:" + std::to_string(server_.port())},
                              {"title", "Quiet Harbour"},
                              {"name", "Lantern"}}));
    ASSERT_TRUE(wait_for(client, "entered"));
    client.send(json::object({{"cmd", "say"}, {"text", "A word that no file shall hold."}}));
    ASSERT_TRUE(wait_for(client, "message"));
    client.send(json::object({{"cmd", "invite"}, {"uses", 5}}));
    ASSERT_TRUE(wait_for(client, "invitation"));
    client.send(json::object({{"cmd", "card"}, {"path", card_.string()}}));
    ASSERT_TRUE(wait_for(client, "written"));
    client.send(json::object({{"cmd", "audit_export"}, {"path", audit_.string()}}));
    ASSERT_TRUE(wait_for(client, "written", 2));
    EXPECT_EQ(client.finish(), 0);
  }

  static bool wait_for(ClientProcess& client, std::string_view name, std::size_t count = 1) {
    const auto seen = [&] {
      return std::ranges::count_if(client.events(), [&](const json::Value& event) {
               return is_event(event, name);
             }) >= static_cast<std::ptrdiff_t>(count);
    };
    pollfd ready{client.output(), POLLIN, 0};
    while (!seen()) {
      if (poll(&ready, 1, kPatienceMs) != 1 || !client.read_available()) return false;
    }
    return true;
  }

  TemporaryFolder folder_;
  TemporaryFolder files_;
  std::filesystem::path audit_ = files_.path() / "room.audit";
  std::filesystem::path card_ = files_.path() / "card.html";
  ServerProcess server_{HEARTHD_PROGRAM, folder_.path()};
};

TEST_F(AuditOfARoom, HoldsUntilItIsChanged) {
  const std::string text = content_of(audit_);
  ASSERT_FALSE(text.empty());
  EXPECT_EQ(run({"audit", "verify", audit_.string()}), 0);

  for (std::size_t part = 1; part < 16; ++part) {
    std::string changed = text;
    char& c = changed[text.size() * part / 16];
    c = c == 'a' ? 'b' : 'a';
    const auto path = files_.path() / ("changed" + std::to_string(part));
    std::ofstream(path, std::ios::binary) << changed;
    EXPECT_EQ(run({"audit", "verify", path.string()}), 1) << part;
  }
  EXPECT_EQ(run({"audit", "verify", (files_.path() / "missing").string()}), 2);
}

TEST_F(AuditOfARoom, LeavesOutWordsNamesAndTitle) {
  for (const std::string& text : {content_of(audit_), content_of(card_)}) {
    for (const std::string word : {"A word that no file shall hold.", "Lantern", "Quiet Harbour"}) {
      EXPECT_EQ(text.find(word), std::string::npos);
      EXPECT_EQ(text.find(to_hex(view_of(word))), std::string::npos);
    }
  }
}

TEST(Links, AreRefusedWhereOthersCanSeeThem) {
  const std::string link = "https://meet.example/j#" + std::string(70, 'A');
  EXPECT_EQ(run({"join", link}), 2);
  EXPECT_EQ(run({"join", "--name", link}), 2);
  EXPECT_EQ(run({"join", "--greeting=see " + link}), 2);
  EXPECT_EQ(run({"--version"}), 0);

  ASSERT_EQ(setenv("SOME_LINK", link.c_str(), 1), 0);
  EXPECT_EQ(run({"--version"}), 2);
  ASSERT_EQ(unsetenv("SOME_LINK"), 0);
}

}  // namespace
}  // namespace hearth::test
