// Vaults through the real programs: coming back after any end, copies, and what the file shows.
#include <csignal>
#include <fstream>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "protocol/crypto/random.h"
#include "tests/blind/needles.h"
#include "tests/deploy/actor.h"
#include "tests/support/server_process.h"

namespace hearth::test {
namespace {

constexpr std::string_view kPassphrase = "the herons come back in March";

class Vault : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.start()) << server_.trace(); }

  std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string host() const { return "127.0.0.1:" + std::to_string(server_.port()); }

  json::Value vault_command(std::string_view what, const std::string& name,
                            std::string_view passphrase = kPassphrase) const {
    return json::object({{"cmd", what}, {"path", file(name)}, {"passphrase", passphrase}});
  }
  void create_vault(Actor& actor, const std::string& name) const {
    actor.ask(vault_command("vault_create", name));
    EXPECT_EQ(text_of(actor.await("vault"), "state"), "created");
  }
  // Anna founds an open room; her link.
  std::string found(Actor& anna, std::string_view retention) {
    create_vault(anna, "anna");
    anna.ask(json::object({{"cmd", "create"},
                           {"host", host()},
                           {"title", "The Saturday circle"},
                           {"name", "Anna Heron"},
                           {"retention", retention},
                           {"admission", "open"}}));
    room_ = text_of(anna.await("room_created"), "room");
    anna.await("opened");
    anna.ask(json::object({{"cmd", "invite"}, {"uses", 9}}));
    return text_of(anna.await("invitation"), "link");
  }
  void join(Actor& actor, const std::string& name, const std::string& link) const {
    create_vault(actor, name);
    actor.ask(json::object({{"cmd", "knock"}, {"link", link}, {"name", name + " of the door"}}));
    actor.await("entered");
  }
  // Another process opens the vault.
  void come_back(std::optional<Actor>& actor, const std::string& name) const {
    actor.reset();
    actor.emplace();
    actor->ask(vault_command("vault_open", name));
    EXPECT_EQ(text_of(actor->await("vault"), "state"), "opened");
  }
  static void say(Actor& actor, std::string_view text) {
    actor.ask(json::object({{"cmd", "say"}, {"text", text}}));
  }
  static void hear(Actor& actor, std::string_view text) {
    actor.await("message", [&](const auto& event) { return text_of(event, "text") == text; });
  }
  std::string reason(Actor& actor, const json::Value& command) const {
    actor.ask(command);
    return text_of(actor.await("refused"), "reason");
  }
  static void quit(std::optional<Actor>& actor) {
    EXPECT_EQ(actor->finish(), 0);
    actor.reset();
  }
  Bytes bytes_of(const std::string& name) const {
    std::ifstream in(file(name), std::ios::binary);
    Bytes bytes(static_cast<std::size_t>(std::filesystem::file_size(file(name))));
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return bytes;
  }

  TemporaryFolder folder_;
  TemporaryFolder server_folder_;
  ServerProcess server_{HEARTHD_PROGRAM, server_folder_.path()};
  std::string room_;
};

TEST_F(Vault, ComesBackAfterAStopAndReadsWhatWasSaid) {
  std::optional<Actor> anna(std::in_place);
  std::optional<Actor> ben(std::in_place);
  const std::string link = found(*anna, "24h");
  join(*ben, "ben", link);
  say(*ben, "before");
  hear(*anna, "before");
  quit(ben);
  say(*anna, "while you were away");
  hear(*anna, "while you were away");

  come_back(ben, "ben");
  hear(*ben, "while you were away");
  say(*ben, "and back");
  hear(*anna, "and back");

  // Nobody had to let him in; and the founder comes back as staff.
  EXPECT_EQ(anna->count("knock_waiting"), 0U);
  quit(anna);
  come_back(anna, "anna");
  anna->await("online");
  anna->ask(json::object({{"cmd", "pause"}}));
  EXPECT_TRUE(is_event(ben->await("pause_changed"), "pause_changed"));
}

// Whatever was in the log when the process died is there once; nothing is there twice.
TEST_F(Vault, ComesBackAfterSigkillAtRandomMoments) {
  std::optional<Actor> anna(std::in_place);
  std::optional<Actor> ben(std::in_place);
  join(*ben, "ben", found(*anna, "24h"));
  crypto::SystemRandom random;
  std::vector<std::string> said;
  std::vector<std::string> read;
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 4; ++i) {
      said.push_back("line " + std::to_string(round) + "." + std::to_string(i));
      say(*ben, said.back());
    }
    ben->listen(random.array<1>()[0] % 50);
    usleep(random.array<1>()[0] * 100U);
    for (std::size_t i = said.size() - 4; i < said.size(); ++i) {
      if (ben->count("message", said[i]) > 0) read.push_back(said[i]);
    }
    come_back(ben, "ben");
  }
  say(*ben, "the last");
  hear(*anna, "the last");

  for (const std::string& line : said) EXPECT_LE(anna->count("message", line), 1U) << line;
  for (const std::string& line : read) EXPECT_EQ(anna->count("message", line), 1U) << line;
  EXPECT_EQ(anna->count("skipped"), 0U);
  EXPECT_EQ(anna->count("faulted"), 0U);
  EXPECT_EQ(ben->count("stay_copied"), 0U);
}

// Two processes, two copies. The second finds what the first has said: it says so, uses none of
// these keys, and is let in with new ones.
TEST_F(Vault, ACopyIsNoticedAndUsesNoKeyAgain) {
  std::optional<Actor> anna(std::in_place);
  std::optional<Actor> ben(std::in_place);
  join(*ben, "ben", found(*anna, "24h"));
  quit(ben);
  std::filesystem::copy_file(file("ben"), file("copy"));
  come_back(ben, "ben");
  say(*ben, "by the first");
  hear(*anna, "by the first");

  std::optional<Actor> copy;
  come_back(copy, "copy");
  say(*copy, "by the second");
  const json::Value noticed = copy->await("stay_copied");
  EXPECT_NE(text_of(noticed, "line").find("old one or a copy"), std::string::npos);
  copy->await("entered");
  hear(*anna, "by the second");
  EXPECT_EQ(text_of(ben->await("ended"), "reason"), "replaced");

  // A key used twice would not open the second time.
  EXPECT_EQ(anna->count("skipped"), 0U);
  EXPECT_EQ(anna->count("faulted"), 0U);
  EXPECT_EQ(anna->count("hard_stop"), 0U);
}

TEST_F(Vault, SaysWhyItIsNotOpened) {
  std::optional<Actor> anna(std::in_place);
  found(*anna, "live");
  Actor other;
  std::ofstream(file("letter")) << "not a vault";

  EXPECT_EQ(reason(other, vault_command("vault_open", "anna")), "vault_busy");
  EXPECT_EQ(reason(other, vault_command("vault_open", "none")), "vault_missing");
  EXPECT_EQ(reason(other, vault_command("vault_open", "letter")), "vault_not_opened");
  EXPECT_EQ(reason(other, vault_command("vault_create", "letter")), "vault_exists");
  EXPECT_EQ(reason(other, vault_command("vault_create", "new", "short")), "passphrase_short");
  EXPECT_EQ(reason(other, json::object({{"cmd", "vault_lock"}})), "vault_none");
  quit(anna);
  EXPECT_EQ(reason(other, vault_command("vault_open", "anna", "the herons")), "vault_not_opened");
  other.ask(vault_command("vault_open", "anna"));
  EXPECT_EQ(text_of(other.await("vault"), "state"), "opened");
  other.await("online");
}

// Names, texts, handles, room and links, in every encoding: none of it is in the file, whose size
// and kind say nothing of what is in it.
TEST_F(Vault, TheFileShowsNothing) {
  std::optional<Actor> anna(std::in_place);
  std::optional<Actor> ben(std::in_place);
  const std::string link = found(*anna, "24h");
  join(*ben, "ben", link);
  const std::string words = "seventeen herons stood in clear water";
  say(*ben, words);
  hear(*anna, words);
  say(*anna, words);
  hear(*ben, words);
  tests::Needles needles;
  for (const std::string& text :
       {words, std::string("The Saturday circle"), std::string("Anna Heron"),
        std::string("ben of the door"), std::string(kPassphrase), link, host(), room_}) {
    needles.add(text);
  }
  const auto add_raw = [&](const std::string& hex) {
    const Bytes bytes = *from_hex(hex);
    needles.add(std::string(bytes.begin(), bytes.end()));
  };
  add_raw(room_);
  anna->ask(json::object({{"cmd", "members"}}));
  const json::Value shown = anna->await("members");
  for (const json::Value& person : shown.find("members")->as_array()) {
    needles.add(text_of(person, "handle"));
    add_raw(text_of(person, "handle"));
  }
  Actor other;  // Of nothing at all.
  create_vault(other, "other");
  quit(anna);
  quit(ben);

  const auto size = std::filesystem::file_size(file("other"));
  for (const std::string name : {"anna", "ben", "other"}) {
    const Bytes bytes = bytes_of(name);
    EXPECT_EQ(bytes.size(), size) << name;
    for (const auto& hit : needles.find_in(bytes)) {
      ADD_FAILURE() << hit.text << " in the vault of " << name << " at " << hit.offset;
    }
    struct stat about {};
    ASSERT_EQ(::stat(file(name).c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600U);
  }
  // Nor do two of them have anything in common: not one of their 8-byte words.
  const Bytes one = bytes_of("anna");
  const Bytes two = bytes_of("other");
  for (std::size_t at = 0; at + 8 <= one.size(); at += 8) {
    ASSERT_FALSE(equal(ByteView(one).subspan(at, 8), ByteView(two).subspan(at, 8))) << at;
  }
  // The search itself can see: the canary is found where it stands.
  EXPECT_FALSE(needles.find_in(view_of("x" + words)).empty());
}

TEST_F(Vault, LocksAndGoesOn) {
  std::optional<Actor> anna(std::in_place);
  std::optional<Actor> ben(std::in_place);
  join(*ben, "ben", found(*anna, "24h"));
  ben->ask(json::object({{"cmd", "vault_lock"}}));
  const json::Value locked = ben->await("vault");
  EXPECT_EQ(text_of(locked, "state"), "locked");
  say(*anna, "meanwhile");
  hear(*anna, "meanwhile");
  ben->ask(json::object({{"cmd", "status"}}));
  EXPECT_EQ(text_of(ben->await("status"), "stage"), "idle");
  EXPECT_EQ(ben->count("message", "meanwhile"), 0U);

  ben->ask(vault_command("vault_open", "ben"));
  hear(*ben, "meanwhile");
  say(*ben, "unlocked");
  hear(*anna, "unlocked");
}

TEST_F(Vault, LocksByItself) {
  Actor anna({"--json", "--plain", "--lock-after", "0.005"});
  anna.ask(vault_command("vault_create", "anna"));
  const json::Value locked =
      anna.await("vault", [](const auto& event) { return text_of(event, "state") == "locked"; });
  EXPECT_EQ(*locked.find("by_itself"), json::Value(true));
  EXPECT_EQ(reason(anna, vault_command("vault_open", "anna")), "vault_empty");
}

// --- The face for people, on a terminal of its own ----------------------------------------------

class Terminal final {
 public:
  explicit Terminal(const std::vector<std::string>& arguments) {
    master_ = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0) {
      throw PlayFailed("no terminal left");
    }
    const std::string name = ptsname(master_);
    std::vector<char*> argv{const_cast<char*>(HEARTH_PROGRAM)};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ != 0) return;
    setsid();
    const int slave = open(name.c_str(), O_RDWR);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(slave, stream);
    execv(HEARTH_PROGRAM, argv.data());
    _exit(127);
  }
  ~Terminal() {
    close(master_);
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Terminal(const Terminal&) = delete;

  void type(const std::string& line) {
    const std::string typed = line + "\n";
    EXPECT_EQ(write(master_, typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
  }
  // Everything up to these words, which must come; it is read then.
  std::string await(const std::string& words) {
    std::string before;
    while (unread_.find(words) == std::string::npos) {
      pollfd ready{master_, POLLIN, 0};
      char part[4096];
      if (poll(&ready, 1, 30000) != 1) break;
      const ssize_t size = read(master_, part, sizeof part);
      if (size <= 0) break;
      unread_.append(part, static_cast<std::size_t>(size));
    }
    const std::size_t at = unread_.find(words);
    EXPECT_NE(at, std::string::npos) << "no \"" << words << "\" in: " << unread_;
    if (at == std::string::npos) return {};
    before = unread_.substr(0, at + words.size());
    unread_.erase(0, at + words.size());
    return before;
  }
  int interrupt() {
    kill(pid_, SIGINT);
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  int master_ = -1;
  pid_t pid_ = -1;
  std::string unread_;
};

TEST_F(Vault, APersonAtATerminal) {
  const std::string passphrase(kPassphrase);
  std::string seen;
  {
    Terminal anna({"create", "--server", "ws://" + host(), "--title", "Circle", "--name", "Anna",
                   "--alone", "--vault", file("anna")});
    seen += anna.await("A passphrase for the new vault");
    anna.type(passphrase);
    seen += anna.await("The same once more:");
    anna.type("another one");
    seen += anna.await("The two are not the same.");
    seen += anna.await("new vault");
    anna.type(passphrase);
    seen += anna.await("once more:");
    anna.type(passphrase);
    seen += anna.await("The vault is made.");
    seen += anna.await("/help for all commands");
    anna.type("hello to myself");
    anna.type("/hide");
    seen += anna.await("\033[2J\033[3J");  // The screen, and what was above it.
    seen += anna.await("The passphrase of the vault");
    anna.type("not this one");
    seen += anna.await("does not open the file");
    seen += anna.await("The passphrase of the vault");
    anna.type(passphrase);
    seen += anna.await("You are back in");
    EXPECT_EQ(anna.interrupt(), 0);  // Ctrl-C.
  }
  // The server needs no --plain here: how it is reached is in the vault.
  Terminal anna({"open", "--no-qr", "--vault", file("anna")});
  seen += anna.await("The passphrase of the vault");
  anna.type(passphrase);
  seen += anna.await("You are back in");
  anna.type("/invite");
  seen += anna.await("Invitation for 1 person");
  EXPECT_EQ(anna.interrupt(), 0);

  EXPECT_EQ(seen.find("herons"), std::string::npos) << seen;  // What was typed was not shown.
}

TEST_F(Vault, StaffWithoutOneAreTold) {
  Terminal anna(
      {"create", "--server", "ws://" + host(), "--title", "Circle", "--name", "Anna", "--alone"});
  anna.await("Your staff keys are in this process alone");
  anna.await("/help for all commands");
  anna.type("/vault " + file("anna"));
  anna.await("A passphrase for the new vault");
  anna.type(std::string(kPassphrase));
  anna.await("once more:");
  anna.type(std::string(kPassphrase));
  anna.await("The vault is made.");
  EXPECT_EQ(anna.interrupt(), 0);

  Terminal again({"open", "--vault", file("anna")});
  again.await("The passphrase of the vault");
  again.type(std::string(kPassphrase));
  again.await("You are back in");
}

}  // namespace
}  // namespace hearth::test
