// One small file with one secret in it.
#include "server/ops/identity.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hearth::server {

Error make_error(IdentityErrc code) noexcept {
  const auto with_name = [code](std::string_view word) {
    return Error{"identity", static_cast<std::uint32_t>(code), word};
  };
  switch (code) {
    case IdentityErrc::folder_unusable: return with_name("folder_unusable");
    case IdentityErrc::key_unreadable: return with_name("key_unreadable");
    case IdentityErrc::key_exposed: return with_name("key_exposed");
    case IdentityErrc::key_malformed: return with_name("key_malformed");
    case IdentityErrc::key_unwritable: return with_name("key_unwritable");
  }
  return with_name("unknown");
}

namespace {

std::unexpected<Error> broken(IdentityErrc code) { return fail(make_error(code)); }

class Descriptor final {
 public:
  explicit Descriptor(int native) noexcept : native_(native) {}
  ~Descriptor() {
    if (native_ >= 0) close(native_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const noexcept { return native_; }

 private:
  int native_;
};

Result<crypto::SignatureKey> read_key(const Descriptor& file) {
  struct stat about {};
  if (fstat(file.get(), &about) != 0) return broken(IdentityErrc::key_unreadable);
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) return broken(IdentityErrc::key_exposed);
  SecretBytes seed(32);
  if (about.st_size != 32 || read(file.get(), seed.mutable_view().data(), seed.size()) != 32)
    return broken(IdentityErrc::key_malformed);
  return crypto::SignatureKey::from_private(crypto::kDefaultSuite, seed.view());
}

// Under another name first, so that a crash leaves no half a key.
Status write_key(const std::filesystem::path& folder, const std::filesystem::path& path,
                 const crypto::SignatureKey& key) {
  const std::filesystem::path draft = path.string() + ".new";
  {
    const Descriptor file(open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    const ByteView seed = key.private_key();
    if (file.get() < 0 || write(file.get(), seed.data(), seed.size()) != 32 ||
        fsync(file.get()) != 0)
      return broken(IdentityErrc::key_unwritable);
  }
  if (rename(draft.c_str(), path.c_str()) != 0) return broken(IdentityErrc::key_unwritable);
  const Descriptor directory(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || fsync(directory.get()) != 0)
    return broken(IdentityErrc::key_unwritable);
  return {};
}

}  // namespace

Result<crypto::SignatureKey> load_or_make_identity(const std::filesystem::path& folder,
                                                   crypto::RandomSource& random) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return broken(IdentityErrc::folder_unusable);
  const std::filesystem::path path = folder / "server-id.key";
  {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() >= 0) return read_key(file);
    if (errno != ENOENT) return broken(IdentityErrc::key_unreadable);
  }
  HEARTH_TRY(auto key, crypto::SignatureKey::generate(crypto::kDefaultSuite, random));
  HEARTH_CHECK(write_key(folder, path, key));
  return key;
}

}  // namespace hearth::server
