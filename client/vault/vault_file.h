// The vault: one person's keys in one room, in a file that shows nothing.
#pragma once

#include <filesystem>
#include <memory>

#include "client/vault/error.h"
#include "protocol/crypto/passphrase.h"

namespace hearth::client {

// VaultFile keeps one secret content under a passphrase. The file is exactly two slots of 256 KiB,
// without a magic number, and its bytes look like chance:
//
//   slot     salt16 | nonce24 | commit32 | XChaCha20-Poly1305(K_enc, nonce, aad "hearth vault",
//            content)                                              the same salt in both slots
//   content  counter u64 | size u32 | bytes | zeros up to the slot's end
//   K_enc32 | K_commit32 = Argon2id(passphrase, salt, 3 passes, kMemory)
//   commit   = HMAC-SHA256(K_commit, nonce): a ciphertext opens under one passphrase alone
//
// A save goes into the slot that does not hold the present content, and is on the disk when it
// returns. So a save that is torn anywhere, or that the disk forgets, leaves the content before it;
// the slot with the higher counter wins. The file is locked against other processes while it is
// open. Keys lie in locked memory. Contents are handed over in SecretBytes.
//
// Owned by one runner; not thread-safe. Native builds alone.
class VaultFile final {
 public:
  static constexpr std::size_t kSlotSize = 256 * 1024;
  static constexpr std::size_t kFileSize = 2 * kSlotSize;
  static constexpr std::size_t kHeaderSize = 16 + 24 + 32;
  static constexpr std::size_t kContentMax = kSlotSize - kHeaderSize - crypto::kTagSize - 8 - 4;
  static constexpr std::size_t kPassphraseMin = 8;  // Bytes. A sentence is better.
#ifdef HEARTH_VAULT_QUICK                           // In a library that tests alone link.
  static constexpr std::size_t kMemory = std::size_t{8} << 20;
#else
  static constexpr std::size_t kMemory = std::size_t{256} << 20;
#endif

  struct Opened;

  // A new file, readable by its owner alone, with empty content in it.
  static Result<VaultFile> create(const std::filesystem::path& path, ByteView passphrase,
                                  crypto::RandomSource& random);
  // vault_not_opened for a wrong passphrase, a damaged file and one of another size alike.
  static Result<Opened> open(const std::filesystem::path& path, ByteView passphrase);
  // Wipes the keys and lets go of the file.
  ~VaultFile();
  VaultFile(VaultFile&& other) noexcept;
  VaultFile& operator=(VaultFile&& other) noexcept;

  // Durable when it returns. On an error the file opens with what was saved before, and the caller
  // must not act as if this content were kept.
  Status save(ByteView content, crypto::RandomSource& random);
  // The same content under another passphrase; the old one opens nothing any more.
  Status change_passphrase(ByteView passphrase, ByteView content, crypto::RandomSource& random);

  // How often it has been saved since it was made.
  std::uint64_t counter() const noexcept { return counter_; }

 private:
  VaultFile() = default;
  Status take(const std::filesystem::path& path, int flags);
  Status write(std::size_t slot, ByteView bytes) const;
  Bytes sealed(ByteView content, crypto::RandomSource& random) const;
  void close() noexcept;

  int file_ = -1;
  crypto::LockedKey keys_;
  Bytes16 salt_{};
  std::uint64_t counter_ = 0;
  std::size_t slot_ = 0;  // That holds the present content.
};

struct VaultFile::Opened {
  VaultFile vault;
  SecretBytes content;
};

}  // namespace hearth::client
