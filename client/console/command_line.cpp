// The command line of hearth; the only file of the client that knows CLI11.
#include "client/console/command_line.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include "client/console/audit_file.h"
#include "client/console/json_face.h"
#include "client/console/pack_files.h"
#include "client/console/plain_face.h"
#include "client/console/runner.h"
#include "client/console/safeguard.h"
#include "protocol/room/link.h"

namespace hearth::client {
namespace {

constexpr int kUsage = 2;
// Long enough to listen for a while: whoever listens types nothing.
constexpr double kLockAfter = 15;

// A core file would hold keys, so there is none, and no other process of this user may look in.
void close_the_curtains() {
  prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::signal(SIGPIPE, SIG_IGN);  // A write to nobody is an error like any other.
}

struct Settings {
  std::string server;
  std::string ca;
  bool plain = false;
  bool json = false;
  bool sealed_entries = false;
  bool no_qr = false;
  bool alone = false;
  std::string audit_file;
  std::string vault;
  std::optional<double> lock_after;  // Minutes.
  CreateRoom room;
  KnockAtDoor knock;
  std::string safeguarding;
  std::vector<std::string> packs;
  PackShown shown;
};

// What the arguments and the environment hold other people can see, and shells write it down. A
// link with a slip in it is a secret all the same.
bool holds_link(std::string_view text) {
  constexpr std::size_t kSecretsMin = 40;
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (std::size_t at = 0; (at = text.find("/j#", at)) != std::string_view::npos; at += 3) {
    const std::string_view secrets = text.substr(at + 3);
    const std::size_t end = std::min(secrets.find_first_not_of(kAlphabet), secrets.size());
    if (end >= kSecretsMin) return true;
  }
  return room::Link::parse(text).has_value();
}
bool shows_a_link(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (holds_link(argv[i])) return true;
  }
  for (char** variable = environ; variable && *variable; ++variable) {
    if (holds_link(*variable)) return true;
  }
  return false;
}

void describe(CLI::App& app, Settings& s) {
  app.set_version_flag("--version", "hearth 0.1.0");
  app.add_flag("--json", s.json, "JSON lines in and out, for scripts; see client/README.md");
  app.add_flag("--sealed-entries", s.sealed_entries,
               "With --json: also show each entry as the server hands it out, sealed");
  app.add_flag("--plain", s.plain,
               "No TLS: for a server on this machine or behind an onion address");
  app.add_option("--ca", s.ca, "PEM file of the authorities to trust, in place of the system's");
  app.add_flag("--no-qr", s.no_qr, "Do not draw invitations as codes, for screen readers");
  app.add_option("--lock-after", s.lock_after,
                 "Lock the vault when nothing was typed for so many minutes; 0: never. 15, with "
                 "--json 0")
      ->check(CLI::Range(0.0, 1440.0));
  app.fallthrough();

  CLI::App* const create = app.add_subcommand("create", "Found a room and open its first meeting");
  create->add_option("--server", s.server, "wss://HOST[:PORT], or ws://HOST[:PORT] without TLS")
      ->required();
  create->add_option("--title", s.room.title, "Only members see it; asked for when not given");
  create->add_option("--name", s.room.name, "What you are called; asked for when not given");
  create
      ->add_option("--retention", s.room.retention, "live: nothing is kept (the default); 24h; 7d")
      ->transform(
          CLI::Transformer(std::map<std::string, room::Retention>{{"live", room::Retention::live},
                                                                  {"24h", room::Retention::day},
                                                                  {"7d", room::Retention::week}}));
  create
      ->add_option("--admission", s.room.admission,
                   "lobby: staff let people in (the default); open: any member's client does")
      ->transform(CLI::Transformer(std::map<std::string, room::Admission>{
          {"open", room::Admission::open}, {"lobby", room::Admission::lobby}}));
  create->add_option("--agreement", s.room.agreement, "What guests agree to before they knock");
  create->add_option("--schedule", s.room.schedule, "When the room meets");
  create->add_flag("--alone", s.alone,
                   "Guests may come in while you are the only one of the staff; else once two are");
  create->add_option("--services", s.room.services, "Where help is when nobody is here");

  create->add_option("--safeguarding", s.safeguarding,
                     "Public half of a key (hearth safeguard keygen) that reports are sealed to");

  create->add_option("--vault", s.vault,
                     "Keep your keys in this new file, so that you can come back; staff need one");

  CLI::App* const safeguard =
      app.add_subcommand("safeguard", "For who watches over a room: its key, and reports");
  safeguard->require_subcommand(1);
  safeguard->add_subcommand("keygen", "Make a safeguarding key");
  CLI::App* const opening = safeguard->add_subcommand(
      "open", "Open a sealed report; the key and the report are asked for");
  opening->add_option("--server", s.server, "The server of the room, which checks the report")
      ->required();

  CLI::App* const join = app.add_subcommand("join", "Knock at a door; the link is asked for");
  join->add_option("--name", s.knock.name, "What you are called; asked for when not given");
  join->add_option("--greeting", s.knock.greeting, "A word for those who open the door");

  join->add_option("--vault", s.vault,
                   "Keep your keys in this new file, so that you can come back");

  CLI::App* const open = app.add_subcommand(
      "open", "Come back with a vault; its passphrase is asked for, never an argument");
  open->add_option("--vault", s.vault, "The file that create or join made")->required();

  CLI::App* const audit = app.add_subcommand("audit", "Check what was written down by /audit");
  audit->add_subcommand("verify", "Check an audit file, and say what staff did")
      ->add_option("FILE", s.audit_file)
      ->required();
  audit->require_subcommand(1);

  CLI::App* const pack =
      app.add_subcommand("pack", "Check the text files that meetings are run from");
  pack->require_subcommand(1);
  pack->add_subcommand("check", "Say what is wrong with a pack, line by line")
      ->add_option("FILE", s.packs)
      ->required();
  CLI::App* const show = pack->add_subcommand("show", "Show what is in a pack");
  show->add_option("FILE", s.shown.path)->required();
  show->add_option("TEMPLATE", s.shown.meeting, "Show all that this template says");
  show->add_option("--variant", s.shown.variant,
                   "religious or non-religious; the pack's first when not given");
}

int fail(const std::string& sentence) {
  std::fprintf(stderr, "hearth: %s\n", sentence.c_str());
  return kUsage;
}

std::unique_ptr<Face> face_of(const CLI::App& app, Settings& settings) {
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  const PlainOptions options{.vault = settings.vault,
                             .clears = terminal,
                             .qr = !settings.no_qr && ::isatty(STDOUT_FILENO) == 1,
                             .takes_last_line = ::isatty(STDIN_FILENO) == 1};
  if (app.got_subcommand("create")) {
    return std::make_unique<PlainFace>(std::move(settings.room), options);
  }
  if (app.got_subcommand("join")) {
    return std::make_unique<PlainFace>(std::move(settings.knock), options);
  }
  if (app.got_subcommand("open")) return std::make_unique<PlainFace>(OpenVault{}, options);
  return std::make_unique<JsonFace>(settings.sealed_entries);
}

int run(Face& face, RunnerOptions options) {
  asio::io_context context(1);
  Runner runner(context, face, std::move(options));
  std::exception_ptr failure;
  asio::co_spawn(context, runner.run(), [&](std::exception_ptr ended) { failure = ended; });
  context.run();
  if (failure) std::rethrow_exception(failure);
  return 0;
}

int run_pack(const CLI::App& command, const Settings& settings) {
  if (command.got_subcommand("show")) return pack_show(settings.shown, std::cout, std::cerr);
  const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  return pack_check(settings.packs, now, std::cout, std::cerr);
}

int run_safeguard(const CLI::App& command, const Settings& settings) {
  if (command.got_subcommand("keygen")) return safeguard_keygen();
  auto server = parse_server(settings.server);
  if (!server) return fail(server.error());
  auto trust = load_trust(settings.ca.empty() ? std::nullopt
                                              : std::optional<std::filesystem::path>(settings.ca));
  if (!trust) return fail(trust.error());
  try {
    return safeguard_open(server->host, server->tls && !settings.plain, *std::move(trust));
  } catch (const std::exception&) {
    std::fprintf(stderr, "hearth: ended in a bug\n");
    return 1;
  }
}

}  // namespace

int hearth_main(int argc, char** argv) {
  close_the_curtains();
  if (shows_a_link(argc, argv)) {
    return fail(
        "there is an invitation link in the arguments or the environment, where others on this "
        "machine can read it. Run hearth join and paste it when you are asked. If others could "
        "have seen it, ask for a new one.");
  }
  CLI::App app{
      "hearth, the client of Hearth: an end-to-end encrypted room in a terminal.\n"
      "Nothing is kept on this machine, unless you want a vault: when hearth ends, its keys are "
      "gone."};
  Settings settings;
  describe(app, settings);
  app.footer(
      "Inside, /help lists the commands. Exit codes: 0 clean, 1 a bug, an audit that does not hold "
      "or a pack that is not good, 2 usage.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  if (const CLI::App* const safeguard = app.get_subcommand("safeguard"); safeguard->parsed()) {
    return run_safeguard(*safeguard, settings);
  }
  if (const CLI::App* const pack = app.get_subcommand("pack"); pack->parsed()) {
    return run_pack(*pack, settings);
  }
  if (app.got_subcommand("audit")) return audit_verify_main(settings.audit_file);
  const bool plain =
      app.got_subcommand("create") || app.got_subcommand("join") || app.got_subcommand("open");
  if (settings.json == plain) {
    return fail(
        "use one of: hearth create, hearth join, hearth open, hearth audit, hearth pack, "
        "hearth safeguard, hearth --json. "
        "See hearth --help.");
  }
  bool tls = !settings.plain;
  if (app.got_subcommand("create")) {
    auto server = parse_server(settings.server);
    if (!server) return fail(server.error());
    settings.room.host = std::move(server->host);
    settings.room.staff_min = settings.alone ? 1 : 2;
    if (!settings.safeguarding.empty()) {
      const auto key = from_hex(settings.safeguarding);
      if (key) settings.room.safeguarding = room::DeskKey::from(*key);
      if (!settings.room.safeguarding) return fail("--safeguarding takes 64 hexadecimal digits");
    }
    tls = tls && server->tls;
  }
  auto trust = load_trust(settings.ca.empty() ? std::nullopt
                                              : std::optional<std::filesystem::path>(settings.ca));
  if (!trust) return fail(trust.error());
  try {
    const auto face = face_of(app, settings);
    // A script locks by itself.
    const double minutes = settings.lock_after.value_or(settings.json ? 0 : kLockAfter);
    const Duration lock_after(static_cast<Duration::rep>(minutes * 60'000));
    return run(*face, {tls, *std::move(trust), lock_after});
  } catch (const std::exception&) {
    // The text of an exception may hold anything, so it is not written.
    std::fprintf(stderr, "hearth: ended in a bug\n");
    return 1;
  }
}

}  // namespace hearth::client
