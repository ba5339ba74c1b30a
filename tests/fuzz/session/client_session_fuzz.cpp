// The client's end under arbitrary records, a length u16 in front of each. It starts where it
// follows a room; nothing that a server sends may crash it or move its chain backwards.
#include "protocol/session/client_session.h"
#include "tests/support/room_builder.h"

namespace {

using namespace hearth;

// A session that has been greeted, has authenticated as a member, and follows the log.
session::ClientSession following(const test::RoomBuilder& builder) {
  session::ClientSession client{room::ChannelBinding{}};
  wire::Greeting greeting;
  greeting.server_id = room::public_key_of(builder.server_id);
  greeting.signature =
      room::sign(builder.server_id, room::greeting_bytes(wire::kVersion, greeting.nonce, {}));
  expects(client.on_record(wire::record_of(greeting)).has_value());
  client.authenticate(builder.room, room::Role::member, builder.delivery(1));
  const auto head = room::Checkpoint::make(builder.room, {}, builder.server_id);
  const wire::AuthOk answer{room::Role::member, head, true, room::Retention::live, {}};
  expects(client.on_record(wire::record_of(answer)).has_value());
  client.follow(room::Chain(builder.room));
  return client;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const test::RoomBuilder builder;
  static const session::ClientSession ready = following(builder);
  session::ClientSession client = ready;
  Reader reader(ByteView(data, size));
  while (!reader.done()) {
    const auto length = reader.u16();
    if (!length) break;
    const auto record = reader.take(*length);
    if (!record) break;
    const room::Seq before = client.chain()->seq();
    const auto event = client.on_record(*record);
    const room::Seq after = client.chain()->seq();
    const bool followed = event && std::holds_alternative<session::Followed>(*event);
    expects(followed ? after > before : after == before);
  }
  return 0;
}
