// A malicious member and a removed one against the server as it is shipped, among honest cores.
#include <gtest/gtest.h>

#include "tests/adversary/attacks.h"
#include "tests/adversary/gathering.h"
#include "tests/adversary/outlaw.h"
#include "tests/support/server_process.h"

namespace hearth::test {
namespace {

using namespace std::chrono_literals;

std::vector<Attack> against_an_honest_server() {
  std::vector<Attack> chosen;
  for (const Attack& attack : attacks()) {
    if (attack.honest_server) chosen.push_back(attack);
  }
  return chosen;
}

class Outlaws : public testing::TestWithParam<Attack> {};

TEST_P(Outlaws, Fails) {
  const TemporaryFolder folder;
  ServerProcess server(HEARTH_SERVER, folder.path());
  ASSERT_TRUE(server.start());
  EXPECT_FALSE(GetParam().succeeds(server.port()));
  EXPECT_EQ(server.terminate(), 0);
}

INSTANTIATE_TEST_SUITE_P(Process, Outlaws, testing::ValuesIn(against_an_honest_server()),
                         [](const auto& each) { return std::string(each.param.name); });

// Mallory is removed, and keeps the link, the keys, and somebody who hands her every entry.
TEST(Removed, KeepsKeysThatOpenNothing) {
  const TemporaryFolder folder;
  ServerProcess server(HEARTH_SERVER, folder.path());
  ASSERT_TRUE(server.start());
  {
    Gathering at(40, room::Admission::lobby, server.port());
    ASSERT_TRUE(at.sound && at.enters("Ben"));
    const std::string once = at.invite(1);
    Outlaw mallory(at.siege, "Mallory", once, 40);
    Outlaw friend_inside(at.siege, "Friend", at.link, 41);
    for (Outlaw* outlaw : {&mallory, &friend_inside}) ASSERT_TRUE(at.lets_in(*outlaw));
    at.say("Ben", "with Mallory");
    ASSERT_TRUE(at.siege.until([&] { return at.heard("Anna", "with Mallory"); }));
    at.siege.pass(500ms);
    const std::size_t before = mallory.log.size();

    at.anna().ask(client::RemoveMember{"Mallory"});
    ASSERT_TRUE(at.siege.until([&] { return at.siege["Ben"].count<client::Removed>() == 1; }));
    for (int i = 0; i < 5; ++i) at.say("Ben", "without Mallory " + std::to_string(i));
    ASSERT_TRUE(at.siege.until([&] { return at.heard("Anna", "without Mallory 4"); }));
    ASSERT_TRUE(at.siege.until([&] { return friend_inside.log.size() >= before + 7; }));

    // Nothing more was delivered but the bundle that removed her.
    EXPECT_LE(mallory.log.size(), before + 2);
    // Handed everything, she opens nothing that came after.
    std::size_t later = 0;
    for (const room::LogRecord& record : friend_inside.log) {
      if (record.kind != room::EntryKind::app || record.seq <= mallory.log.back().seq) continue;
      ++later;
      EXPECT_FALSE(mallory.reads(record));
    }
    EXPECT_EQ(later, 5U);
    // The handle is nobody's any more, and the invitation is spent.
    mallory.come_back();
    EXPECT_TRUE(at.siege.until([&] { return mallory.rejected == 1; }));
    Outlaw again(at.siege, "Mallory", once, 42);
    again.go_to_the_door();
    EXPECT_TRUE(at.siege.until([&] { return again.rejected + again.knocks_refused.size() == 1; }));
    EXPECT_EQ(again.knocks_waiting, 0U);
  }
  EXPECT_EQ(server.terminate(), 0);
}

}  // namespace
}  // namespace hearth::test
