// The operations of control entries, one struct of arguments each.
#pragma once

#include <variant>

#include "protocol/room/chain.h"
#include "protocol/room/floor_ops.h"
#include "protocol/room/staff_list.h"

namespace hearth::room {

// Numbers below 100 belong to the room, from 100 on to the meeting.
enum class Op : std::uint16_t {
  open = 1,
  close = 2,
  rebuild = 3,
  admit = 4,
  remove = 5,
  leave = 6,
  gate_add = 7,
  gate_revoke = 8,
  mute = 9,
  unmute = 10,
  pause = 11,
  resume = 12,
  lock = 13,
  unlock = 14,
  slow_mode = 15,
  erase = 16,
  undo_erase = 17,
  state = 18,
  restart = 19,
  staff_set = 20,
  supporter_add = 21,
  supporter_remove = 22,
  to_lobby = 23,
  call_back = 24,
  mode = 100,
  raise = 101,
  lower = 102,
  call_on = 103,
  take = 104,
  done = 105,
  pass = 106,
  grant = 107,
  skip = 108,
  heard = 109,
  lead = 110,
};
std::string_view name_of(Op op) noexcept;

inline constexpr std::size_t kAdmitMax = 64;
inline constexpr std::size_t kHandlesPerOpMax = 1000;
inline constexpr std::size_t kErasePerOpMax = 512;
inline constexpr std::size_t kGroupIdSizeMax = 64;
inline constexpr std::size_t kGateLabelSizeMax = 8192;

// Begins a meeting: a new group, the next generation.
//   group_id<V> | opener handle32 | admission u8 | new_generation u16
struct OpenOp {
  static constexpr Op kOp = Op::open;
  Bytes group_id;  // 1..64 bytes.
  Handle opener;   // The founder of the group enters with it.
  Admission admission = Admission::lobby;
  Generation new_generation = 1;
  friend bool operator==(const OpenOp&, const OpenOp&) = default;
};
// Ends the meeting: the group, all handles, and what was said about them. No arguments.
struct CloseOp {
  static constexpr Op kOp = Op::close;
  friend bool operator==(const CloseOp&, const CloseOp&) = default;
};
// Founds the group again; handles stay, but for those it drops, so that connected members may knock
// by them.
//   as open | dropped handles<V> | revoked gates<V>
struct RebuildOp {
  static constexpr Op kOp = Op::rebuild;
  Bytes group_id;
  Handle opener;
  Admission admission = Admission::lobby;
  Generation new_generation = 1;
  std::vector<Handle> dropped{};
  std::vector<GateRef> gates{};
  friend bool operator==(const RebuildOp&, const RebuildOp&) = default;
};
// Lets handles in; follows the path-less Add commit in its bundle.
//   newcomers<V>{handle32, role u8, ref32, flags u8}, 1..64
struct AdmitOp {
  static constexpr Op kOp = Op::admit;
  static constexpr std::uint8_t kListener = 1;   // Muted until staff unmute.
  static constexpr std::uint8_t kMayCommit = 2;  // A steward who is not staff; staff grant it.
  struct Newcomer {
    Handle handle;
    Role role = Role::gate;
    // By gate: H(gate public key); spends one use. By member: the old handle, which this one
    // replaces (it may be the same). By staff: the staff_server key.
    Bytes32 ref{};
    std::uint8_t flags = 0;
    friend bool operator==(const Newcomer&, const Newcomer&) = default;
  };
  std::vector<Newcomer> newcomers;
  friend bool operator==(const AdmitOp&, const AdmitOp&) = default;
};
// Cuts key, delivery and invitation together; follows the Remove commit in its bundle. Leavers'
// leaves are removed by one without handles.
//   handles<V> | revoked gates<V> | new_generation u16 | ban_seconds u32 | flags u8
struct RemoveOp {
  static constexpr Op kOp = Op::remove;
  static constexpr std::uint8_t kErase =
      1;  // What these handles wrote is to be erased. Shown only.
  std::vector<Handle> handles;
  std::vector<GateRef> gates;
  Generation new_generation = 0;
  // Above 0: shown to staff in the lobby, and the handles' gates that stay become tainted.
  std::uint32_t ban_seconds = 0;
  std::uint8_t flags = 0;
  friend bool operator==(const RemoveOp&, const RemoveOp&) = default;
};
// A member goes. No arguments: the handle is the signer's.
struct LeaveOp {
  static constexpr Op kOp = Op::leave;
  friend bool operator==(const LeaveOp&, const LeaveOp&) = default;
};
//   H(public key)32 | uses u16 | expiry u64 (Unix seconds) | flags u8 | label<V>
struct GateAddOp {
  static constexpr Op kOp = Op::gate_add;
  static constexpr std::uint8_t kStaffPass = 1;  // Admitted at once by its issuer's client.
  static constexpr std::uint8_t kStanding = 2;   // The same place every week.
  GateRef gate;
  std::uint16_t uses = 1;
  std::uint64_t expiry = 0;
  std::uint8_t flags = 0;
  Bytes label;  // A sealed box to the desks ("hearth gate label"), or empty; opaque to the server.
  friend bool operator==(const GateAddOp&, const GateAddOp&) = default;
};
//   H(public key)32
struct GateRevokeOp {
  static constexpr Op kOp = Op::gate_revoke;
  GateRef gate;
  friend bool operator==(const GateRevokeOp&, const GateRevokeOp&) = default;
};
//   handles<V>, 1..1000
struct MuteOp {
  static constexpr Op kOp = Op::mute;
  std::vector<Handle> handles;
  friend bool operator==(const MuteOp&, const MuteOp&) = default;
};
struct UnmuteOp {
  static constexpr Op kOp = Op::unmute;
  std::vector<Handle> handles;
  friend bool operator==(const UnmuteOp&, const UnmuteOp&) = default;
};
// Only staff may write. Also signed by the server, when no staff is connected.
struct PauseOp {
  static constexpr Op kOp = Op::pause;
  friend bool operator==(const PauseOp&, const PauseOp&) = default;
};
struct ResumeOp {
  static constexpr Op kOp = Op::resume;
  friend bool operator==(const ResumeOp&, const ResumeOp&) = default;
};
// No knocks are taken, but from staff.
struct LockOp {
  static constexpr Op kOp = Op::lock;
  friend bool operator==(const LockOp&, const LockOp&) = default;
};
struct UnlockOp {
  static constexpr Op kOp = Op::unlock;
  friend bool operator==(const UnlockOp&, const UnlockOp&) = default;
};
// At least so many seconds between two entries of a handle; 0 ends it. The server's clock alone.
//   seconds u16
struct SlowModeOp {
  static constexpr Op kOp = Op::slow_mode;
  std::uint16_t seconds = 0;
  friend bool operator==(const SlowModeOp&, const SlowModeOp&) = default;
};
// Withholds the bodies of app entries at once; they are deleted after ten minutes.
//   seqs<V>, 1..512
struct EraseOp {
  static constexpr Op kOp = Op::erase;
  std::vector<Seq> seqs;
  friend bool operator==(const EraseOp&, const EraseOp&) = default;
};
struct UndoEraseOp {
  static constexpr Op kOp = Op::undo_erase;
  std::vector<Seq> seqs;
  friend bool operator==(const UndoEraseOp&, const UndoEraseOp&) = default;
};
// The fold before this entry, in canonical form (meeting::RoomState::encode_state).
//   state<V>
struct StateOp {
  static constexpr Op kOp = Op::state;
  Bytes state;
  friend bool operator==(const StateOp&, const StateOp&) = default;
};
// By server_id: the entries after this durable one were lost.
//   last durable {seq u64, h32}
struct RestartOp {
  static constexpr Op kOp = Op::restart;
  Anchor last_durable;
  friend bool operator==(const RestartOp&, const RestartOp&) = default;
};

// Who is staff from here on, as far as the server may know: the twin of the list that the commit
// before it in its bundle puts into the policy.
//   number u32 | list_hash32 | q u8 | entries<V>{staff_server32, desk32, flags u8}, 1..16 |
//   acceptances<V>{staff_server32, signature64} | signatures<V>{staff_server32, signature64}
// All ascend by staff_server. Each signature covers "hearth staff set" | room_id | number |
// list_hash | q | entries; an acceptance, by the newcomer's staff_server key,
// "hearth staff server accept" | room_id | staff_server32 | desk32 | number u32.
struct StaffSetOp {
  static constexpr Op kOp = Op::staff_set;
  struct Entry {
    PublicKey staff_server;
    DeskKey desk;
    std::uint8_t flags = 0;
    static Result<Entry> decode(Reader& reader);
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  struct Signed {
    PublicKey staff_server;
    Signature signature;
    static Result<Signed> decode(Reader& reader);
    friend bool operator==(const Signed&, const Signed&) = default;
  };
  std::uint32_t number = 0;
  Hash list_hash{};
  std::uint8_t quorum = 0;
  std::vector<Entry> entries;
  std::vector<Signed> acceptances;
  std::vector<Signed> signatures;

  // The twin of a list, without acceptances and signatures.
  static StaffSetOp of(const StaffList& list);
  // The yes of a newcomer to entry and number; to be put in with `accept`.
  static Signed acceptance(const RoomId& room, std::uint32_t number, const DeskKey& desk,
                           const crypto::SignatureKey& staff_server);
  void accept(Signed acceptance);
  void sign(const RoomId& room, const crypto::SignatureKey& staff_server);
  void add_signature(Signed by);  // By somebody else; in its place.
  // signature_invalid.
  Status verify(const RoomId& room, const Signed& by) const;
  Status verify_acceptance(const RoomId& room, const Entry& entry, const Signed& by) const;
  friend bool operator==(const StaffSetOp&, const StaffSetOp&) = default;
};
void encode(Writer& writer, const StaffSetOp::Entry& entry);
void encode(Writer& writer, const StaffSetOp::Signed& by);
// Names somebody outside who helps: at the desk, or as the keeper who may close the room.
//   staff_server32 | desk32 | rights u8 | acceptance signature64
// Accepted by staff_server over "hearth supporter accept" | room_id | staff_server | desk | rights.
struct SupporterAddOp {
  static constexpr Op kOp = Op::supporter_add;
  static constexpr std::uint8_t kDesk = 1;
  static constexpr std::uint8_t kKeeper = 2;
  PublicKey staff_server;
  DeskKey desk;
  std::uint8_t rights = kDesk;  // At least one of them.
  Signature acceptance;

  void accept(const RoomId& room, const crypto::SignatureKey& staff_server_key);
  // signature_invalid.
  Status verify(const RoomId& room) const;
  friend bool operator==(const SupporterAddOp&, const SupporterAddOp&) = default;
};
//   staff_server32
struct SupporterRemoveOp {
  static constexpr Op kOp = Op::supporter_remove;
  PublicKey staff_server;
  friend bool operator==(const SupporterRemoveOp&, const SupporterRemoveOp&) = default;
};
// Sends members back to the lobby: nothing after this entry is delivered to them, and they may only
// leave, until they are called back. Keys stay.
//   handles<V>, 1..1000
struct ToLobbyOp {
  static constexpr Op kOp = Op::to_lobby;
  std::vector<Handle> handles;
  friend bool operator==(const ToLobbyOp&, const ToLobbyOp&) = default;
};
// Their log goes on where it stopped.
//   handles<V>, 1..1000
struct CallBackOp {
  static constexpr Op kOp = Op::call_back;
  std::vector<Handle> handles;
  friend bool operator==(const CallBackOp&, const CallBackOp&) = default;
};

using OpArgs = std::variant<OpenOp, CloseOp, RebuildOp, AdmitOp, RemoveOp, LeaveOp, GateAddOp,
                            GateRevokeOp, MuteOp, UnmuteOp, PauseOp, ResumeOp, LockOp, UnlockOp,
                            SlowModeOp, EraseOp, UndoEraseOp, StateOp, RestartOp, StaffSetOp,
                            SupporterAddOp, SupporterRemoveOp, ToLobbyOp, CallBackOp, ModeOp,
                            RaiseOp, LowerOp, CallOnOp, TakeOp, DoneOp, PassOp, GrantOp, SkipOp,
                            HeardOp, LeadOp>;
Op op_of(const OpArgs& args) noexcept;
void encode_args(Writer& writer, const OpArgs& args);
// `op_unknown` for a number that this release does not define.
Result<OpArgs> decode_args(std::uint16_t op, ByteView args);

}  // namespace hearth::room
