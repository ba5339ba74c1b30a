// The lead's process is killed while somebody shares: the meeting goes on under another of the
// staff.
#include <chrono>
#include <csignal>

#include <gtest/gtest.h>

#include "tests/deploy/actor.h"
#include "tests/support/server_process.h"

namespace hearth::test {
namespace {

json::Value said(const std::string& text) { return json::object({{"cmd", "say"}, {"text", text}}); }
json::Value named(const std::string& cmd) { return json::object({{"cmd", cmd}}); }

class Failover : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.start()) << server_.trace();
    anna_.emplace();
    anna_->ask(json::object({{"cmd", "create"},
                             {"host", "127.0.0.1:" + std::to_string(server_.port())},
                             {"title", "Circle"},
                             {"name", "Anna"},
                             {"admission", "open"},
                             {"retention", "live"}}));
    anna_->await("opened");
    anna_->ask(json::object({{"cmd", "invite"}, {"uses", 5}}));
    link_ = text_of(anna_->await("invitation"), "link");
    ASSERT_FALSE(link_.empty());
    enter(ben_, "Ben");
    enter(cleo_, "Cleo");
    // Ben keeps the door with Anna; Cleo is a member like any other.
    anna_->ask(json::object({{"cmd", "appoint"}, {"who", "Ben"}}));
    ben_.await("appointment_offered");
    ben_.ask(named("accept"));
    ben_.await("staff_changed");
  }
  void enter(Actor& actor, const std::string& name) {
    actor.ask(json::object({{"cmd", "knock"}, {"link", link_}, {"name", name}}));
    actor.await("entered");
  }
  static bool is_text(const json::Value& event, const std::string& text) {
    return text_of(event, "text") == text;
  }

  TemporaryFolder folder_;
  ServerProcess server_{HEARTHD_PROGRAM, folder_.path()};
  std::optional<Actor> anna_;
  Actor ben_;
  Actor cleo_;
  std::string link_;
};

TEST_F(Failover, TheOtherOfTheStaffLeadsAndTheTurnGoesOn) {
  anna_->ask(json::object({{"cmd", "mode"}, {"mode", "queue"}, {"seconds", 240}}));
  cleo_.await("mode_changed");
  cleo_.ask(said("!"));
  anna_->await("hand_changed");
  anna_->ask(json::object({{"cmd", "call_on"}, {"who", "Cleo"}}));
  cleo_.await("turn_began");
  cleo_.ask(said("I had a day of ..."));
  ben_.await("message");

  const auto killed = std::chrono::steady_clock::now();
  ASSERT_EQ(::kill(anna_->pid(), SIGKILL), 0);
  cleo_.ask(said("and then it rained ..."));
  ben_.await("message");
  const json::Value offer = ben_.await("lead_offered");
  ben_.ask(said("+"));
  cleo_.await("lead_changed");
  const auto took = std::chrono::steady_clock::now() - killed;

  // The promise is thirty seconds; the machine of a test may be slower, but not without bound.
  RecordProperty("seconds", static_cast<int>(took / std::chrono::milliseconds(1)) / 1000);
  cleo_.ask(said("and it passed."));
  ben_.await("message", [](const json::Value& event) { return is_text(event, "and it passed."); });
  cleo_.ask(said("done"));
  ben_.await("turn_ended");
  EXPECT_EQ(ben_.count("message", "I had a day of ..."), 1u);
  EXPECT_EQ(ben_.count("message", "and then it rained ..."), 1u);
  cleo_.listen(200);
  EXPECT_EQ(cleo_.count("lead_offered"), 0u);
  EXPECT_EQ(cleo_.count("lead_withdrawn"), 0u);
  // Not by asking for it either.
  cleo_.ask(named("lead"));
  const json::Value refused = cleo_.await("refused");
  EXPECT_EQ(text_of(refused, "reason"), "not_staff");
}

}  // namespace
}  // namespace hearth::test
