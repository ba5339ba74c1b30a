// A member who knows MLS and the wire, and keeps none of the room's rules.
#pragma once

#include "client/core/arrival.h"
#include "protocol/mls/group/group.h"
#include "protocol/session/client_session.h"
#include "tests/adversary/siege.h"

namespace hearth::test {

// Comes in by a link as anybody does, with keys and a group of its own that no policy watches.
// What it appends is whatever its owner asks; what it hears is kept.
class Outlaw final : public Party {
 public:
  Outlaw(Siege& siege, std::string name, std::string_view link, std::uint64_t seed);

  void go_to_the_door() { siege_.connect(*this); }
  // Comes back under the handle it was let in by.
  void come_back() {
    comes_back_ = true;
    siege_.connect(*this);
  }
  // Knocks under this delivery key, of which it has the public half alone.
  void steal(const room::PublicKey& delivery) { stolen_ = delivery; }
  // More knocks by the same gate, each under another handle, without a person behind it.
  void knock_for_nobody(std::size_t times);
  // Asks on the same connection for another room.
  void ask_for(const room::RoomId& room);

  void on_connected() override;
  void on_record(Bytes record) override;
  void on_lost() override {}

  bool inside() const noexcept { return group_.has_value() && caught_up_; }
  mls::Group& group() { return *group_; }
  const client::House& house() const { return *house_; }
  room::Generation generation() const { return envelope_->generation(); }
  room::Handle handle() const { return handle_; }
  crypto::RandomSource& random() noexcept { return random_; }

  // --- Bodies of entries, in the present generation ---
  Bytes sealed(room::EntryKind kind, ByteView mls_message);
  room::Payload line(std::string_view text);
  // With a commitment that opens it, or with another one.
  Bytes said(const room::Payload& payload, bool opens = true);
  // One entry, as it is.
  void append(room::EntryKind kind, Bytes body);
  // A commit beside the admission of a knock that was shown to it; the Welcome is noise.
  void append_beside_admission(Bytes commit, const wire::KnockShown& shown);

  // Whether what it holds opens this entry.
  bool reads(const room::LogRecord& record);

  // --- What it heard ---
  std::vector<wire::KnockShown> shown;
  std::size_t appended = 0;
  std::vector<room::AppendRefusal> refused;
  std::size_t knocks_waiting = 0;
  std::vector<wire::KnockRefusal> knocks_refused;
  std::size_t granted = 0;   // Introductions that were taken...
  std::size_t rejected = 0;  // ...and that were not.
  bool told_out_of_turn = false;
  std::vector<room::LogRecord> log;

 private:
  void flush();
  void on_message(const wire::ServerMessage& message);
  void on_door(const wire::Door& door);
  void on_welcome(const wire::Welcome& welcome);
  void on_followed(const room::LogRecord& record);
  void knock();

  Siege& siege_;
  crypto::SeededRandom random_;
  room::Link link_;
  crypto::SignatureKey gate_;
  std::optional<session::ClientSession> session_;
  std::optional<client::House> house_;
  std::optional<client::Arrival> arrival_;
  std::optional<room::PublicKey> stolen_;
  room::Handle handle_;
  std::optional<mls::Group> group_;
  std::optional<room::EnvelopeKey> envelope_;
  std::optional<meeting::RoomState> state_;
  bool caught_up_ = false;
  bool comes_back_ = false;
  std::uint64_t counter_ = 0;
  std::uint64_t acts_ = 0;
};

}  // namespace hearth::test
