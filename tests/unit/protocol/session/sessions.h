// Both ends of a connection, and keys for it.
#pragma once

#include <gtest/gtest.h>

#include <set>

#include "protocol/session/client_session.h"
#include "protocol/session/server_session.h"
#include "tests/support/room_builder.h"

namespace hearth::session {

struct Ends {
  test::RoomBuilder builder;
  room::ChannelBinding binding = test::seeded_bytes("binding", 0);
  Bytes32 nonce = test::seeded_bytes("greeting nonce", 0);
  ServerSession server{builder.server_id, nonce, binding};
  ClientSession client{binding};

  wire::AuthOk auth_ok(room::Role role, const room::Anchor& head = {room::Seq{1}, {}}) const {
    return {role, room::Checkpoint::make(builder.room, head, builder.server_id), true,
            room::Retention::day, builder.server_part.limits};
  }

  // Hands the client's records to the server; the last event.
  Result<ServerEvent> to_server() {
    Result<ServerEvent> event = Nothing{};
    for (const Bytes& record : client.take_records()) {
      event = server.on_record(record);
      if (!event) break;
    }
    return event;
  }
  Result<ClientEvent> to_client() {
    Result<ClientEvent> event = std::unexpected(make_error(CodecErrc::truncated));
    for (const Bytes& record : server.take_records()) {
      event = client.on_record(record);
      if (!event) break;
    }
    return event;
  }
  template <class Event, class Any>
  static const Event* as(const Result<Any>& event) {
    return event ? std::get_if<Event>(&*event) : nullptr;
  }

  void greet() {
    ASSERT_TRUE(as<Nothing>(to_server()));
    ASSERT_TRUE(as<Greeted>(to_client()));
  }
  void authenticate(room::Role role, const crypto::SignatureKey& key) {
    client.authenticate(builder.room, role, key);
    const auto asked = to_server();
    ASSERT_TRUE(as<AuthAsked>(asked));
    ASSERT_TRUE(server.decide(true));
    server.grant(auth_ok(role));
    ASSERT_TRUE(as<Authenticated>(to_client()));
  }
};

}  // namespace hearth::session
