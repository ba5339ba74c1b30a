// Two slots, one lock, and the order in which bytes reach the disk.
#include "client/vault/vault_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/bytes/codec.h"

namespace hearth::client {
namespace {

constexpr std::string_view kAad = "hearth vault";
constexpr crypto::PassphraseCost kCost{.passes = 3, .memory_size = VaultFile::kMemory};
constexpr std::size_t kPlainSize = VaultFile::kSlotSize - VaultFile::kHeaderSize - crypto::kTagSize;

Secret32 encryption_key(const crypto::LockedKey& keys) {
  return Secret32::from(keys.view().first(32));
}
Secret32 commitment(const crypto::LockedKey& keys, ByteView nonce) {
  return crypto::hmac_sha256(keys.view().subspan(32), nonce);
}

Result<crypto::LockedKey> derive(ByteView passphrase, const Bytes16& salt) {
  auto keys = crypto::argon2id(passphrase, salt, kCost);
  if (!keys) return fail(VaultErrc::memory_missing);
  return keys;
}

struct Content {
  std::uint64_t counter = 0;
  SecretBytes bytes;
};

std::optional<Content> open_slot(const crypto::LockedKey& keys, ByteView slot) {
  const auto nonce = *to_array<24>(slot.subspan(16, 24));
  if (!crypto::hmac_equal(commitment(keys, nonce), slot.subspan(40, 32))) return std::nullopt;
  auto opened = crypto::xchacha_open(encryption_key(keys), nonce, view_of(kAad),
                                     slot.subspan(VaultFile::kHeaderSize));
  if (!opened) return std::nullopt;
  const SecretBytes plain(*std::move(opened));
  Reader reader(plain.view());
  const auto counter = reader.u64();
  const auto size = reader.u32();
  if (!counter || !size || *size > VaultFile::kContentMax) return std::nullopt;
  return Content{*counter, SecretBytes(*reader.take(*size))};
}

bool write_all(int file, ByteView bytes, std::size_t at) {
  while (!bytes.empty()) {
    const ssize_t size = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(size));
    at += static_cast<std::size_t>(size);
  }
  return true;
}

std::optional<Bytes> read_all(int file) {
  struct stat about {};
  if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
  if (about.st_size != static_cast<off_t>(VaultFile::kFileSize)) return std::nullopt;
  Bytes bytes(VaultFile::kFileSize);
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t size =
        ::pread(file, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::nullopt;
    at += static_cast<std::size_t>(size);
  }
  return bytes;
}

// A new name is durable when its folder is.
bool sync_folder(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  return synced;
}

}  // namespace

// --- Beginning and end ---------------------------------------------------------------------------

Status VaultFile::take(const std::filesystem::path& path, int flags) {
  file_ = ::open(path.c_str(), flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file_ < 0) {
    return fail(errno == EEXIST ? VaultErrc::vault_exists : VaultErrc::vault_missing);
  }
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) return fail(VaultErrc::vault_busy);
  return {};
}

Result<VaultFile> VaultFile::create(const std::filesystem::path& path, ByteView passphrase,
                                    crypto::RandomSource& random) {
  if (passphrase.size() < kPassphraseMin) return fail(VaultErrc::passphrase_short);
  VaultFile vault;
  vault.salt_ = random.array<16>();
  HEARTH_TRY(vault.keys_, derive(passphrase, vault.salt_));
  HEARTH_CHECK(vault.take(path, O_CREAT | O_EXCL));
  // The second slot has never held anything: it opens with nothing, and looks no different.
  Bytes chance(kSlotSize);
  random.fill(chance);
  std::ranges::copy(vault.salt_, chance.begin());
  vault.counter_ = 1;
  const bool written = write_all(vault.file_, vault.sealed({}, random), 0) &&
                       write_all(vault.file_, chance, kSlotSize) && ::fsync(vault.file_) == 0 &&
                       sync_folder(path);
  if (!written) {
    ::unlink(path.c_str());
    return fail(VaultErrc::vault_unwritable);
  }
  return vault;
}

Result<VaultFile::Opened> VaultFile::open(const std::filesystem::path& path, ByteView passphrase) {
  VaultFile vault;
  HEARTH_CHECK(vault.take(path, 0));
  const auto file = read_all(vault.file_);
  if (!file) return fail(VaultErrc::vault_not_opened);
  const std::array<ByteView, 2> slots{ByteView(*file).first(kSlotSize),
                                      ByteView(*file).subspan(kSlotSize)};
  std::optional<Content> newest;
  // Both salts are the same, unless one was damaged (or a change of the passphrase cut short).
  for (std::size_t from = 0; from < slots.size(); ++from) {
    const Bytes16 salt = *to_array<16>(slots[from].first(16));
    if (from > 0 && salt == *to_array<16>(slots[0].first(16))) break;
    HEARTH_TRY(crypto::LockedKey keys, derive(passphrase, salt));
    bool used = false;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      auto content = open_slot(keys, slots[slot]);
      if (!content || (newest && newest->counter >= content->counter)) continue;
      newest = std::move(content);
      vault.slot_ = slot;
      vault.salt_ = salt;
      used = true;
    }
    if (used) vault.keys_ = std::move(keys);
  }
  if (!newest) return fail(VaultErrc::vault_not_opened);
  vault.counter_ = newest->counter;
  return Opened{std::move(vault), std::move(newest->bytes)};
}

void VaultFile::close() noexcept {
  if (file_ >= 0) ::close(std::exchange(file_, -1));  // And with it the lock.
}

VaultFile::~VaultFile() { close(); }

VaultFile::VaultFile(VaultFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      keys_(std::move(other.keys_)),
      salt_(other.salt_),
      counter_(other.counter_),
      slot_(other.slot_) {}

VaultFile& VaultFile::operator=(VaultFile&& other) noexcept {
  if (this == &other) return *this;
  close();
  file_ = std::exchange(other.file_, -1);
  keys_ = std::move(other.keys_);
  salt_ = other.salt_;
  counter_ = other.counter_;
  slot_ = other.slot_;
  return *this;
}

// --- Saving --------------------------------------------------------------------------------------

// The slot for `content` with the present counter.
Bytes VaultFile::sealed(ByteView content, crypto::RandomSource& random) const {
  SecretBytes plain(kPlainSize);
  const Bytes head = Writer().u64(counter_).u32(static_cast<std::uint32_t>(content.size())).take();
  const auto body = std::ranges::copy(head, plain.mutable_view().begin()).out;
  std::ranges::copy(content, body);
  const auto nonce = random.array<24>();
  const Bytes box = crypto::xchacha_seal(encryption_key(keys_), nonce, view_of(kAad), plain.view());
  return concat({salt_, nonce, commitment(keys_, nonce).view(), box});
}

Status VaultFile::write(std::size_t slot, ByteView bytes) const {
  if (!write_all(file_, bytes, slot * kSlotSize) || ::fsync(file_) != 0) {
    return fail(VaultErrc::vault_unwritable);
  }
  return {};
}

Status VaultFile::save(ByteView content, crypto::RandomSource& random) {
  if (content.size() > kContentMax) return fail(VaultErrc::vault_full);
  // Also after a failure the number rises: what the disk holds of that attempt is never newer.
  ++counter_;
  const std::size_t other = 1 - slot_;
  HEARTH_CHECK(write(other, sealed(content, random)));
  slot_ = other;
  return {};
}

Status VaultFile::change_passphrase(ByteView passphrase, ByteView content,
                                    crypto::RandomSource& random) {
  if (passphrase.size() < kPassphraseMin) return fail(VaultErrc::passphrase_short);
  if (content.size() > kContentMax) return fail(VaultErrc::vault_full);
  Bytes16 salt = random.array<16>();
  HEARTH_TRY(crypto::LockedKey keys, derive(passphrase, salt));
  std::swap(keys_, keys);
  std::swap(salt_, salt);
  // One slot after the other: until the second is written, the old passphrase opens the old one.
  if (Status saved = save(content, random); !saved) {
    std::swap(keys_, keys);
    std::swap(salt_, salt);
    return saved;
  }
  return save(content, random);
}

}  // namespace hearth::client
