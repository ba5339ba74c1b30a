// Reading the room log: what each entry makes of the room, and what it says to its people.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "client/core/conversation.h"
#include "client/core/event.h"
#include "client/core/house.h"
#include "protocol/meeting/room_state.h"

namespace hearth::client {

// What one record, or a whole page of them, came to.
struct Reading {
  std::vector<Event> events;  // In order.
  std::optional<Error> stop;  // Hard stop: the log breaks its rules, or shows itself forked.
  std::string witness;        // Whose message showed it.
  bool entered = false;       // We are in the room from here on.
  bool faulted = false;       // The group goes on without us: knock again.
  bool copied = false;        // Somebody else has our keys and sends with them: knock again.
  bool cut_off = false;       // Our leaf was removed; the control entry beside it comes next.
  bool removed = false;       // Our handle was taken from the room.
  bool closed = false;        // The meeting ended.
  std::optional<room::StaffList> staff;  // The next list is in force in the group.
  // The message among the events, with what a report of it takes.
  std::optional<Heard> heard;
  bool rebuilt = false;              // Somebody else founded the group again: knock again.
  bool elsewhere = false;            // A group is in force that we did not make and are not in.
  std::optional<room::Control> act;  // The verified control entry that this was.
  std::map<room::Handle, room::GateRef> gates_left;  // Of whom `act` removed, and came by a gate.
  std::optional<room::Handle> said;                  // Whose words this was.
  bool staff_spoke = false;                          // An app entry by staff.
  std::optional<Secret16> new_lock;                  // Staff changed the lock...
  Person speaker;                                    // ...this one.
  std::optional<agenda::AgendaCard> card;            // Posted by `speaker`...
  room::Seq card_after;                              // ...who had read up to here.
  bool update_called = false;  // A steward asks for Updates: Adds wait for the commit.
  std::optional<room::Handle> committer;
  bool committed = false;  // A commit came into force...
  bool renewed = false;    // ...by a steward, with a path.
};

// LogReader folds the room state and drives the conversation, strictly in log order. It verifies
// what every client must: the fold itself, the heads that payloads quote, doubles, and who may say
// something here. The chain has been verified before (session::ClientSession).
//
// A newcomer's reader only folds until it meets its own admission: entries of earlier epochs are
// nobody's business any more. Owned by the model; another one begins with every Welcome.
class LogReader final {
 public:
  static constexpr std::size_t kCodesMax = 8;
  static constexpr std::size_t kEntriesMax = 1 << 20;  // Of the list for AskEntries.
  static constexpr std::size_t kIdsMax = 64;           // Payload ids remembered of each sender.
  static constexpr std::size_t kIdsKept = 16;          // And of these so many in a vault.

  // Reading begins after `start`: with the genesis or a `state`.
  // `staff_lists`: the checked chain of the door card, by which a `state` is judged.
  LogReader(room::RoomId room, room::ServerPart server_part,
            std::vector<room::StaffList> staff_lists, room::Anchor start);

  // A newcomer's group, not in force until the log admits its handle. `anchor`: what the admitter
  // had seen, to be met on the way.
  void expect(Conversation conversation, const room::Anchor& anchor);
  // A group that we found: in force when the log opens or rebuilds with it.
  void found(Conversation conversation) { founding_ = std::move(conversation); }

  // `chain` has accepted the record; `lost` as it said. `own`: the record is an app entry of ours
  // that the caller will show.
  Reading read(const room::LogRecord& record, std::uint32_t lost, const room::Chain& chain,
               bool own);
  // Nothing follows for now: what was waiting to be shown together.
  std::vector<Event> flush();
  void caught_up() noexcept { resumed_ = false; }

  // --- Keeping ---

  // Where we stand in the log, and our groups. Not what was said, nor who is gone. Without `groups`
  // the way back is the door.
  void keep(KeptWriter& out, bool groups) const;
  static Result<LogReader> resume(Reader& in, const House& house);
  // Nothing is sent from this group any more.
  void drop_group() { end_group(); }

  // --- Looking ---

  bool ready() const noexcept { return state_.has_value(); }
  const meeting::RoomState& state() const { return *state_; }
  const room::ServerPart& server_part() const noexcept { return server_part_; }
  // In the room, with a group that works.
  bool inside() const noexcept { return conversation_ && !waiting_ && conversation_->active(); }
  Conversation* conversation() noexcept { return conversation_ ? &*conversation_ : nullptr; }
  const Conversation* conversation() const noexcept {
    return conversation_ ? &*conversation_ : nullptr;
  }
  // People whose handle is in the room.
  std::vector<Person> people() const;
  Person person(const room::Handle& handle) const;
  // The leaf of this handle, present or gone since; null where there was none.
  const Peer* peer(const room::Handle& handle) const;
  // The stay that a group founded by us continues: the present one, or the one we began with.
  const StayKeys* founder() const noexcept {
    if (founder_ && conversation_) return &conversation_->stay();
    return founder_ ? &*founder_ : nullptr;
  }
  void set_founder(StayKeys stay) { founder_ = std::move(stay); }
  // Whom a name means, or the first digits of a handle: member_unknown, member_ambiguous. With
  // `gone`, where nobody here has it, also who was here.
  Result<room::Handle> find(std::string_view who, bool gone = false) const;
  // The staff person with this key; without a name where they are not here.
  Person staff_person(const room::PublicKey& staff_id) const;
  // Staff in the room with us, and us.
  std::vector<room::Handle> staff_inside() const;
  // Whose hands are up, in the order in which they get the turn; and who leads, if they are here.
  std::vector<Person> hands() const;
  Person lead() const;
  // Leaves whose handle is not in the room any more.
  std::vector<mls::LeafIndex> dead_leaves() const;
  const std::deque<SafetyCodes::Code>& codes() const noexcept { return codes_; }
  const std::vector<SeenEntry>& entries() const noexcept { return entries_; }
  // The place before the last `state`, from where a newcomer reads.
  const room::Anchor& state_place() const noexcept { return state_place_; }
  std::uint32_t since_state() const noexcept;
  const room::Anchor& head() const noexcept { return previous_; }

 private:
  struct Voice {
    std::uint64_t counter = 0;
    std::deque<Bytes16> ids;
  };

  Status fold(const room::LogRecord& record);
  bool comes_late(const room::LogRecord& record, Reading& reading);
  void note(const room::LogRecord& record, std::uint32_t lost, const room::Chain& chain,
            Reading& reading);
  void on_control(const room::LogRecord& record, const room::Control& control,
                  const room::Chain& chain, Reading& reading);
  void note_gates(const room::Control& control, Reading& reading) const;
  void show_act(const room::LogRecord& record, const room::Control& control, Reading& reading);
  void show_floor(const meeting::Floor& before, const room::Control& control,
                  Reading& reading) const;
  Person actor(const room::Control& control) const;
  void on_group(const room::Control& control, const room::Chain& chain, Reading& reading);
  void on_admit(const room::AdmitOp& op, const room::Chain& chain, Reading& reading);
  void on_sealed(const room::LogRecord& record, const room::Chain& chain, Reading& reading);
  void on_turn(const room::LogRecord& record, Turn turn, const room::Chain& chain,
               Reading& reading);
  void on_heard(const room::LogRecord& record, Heard heard, const room::Chain& chain,
                Reading& reading);
  void on_beacon(const Heard& heard, const room::LogRecord& record, const room::Chain& chain,
                 Reading& reading);
  std::string_view may_not_say(const Heard& heard) const;
  Status check_staff() const;
  bool is_double(const Heard& heard);
  void push_code(const room::Hash& h);
  void end_group();

  room::RoomId room_;
  room::ServerPart server_part_;
  std::vector<room::StaffList> staff_lists_;
  std::optional<meeting::RoomState> state_;
  bool resumed_ = false;   // From a vault, and not caught up since.
  bool late_ = false;      // Acts that we had not read are erased: the next `state` says it all.
  room::Anchor previous_;  // Of the record before; after read(), the head.
  room::Anchor state_place_;
  room::Seq state_seq_;

  std::optional<Conversation> conversation_;
  bool waiting_ = false;  // The conversation is not in force yet.
  std::optional<Conversation> founding_;
  std::optional<StayKeys> founder_;
  std::optional<room::Anchor> anchor_;

  std::map<room::Handle, Peer> departed_;  // Names of those whose leaf is gone.
  std::map<room::Handle, Voice> voices_;
  std::set<room::Hash> recent_;  // Bodies opened since the last durable entry...
  std::set<room::Hash> lost_;    // ...and lost by a restart: shown already, should they come again.
  std::deque<SafetyCodes::Code> codes_;
  std::vector<SeenEntry> entries_;
  Expired expired_;  // Not shown yet; count 0: none.
};

}  // namespace hearth::client
