// A client core with a real socket, looked at from moment to moment.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/core/core.h"
#include "protocol/crypto/random.h"
#include "tests/adversary/stream.h"
#include "tests/support/shown_events.h"

namespace hearth::test {

// What a client does, in its order. `received` and `decided` come with the record they are about;
// `decided` without one is the answer to a command or to time.
enum class Moment : std::uint8_t {
  draws,     // A random number is about to be drawn.
  decided,   // The core has taken the action in; nothing of what it decided is done.
  sends,     // The record is about to go.
  sent,      // It is in the socket.
  received,  // The record is in hand; the core does not know.
};

class Guest final : public ShownEvents {
 public:
  // `port` is where the server is at any time; borrowed.
  Guest(std::string name, std::uint64_t seed, const std::uint16_t& port);

  const std::string& name() const noexcept { return name_; }
  std::uint64_t ask(client::CommandBody body);  // The tag.
  // Moves what can be moved, once. Whether something came.
  bool step();
  int native() const noexcept { return line_.native(); }
  bool connected() const noexcept { return announced_; }

  // A question is answered at once; nothing of it is kept.
  template <class T>
  T question(client::CommandBody body) {
    const std::size_t before = shown_.size();
    T found = answer<T>(ask(std::move(body))).value_or(T{});
    shown_.resize(before);
    return found;
  }
  client::StatusReport status() { return question<client::StatusReport>(client::AskStatus{}); }
  std::vector<client::Person> people() {
    return question<client::Members>(client::AskMembers{}).members;
  }
  bool inside() { return !core_.ended() && status().stage == "inside"; }
  bool ended() const noexcept { return core_.ended(); }
  bool heard(std::string_view text) const;
  // The last that it was shown, for reports.
  std::string trouble() const;

  // Entries with their bodies, as the server sent them.
  const std::vector<room::Entry>& sealed() const noexcept { return sealed_; }

  // Asked at each moment. False, where a record is in hand or was taken in: the line breaks there.
  std::function<bool(Moment moment, ByteView record)> watch;

 private:
  class Dice final : public crypto::RandomSource {
   public:
    Dice(std::uint64_t seed, Guest& owner) : seeded_(seed), owner_(owner) {}
    void fill(std::span<Byte> target) override {
      owner_.at(Moment::draws, {});
      seeded_.fill(target);
    }

   private:
    crypto::SeededRandom seeded_;
    Guest& owner_;
  };

  bool at(Moment moment, ByteView record) { return !watch || watch(moment, record); }
  bool act(client::Action action, ByteView record = {});
  void note(ByteView record);
  void lose_line();

  std::string name_;
  const std::uint16_t& port_;
  Dice dice_;
  client::Core core_;
  Stream line_;
  bool lined_ = false;      // There is a line, or an attempt at one.
  bool announced_ = false;  // The core knows that it stands.
  std::optional<Instant> timer_;
  std::vector<room::Entry> sealed_;
  std::uint64_t next_tag_ = 1;
};

}  // namespace hearth::test
