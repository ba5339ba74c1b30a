// The names of things in a room: the room, who speaks, where in the log.
#pragma once

#include <compare>
#include <cstdint>

#include "protocol/bytes/codec.h"
#include "protocol/crypto/suite.h"

namespace hearth::room {

// N public bytes with a meaning of their own, so that a handle is never taken for a key.
template <class Tag, std::size_t N>
struct Id {
  static constexpr std::size_t kSize = N;
  ByteArray<N> bytes{};

  ByteView view() const noexcept { return bytes; }
  static Result<Id> decode(Reader& reader) noexcept {
    HEARTH_TRY(const ByteArray<N> read, reader.array<N>());
    return Id{read};
  }
  // From exactly N bytes; nothing when the length differs.
  static std::optional<Id> from(ByteView view) noexcept {
    const auto array = to_array<N>(view);
    return array ? std::optional<Id>(Id{*array}) : std::nullopt;
  }
  friend auto operator<=>(const Id&, const Id&) = default;
};
template <class Tag, std::size_t N>
void encode(Writer& writer, const Id<Tag, N>& id) {
  writer.raw(id.bytes);
}

using RoomId = Id<struct RoomIdTag, 16>;
using Handle = Id<struct HandleTag, 32>;        // What the server knows of a member.
using PublicKey = Id<struct PublicKeyTag, 32>;  // Ed25519.
using DeskKey = Id<struct DeskKeyTag, 32>;      // X25519.
using GateRef = Id<struct GateRefTag, 32>;      // H(gate public key).
using Signature = Id<struct SignatureTag, 64>;  // Ed25519.
using Hash = crypto::Hash;

// H("hearth handle" | room_id | delivery key).
Handle handle_of(const RoomId& room, const PublicKey& delivery) noexcept;
GateRef gate_ref_of(const PublicKey& gate) noexcept;

// Every signature beside MLS is Ed25519. `key` must be of suite 3.
PublicKey public_key_of(const crypto::SignatureKey& key);
Signature sign(const crypto::SignatureKey& key, ByteView message);
Status verify(const PublicKey& key, ByteView message, const Signature& signature);

using Generation = std::uint16_t;  // 0 before the first group.

// The place of an entry: run * 2^32 + count. 0 is the place before the first.
struct Seq {
  std::uint64_t value = 0;

  static constexpr Seq at(std::uint32_t run, std::uint32_t count) noexcept {
    return Seq{(std::uint64_t{run} << 32) | count};
  }
  constexpr std::uint32_t run() const noexcept { return static_cast<std::uint32_t>(value >> 32); }
  constexpr std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(value); }
  // The place after this one in the same run.
  constexpr Seq next(std::uint32_t steps = 1) const noexcept { return at(run(), count() + steps); }
  // The place of the restart entry when this was the last durable one.
  constexpr Seq next_run() const noexcept { return at(run() + 1, count() + 1); }

  static Result<Seq> decode(Reader& reader) noexcept {
    HEARTH_TRY(const std::uint64_t value, reader.u64());
    return Seq{value};
  }
  friend constexpr auto operator<=>(const Seq&, const Seq&) = default;
};
inline void encode(Writer& writer, const Seq& seq) { writer.u64(seq.value); }

enum class EntryKind : std::uint8_t { commit = 1, proposal = 2, app = 3, control = 4 };
Result<EntryKind> decode_entry_kind(Reader& reader) noexcept;

// With which key a connection authenticates, and by which a knock asks to be let in.
enum class Role : std::uint8_t { gate = 1, member = 2, staff = 3, supporter = 4 };
Result<Role> decode_role(Reader& reader) noexcept;
// One that vouches for a knock: not a supporter's.
Result<Role> decode_voucher(Reader& reader) noexcept;

// Who takes a knock to be admitted: any member's client, staff only, or nobody but for staff.
enum class Admission : std::uint8_t { open = 1, lobby = 2, locked = 3 };
Result<Admission> decode_admission(Reader& reader) noexcept;

enum class Retention : std::uint8_t { live = 1, day = 2, week = 3 };
Result<Retention> decode_retention(Reader& reader) noexcept;

// HKDF-SHA256(secret, label, context): salt "hearth", info label | 0x00 | context, 32 bytes.
Secret32 hkdf(ByteView secret, std::string_view label, ByteView context) noexcept;

}  // namespace hearth::room
