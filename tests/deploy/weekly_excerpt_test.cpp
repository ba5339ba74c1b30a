// The play of deploy/try.sh, against the programs of this build.
#include <gtest/gtest.h>

#include "tests/deploy/play.h"
#include "tests/support/server_process.h"

namespace hearth::test {
namespace {

TEST(WeeklyExcerpt, EndsWithTheSameLogForEverybodyInsideAndNothingForTheRemoved) {
  const TemporaryFolder folder;
  ServerProcess server(HEARTHD_PROGRAM, folder.path());
  ASSERT_TRUE(server.start());
  Play play({"deploy/try/weekly-excerpt.jsonl", HEARTH_PROGRAM,
             "127.0.0.1:" + std::to_string(server.port()), [](const std::string&) {}});

  play.run();
  play.check();
  play.empty_the_room();

  EXPECT_EQ(server.terminate(), 0) << server.trace();
}

}  // namespace
}  // namespace hearth::test
