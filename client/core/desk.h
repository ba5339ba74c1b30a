// Notes as a client keeps them: out until somebody answers, in once.
#pragma once

#include <functional>
#include <string_view>

#include "protocol/room/note.h"
#include "protocol/time.h"
#include "protocol/wire/noting.h"

namespace hearth::client {

// Desk sends notes, in parts where one is too small, and repeats each until a sealed answer comes;
// and it takes notes, says who wrote them, drops doubles, and answers "heard" by itself so that the
// repeating ends. An answer says that a client has the note, never that a person has read it, so
// `heard` is nothing to be shown.
//
// It goes slower than the server's limit, and holds at most kOutMax notes. Owned by the model;
// knows no connection, so a note outlives one. Who is staff, and who is behind a slot, is for the
// model to say.
class Desk final {
 public:
  static constexpr Duration kRepeat = std::chrono::seconds(10);
  static constexpr unsigned kTriesMax = 6;
  static constexpr std::size_t kOutMax = 64;
  static constexpr std::size_t kSeenMax = 1024;
  // Below the server's burst of 20 and one a second.
  static constexpr unsigned kAtOnce = 16;
  static constexpr Duration kEvery = std::chrono::milliseconds(1100);

  // Whom a note is for. `reader` is the handle that its signature names: zeros for the desk.
  struct Address {
    wire::NoteTo to = wire::NoteTo::desk;
    Bytes32 ref{};
    room::Handle reader;

    static Address desk() { return {}; }
    static Address member(const room::Handle& handle) {
      return {wire::NoteTo::handle, handle.bytes, handle};
    }
    static Address guest(std::uint64_t slot, const room::Handle& handle) {
      return {wire::NoteTo::slot, wire::ref_of_slot(slot), handle};
    }
    friend bool operator==(const Address&, const Address&) = default;
  };

  // --- Writing ---

  // Returns the note's id. `tag` comes back with its outcomes. too_much_unsent, size_invalid.
  Result<Bytes16> send(const Address& to, room::NoteType type, ByteView content, const Bytes16& re,
                       std::uint64_t tag, crypto::RandomSource& random);

  // What became of a note.
  struct Outcome {
    enum class Kind : std::uint8_t {
      handed,      // A client has it, for all that the server says. Once.
      nobody,      // Nobody is there; it is repeated. Once.
      answered,    // Sealed: `answer`, or another note that is the answer (then `heard`).
      unanswered,  // All tries are over.
      refused,     // By the server: `reason`; or there is nobody to seal it to.
    };
    Kind kind = Kind::handed;
    Bytes16 id{};
    room::NoteType type = room::NoteType::answer;
    std::uint64_t tag = 0;
    bool handed = false;  // `handed` was said before.
    std::string_view reason;
    room::Answer answer;
  };

  // With which key we write here, and the keys that a note to an address is sealed to (none: nobody
  // is to be reached there any more).
  struct Pen {
    const room::RoomId& room;
    const crypto::SignatureKey& key;
    std::function<std::vector<room::DeskKey>(const Address&)> keys;
  };
  struct Due {
    std::vector<wire::Note> notes;
    std::vector<Outcome> outcomes;
  };
  // What may go now, over a connection that is ready for it.
  Due take_due(const Pen& pen, Instant now, crypto::RandomSource& random);
  // When to ask again.
  std::optional<Instant> due() const noexcept;

  std::optional<Outcome> on_sent(const wire::NoteSent& sent);
  std::optional<Outcome> on_refused(const wire::NoteRefused& refused);

  // --- Reading ---

  // Who wrote a note, as the server says and the signature proves.
  struct From {
    wire::NoteFrom kind = wire::NoteFrom::handle;
    std::uint64_t slot = 0;  // Of a guest.
    room::PublicKey key;     // Delivery, or staff_server.
    room::Handle handle;     // Of the key.

    Address address() const;  // Where an answer goes.
  };
  // What is known of ourselves and of others: the key that opens, the handle that notes to us name
  // (zeros for the desk), and whether this key may write as the server says it does.
  struct Glasses {
    const room::RoomId& room;
    const crypto::KemKeyPair& key;
    room::Handle reader;
    std::function<bool(const From&)> believes;
  };
  struct Letter {
    From from;
    room::WholeNote note;
  };
  struct Taken {
    std::optional<Letter> letter;  // New, whole, and proved; never a mere "heard".
    std::optional<Outcome> outcome;
  };
  // Nothing of either where the note is not for us, not proved, a double, or not whole yet.
  Taken take(const wire::NoteShown& shown, const Glasses& glasses, crypto::RandomSource& random);

  // Lets go of everything: another room, or the end.
  void clear() { *this = {}; }
  std::size_t waiting() const noexcept { return out_.size(); }

 private:
  struct Out {
    Bytes16 id{};
    Address to;
    room::NoteType type = room::NoteType::answer;
    std::uint64_t tag = 0;
    std::vector<room::Note> parts;  // Signed and sealed anew each time.
    std::vector<Bytes16> records;   // The ids of this round.
    std::size_t next = 0;           // The part that goes next.
    unsigned tries = 0;             // Rounds that are over.
    Instant at{};                   // When the next round may begin.
    bool handed = false;
    bool nobody = false;
    Outcome outcome(Outcome::Kind kind) const { return {kind, id, type, tag, handed, {}, {}}; }
  };
  struct Seen {
    room::PublicKey from;
    Bytes16 id{};
    bool heard = false;  // Was answered so; is answered so again.
  };

  bool may_send(Instant now) const noexcept;
  std::deque<Out>::iterator find(const Bytes16& record);
  std::optional<Outcome> settle(const Letter& letter);
  void say_heard(const From& to, const Bytes16& re, crypto::RandomSource& random);

  std::deque<Out> out_;
  Instant pace_{};  // When everything sent so far would have gone at the steady rate.
  room::NoteAssembly assembly_;
  std::deque<Seen> seen_;
};

// The note of this type that answers one of that type, besides a plain answer.
bool answers(room::NoteType type, room::NoteType asked) noexcept;

}  // namespace hearth::client
