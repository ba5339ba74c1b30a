// A folder of vaults for one test, and the bytes in them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "client/vault/vault_file.h"

namespace hearth::test {

struct VaultFolder : testing::Test {
  VaultFolder() {
    folder = std::filesystem::temp_directory_path() /
             ("hearth_vault_" + std::to_string(::getpid()) + "_" +
              testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder);
    path = folder / "vault";
  }
  ~VaultFolder() override { std::filesystem::remove_all(folder); }

  client::VaultFile created() {
    auto vault = client::VaultFile::create(path, view_of(kPassphrase), random);
    expects(vault.has_value());
    return *std::move(vault);
  }
  static Bytes bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    Bytes bytes(static_cast<std::size_t>(std::filesystem::file_size(file)));
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return bytes;
  }
  static void put(const std::filesystem::path& file, ByteView bytes) {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  // What the file opens with, or the name of the reason why not.
  static std::string opened(const std::filesystem::path& file,
                            std::string_view passphrase = kPassphrase) {
    const auto found = client::VaultFile::open(file, view_of(passphrase));
    if (!found) return std::string(found.error().name);
    const ByteView content = found->content.view();
    return std::string(content.begin(), content.end());
  }

  static constexpr std::string_view kPassphrase = "kind words at the door";
  std::filesystem::path folder;
  std::filesystem::path path;
  crypto::SeededRandom random{7};
};

}  // namespace hearth::test
