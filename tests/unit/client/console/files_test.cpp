// New files: whole, private, and never over another one.
#include "client/console/files.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace hearth::client {
namespace {

class Files : public testing::Test {
 protected:
  Files() {
    std::string pattern = testing::TempDir() + "hearth-files-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~Files() override { std::filesystem::remove_all(folder_); }

  std::string content(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }
  NewFile file(const std::string& name, std::string text) const {
    return {folder_ / name, std::move(text), kAuditFile, 0};
  }

  std::filesystem::path folder_;
};

TEST_F(Files, AreWholeAndTheirOwnersAlone) {
  const std::string large(1'000'000, 'x');
  EXPECT_EQ(write_new_file(file("a", large)), "");
  EXPECT_EQ(content("a"), large);
  const auto mode = std::filesystem::status(folder_ / "a").permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(Files, NeverReplaceAnother) {
  EXPECT_EQ(write_new_file(file("a", "first")), "");
  EXPECT_NE(write_new_file(file("a", "second")), "");
  EXPECT_EQ(content("a"), "first");

  std::filesystem::create_symlink(folder_ / "b", folder_ / "link");
  EXPECT_NE(write_new_file(file("link", "through")), "");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "b"));
}

TEST_F(Files, SayWhereTheyCannotBe) {
  EXPECT_EQ(write_new_file(file("no/such/folder", "x")), "There is no such folder.");
  EXPECT_EQ(write_new_file({"/dev/full/x", "x", kAuditFile, 0}), "That file cannot be made there.");
}

}  // namespace
}  // namespace hearth::client
