// The chain over the log: one step for each record, one step back for a restart.
#include "protocol/room/chain.h"

#include <algorithm>

#include "protocol/defence.h"
#include "protocol/room/control.h"
#include "protocol/room/error.h"

namespace hearth::room {
namespace {

Bytes checkpoint_bytes(const RoomId& room, const Anchor& head) {
  Writer writer;
  writer.raw(view_of("hearth checkpoint")).raw(room.bytes);
  encode(writer, head);
  return writer.take();
}

}  // namespace

Hash chain_step(const RoomId& room, const Hash& before, Seq seq, EntryKind kind,
                Generation generation, const Hash& body_hash) noexcept {
  Writer place;
  encode(place, seq);
  place.u8(static_cast<std::uint8_t>(kind)).u16(generation);
  return crypto::sha256({view_of("hearth log"), room.bytes, before, place.bytes(), body_hash});
}

Result<Anchor> Anchor::decode(Reader& reader) noexcept {
  Anchor anchor;
  HEARTH_TRY(anchor.seq, Seq::decode(reader));
  HEARTH_TRY(anchor.h, reader.array<crypto::kHashSize>());
  return anchor;
}

void encode(Writer& writer, const Anchor& anchor) {
  encode(writer, anchor.seq);
  writer.raw(anchor.h);
}

Checkpoint Checkpoint::make(const RoomId& room, const Anchor& head,
                            const crypto::SignatureKey& server_id) {
  return {head, sign(server_id, checkpoint_bytes(room, head))};
}

Status Checkpoint::verify(const RoomId& room, const PublicKey& server_id) const {
  return room::verify(server_id, checkpoint_bytes(room, head), signature);
}

Result<Checkpoint> Checkpoint::decode(Reader& reader) noexcept {
  Checkpoint checkpoint;
  HEARTH_TRY(checkpoint.head, Anchor::decode(reader));
  HEARTH_TRY(checkpoint.signature, Signature::decode(reader));
  return checkpoint;
}

void encode(Writer& writer, const Checkpoint& checkpoint) {
  encode(writer, checkpoint.head);
  encode(writer, checkpoint.signature);
}

Chain::Chain(RoomId room, Anchor start) : room_(room), tail_{start}, durable_(start.seq) {}

Chain::Chain(RoomId room, Anchor durable, Anchor head)
    : room_(room), tail_{durable}, durable_(durable.seq) {
  if (head.seq > durable.seq) tail_.push_back(head);
}

Anchor Chain::durable() const noexcept {
  return *std::ranges::lower_bound(tail_, std::min(durable_, seq()), {}, &Anchor::seq);
}

Result<std::uint32_t> Chain::accept(const LogRecord& record) {
  const Seq next = seq().next();
  const bool follows = record.seq == next && next > seq();
  if (follows || !stands(Defence::chain)) {
    push(record);
    return 0;
  }
  if (record.seq.run() != seq().run() + 1 || record.kind != EntryKind::control) {
    return fail(RoomErrc::chain_gap);
  }
  return accept_restart(record);
}

Result<std::uint32_t> Chain::accept_restart(const LogRecord& record) {
  if (record.is_tombstone()) {
    // What it said is covered by a later `state`; it may only have lost what we never saw.
    if (record.seq != seq().next_run()) return fail(RoomErrc::chain_gap);
    push(record);
    return 0;
  }
  HEARTH_TRY(const Control control, peek_control(*record.body()));
  const auto* restart = std::get_if<RestartOp>(&control.args);
  if (!restart) return fail(RoomErrc::chain_gap);
  const Anchor& last = restart->last_durable;
  if (record.seq != last.seq.next_run() || last.seq > seq()) return fail(RoomErrc::chain_gap);
  if (at(last.seq) != last.h) return fail(RoomErrc::chain_broken);
  if (durable_ > last.seq) return fail(RoomErrc::restart_hides_durable);
  const std::uint32_t lost = seq().count() - last.seq.count();
  while (tail_.back().seq > last.seq) tail_.pop_back();
  push(record);
  return lost;
}

void Chain::push(const LogRecord& record) {
  const Hash h =
      chain_step(room_, head().h, record.seq, record.kind, record.generation, record.body_hash());
  tail_.push_back({record.seq, h});
  if (tail_.size() > kTailMax) tail_.pop_front();
  if (record.kind != EntryKind::app) durable_ = record.seq;
}

std::optional<Hash> Chain::at(Seq seq) const noexcept {
  const auto found = std::ranges::lower_bound(tail_, seq, {}, &Anchor::seq);
  if (found == tail_.end() || found->seq != seq) return std::nullopt;
  return found->h;
}

}  // namespace hearth::room
