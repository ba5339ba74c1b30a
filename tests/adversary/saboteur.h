// What a malicious server can do to a stream that a client has accepted, one thing at a time.
#pragma once

#include "client/core/arrival.h"
#include "tests/adversary/siege.h"

namespace hearth::test {

enum class Fault : std::uint8_t {
  // An entry, with its true number and the chain broken by it.
  drop,
  swap,
  repeat,
  body_bit,
  kind_changed,
  generation_changed,
  body_withheld,
  // The same by one who renumbers all that follows and signs every head anew.
  drop_renumbered,
  swap_renumbered,
  repeat_renumbered,
  fork,
  rollback,
  // Acts.
  act_forged,
  act_by_server,
  act_repeated,
  act_backdated,
  // Restarts that never were, or not so.
  restart_hides_durable,
  restart_hides_talk,
  restart_other_head,
  // Heads and greetings, at a reconnect.
  head_other,
  head_unsigned,
  head_ahead,
  server_other,
  // The door.
  knock_changed,
  key_package_swapped,
  ghost_without_link,
  ghost_revoked_link,
  ghost_published_link,
  door_decoy,
  door_card_changed,
  welcome_changed,
  welcome_of_another,
  // What goes up.
  append_swallowed,
  append_doubled,
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::append_doubled) + 1;
std::string_view name_of(Fault fault) noexcept;

// What has to happen in the room for a fault to have its chance.
enum class Chance : std::uint8_t { talk, act, reconnect, knock };
Chance chance_of(Fault fault) noexcept;

// Honest until armed. Applies its fault at a chance drawn by the seed, to a client that has
// accepted the log so far; from then on it stays with the story it began.
class Saboteur final : public Tamperer {
 public:
  Saboteur(Siege& siege, Fault fault) : siege_(siege), fault_(fault) {}

  // `links`: what the server was given by somebody, where the fault needs one: the room's, and one
  // that was revoked.
  void arm(Party& victim, std::string link, std::string revoked_link);
  bool applied() const noexcept { return applied_; }
  void mark_applied() noexcept { applied_ = true; }  // By a ghost that went in through the door.
  Fault fault() const noexcept { return fault_; }

  void entry(Party& to, room::LogRecord record, Out& out) override;
  void message(Party& to, wire::ServerMessage message, Out& out) override;
  void up(Party& from, wire::ClientMessage message, Out& out) override;

 private:
  bool take_chance(Party& to);
  void tell(Party& to, const room::LogRecord& record, Out& out);
  void swap(Party& to, room::LogRecord record, bool renumber, Out& out);
  void act(Party& to, const room::LogRecord& record, Out& out);
  std::optional<Bytes> act_body(const Story& story);
  void restart(Party& to, const room::LogRecord& record, Out& out);
  void on_door(Party& to, wire::Door door, Out& out);
  void on_knock_shown(Party& to, wire::KnockShown shown, Out& out);
  std::optional<wire::KnockShown> ghost(std::string_view link, bool with_link);
  bool resigns(const Party& to) const noexcept;
  room::Checkpoint head_for(const Party& to) const;
  void flip(Bytes& bytes);

  Siege& siege_;
  Fault fault_;
  Party* victim_ = nullptr;
  std::string link_;
  std::string revoked_link_;
  std::size_t skip_ = 0;
  bool applied_ = false;
  std::optional<room::LogRecord> held_;  // One of two that change places.
  room::Seq at_;                         // Where an act was put in, for everybody.
  std::optional<Bytes> act_;
  std::set<const Party*> acted_;
  std::optional<Bytes> welcome_;  // Somebody else's.
};

}  // namespace hearth::test
