// A thousand saves that the power went out on: nothing is lost.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/client/vault/vault_folder.h"

namespace hearth::client {
namespace {

using test::VaultFolder;
using VaultTear = VaultFolder;

constexpr std::size_t kPage = 4096;

std::size_t draw(crypto::RandomSource& random, std::size_t below) {
  std::uint64_t value = 0;
  for (const Byte byte : random.array<8>()) value = value << 8 | byte;
  return static_cast<std::size_t>(value % below);
}

// How much of `after` the disk holds when the power is back.
enum class Tear : std::uint8_t {
  prefix,   // The bytes up to some place.
  pages,    // Some pages and not others, in no order.
  none,     // It said that it had synced, and had not.
  garbled,  // Up to some place, then a sector of neither.
};

Bytes torn(const Bytes& before, const Bytes& after, Tear tear, crypto::RandomSource& random) {
  Bytes disk = before;
  const std::size_t place = draw(random, after.size() + 1);
  switch (tear) {
    case Tear::prefix: std::copy_n(after.begin(), place, disk.begin()); break;
    case Tear::garbled: {
      std::copy_n(after.begin(), place, disk.begin());
      const std::size_t sector = std::min(place, after.size() - 1) / 512 * 512;
      random.fill(std::span(disk).subspan(sector, 512));
      break;
    }
    case Tear::pages:
      for (std::size_t at = 0; at < after.size(); at += kPage) {
        if (random.array<1>()[0] % 2 == 0) continue;
        std::copy_n(after.begin() + static_cast<std::ptrdiff_t>(at), kPage,
                    disk.begin() + static_cast<std::ptrdiff_t>(at));
      }
      break;
    case Tear::none: break;
  }
  return disk;
}

// With 250 tears of each kind: a thousand. A save is torn at a random place of what it changed, and
// the file opened: it holds the content before or the one after, whole. Then life goes on from what
// was found.
struct VaultTears : VaultFolder, testing::WithParamInterface<Tear> {};

TEST_P(VaultTears, LoseNothing) {
  constexpr int kTears = 250;
  int lost_saves = 0;
  { const VaultFile fresh = created(); }
  std::string before;
  auto vault = VaultFile::open(path, view_of(kPassphrase));
  for (int i = 0; i < kTears; ++i) {
    ASSERT_TRUE(vault);
    const Bytes old_bytes = bytes_of(path);
    const std::string after = "content " + std::to_string(i) + std::string(draw(random, 9000), 'x');
    ASSERT_TRUE(vault->vault.save(view_of(after), random));
    { const VaultFile closed = std::move(vault->vault); }
    const Bytes new_bytes = bytes_of(path);
    // Only one slot has been touched, and not that of the present content.
    const auto same = [&](std::size_t slot) {
      const std::size_t from = slot * VaultFile::kSlotSize;
      return equal(ByteView(old_bytes).subspan(from, VaultFile::kSlotSize),
                   ByteView(new_bytes).subspan(from, VaultFile::kSlotSize));
    };
    ASSERT_NE(same(0), same(1));
    const auto from = static_cast<std::ptrdiff_t>(same(0) ? VaultFile::kSlotSize : 0);
    const auto part = [&](const Bytes& bytes) {
      return Bytes(bytes.begin() + from, bytes.begin() + from + VaultFile::kSlotSize);
    };
    Bytes disk = new_bytes;
    std::ranges::copy(torn(part(old_bytes), part(new_bytes), GetParam(), random),
                      disk.begin() + from);
    put(path, disk);

    vault = VaultFile::open(path, view_of(kPassphrase));

    ASSERT_TRUE(vault) << "tear " << i << ": " << vault.error().name;
    const ByteView held = vault->content.view();
    const bool old = equal(held, view_of(before));
    ASSERT_TRUE(old || equal(held, view_of(after))) << "tear " << i;
    lost_saves += old ? 1 : 0;
    if (!old) before = after;
  }
  // Hardly any tear leaves a save whole.
  EXPECT_GT(lost_saves, kTears * 9 / 10);
}

INSTANTIATE_TEST_SUITE_P(Kinds, VaultTears,
                         testing::Values(Tear::prefix, Tear::pages, Tear::none, Tear::garbled));

// A disk that forgot a whole save: what was before it is there.
TEST_F(VaultTear, AForgottenSaveLeavesTheContentBefore) {
  { const VaultFile vault = created(); }
  for (int i = 0; i < 10; ++i) {
    auto vault = VaultFile::open(path, view_of(kPassphrase));
    ASSERT_TRUE(vault);
    ASSERT_TRUE(vault->vault.save(view_of("kept"), random));
    const Bytes kept = bytes_of(path);
    ASSERT_TRUE(vault->vault.save(view_of("forgotten"), random));
    { const VaultFile closed = std::move(vault->vault); }
    put(path, kept);

    EXPECT_EQ(opened(path), "kept");
  }
}

}  // namespace
}  // namespace hearth::client
