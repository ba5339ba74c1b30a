// A room under siege: the real server and real clients over real sockets, and who sits between.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>

#include "client/core/core.h"
#include "protocol/crypto/random.h"
#include "server/log/memory/memory_log.h"
#include "server/rooms/directory.h"
#include "tests/adversary/story.h"
#include "tests/adversary/stream.h"
#include "tests/support/shown_events.h"

namespace hearth::test {

class Siege;

// Somebody at the end of a line.
class Party {
 public:
  explicit Party(std::string name) : name_(std::move(name)) {}
  virtual ~Party() = default;
  Party(const Party&) = delete;

  const std::string& name() const noexcept { return name_; }
  virtual void on_connected() = 0;
  virtual void on_record(Bytes record) = 0;
  virtual void on_lost() = 0;
  virtual void on_time() {}

  Story story;  // What it has been told.

 protected:
  std::optional<Instant> timer_;

 private:
  friend class Siege;
  std::string name_;
};

// One client core with its face: it asks, and remembers what it was shown.
class Person final : public Party, public ShownEvents {
 public:
  Person(Siege& siege, std::string name, std::uint64_t seed);

  client::Core& core() noexcept { return core_; }
  std::uint64_t ask(client::CommandBody body);  // The tag.

  client::StatusReport status();
  std::vector<client::Person> members();
  std::vector<client::SeenEntry> entries();
  bool inside() { return !core_.ended() && status().stage == "inside"; }

  void on_connected() override { act(client::Connected{}); }
  void on_record(Bytes record) override { act(client::RecordReceived{std::move(record)}); }
  void on_lost() override { act(client::ConnectionLost{}); }
  void on_time() override { act(client::TimePassed{}); }

  std::vector<std::string> texts;  // What it has said.

 private:
  void act(client::Action action);
  void carry_out(client::Effects effects);

  Siege& siege_;
  crypto::SeededRandom random_;
  client::Core core_;
  std::uint64_t next_tag_ = 1;
};

// Who sits between the server and its clients, and is the server: it holds server_id. The default
// of everything is honest.
class Tamperer {
 public:
  using Out = std::vector<Bytes>;  // Records to go on instead.
  virtual ~Tamperer() = default;
  virtual void entry(Party& to, room::LogRecord record, Out& out);
  virtual void message(Party& to, wire::ServerMessage message, Out& out);
  virtual void up(Party& from, wire::ClientMessage message, Out& out);

 protected:
  // The record, told; with the numbers of the story.
  static Bytes told(Party& to, const room::LogRecord& record, room::Seq truly);
};

// Steps as a simulated world does: one record is taken up at a time, drawn by the seed from all
// that have crossed the sockets. Time stands still until `pass`.
//
// With the port of a server that runs as a process of its own, the same people meet there: then
// nobody sits between, and the time is the real one.
class Siege final {
 public:
  explicit Siege(std::uint64_t seed, std::uint16_t server_port = 0);
  ~Siege();
  Siege(const Siege&) = delete;

  Person& person(const std::string& name);
  Person& operator[](const std::string& name) { return person(name); }
  const std::vector<std::unique_ptr<Person>>& people() const noexcept { return people_; }
  // For those who are not people; they must outlive their lines.
  void connect(Party& party);
  void disconnect(Party& party);
  void send(Party& party, const Bytes& record);
  Instant now() const noexcept { return now_; }
  std::uint64_t draw(std::uint64_t below);  // Below that.
  bool chance(unsigned percent) { return draw(100) < percent; }
  crypto::RandomSource& random() noexcept { return random_; }

  void settle();
  void pass(Duration duration);
  // Passes time until `done` holds; false if it does not.
  bool until(const std::function<bool()>& done, Duration at_most = std::chrono::minutes(2));

  // --- The server's own knowledge ---
  const crypto::SignatureKey& server_id() const noexcept { return server_id_; }
  const Truth& truth() const noexcept { return truth_; }
  server::RoomRunner* room() { return directory_->find(room_id_); }
  const room::RoomId& room_id() const noexcept { return room_id_; }
  // Sends a record to this person's connection now, past the rooms.
  void inject(Party& to, const Bytes& record);
  // Writes an entry into everybody's log that nobody appended, as its last so far.
  void slip_in(room::EntryKind kind, room::Generation generation, const Bytes& body);
  bool connected(const Party& party) noexcept { return line_of(party) != nullptr; }

  Tamperer* tamperer = nullptr;  // Null: honest.

 private:
  struct Line;
  class Front;

  Line* line_of(const Party& party) noexcept;
  bool external() const noexcept { return server_port_ != 0; }
  void wait_for_lines();
  void drain();
  bool step();
  void drop(Line& line, bool tell_client);
  void down(Line& line, Bytes record);
  void on_resume(Story& story, wire::Resume& resume);
  Tamperer& between() noexcept { return tamperer ? *tamperer : honest_; }

  crypto::SeededRandom random_;
  crypto::SeededRandom server_random_;
  Instant now_;
  crypto::SignatureKey server_id_;
  server::TagKey tag_key_;
  server::MemoryLog log_;
  std::deque<std::move_only_function<void()>> posted_;
  struct Trace;
  std::unique_ptr<Trace> trace_;
  std::unique_ptr<server::Directory> directory_;
  Tamperer honest_;
  Truth truth_;
  room::RoomId room_id_;
  Listener listener_;
  std::uint64_t seed_;
  std::uint16_t server_port_;
  std::list<std::unique_ptr<Line>> lines_;
  std::vector<std::unique_ptr<Person>> people_;
};

}  // namespace hearth::test
