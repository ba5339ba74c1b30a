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

namespace hearth::test {

class Siege;

// One client core with its face: it asks, and remembers what it was shown.
class Person final {
 public:
  Person(Siege& siege, std::string name, std::uint64_t seed);

  const std::string& name() const noexcept { return name_; }
  client::Core& core() noexcept { return core_; }
  std::uint64_t ask(client::CommandBody body);  // The tag.
  void act(client::Action action);

  const std::vector<client::Show>& shown() const noexcept { return shown_; }
  template <class T>
  std::size_t count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        shown_, [](const auto& show) { return std::holds_alternative<T>(show.event); }));
  }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const client::Show& show : shown_) {
      if (const auto* event = std::get_if<T>(&show.event)) found.push_back(*event);
    }
    return found;
  }
  template <class T>
  std::optional<T> answer(std::uint64_t tag) const {
    for (const client::Show& show : shown_) {
      if (show.tag != tag) continue;
      if (const auto* event = std::get_if<T>(&show.event)) return *event;
    }
    return std::nullopt;
  }
  client::StatusReport status();
  std::vector<client::Person> members();
  std::vector<client::SeenEntry> entries();
  bool inside() { return !core_.ended() && status().stage == "inside"; }

  Story story;                     // What it has been told.
  std::vector<std::string> texts;  // What it has said.

 private:
  friend class Siege;
  Siege& siege_;
  std::string name_;
  crypto::SeededRandom random_;
  client::Core core_;
  std::vector<client::Show> shown_;
  std::optional<Instant> timer_;
  std::uint64_t next_tag_ = 1;
};

// Who sits between the server and its clients, and is the server: it holds server_id. The default
// of everything is honest.
class Tamperer {
 public:
  using Out = std::vector<Bytes>;  // Records to go on instead.
  virtual ~Tamperer() = default;
  virtual void entry(Person& to, room::LogRecord record, Out& out);
  virtual void message(Person& to, wire::ServerMessage message, Out& out);
  virtual void up(Person& from, wire::ClientMessage message, Out& out);

 protected:
  // The record, told; with the numbers of the story.
  static Bytes told(Person& to, const room::LogRecord& record, room::Seq truly);
};

// Steps as a simulated world does: one record is taken up at a time, drawn by the seed from all
// that have crossed the sockets. Time stands still until `pass`.
class Siege final {
 public:
  explicit Siege(std::uint64_t seed);
  ~Siege();
  Siege(const Siege&) = delete;

  Person& person(const std::string& name);
  Person& operator[](const std::string& name) { return person(name); }
  const std::vector<std::unique_ptr<Person>>& people() const noexcept { return people_; }
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
  void inject(Person& to, const Bytes& record);
  bool connected(const Person& person) noexcept { return line_of(person) != nullptr; }

  Tamperer* tamperer = nullptr;  // Null: honest.

 private:
  friend class Person;
  struct Line;
  class Front;

  void carry_out(Person& person, client::Effects effects);
  Line* line_of(const Person& person) noexcept;
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
  std::list<std::unique_ptr<Line>> lines_;
  std::vector<std::unique_ptr<Person>> people_;
};

}  // namespace hearth::test
