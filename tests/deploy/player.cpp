// hearth-player: plays a script, prints everybody's view, and checks what must hold.
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>

#include <getopt.h>
#include <unistd.h>

#include "tests/deploy/play.h"

namespace {

constexpr int kUsage = 2;

int usage() {
  std::fputs(
      "usage: hearth-player SCRIPT --hearth PROGRAM --server HOST:PORT [--close | --stay FILE]\n"
      "  Plays SCRIPT with one client process per person against a plain listener, prints what\n"
      "  each of them sees and checks what must hold. Exit codes: 0 all holds, 1 it does not, 2 "
      "usage.\n"
      "  --close      the host closes the room at the end\n"
      "  --stay FILE  the host's client stays in the background and lets in whoever knocks; FILE\n"
      "               gets its process id and a new invitation, one line each\n",
      stderr);
  return kUsage;
}

// The host stays with a process that only keeps the door; this one may end.
void leave_the_host(hearth::test::Play& play, const std::string& file) {
  play.empty_the_room();
  const std::string link = play.invitation(20, 12);
  std::fflush(stdout);
  const pid_t keeper = fork();
  if (keeper != 0) {
    std::ofstream(file) << keeper << "\n" << link << "\n";
    std::fflush(stdout);
    _exit(keeper < 0 ? 1 : 0);  // The clients are the keeper's now: nobody kills them here.
  }
  setsid();
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(descriptor);
  play.stay();
}

}  // namespace

int main(int argc, char** argv) {
  hearth::test::PlayOptions options;
  std::string stay;
  bool close = false;
  const option known[] = {{"hearth", required_argument, nullptr, 'h'},
                          {"server", required_argument, nullptr, 's'},
                          {"close", no_argument, nullptr, 'c'},
                          {"stay", required_argument, nullptr, 'k'},
                          {nullptr, 0, nullptr, 0}};
  for (int letter; (letter = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
    if (letter == 'h')
      options.hearth = optarg;
    else if (letter == 's')
      options.server = optarg;
    else if (letter == 'c')
      close = true;
    else if (letter == 'k')
      stay = optarg;
    else
      return usage();
  }
  if (optind + 1 != argc || options.hearth.empty() || options.server.empty()) return usage();
  options.script = argv[optind];
  options.say = [](const std::string& line) {
    std::printf("  %s\n", line.c_str());
    std::fflush(stdout);
  };
  std::signal(SIGPIPE, SIG_IGN);
  try {
    hearth::test::Play play(std::move(options));
    std::printf("The play:\n");
    play.run();
    for (const std::string& name : play.cast().names()) {
      std::printf("\nWhat %s sees:\n", name.c_str());
      for (const std::string& line : play.cast().view(name)) std::printf("  | %s\n", line.c_str());
    }
    std::printf("\nThe checks:\n");
    play.check();
    std::printf("hearth-player: %zu clients, every check holds\n", play.cast().names().size());
    if (close) play.close_the_room();
    if (!stay.empty()) leave_the_host(play, stay);
    return 0;
  } catch (const std::exception& failure) {
    std::fflush(stdout);
    std::fprintf(stderr, "hearth-player: FAILED: %s\n", failure.what());
    return 1;
  }
}
