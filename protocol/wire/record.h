// A record: one message with its type in front.
#pragma once

#include "protocol/bytes/codec.h"
#include "protocol/wire/error.h"

namespace hearth::wire {

// record = u8 type | body. Client to server below 0x80, server to client from 0x80 on.
enum class RecordType : std::uint8_t {
  hello = 0x01,
  auth = 0x02,
  create_room = 0x03,
  get_door = 0x04,
  put_door = 0x05,
  knock = 0x06,
  deny = 0x07,
  append = 0x08,
  resume = 0x09,
  get_welcome = 0x0a,
  get_checkpoint = 0x0b,
  bye = 0x0c,
  note = 0x0d,
  check_tag = 0x0e,

  greeting = 0x81,
  version_unsupported = 0x82,
  auth_ok = 0x83,
  auth_refused = 0x84,
  created = 0x85,
  create_refused = 0x86,
  door = 0x87,
  door_put = 0x88,
  door_refused = 0x89,
  knock_waiting = 0x8a,
  knock_refused = 0x8b,
  knock_shown = 0x8c,
  knock_gone = 0x8d,
  knock_denied = 0x8e,
  admitted = 0x8f,
  appended = 0x90,
  append_refused = 0x91,
  entry = 0x92,
  caught_up = 0x93,
  welcome = 0x94,
  checkpoint = 0x95,
  error = 0x96,
  goodbye = 0x97,
  note_shown = 0x98,
  note_sent = 0x99,
  note_refused = 0x9a,
  tag_checked = 0x9b,
  lead_line = 0x9c,
};
// Empty for a number that is no type.
std::string_view name_of(RecordType type) noexcept;

// Every message M has `static constexpr RecordType kType`, an `encode` and an `M::decode`.
template <class M>
Bytes record_of(const M& message) {
  Writer writer;
  writer.u8(static_cast<std::uint8_t>(M::kType));
  encode(writer, message);
  return writer.take();
}

}  // namespace hearth::wire
