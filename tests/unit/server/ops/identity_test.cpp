// The server's key: made once, kept, and refused where others could read it.
#include "server/ops/identity.h"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "protocol/crypto/random.h"
#include "tests/support/server_process.h"

namespace hearth::server {
namespace {

class Identity : public testing::Test {
 protected:
  Result<crypto::SignatureKey> load() { return load_or_make_identity(folder_.path(), random_); }
  std::filesystem::path file() const { return folder_.path() / "server-id.key"; }

  test::TemporaryFolder folder_;
  crypto::SystemRandom random_;
};

TEST_F(Identity, IsMadeOnceAndKept) {
  const auto made = load();
  ASSERT_TRUE(made);

  const auto kept = load();

  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->public_key(), made->public_key());
  struct stat about {};
  ASSERT_EQ(stat(file().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600u);
}

TEST_F(Identity, IsRefusedWhereOthersMayReadIt) {
  ASSERT_TRUE(load());
  ASSERT_EQ(chmod(file().c_str(), 0640), 0);

  EXPECT_EQ(load().error(), make_error(IdentityErrc::key_exposed));
}

TEST_F(Identity, IsRefusedWhenItIsNoKey) {
  for (const std::size_t size : {0, 31, 33}) {
    std::ofstream(file()) << std::string(size, 'k');
    chmod(file().c_str(), 0600);
    EXPECT_EQ(load().error(), make_error(IdentityErrc::key_malformed));
  }
}

TEST_F(Identity, NeedsAFolderThatCanBe) {
  EXPECT_EQ(load_or_make_identity(folder_.path() / "no" / "such", random_).error(),
            make_error(IdentityErrc::folder_unusable));
}

}  // namespace
}  // namespace hearth::server
