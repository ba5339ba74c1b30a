// The hash chain over the log, and a reader's place in it.
#pragma once

#include <deque>

#include "protocol/room/entry.h"

namespace hearth::room {

// h after the record: SHA-256("hearth log" | room_id | h before | seq | kind | generation |
// SHA-256(body)). h_0 is 32 zero bytes.
Hash chain_step(const RoomId& room, const Hash& before, Seq seq, EntryKind kind,
                Generation generation, const Hash& body_hash) noexcept;

// A place in the log with the chain's value there. {0, zeros} is the place before the genesis.
struct Anchor {
  Seq seq;
  Hash h{};

  static Result<Anchor> decode(Reader& reader) noexcept;
  friend bool operator==(const Anchor&, const Anchor&) = default;
};
void encode(Writer& writer, const Anchor& anchor);

// A head that the server's log has acknowledged, signed by server_id over
// "hearth checkpoint" | room_id | seq | h.
struct Checkpoint {
  Anchor head;
  Signature signature;

  static Checkpoint make(const RoomId& room, const Anchor& head,
                         const crypto::SignatureKey& server_id);
  Status verify(const RoomId& room, const PublicKey& server_id) const;
  static Result<Checkpoint> decode(Reader& reader) noexcept;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};
void encode(Writer& writer, const Checkpoint& checkpoint);

// Chain accepts records in log order and refuses a gap, a repetition and a turn back. The one step
// back that exists is a restart after a crash of a live room: it is accepted if this reader holds
// the same h at the last durable entry and has seen nothing but app entries beyond it.
//
// A failed accept changes nothing. Whoever accepts a restart must also verify its signature
// (meeting::RoomState::apply does).
class Chain final {
 public:
  // So many places are remembered, for a restart and for the heads that payloads quote. A restart
  // that reaches further back is chain_broken, and the reader starts again from the door.
  static constexpr std::size_t kTailMax = 4096;

  explicit Chain(RoomId room, Anchor start = {});
  // Goes on from two places that were kept: the last durable one and the head.
  Chain(RoomId room, Anchor durable, Anchor head);

  // Returns how many entries that this reader had seen were lost by a restart (else 0).
  Result<std::uint32_t> accept(const LogRecord& record);

  const RoomId& room() const noexcept { return room_; }
  const Anchor& head() const noexcept { return tail_.back(); }
  Seq seq() const noexcept { return head().seq; }
  // The last durable place, or the oldest that is still remembered after it.
  Anchor durable() const noexcept;
  // The chain's value at `seq`, if it is still remembered.
  std::optional<Hash> at(Seq seq) const noexcept;

 private:
  Result<std::uint32_t> accept_restart(const LogRecord& record);
  void push(const LogRecord& record);

  RoomId room_;
  std::deque<Anchor> tail_;  // Never empty; the last is the head.
  Seq durable_;              // The last commit, proposal or control entry (or the start).
};

}  // namespace hearth::room
