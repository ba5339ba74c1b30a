// What a vault keeps, whom it refuses, and what its bytes show.
#include "client/vault/vault_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include <sys/stat.h>

#include "tests/unit/client/vault/vault_folder.h"

namespace hearth::client {
namespace {

using test::VaultFolder;
using VaultFileTest = VaultFolder;

std::string_view reason(const auto& result) {
  return result ? std::string_view("") : result.error().name;
}

TEST_F(VaultFileTest, KeepsWhatWasSavedLast) {
  {
    VaultFile vault = created();
    ASSERT_TRUE(vault.save(view_of("first"), random));
    ASSERT_TRUE(vault.save(view_of("second"), random));
    ASSERT_TRUE(vault.save(view_of("third"), random));
  }

  auto again = VaultFile::open(path, view_of(kPassphrase));

  ASSERT_TRUE(again) << reason(again);
  EXPECT_TRUE(equal(again->content.view(), view_of("third")));
  EXPECT_EQ(again->vault.counter(), 4U);
  ASSERT_TRUE(again->vault.save(view_of("fourth"), random));
  again->vault = VaultFile(std::move(again->vault));
  { const VaultFile closed = std::move(again->vault); }
  EXPECT_EQ(opened(path), "fourth");
}

TEST_F(VaultFileTest, ANewOneIsEmptyAndItsOwnersAlone) {
  { const VaultFile vault = created(); }
  struct stat about {};

  ASSERT_EQ(::stat(path.c_str(), &about), 0);

  EXPECT_EQ(about.st_mode & 0777, 0600U);
  EXPECT_EQ(opened(path), "");
}

TEST_F(VaultFileTest, NeverOverwritesAFile) {
  put(path, view_of("somebody's letter"));

  EXPECT_EQ(reason(VaultFile::create(path, view_of(kPassphrase), random)), "vault_exists");

  EXPECT_TRUE(equal(bytes_of(path), view_of("somebody's letter")));
}

TEST_F(VaultFileTest, IsOpenOnceAtATime) {
  const VaultFile vault = created();

  EXPECT_EQ(opened(path), "vault_busy");
}

TEST_F(VaultFileTest, RefusesAShortPassphraseAndTooMuchContent) {
  EXPECT_EQ(reason(VaultFile::create(path, view_of("1234567"), random)), "passphrase_short");
  VaultFile vault = created();
  const Bytes largest(VaultFile::kContentMax, 0x5a);

  EXPECT_TRUE(vault.save(largest, random));
  EXPECT_EQ(reason(vault.save(Bytes(VaultFile::kContentMax + 1), random)), "vault_full");

  { const VaultFile closed = std::move(vault); }
  EXPECT_EQ(opened(path), std::string(VaultFile::kContentMax, 'Z'));
}

// A wrong passphrase, a damaged file and no vault at all: nobody can tell them apart.
TEST_F(VaultFileTest, GivesOneAnswerToWrongPassphraseAndDamage) {
  {
    VaultFile vault = created();
    ASSERT_TRUE(vault.save(view_of("kept"), random));
  }
  Bytes noise(VaultFile::kFileSize);
  random.fill(noise);
  put(folder / "noise", noise);
  put(folder / "short", ByteView(bytes_of(path)).first(VaultFile::kFileSize - 1));
  put(folder / "empty", {});

  EXPECT_EQ(opened(path, "kind words at the Door"), "vault_not_opened");
  EXPECT_EQ(opened(path, ""), "vault_not_opened");
  EXPECT_EQ(opened(folder / "noise"), "vault_not_opened");
  EXPECT_EQ(opened(folder / "short"), "vault_not_opened");
  EXPECT_EQ(opened(folder / "empty"), "vault_not_opened");
  EXPECT_EQ(opened(folder / "none"), "vault_missing");
  EXPECT_EQ(opened(path), "kept");
}

// One bit anywhere: in the slot of the newest content the one before opens; in the other slot
// nothing is lost; never anything else.
TEST_F(VaultFileTest, AFlippedBitCostsOneSaveAtMost) {
  {
    VaultFile vault = created();
    ASSERT_TRUE(vault.save(view_of("older"), random));  // Into the second slot.
    ASSERT_TRUE(vault.save(view_of("newest"), random));
  }
  const Bytes whole = bytes_of(path);
  for (std::size_t place = 0; place < whole.size();
       place = place < 96 ? place + 5 : place + 19'997) {
    for (const std::size_t at : {place, VaultFile::kSlotSize + place}) {
      if (at >= whole.size()) continue;
      Bytes damaged = whole;
      damaged[at] ^= static_cast<Byte>(1U << (place % 8));
      put(folder / "damaged", damaged);

      const std::string found = opened(folder / "damaged");

      // A salt stands in both slots: with one of them damaged both contents open.
      const bool salt = at % VaultFile::kSlotSize < 16;
      EXPECT_EQ(found, at < VaultFile::kSlotSize && !salt ? "older" : "newest") << at;
    }
  }
}

TEST_F(VaultFileTest, DamageInBothSlotsIsRefused) {
  { const VaultFile vault = created(); }
  Bytes damaged = bytes_of(path);
  damaged[1000] ^= 1;
  damaged[VaultFile::kSlotSize + 1000] ^= 1;
  put(folder / "damaged", damaged);

  EXPECT_EQ(opened(folder / "damaged"), "vault_not_opened");
}

TEST_F(VaultFileTest, ChangesItsPassphraseInBothSlots) {
  {
    VaultFile vault = created();
    ASSERT_TRUE(vault.save(view_of("kept"), random));
    EXPECT_EQ(reason(vault.change_passphrase(view_of("short"), view_of("kept"), random)),
              "passphrase_short");
    ASSERT_TRUE(vault.change_passphrase(view_of("other words"), view_of("kept"), random));
    ASSERT_TRUE(vault.save(view_of("and after"), random));
  }

  EXPECT_EQ(opened(path, "other words"), "and after");
  EXPECT_EQ(opened(path), "vault_not_opened");
}

// Keys and contents differ in length and nature; the files do not. Of 256 values each comes as
// often as chance has it: chi-square with 255 degrees of freedom, below the value that chance
// exceeds once in a million times.
TEST_F(VaultFileTest, ShowsNothing) {
  const auto expect_chance = [](ByteView bytes) {
    std::array<double, 256> counts{};
    for (const Byte byte : bytes) counts[byte] += 1;
    const double expected = static_cast<double>(bytes.size()) / 256;
    double sum = 0;
    for (const double count : counts) sum += (count - expected) * (count - expected) / expected;
    EXPECT_LT(sum, 377.0);
  };
  VaultFile vault = created();
  const std::string secret = "Lantern knows the room Saturday circle";
  for (const std::size_t times : {0, 1, 1000}) {
    std::string content;
    for (std::size_t i = 0; i < times; ++i) content += secret;
    ASSERT_TRUE(vault.save(view_of(content), random));

    const Bytes file = bytes_of(path);

    EXPECT_EQ(file.size(), VaultFile::kFileSize);
    expect_chance(ByteView(file).first(VaultFile::kSlotSize));
    expect_chance(ByteView(file).subspan(VaultFile::kSlotSize));
    for (const std::string_view known : {"hearth", "vault", "Lantern", "Saturday"}) {
      EXPECT_TRUE(std::ranges::search(file, known).empty()) << known;
    }
  }
}

TEST_F(VaultFileTest, TheSamePassphraseAndSaltGiveTheSameKeys) {
  const crypto::PassphraseCost cost{.passes = 3, .memory_size = VaultFile::kMemory};
  const Bytes16 salt = random.array<16>();
  const auto key = crypto::argon2id(view_of("words"), salt, cost);
  Bytes16 other = salt;
  other[0] ^= 1;

  ASSERT_TRUE(key);
  EXPECT_TRUE(equal(key->view(), crypto::argon2id(view_of("words"), salt, cost)->view()));
  EXPECT_FALSE(equal(key->view(), crypto::argon2id(view_of("word"), salt, cost)->view()));
  EXPECT_FALSE(equal(key->view(), crypto::argon2id(view_of("words"), other, cost)->view()));
  EXPECT_EQ(crypto::argon2id(view_of("words"), salt, {.passes = 3, .memory_size = 1}).error(),
            crypto::make_error(crypto::CryptoErrc::length_invalid));
}

}  // namespace
}  // namespace hearth::client
