// A meeting from a script, played by real clients against a real server.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>

#include "tests/deploy/cast.h"

namespace hearth::test {

struct PlayOptions {
  std::filesystem::path script;  // Lines as {"who", "action", "text", "to"?}.
  std::filesystem::path hearth;
  std::string server;                                // HOST:PORT of a plain listener.
  std::function<void(const std::string& line)> say;  // What happens on the stage, line by line.
  // So many staff before the first guest: 1 or 2.
  unsigned staff_min = 1;
  // How long one step may take: enough for a machine under load.
  std::chrono::seconds patience = std::chrono::seconds(60);
};

// Plays a script: open_room, knock, admit, say, disconnect, reconnect, remove. Every step waits
// until everybody whom it concerns has seen it, so that a play takes no longer than the machine
// needs, and one that hangs names who waited for what. Failures are PlayFailed.
//
// Whoever is removed has been cut off the network just before, as somebody would who wants to keep
// the old keys; the next message is handed over as ciphertext, and only then does it come back and
// knock anew.
class Play final {
 public:
  explicit Play(PlayOptions options);

  void run();
  // Everybody inside holds the same log from their first entry on, the same safety code and the
  // same head; heard each line since they came in once and in order; nobody removed could open what
  // followed, and a member who was away could.
  void check();
  const Cast& cast() const noexcept { return cast_; }
  // The host closes the meeting; every client sees it.
  void close_the_room();
  // Everybody but the host leaves, and their clients end.
  void empty_the_room();
  // A new invitation.
  std::string invitation(unsigned uses, unsigned hours);
  // Lets in whoever knocks, until the host's client ends.
  void stay();

 private:
  using Events = Cast::Events;

  struct Actor {
    bool inside = false;
    bool away = false;
    bool gone = false;           // Removed.
    std::size_t heard_from = 0;  // The first of the lines said that it must have heard.
  };
  struct Said {
    std::string by;
    std::string text;
  };

  // One line of a script.
  void act(const json::Value& line);
  void open_room(const std::string& who, const std::string& title);
  // By `link`; whoever keeps the door sees it.
  void knock(const std::string& who, const std::string& greeting, const std::string& link);
  void admit(const std::string& by, const std::string& whom);
  void say(const std::string& who, const std::string& text);
  void disconnect(const std::string& who);
  void reconnect(const std::string& who);
  void remove(const std::string& whom);
  void hand_over(const std::string& whom);
  void turn_away(const std::string& whom);

  Actor& actor(const std::string& name);
  std::vector<std::string> inside(bool with_away = true) const;

  std::optional<json::Value> sealed_after(std::uint64_t seq) const;

  void check_same_log();
  void check_safety_codes();
  void check_lines();
  void check_who_can_open();

  PlayOptions options_;
  Cast cast_;
  std::map<std::string, Actor> actors_;
  std::string host_;
  std::string link_;
  std::vector<Said> said_;
  std::map<std::string, std::uint64_t> removed_at_;  // Name and seq.
};

}  // namespace hearth::test
