// A whole world in one process and under one seed: clients, a server, lines between them that
// break.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/core/core.h"
#include "protocol/crypto/random.h"
#include "server/log/memory/memory_log.h"
#include "server/rooms/directory.h"
#include "tests/support/shown_events.h"

namespace hearth::test {

class World;

// One client with its face: it asks, and remembers everything that it was shown.
class Client final : public ShownEvents {
 public:
  Client(World& world, std::string name, std::uint64_t seed);

  const std::string& name() const noexcept { return name_; }
  client::Core& core() noexcept { return core_; }

  // Asks, without waiting for anything. Answers come with the tag returned.
  std::uint64_t ask(client::CommandBody body);
  std::uint64_t say(std::string text) { return ask(client::Say{std::move(text)}); }
  std::uint64_t knock(const std::string& link, std::string greeting = {}) {
    return ask(client::KnockAtDoor{link, name_, std::move(greeting)});
  }

  // Questions are answered at once.
  client::StatusReport status();
  std::vector<client::Person> members();
  std::vector<client::SafetyCodes::Code> codes();
  std::vector<client::SeenEntry> entries();
  std::vector<std::string> texts() const;  // "name: text", in order.
  bool inside() { return status().stage == "inside"; }
  // What a vault of this client would hold now: the last Keep. Empty where it keeps none.
  const SecretBytes& kept() const noexcept { return kept_; }

 private:
  friend class World;
  void act(client::Action action);

  World& world_;
  std::string name_;
  crypto::SeededRandom random_;
  client::Core core_;
  SecretBytes kept_;
  std::optional<Instant> timer_;
  std::uint64_t next_tag_ = 1;
};

// The world runs in steps: one record crosses one line, one task of the server runs, one line comes
// to stand. Which is next is drawn from the seed, so lines overtake each other, while each of them
// keeps its order. Time stands still until `pass`.
//
// The server is made of the real Directory, RoomRunner and ServerSession; only sockets are missing.
class World final {
 public:
  explicit World(std::uint64_t seed);
  ~World();

  std::uint64_t seed() const noexcept { return seed_; }
  Instant now() const noexcept { return now_; }

  Client& client(const std::string& name);
  Client& operator[](const std::string& name) { return client(name); }

  // Steps until nothing is left to do.
  void settle();
  // Lets time pass, with everything that falls due; settles before and after.
  void pass(Duration duration);
  // Passes time until `done` holds; fails the test if it does not within `at_most`.
  bool until(const std::function<bool()>& done, Duration at_most = std::chrono::minutes(5));

  // --- Trouble ---

  // The line of this client breaks: of what is on its way in either direction some arrives.
  void cut(Client& client);
  // Breaks it as soon as this many more records have crossed it.
  void cut_after(Client& client, std::size_t records);
  // Its process dies with all that it was shown; what it had sent arrives or does not. Another one
  // comes back from these bytes. The reason why it cannot, or nothing.
  std::string restart_client(Client& client, const SecretBytes& kept);
  // Whether cut_after is still to come.
  bool cut_pending(const Client& client) const noexcept;
  // The process dies: what was not given to the log is gone. It starts again at once, or when
  // asked.
  void crash_server(bool start_again = true);
  // It stops cleanly, and starts again.
  void restart_server();
  void start_server();
  // What the server holds of a room, and how many records crossed the line of a client.
  server::RoomRunner* room(const room::RoomId& id) { return directory_->find(id); }
  bool check_tag(const wire::CheckTag& question) { return directory_->check_tag(question); }
  std::size_t records_crossed(const Client& client) const noexcept;
  // Changes records of the log on their way to this client.
  std::function<void(Client&, wire::EntryRecord&)> tamper;

  // Everybody named is inside, and all agree on head, epoch and the newest safety code.
  void expect_agreement(const std::vector<std::string>& names);

 private:
  friend class Client;
  struct Line;
  class ServerEnd;

  void carry_out(Client& client, client::Effects effects);
  Line* line_of(const Client& client) noexcept;
  bool step();
  void deliver_up(Line& line);
  void deliver_down(Line& line);
  void drop(Line& line, bool tell_client);
  std::uint64_t draw(std::uint64_t below);

  std::uint64_t seed_;
  crypto::SeededRandom random_;
  crypto::SeededRandom server_random_;
  Instant now_;
  crypto::SignatureKey server_id_;
  server::TagKey tag_key_;  // Of the present process.
  server::MemoryLog log_;
  std::deque<std::move_only_function<void()>> posted_;
  struct Trace;
  std::unique_ptr<Trace> trace_;
  std::unique_ptr<server::Directory> directory_;  // Null while the server is down.
  std::list<std::unique_ptr<Line>> lines_;
  std::vector<std::unique_ptr<Client>> clients_;
  struct Cut {
    const Client* client = nullptr;
    std::size_t records = 0;
  };
  std::vector<Cut> cuts_;
  std::map<const Client*, std::size_t> crossed_;
};

}  // namespace hearth::test
