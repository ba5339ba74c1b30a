// Knocks: asked by a guest, shown to admitters, answered.
#pragma once

#include "protocol/room/ids.h"
#include "protocol/wire/record.h"

namespace hearth::wire {

// C→S, in any role: the role and key of the connection vouch.   handle32 | sealed<V>
struct KnockRequest {
  static constexpr RecordType kType = RecordType::knock;
  room::Handle handle;  // Of the KeyPackage's delivery key: the one to be admitted.
  Bytes sealed;         // room::seal_knock_*; exactly a bucket.
  static Result<KnockRequest> decode(Reader& reader);
  friend bool operator==(const KnockRequest&, const KnockRequest&) = default;
};
void encode(Writer& writer, const KnockRequest& message);

// S→C.   slot u64
struct KnockWaiting {
  static constexpr RecordType kType = RecordType::knock_waiting;
  std::uint64_t slot = 0;
  static Result<KnockWaiting> decode(Reader& reader);
  friend bool operator==(const KnockWaiting&, const KnockWaiting&) = default;
};
void encode(Writer& writer, const KnockWaiting& message);

enum class KnockRefusal : std::uint16_t {
  size_invalid = 1,  // Not a bucket.
  room_closed,       // No group to be added to.
  locked,
  gate_expired,
  gate_spent,
  lobby_full,      // 512 slots.
  handle_waiting,  // The same handle waits already.
  too_many,        // More knocks of this gate wait than it has uses left.
};
std::string_view name_of(KnockRefusal reason) noexcept;

// S→C.   reason u16
struct KnockRefused {
  static constexpr RecordType kType = RecordType::knock_refused;
  KnockRefusal reason = KnockRefusal::size_invalid;
  static Result<KnockRefused> decode(Reader& reader);
  friend bool operator==(const KnockRefused&, const KnockRefused&) = default;
};
void encode(Writer& writer, const KnockRefused& message);

// S→C, to an admitter.   slot u64 | handle32 | role u8 | ref32 | sealed<V>
struct KnockShown {
  static constexpr RecordType kType = RecordType::knock_shown;
  std::uint64_t slot = 0;
  room::Handle handle;
  room::Role role = room::Role::gate;
  Bytes32 ref{};  // As in room::AdmitOp::Newcomer: what `admit` will name.
  Bytes sealed;
  static Result<KnockShown> decode(Reader& reader);
  friend bool operator==(const KnockShown&, const KnockShown&) = default;
};
void encode(Writer& writer, const KnockShown& message);

// S→C, to an admitter: admitted, denied or gone, or now shown to another.   slot u64
struct KnockGone {
  static constexpr RecordType kType = RecordType::knock_gone;
  std::uint64_t slot = 0;
  static Result<KnockGone> decode(Reader& reader);
  friend bool operator==(const KnockGone&, const KnockGone&) = default;
};
void encode(Writer& writer, const KnockGone& message);

// C→S, by staff (in an open room: by whom it is shown to).   slot u64 | sealed<V>
struct Deny {
  static constexpr RecordType kType = RecordType::deny;
  std::uint64_t slot = 0;
  Bytes sealed;  // room::seal_denial, or empty.
  static Result<Deny> decode(Reader& reader);
  friend bool operator==(const Deny&, const Deny&) = default;
};
void encode(Writer& writer, const Deny& message);

// S→C, to the guest.   sealed<V>
struct KnockDenied {
  static constexpr RecordType kType = RecordType::knock_denied;
  Bytes sealed;
  static Result<KnockDenied> decode(Reader& reader);
  friend bool operator==(const KnockDenied&, const KnockDenied&) = default;
};
void encode(Writer& writer, const KnockDenied& message);

// S→C, to the guest: the admission is in the log; authenticate as member and fetch the Welcome.
//   handle32
struct Admitted {
  static constexpr RecordType kType = RecordType::admitted;
  room::Handle handle;
  static Result<Admitted> decode(Reader& reader);
  friend bool operator==(const Admitted&, const Admitted&) = default;
};
void encode(Writer& writer, const Admitted& message);

// C→S, as member. Empty.
struct GetWelcome {
  static constexpr RecordType kType = RecordType::get_welcome;
  static Result<GetWelcome> decode(Reader& reader);
  friend bool operator==(const GetWelcome&, const GetWelcome&) = default;
};
void encode(Writer& writer, const GetWelcome& message);

// S→C.   optional welcome<V>: none waits (any more) where it is absent.
struct Welcome {
  static constexpr RecordType kType = RecordType::welcome;
  std::optional<Bytes> bytes;  // MLSMessage of a Welcome.
  static Result<Welcome> decode(Reader& reader);
  friend bool operator==(const Welcome&, const Welcome&) = default;
};
void encode(Writer& writer, const Welcome& message);

}  // namespace hearth::wire
