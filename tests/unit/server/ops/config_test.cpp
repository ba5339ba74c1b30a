// The example is what is documented, so it must load, and be the defaults.
#include "server/ops/config.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/support/server_process.h"

namespace hearth::server {
namespace {

constexpr const char* kExample = "deploy/config/hearthd.toml";

std::expected<Config, std::string> load(const std::string& text) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "hearthd.toml";
  std::ofstream(file) << text;
  return load_config(file);
}

TEST(Config, TheExampleLoadsAndIsTheDefaults) {
  const auto config = load_config(kExample);

  ASSERT_TRUE(config) << config.error();
  const Config defaults;
  EXPECT_EQ(config->listen, defaults.listen);
  EXPECT_EQ(config->certificate, defaults.certificate);
  EXPECT_EQ(config->private_key, defaults.private_key);
  EXPECT_EQ(config->storage, defaults.storage);
  EXPECT_EQ(config->folder, defaults.folder);
  EXPECT_EQ(config->trace, defaults.trace);
}

TEST(Config, TakesNoFolderForAFile) {
  const test::TemporaryFolder folder;

  const auto config = load_config(folder.path());

  ASSERT_FALSE(config);
  EXPECT_NE(config.error().find("is a folder"), std::string::npos);
}

TEST(Config, RefusesAPortThatCannotBe) {
  for (const char* address : {"127.0.0.1:99999", "127.0.0.1:", "127.0.0.1:84x", "8460", "h:-1"}) {
    const auto config = load(std::string("[listen]\naddress = \"") + address + "\"\n");
    ASSERT_FALSE(config) << address;
    EXPECT_NE(config.error().find("host:port"), std::string::npos) << config.error();
  }
  EXPECT_TRUE(load("[listen]\naddress = \"[::1]:8460\"\n"));
}

TEST(Config, EveryKeyOfTheExampleHasAComment) {
  std::ifstream file(kExample);
  std::string before;
  std::size_t keys = 0;
  for (std::string line; std::getline(file, line); before = line) {
    if (line.find(" = ") == std::string::npos || line.starts_with("#")) continue;
    ++keys;
    // A comment of its own, or that of the key it goes together with.
    EXPECT_TRUE(before.starts_with("#") || line.starts_with("private_key")) << line;
  }
  EXPECT_EQ(keys, 6u);
}

TEST(Config, SaysFileLineAndKeyOfWhatItDoesNotUnderstand) {
  const auto unknown = load("[listen]\nadress = \"127.0.0.1:1\"\n");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().find("hearthd.toml:2: unknown key listen.adress"), std::string::npos);
  EXPECT_FALSE(load("[listen]\naddress = 8460\n"));
  EXPECT_FALSE(load("[listen]\naddress = \"nowhere\"\n"));
  EXPECT_FALSE(load("[storage]\nkind = \"cloud\"\n"));
  EXPECT_FALSE(load("[storage]\nfolder = \"\"\n"));
  EXPECT_FALSE(load("[trace]\nlevel = \"everything\"\n"));
  EXPECT_FALSE(load("[tls]\ncertificate = \"/only/one\"\n"));
  EXPECT_FALSE(load("listen = 1\n"));
  EXPECT_FALSE(load("[listen\n"));
}

TEST(Config, TakesWhatIsSet) {
  const auto config = load(
      "[listen]\naddress = \"[::1]:0\"\n[tls]\ncertificate = \"c\"\nprivate_key = \"k\"\n"
      "[storage]\nkind = \"memory\"\nfolder = \"/f\"\n[trace]\nlevel = \"error\"\n");

  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->listen, "[::1]:0");
  EXPECT_TRUE(config->tls());
  EXPECT_EQ(config->storage, StorageKind::memory);
  EXPECT_EQ(config->folder, "/f");
  EXPECT_EQ(config->trace, TraceLevel::error);
}

}  // namespace
}  // namespace hearth::server
