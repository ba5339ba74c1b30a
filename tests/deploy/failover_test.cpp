// The lead's process is killed while somebody shares, or the server is: the meeting goes on.
#include <array>
#include <chrono>
#include <csignal>
#include <fstream>

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

TEST_F(Failover, TheServerIsKilledInMidMeetingAndTheMeetingGoesOn) {
  const auto pack = folder_.path() / "our.pack";
  std::ofstream(pack) << "hearth-pack 1\nlanguage en\ntitle Ours\nvariants religious\n"
                         "prompt week\n  How was your week?\n"
                         "template hour\n  title Circle\n  minutes 60\n"
                         "  item Welcome\n    mode staff_only\n    minutes 20\n"
                         "  item Shares\n    mode queue\n    minutes 40\n    turn 240\n"
                         "    prompt week\n";
  anna_->ask(json::object(
      {{"cmd", "set_agenda"}, {"id", 1}, {"path", pack.string()}, {"template", "hour"}}));
  anna_->await("done");
  anna_->ask(json::object({{"cmd", "go_to_item"}, {"number", 2}}));
  cleo_.await("item_began");
  cleo_.ask(said("!"));
  anna_->await("hand_changed");
  anna_->ask(json::object({{"cmd", "call_on"}, {"who", "Cleo"}}));
  cleo_.await("turn_began");
  ben_.ask(said("!"));
  const auto is_of_ben = [](const json::Value& event) {
    return text_of(*event.find("who"), "name") == "Ben";
  };
  cleo_.await("hand_changed", is_of_ben);
  anna_->await("hand_changed", is_of_ben);
  ben_.await("hand_changed", is_of_ben);
  const auto floor_of = [](Actor& actor) {
    actor.ask(named("floor"));
    return actor.await("floor");
  };
  const auto asked = std::chrono::steady_clock::now();
  const std::array<Actor*, 3> everybody{&*anna_, &ben_, &cleo_};
  std::vector<json::Value> before;
  for (Actor* actor : everybody) before.push_back(floor_of(*actor));

  server_.kill_at_once();
  for (Actor* actor : everybody) actor->await("offline");
  ASSERT_TRUE(server_.start_again()) << server_.trace();
  for (Actor* actor : everybody) actor->await("online");

  for (std::size_t i = 0; i < everybody.size(); ++i) {
    const json::Value after = floor_of(*everybody[i]);
    for (const char* key : {"mode", "turn", "hands", "lead"}) {
      ASSERT_TRUE(after.find(key) && before[i].find(key)) << key;
      EXPECT_TRUE(*after.find(key) == *before[i].find(key)) << key;
    }
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - asked;
    const double left = before[i].find("left_seconds")->as_double() - passed.count();
    EXPECT_NEAR(after.find("left_seconds")->as_double(), left, 2.0);
  }
  cleo_.ask(said("My week was long ..."));
  ben_.await("message");
  cleo_.ask(said("done"));
  ben_.await("turn_ended");
  // Where the meeting is stands for whoever comes now, and is said to nobody else again.
  Actor dora;
  enter(dora, "Dora");
  EXPECT_EQ(text_of(dora.await("item_began"), "name"), "Shares");
  cleo_.listen(200);
  EXPECT_EQ(cleo_.count("item_began"), 1u);
  for (Actor* actor : everybody) EXPECT_EQ(actor->count("hard_stop"), 0u);
}

}  // namespace
}  // namespace hearth::test
