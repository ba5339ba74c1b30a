// Starting, stopping and looking at a server.
#include "tests/support/server_process.h"

#include <charconv>
#include <csignal>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hearth::test {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "hearth-test-XXXXXX").string();
  if (const char* made = mkdtemp(name.data())) path_ = made;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

ServerProcess::ServerProcess(std::filesystem::path binary, std::filesystem::path folder,
                             std::vector<std::string> environment)
    : binary_(std::move(binary)), folder_(std::move(folder)), environment_(std::move(environment)) {
  std::ofstream config(folder_ / "hearthd.toml");
  config << "[listen]\naddress = \"127.0.0.1:0\"\n[storage]\nfolder = \""
         << (folder_ / "data").string() << "\"\n";
}

ServerProcess::~ServerProcess() {
  if (running()) kill_at_once();
}

bool ServerProcess::start() {
  int lines[2];
  if (pipe2(lines, O_CLOEXEC) != 0) return false;
  const std::string config = (folder_ / "hearthd.toml").string();
  const std::string trace = (folder_ / "trace").string();
  pid_ = fork();
  if (pid_ == 0) {
    dup2(lines[1], STDOUT_FILENO);
    const int file = open(trace.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(file, STDERR_FILENO);
    for (std::string& pair : environment_) putenv(pair.data());
    execl(binary_.c_str(), binary_.c_str(), "--config", config.c_str(), nullptr);
    _exit(127);
  }
  close(lines[1]);
  // "hearthd: listening on ws://127.0.0.1:40123"
  std::string line;
  char letter = 0;
  pollfd ready{lines[0], POLLIN, 0};
  while (poll(&ready, 1, 60000) == 1 && read(lines[0], &letter, 1) == 1 && letter != '\n')
    line += letter;
  close(lines[0]);
  const std::size_t colon = line.rfind(':');
  const char* const end = line.data() + line.size();
  const bool listening = (line.starts_with("hearthd: listening on ws://") ||
                          line.starts_with("hearthd: listening on wss://")) &&
                         std::from_chars(line.data() + colon + 1, end, port_).ptr == end;
  if (!listening && running()) kill_at_once();
  return listening;
}

bool ServerProcess::start_again() {
  const std::filesystem::path path = folder_ / "hearthd.toml";
  std::ostringstream config;
  config << std::ifstream(path).rdbuf();
  std::string text = config.str();
  const std::string any = "127.0.0.1:0\"";
  if (const std::size_t at = text.find(any); at != std::string::npos) {
    text.replace(at, any.size(), "127.0.0.1:" + std::to_string(port_) + "\"");
  }
  std::ofstream(path) << text;
  return start();
}

void ServerProcess::kill_at_once() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

int ServerProcess::terminate() {
  int status = 0;
  kill(pid_, SIGTERM);
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::size_t ServerProcess::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::string ServerProcess::trace() const {
  std::ifstream file(folder_ / "trace");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::pair<std::string, std::uint64_t>> ServerProcess::counters() const {
  std::vector<std::pair<std::string, std::uint64_t>> found;
  std::istringstream lines(trace());
  const std::string mark = "hearthd count ";
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (!line.starts_with(mark) || equals == std::string::npos) continue;
    found.emplace_back(line.substr(mark.size(), equals - mark.size()),
                       std::stoull(line.substr(equals + 1)));
  }
  return found;
}

}  // namespace hearth::test
