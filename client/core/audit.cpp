// The checks of an audit, in the order of the log.
#include "client/core/audit.h"

#include "protocol/room/error.h"

namespace hearth::client {

Audit::Audit(const room::RoomId& room, const room::ServerPart& server_part)
    : room_(room),
      server_part_(server_part),
      chain_(room),
      state_(std::in_place, room, server_part) {}

Result<Audit> Audit::begin(const room::RoomId& room, const room::Hash& member_part,
                           const room::ServerPart& server_part) {
  HEARTH_CHECK(room::check_room_id(room, server_part, member_part));
  Audit audit(room, server_part);
  HEARTH_TRY(const std::uint32_t lost,
             audit.chain_.accept(room::LogRecord::of(room::genesis_entry(server_part))));
  expects(lost == 0);
  return audit;
}

Status Audit::skip_to(const room::Anchor& start) {
  if (size_ > 1 || !whole_ || start.seq <= chain_.seq()) {
    return room::fail(room::RoomErrc::chain_gap);
  }
  chain_ = room::Chain(room_, start);
  state_.reset();
  whole_ = false;
  return {};
}

Result<std::optional<room::Control>> Audit::add(const AuditEntry& entry) {
  const room::LogRecord& record = entry.record;
  HEARTH_TRY(const std::uint32_t lost, chain_.accept(record));
  if (lost > 0) return room::fail(room::RoomErrc::chain_gap);  // A list holds what was left alone.
  if (chain_.head().h != entry.h) return room::fail(room::RoomErrc::chain_broken);
  const Bytes* const body = record.body();
  if (state_) {
    HEARTH_CHECK(state_->apply(record));
  } else {
    if (record.kind != room::EntryKind::control || !body) {
      return room::fail(room::RoomErrc::control_invalid);
    }
    HEARTH_TRY(state_,
               meeting::RoomState::from_state(
                   room_, server_part_, {record.seq, record.kind, record.generation, *body}));
  }
  ++size_;
  if (record.kind != room::EntryKind::control) return std::nullopt;
  HEARTH_TRY(room::Control control, room::peek_control(*body));  // The fold has verified it.
  return std::optional<room::Control>(std::move(control));
}

Status Audit::finish(const room::Checkpoint& checkpoint) const {
  if (!state_ || checkpoint.head != chain_.head()) {
    return room::fail(room::RoomErrc::chain_broken);
  }
  return checkpoint.verify(room_, server_part_.server_id);
}

}  // namespace hearth::client
