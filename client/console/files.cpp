// Writing a file whole, or not at all.
#include "client/console/files.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace hearth::client {
namespace {

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t size = ::write(descriptor, content.data(), content.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(size));
  }
  return ::fsync(descriptor) == 0;
}

}  // namespace

std::string write_new_file(const NewFile& file) {
  const int descriptor =
      ::open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    if (errno == EEXIST) return "There is a file of that name already. Choose another one.";
    if (errno == ENOENT) return "There is no such folder.";
    return "That file cannot be made there.";
  }
  const bool written = write_all(descriptor, file.content);
  const bool closed = ::close(descriptor) == 0;
  if (written && closed) return {};
  ::unlink(file.path.c_str());
  return "The file could not be written whole. Is the disk full?";
}

}  // namespace hearth::client
