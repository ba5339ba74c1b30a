// Many client cores in one process, each over its own socket to a server that runs.
#pragma once

#include <atomic>
#include <barrier>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "client/core/core.h"
#include "protocol/crypto/random.h"
#include "tests/adversary/stream.h"

namespace hearth::tests {

using Clock = std::chrono::steady_clock;

class Crowd;

struct Shown {
  client::Show what;
  Clock::time_point at{};
};

// One person's client: its core and its line.
class Guest final {
 public:
  Guest(Crowd& crowd, std::size_t number, std::string name)
      : crowd_(crowd), number_(number), name_(std::move(name)), core_(random_) {}
  ~Guest();
  Guest(const Guest&) = delete;

  std::size_t number() const noexcept { return number_; }  // Its place in the crowd.
  const std::string& name() const noexcept { return name_; }
  bool ended() const noexcept { return core_.ended(); }

  // Asks, without waiting for anything. Answers are shown with the tag returned.
  std::uint64_t ask(client::CommandBody body);
  // The answer to a question that is answered at once.
  template <class T>
  T answer(client::CommandBody body) {
    const std::uint64_t tag = ask(std::move(body));
    for (const client::Show& show : answers_) {
      const auto* event = show.tag == tag ? std::get_if<T>(&show.event) : nullptr;
      if (event) return *event;
    }
    return {};
  }

 private:
  friend class Crowd;
  void act(client::Action action);
  void carry_out(client::Effects effects);
  void connect();
  void disconnect();
  void serve();  // Whatever has come, and goes.
  void on_time();

  Crowd& crowd_;
  std::size_t number_;
  std::string name_;
  crypto::SystemRandom random_;
  client::Core core_;
  std::optional<test::Stream> line_;
  bool announced_ = false;  // The core knows that the line stands.
  bool knocked_ = false;    // Its knock waits, or has waited.
  std::optional<Instant> timer_;
  std::vector<Shown> shown_;           // Until the crowd has seen it.
  std::vector<Bytes> records_;         // Of the first one: what it was sent, likewise.
  std::vector<client::Show> answers_;  // Shown by the last command itself.
  std::uint64_t next_tag_ = 1;
};

// Works in rounds: the cores for which something has come are updated side by side by a few
// threads; whatever they show is handed on in between, by the thread that calls. The first of the
// crowd, the facilitator, is served between any two of the others, and who is on the way to the
// door before those who are inside: in truth each has a device of their own, and does not wait for
// others who have much to verify.
class Crowd final {
 public:
  Crowd(std::uint16_t port, std::size_t threads);
  ~Crowd();
  Crowd(const Crowd&) = delete;

  Guest& add(std::string name);
  Guest& operator[](std::size_t number) noexcept { return *guests_[number]; }
  std::size_t size() const noexcept { return guests_.size(); }

  // Serves everybody until `done` holds; false where it does not within `at_most`.
  bool until(const std::function<bool()>& done, std::chrono::milliseconds at_most);
  void pass(std::chrono::milliseconds time) {
    (void)until([] { return false; }, time);
  }

  // Called for whatever is shown to anybody, and for each record that the first is sent.
  std::function<void(Guest&, const Shown&)> on_show;
  std::function<void(ByteView)> on_first_record;

 private:
  friend class Guest;
  void turn();
  void hand_on();
  void serve_ready();
  void serve_first();
  void work();

  std::uint16_t port_;
  int epoll_;
  std::vector<std::unique_ptr<Guest>> guests_;
  std::vector<std::size_t> ready_;  // Whom to serve in this round...
  std::atomic<std::size_t> next_;   // ...and who is next.
  std::atomic_flag first_busy_;
  std::atomic<bool> over_ = false;
  std::barrier<> begin_;
  std::barrier<> end_;
  std::vector<std::jthread> workers_;  // Beside the thread that calls.
};

}  // namespace hearth::tests
