// A room: what its log is now, what may come next, and what its readers are owed.
#pragma once

#include <deque>
#include <unordered_map>

#include "protocol/meeting/room_state.h"
#include "protocol/wire/appending.h"
#include "server/log/room_log.h"
#include "server/rooms/quota.h"

namespace hearth::server {

// An Append that has been judged and numbered.
struct StagedAppend {
  std::vector<room::LogRecord> records;  // With their bodies, to be delivered in this order.
  Idempotency answer;
  // What must be durable before anybody may see the records. Nothing: they live in memory.
  std::optional<LogBatch> batch;
  std::vector<room::Control> acts;  // What the control entries among them say.
};

// Room decides. It holds the state *ahead* of the disk, so that Appends are judged in order without
// waiting for it; when a write fails the room is thrown away and read from its log again. It knows
// no socket, clock, thread or file, so a test can replay a whole meeting.
//
// Live entries (kind 3 of a `live` room) stay here, in memory; their hashes leave with the next
// durable entry. Owned by one RoomRunner.
class Room final {
 public:
  // From what the log kept: its rows are folded in order through `restore`.
  Room(room::RoomId id, room::ServerPart server_part, const KeptRoom& kept);
  Room(Room&&) = delete;

  Status restore(const LogRow& row);
  // Whether the rows so far tell the state: not after a control entry that has lost its body, up to
  // the `state` that covers it.
  bool folded() const noexcept { return folded_; }
  // After the last row: what is owed by a start that follows a crash (a restart entry) or nothing.
  std::optional<StagedAppend> start(bool stopped_cleanly, const crypto::SignatureKey& server_id,
                                    Instant now);

  // Judges an Append. The lobby is asked for each newcomer of an `admit`.
  using KnockWaits = std::function<bool(const room::AdmitOp::Newcomer&)>;
  room::Judged<StagedAppend> stage(const meeting::Speaker& speaker, const wire::Append& append,
                                   const KnockWaits& knock_waits, Instant now);
  // The same Append was taken before: its answer. Refused when the key came with other bytes.
  std::optional<room::Judged<Idempotency>> answered(const wire::Append& append) const;
  // Only staff may write from here on: nobody of them is connected.
  std::optional<StagedAppend> stage_pause(const crypto::SignatureKey& server_id, Instant now);

  // What the disk is told when the room stops: the hashes of live entries.
  LogBatch stop_batch(Instant now) const;
  // Bodies whose time to be undone is over; and all that a closed room forgets. Old answers
  // and idle quotas go too.
  LogBatch housekeeping(Instant now);

  // The record as readers get it: with the body from memory where that is its home, without the
  // body where it is erased.
  room::LogRecord served(const LogRow& row) const;
  // Rows that the log does not have yet, after `after`.
  std::vector<LogRow> unsaved_after(room::Seq after, std::size_t rows_max) const;
  // The last row that the log was given; what comes after it is unsaved.
  room::Seq saved_head() const noexcept { return saved_head_; }

  // Where a reader goes on who has read up to `after`: there, or where a restart took that away.
  room::Seq resume_point(room::Seq after) const noexcept;

  // Where the log ends for a member whom staff sent back to the lobby: the entry that did, while
  // `delivered` does not reach the one that calls them back. Nothing: it does not end.
  std::optional<room::Anchor> lobby_end(const room::Handle& handle, room::Seq delivered) const;

  // The Welcome that waits for this handle. It stays until `welcome_opened`: a line may break.
  std::optional<Bytes> welcome_for(const room::Handle& handle);
  // The member reads the log. True: a Welcome that was fetched has gone now.
  bool welcome_opened(const room::Handle& handle);

  const meeting::RoomState& state() const noexcept { return state_; }
  const room::RoomId& id() const noexcept { return state_.room(); }
  const room::Anchor& head() const noexcept { return head_; }
  bool is_live() const noexcept { return state_.server_part().retention == room::Retention::live; }
  const room::Hash& member_part() const noexcept { return member_part_; }
  const Bytes& door_card() const noexcept { return door_card_; }
  void set_door_card(Bytes card) { door_card_ = std::move(card); }

 private:
  StagedAppend number(meeting::RoomState::Staged&& staged, std::vector<wire::Append::Item> items,
                      Instant now);
  room::Judgement check_sizes(const wire::Append& append) const;
  room::Judgement check_welcomes(const wire::Append& append,
                                 const std::vector<room::Control>& acts) const;
  void keep_live(const room::LogRecord& record);
  void forget_group();
  void forget_old(Instant now);
  Status fold(const room::LogRecord& record);
  // `h`: the chain after the record.
  void note(const room::LogRecord& record, const room::Hash& h, const room::Control* control);
  void note_lobby(const room::Anchor& at, const room::Control& control);
  std::optional<StagedAppend> append_as_server(room::OpArgs args,
                                               const crypto::SignatureKey& server_id, Instant now);

  meeting::RoomState state_;
  room::Hash member_part_;
  Bytes door_card_;
  room::Anchor head_;
  room::Seq saved_head_;
  // Between the two entries nothing is delivered. Whoever leaves the room leaves this too.
  struct InLobby {
    room::Anchor since;
    std::optional<room::Seq> until;
  };
  std::map<room::Handle, InLobby> in_lobby_;
  std::vector<room::Seq> restarts_;  // One for each run but the first.

  std::vector<LogRow> unsaved_;  // Live entries since the last durable one.
  std::map<room::Seq, Bytes> live_bodies_;
  std::size_t live_bytes_ = 0;
  struct WelcomeKept {
    Bytes bytes;
    bool fetched = false;
  };
  std::map<room::Handle, WelcomeKept> welcomes_;
  std::vector<room::Handle> welcomes_gone_;  // To be dropped with the next housekeeping.

  struct KeyHash {
    std::size_t operator()(const Bytes16& key) const noexcept { return BytesHash{}(ByteView(key)); }
  };
  struct Answer {
    Instant at;
    Idempotency idempotency;
    std::optional<room::Hash> bytes;  // H(Append); unknown for those read from the log.
  };
  std::unordered_map<Bytes16, Answer, KeyHash> answers_;
  std::deque<Bytes16> answers_in_order_;

  // Bodies that go with the group: commits and proposals at once, members' control entries as soon
  // as a `state` after the close covers them (the fold could not be read without them before).
  std::vector<room::Seq> mortal_;
  std::vector<room::Seq> mortal_acts_;
  room::Seq ended_;  // The last close.
  bool folded_ = true;
  std::vector<room::Seq> dropping_;  // To be dropped with the next housekeeping.
  std::map<room::Seq, Instant> erased_at_;
  std::map<room::PublicKey, Quota> commit_quota_;
  std::map<room::PublicKey, Quota> append_quota_;
  std::map<room::PublicKey, Instant> last_spoke_;  // For slow mode.
};

}  // namespace hearth::server
