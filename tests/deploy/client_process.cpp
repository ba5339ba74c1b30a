// Pipes, a fork, and lines.
#include "tests/deploy/client_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hearth::test {

ClientProcess::ClientProcess(const std::filesystem::path& hearth,
                             const std::vector<std::string>& arguments) {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw PlayFailed("no pipes left");
  std::vector<char*> argv;
  const std::string path = hearth.string();
  argv.push_back(const_cast<char*>(path.c_str()));
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) throw PlayFailed("no process can be started");
  if (pid_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execv(path.c_str(), argv.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  input_ = in[1];
  output_ = out[0];
}

ClientProcess::ClientProcess(ClientProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)),
      unread_(std::move(other.unread_)),
      events_(std::move(other.events_)) {}

ClientProcess::~ClientProcess() {
  if (input_ >= 0) close(input_);
  if (output_ >= 0) close(output_);
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void ClientProcess::send(const json::Value& command) {
  const std::string line = json::to_text(command) + "\n";
  std::size_t sent = 0;
  while (sent < line.size()) {
    const ssize_t size = write(input_, line.data() + sent, line.size() - sent);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) throw PlayFailed("a client does not listen any more");
    sent += static_cast<std::size_t>(size);
  }
}

bool ClientProcess::read_available() {
  std::array<char, 65536> part;
  const ssize_t size = read(output_, part.data(), part.size());
  if (size < 0 && errno == EINTR) return true;
  if (size <= 0) return false;
  unread_.append(part.data(), static_cast<std::size_t>(size));
  std::size_t begin = 0;
  for (std::size_t end; (end = unread_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    auto event = json::parse(std::string_view(unread_).substr(begin, end - begin));
    if (!event) throw PlayFailed("a client said what is not JSON");
    events_.push_back(*std::move(event));
  }
  unread_.erase(0, begin);
  return true;
}

int ClientProcess::finish() {
  close(std::exchange(input_, -1));
  while (read_available()) {
  }
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string text_of(const json::Value& object, std::string_view key) {
  const json::Value* const value = object.find(key);
  return value && value->is_string() ? value->as_string() : std::string();
}

bool is_event(const json::Value& event, std::string_view name) {
  return text_of(event, "event") == name;
}

}  // namespace hearth::test
