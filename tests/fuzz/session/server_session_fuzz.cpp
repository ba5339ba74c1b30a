// The server's end under arbitrary records, a length u16 in front of each. Whatever comes, it says
// why it closes, and then hears nothing more.
#include "protocol/session/server_session.h"
#include "tests/support/room_builder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth;
  static const test::RoomBuilder builder;
  session::ServerSession server(builder.server_id, {}, {});
  Reader reader(ByteView(data, size));
  while (!reader.done()) {
    const auto length = reader.u16();
    if (!length) break;
    const auto record = reader.take(*length);
    if (!record) break;
    const bool was_closed = server.closed();
    const auto event = server.on_record(*record);
    if (!event) {
      expects(server.closed() && (was_closed || !server.take_records().empty()));
      continue;
    }
    expects(!was_closed);
    // A careless owner: it grants whatever is asked, so that every later state is reached.
    if (const auto* asked = std::get_if<session::AuthAsked>(&*event)) {
      server.grant({asked->auth.role, {}, true, room::Retention::day, {}});
    } else if (std::holds_alternative<session::CreateAsked>(*event)) {
      if (length.value() % 2) {
        server.created();
      } else {
        server.create_refused(wire::CreateRefusal::rooms_full);
      }
    }
    (void)server.take_records();
  }
  return 0;
}
