// A server as a process of its own, in a folder that goes with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace hearth::test {

// A new folder under the system's temporary one; removed at the end.
class TemporaryFolder final {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

// Runs `binary` on a port of the system's choice, with its data in a folder. Stopped and started
// again it finds what it left. Its trace is kept in `trace()`.
class ServerProcess final {
 public:
  // `environment`: "NAME=value", beside our own.
  ServerProcess(std::filesystem::path binary, std::filesystem::path folder,
                std::vector<std::string> environment = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;

  bool start();  // True once it says where it listens.
  bool start_again();  // The same, on the port that it had.
  void kill_at_once();  // SIGKILL, and waits.
  int terminate();      // SIGTERM, and waits: its exit code, or -1 when a signal ended it.
  bool running() const noexcept { return pid_ > 0; }

  std::uint16_t port() const noexcept { return port_; }
  pid_t pid() const noexcept { return pid_; }
  std::size_t resident_bytes() const;  // Of its memory.
  std::string trace() const;
  // The counter `name` as the server wrote it at its clean end.
  std::vector<std::pair<std::string, std::uint64_t>> counters() const;

 private:
  std::filesystem::path binary_;
  std::filesystem::path folder_;
  std::vector<std::string> environment_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace hearth::test
