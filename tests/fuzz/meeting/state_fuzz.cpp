// The canonical state of a room, as a newcomer reads it: arbitrary bytes, signed by staff. What is
// taken is canonical, and the state goes on from there.
#include "protocol/meeting/room_state.h"
#include "tests/support/room_builder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  static test::RoomBuilder builder;
  const ByteView input(data, size);
  room::Control control;
  control.room = builder.room;
  control.signer = room::public_key_of(builder.staff_server);
  control.args = room::StateOp{to_bytes(input)};
  control.base_seq = room::Seq{1};
  control.counter = 1'000'000;
  auto body = room::seal_control(control, builder.staff_server);
  if (!body) return 0;
  auto state =
      meeting::RoomState::from_state(builder.room, builder.server_part,
                                     {room::Seq{2}, room::EntryKind::control, 0, std::move(*body)});
  if (!state) return 0;
  expects(state->head() == room::Seq{2} && state->last_control_seq() == room::Seq{2});

  control.args = room::CloseOp{};
  control.base_seq = room::Seq{2};
  control.counter += 1;
  body = room::seal_control(control, builder.staff_server);
  const auto closed = state->apply(room::LogRecord::of(
      {room::Seq{3}, room::EntryKind::control, state->generation(), std::move(*body)}));
  expects(!closed || (!state->is_open() && state->members().empty()));
  return 0;
}
