// The state of a room as its log tells it: the server's part of the reducer, and every client's.
#pragma once

#include <map>
#include <set>
#include <span>

#include "protocol/meeting/floor.h"
#include "protocol/room/control.h"
#include "protocol/room/refusal.h"
#include "protocol/time.h"

namespace hearth::meeting {

inline constexpr std::size_t kEntriesPerAppendMax = 8;
inline constexpr std::size_t kErasedMax = 512;  // The newest; older ones are forgotten.
inline constexpr std::size_t kSupportersMax = 16;
inline constexpr std::uint32_t kBaseSeqWindow = 1000;  // How old a control's base_seq may be.
// A knock that was taken before its gate expired may be answered for so long.
inline constexpr std::uint64_t kKnockGraceSeconds = 900;

// Who a connection is: the key it authenticated. A gate may append nothing.
struct Speaker {
  room::Role role = room::Role::gate;
  room::PublicKey key;
};

// An entry that has no number yet. The body is borrowed.
struct Draft {
  room::EntryKind kind = room::EntryKind::app;
  room::Generation generation = 0;
  ByteView body;
};

struct Member {
  std::optional<room::GateRef> gate;  // The gate it came by; none for the opener and staff.
  bool muted = false;
  bool may_commit = false;    // A steward who is not staff.
  bool in_lobby = false;      // Sent back: nothing is delivered to it until it is called back.
  std::uint64_t counter = 0;  // Of the last control entry signed by its delivery key.
  friend bool operator==(const Member&, const Member&) = default;
};

struct Gate {
  std::uint16_t uses_left = 0;
  std::uint64_t expiry = 0;  // Unix seconds; judged by the server alone.
  std::uint8_t flags = 0;    // GateAddOp's, and kTainted.

  // Somebody who came by it was banned: the others who come are staff's to admit.
  static constexpr std::uint8_t kTainted = 4;
  bool tainted() const noexcept { return (flags & kTainted) != 0; }
  friend bool operator==(const Gate&, const Gate&) = default;
};

// One of the staff, as the server knows them.
struct Staff {
  std::optional<room::DeskKey> desk;  // Of founders unknown until the first staff_set.
  std::uint8_t flags = 0;             // StaffEntry's.
  std::uint64_t counter = 0;
  friend bool operator==(const Staff&, const Staff&) = default;
};

// Somebody who helps from outside.
struct Supporter {
  room::DeskKey desk;
  std::uint8_t rights = 0;  // SupporterAddOp's.
  std::uint64_t counter = 0;

  bool is_keeper() const noexcept { return (rights & room::SupporterAddOp::kKeeper) != 0; }
  friend bool operator==(const Supporter&, const Supporter&) = default;
};

// RoomState is a pure fold: `stage` judges an Append against it, `apply` folds what the log holds.
// It knows no clock (the server hands `now` to `stage` for the expiry of gates), no slot, no rate.
// The same entries give the same state, and a state restored from a `state` entry equals the fold
// of the whole log before it.
//
// A value: copied where it must be changed on trial. Owned by the runner of a room on the server
// and by the model of a client.
class RoomState final {
 public:
  struct Staged;

  // The state after the genesis entry.
  RoomState(room::RoomId room, room::ServerPart server_part);

  // The state after this `state` entry, which one of the staff in it must have signed.
  // `server_part` must already be checked against the room id. Whether the staff of the state
  // (staff_number, staff) is the room's is for the caller to check against the signed chain of
  // lists: only of the first list does the room id say who it is.
  static Result<RoomState> from_state(room::RoomId room, room::ServerPart server_part,
                                      const room::Entry& entry);

  // Goes on from a fold that its owner kept: `state` as encode_state wrote it, `head` and
  // last_control_seq as they were then. For whoever sealed them; nothing here is signed.
  // value_invalid unless the form is canonical and the places are in order.
  static Result<RoomState> resume(room::RoomId room, room::ServerPart server_part, ByteView state,
                                  room::Seq head, room::Seq last_control_seq);

  // Judges the entries of one Append in order, each against the state after those before it; all or
  // none. Changes nothing.
  room::Judged<Staged> stage(const Speaker& speaker, std::span<const Draft> drafts,
                             std::optional<room::Seq> expect_commit_seq, Instant now) const;
  // Judges what the server itself appends (restart, pause).
  room::Judged<Staged> stage_server(const Draft& draft) const;
  // Makes a staged Append true. Only on the state it was staged on (`expects`).
  void install(Staged&& staged);

  // Folds the next record of the log. Verifies each control entry as every client must: signature,
  // authority, counter, sense. An error means that the log breaks the rules, and the reader stops;
  // nothing has changed then. Does not judge gates' expiry, who appended, or bundles.
  // A control entry without its body is `control_invalid`: start from a later `state`.
  Status apply(const room::LogRecord& record);

  // The canonical form: what the next `state` entry must carry, with base_seq last_control_seq().
  Bytes encode_state() const;

  const room::RoomId& room() const noexcept { return room_; }
  const room::ServerPart& server_part() const noexcept { return server_part_; }
  room::Seq head() const noexcept { return head_; }
  bool is_open() const noexcept { return open_; }
  const Bytes& group_id() const noexcept { return group_id_; }
  room::Generation generation() const noexcept { return generation_; }
  room::Admission admission() const noexcept { return admission_; }
  room::Seq last_commit_seq() const noexcept { return last_commit_seq_; }  // 0: none yet.
  room::Seq last_control_seq() const noexcept { return last_control_seq_; }
  bool paused() const noexcept { return paused_; }
  bool locked() const noexcept { return locked_; }
  std::uint16_t slow_mode_seconds() const noexcept { return slow_mode_seconds_; }
  const Floor& floor() const noexcept { return floor_; }

  bool is_staff(const room::PublicKey& staff_server) const noexcept;
  const std::map<room::PublicKey, Staff>& staff() const noexcept { return staff_; }
  // Of the list in force: its number, its hash (zeros for the first, which the server never sees)
  // and how many deputies change it together.
  std::uint32_t staff_number() const noexcept { return staff_number_; }
  const room::Hash& staff_hash() const noexcept { return staff_hash_; }
  std::uint8_t quorum() const noexcept { return quorum_; }
  // Whether this is what the fold holds, as its twin: number, hash, q, and who is staff.
  bool has_staff_of(const room::StaffList& list) const;
  const Supporter* supporter(const room::PublicKey& staff_server) const noexcept;
  const std::map<room::PublicKey, Supporter>& supporters() const noexcept { return supporters_; }
  // Whether this key may authenticate a connection in this role now. A gate: it exists, and has
  // uses left or members who came by it; expiry is judged when a knock is taken.
  bool knows(room::Role role, const room::PublicKey& key) const noexcept;
  const Member* member(const room::Handle& handle) const noexcept;
  const Gate* gate(const room::GateRef& gate) const noexcept;
  const std::map<room::Handle, Member>& members() const noexcept { return members_; }
  const std::map<room::GateRef, Gate>& gates() const noexcept { return gates_; }
  const std::set<room::Seq>& erased() const noexcept { return erased_; }
  // The counter that the next control entry of this key must exceed.
  std::uint64_t counter(room::SignerRole role, const room::PublicKey& key) const noexcept;
  // Whether a knock that `role` and `ref` (as in AdmitOp::Newcomer) vouch for may wait now:
  // room_closed, admission_forbidden (locked), gate_unknown, gate_expired, gate_spent,
  // handle_unknown, not_staff.
  room::Judgement may_knock(room::Role role, const Bytes32& ref, Instant now) const noexcept;

  friend bool operator==(const RoomState&, const RoomState&) = default;

 private:
  friend class Judge;   // The rules (judge.h).
  friend class Folder;  // What each operation does (room_state.cpp).
  friend class Trial;   // The state within an Append (stage.cpp).

  static Result<RoomState> decode_state(room::RoomId room, room::ServerPart server_part,
                                        ByteView state);
  // Makes a judged act true at `seq`.
  void fold(const room::Control& control, room::Seq seq);
  void drop_dead_gates();

  room::RoomId room_;
  room::ServerPart server_part_;
  room::Seq head_;
  room::Seq last_control_seq_;
  // From here on: what `state` carries.
  bool open_ = false;
  bool paused_ = false;
  bool locked_ = false;
  room::Admission admission_ = room::Admission::lobby;
  room::Generation generation_ = 0;
  std::uint16_t slow_mode_seconds_ = 0;
  Bytes group_id_;
  room::Seq last_commit_seq_;
  std::uint64_t server_counter_ = 0;
  std::uint32_t staff_number_ = 1;
  room::Hash staff_hash_{};
  std::uint8_t quorum_ = 0;
  std::map<room::PublicKey, Staff> staff_;  // By staff_server.
  std::map<room::PublicKey, Supporter> supporters_;
  std::map<room::GateRef, Gate> gates_;
  std::map<room::Handle, Member> members_;
  std::set<room::Seq> erased_;
  Floor floor_;
};

// A judged Append: the numbers its entries get and what its control entries say.
struct RoomState::Staged {
  struct Act {
    std::size_t index = 0;  // Of the draft.
    room::Control control;
  };

  room::Seq first;  // The drafts are numbered from here on, without a gap.
  std::uint32_t count = 0;
  std::vector<Act> acts;  // In order.
  // The state afterwards, where the Append changes more than the head.
  std::optional<RoomState> after;

  room::Seq last() const noexcept { return first.next(count - 1); }
};

}  // namespace hearth::meeting
